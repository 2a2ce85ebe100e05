"""Carry an action's refusal back into the form that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms

from participants.errors import ActionRefused, NeedsReason, StaleVersion

T = TypeVar("T")


def attempt(form: forms.BaseForm, action: Callable[[], T]) -> T | None:
    """Run an action for a form; a refusal becomes the form's error and the answer None."""
    try:
        return action()
    except ActionRefused as refused:
        show_refusal(form, refused)
        return None


def show_refusal(form: forms.BaseForm, refused: ActionRefused) -> None:
    """Put a refusal's sentence beside the field it is about; ask for a reason where one is missing."""
    if isinstance(refused, NeedsReason) and "reason" in form.fields:
        reason = form.fields["reason"]
        reason.widget.attrs["data-asked"] = ""
        form.add_error("reason", refused.sentence)
        return
    if isinstance(refused, StaleVersion):
        form.is_stale = True  # type: ignore[attr-defined]
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.sentence)


def status_of(form: forms.BaseForm) -> int:
    """Return the HTTP status of a page with this form: 409 when what it edits has changed meanwhile.

    The page then shows the row as it stands now beside what was typed, with the new version: sent
    again, it is a decision.
    """
    return 409 if getattr(form, "is_stale", False) else 200
