"""Pages of a long list that stay fast however long it is: the next page begins after a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from participants.domain.clean_text import clean_identifier

M = TypeVar("M", bound=Model)
T = TypeVar("T")
Q = TypeVar("Q", bound=QuerySet[Any, Any])
PAGE_ROWS = 50


@dataclass(frozen=True)
class KeysetPage(Generic[T]):
    """One page of rows; `after` is the key that the next page begins after, "" on the last."""

    rows: list[T]
    after: str
    is_first: bool

    @property
    def words(self) -> str:
        """Say where the reader is."""
        shown = f"{len(self.rows)} shown" if self.rows else "Nothing more"
        if self.is_first and not self.after:
            return shown
        return f"{shown}, {'first' if self.is_first else 'later'} page"


def keyset_page(
    rows: QuerySet[M], key: str, after: str, *, size: int = PAGE_ROWS, descending: bool = False
) -> KeysetPage[M]:
    """Read one page of rows in the order of a unique `key`, beginning after a value of it.

    A value that no key can have begins nowhere sensible and gives the first page.
    """
    following = begins_after(rows, key, after, descending=descending)
    found = list(following.order_by(f"-{key}" if descending else key)[: size + 1])
    more = str(getattr(found[size - 1], key)) if len(found) > size else ""
    return KeysetPage(found[:size], more, is_first=not _readable(after, rows, key))


def begins_after(rows: Q, key: str, after: str, *, descending: bool = False) -> Q:
    """Keep the rows that a page beginning after a value of the key, and those behind it, show."""
    begin = _readable(after, rows, key)
    return rows.filter(**{f"{key}__{'lt' if descending else 'gt'}": begin}) if begin else rows


def _readable(after: str, rows: QuerySet[Any, Any], key: str) -> str:
    try:
        begin = clean_identifier(after)[:40]
    except ValueError:
        return ""
    is_number = rows.model._meta.get_field(key).get_internal_type().endswith(("AutoField", "IntegerField"))
    return begin if not is_number or (begin.isdigit() and len(begin) < 19) else ""
