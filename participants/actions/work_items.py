"""Edit a row in place: under a lock, by its version, with a reason where a recorded value changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from participants.errors import ActionRefused, StaleVersion
from participants.models.base import Versioned
from participants.refusal_words import name_of, rule_words

W = TypeVar("W", bound=Versioned)

STALE = "Somebody else has changed this since you opened it."
TAKEN_BACK = "This entry was taken back."


def lock(row: W, version: int) -> W:
    """Return the row as it is kept now, locked. Raises as lock_standing, StaleVersion for another version."""
    current = lock_standing(row)
    if current.version != version:
        raise StaleVersion(None, STALE)
    return current


def lock_standing(row: W) -> W:
    """Return the row as it is kept now, locked. Raises ActionRefused when somebody has taken it back."""
    current = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if not getattr(current, "stands", True):
        raise ActionRefused(None, TAKEN_BACK)
    return current


def write(row: W, values: dict[str, Any], *, reason: str = "", free: Iterable[str] = ()) -> W:
    """Give a new or locked row its values and save it as the next version; equal values change nothing.

    Replacing a recorded value asks for a reason, filling an empty one does not, nor do the fields in
    `free`, which move forward by themselves. Raises ActionRefused for that, and for a value that
    the field cannot hold.
    """
    is_new = row.pk is None
    changed = [name for name, value in values.items() if is_new or getattr(row, name) != value]
    replaced = [name for name in changed if not is_new and name not in free and _is_known(row, name)]
    if replaced and not reason.strip():
        names = ", ".join(_name(row, name) for name in replaced)
        raise ActionRefused("reason", f"Reason: say why a recorded value changes ({names}).")
    if not changed:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.version = 1 if is_new else row.version + 1
    _clean(row, values)
    row.save()
    return row


def _clean(row: Versioned, values: dict[str, Any]) -> None:
    try:
        row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name not in values])
    except ValidationError as error:
        field, errors = next(iter(error.error_dict.items()))
        sentences = " ".join(map(rule_words, errors))
        raise ActionRefused(field, f"{name_of(_name(row, field))}: {sentences}") from error


def _is_known(row: Versioned, name: str) -> bool:
    return getattr(row, name) not in (None, "", [])


def _name(row: Versioned, field: str) -> str:
    return str(row._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
