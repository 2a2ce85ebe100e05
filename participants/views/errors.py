"""The pages that say no: each carries the id that finds its line in the log and in the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import BaseForm, BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.choices import flatten_choices

from participants.log_lines import request_id


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read; what it held is not repeated."""
    return HttpResponse(_standing_alone("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer who may see this but lacks the right to do it."""
    return render(request, "403.html", _context(), status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or came too late."""
    return render(request, "403.html", _context() | {"is_form_expired": True}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what is not there, in the same words as for what is another site's."""
    return render(request, "404.html", _context(), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a fault, without a database, a session or a word about what went wrong."""
    return HttpResponse(_standing_alone("500.html"), status=500)


def stale(
    request: HttpRequest, *, form: BaseForm, saved: Mapping[str, object], version: int, back: str
) -> HttpResponse:
    """Show what somebody else has saved beside what was typed, and keep what was typed.

    `form` is bound to the refused input; `saved` maps names of its fields to what is kept now and
    `version` is the one kept now, so that sending the form again is a decision. `back` is the
    address that leaves without saving.
    """
    rows = [
        (field.label, _shown(field, field.value()), _shown(field, saved[field.name]))
        for field in form.visible_fields()
        if field.name in saved
    ]
    context = _context() | {"form": form, "rows": rows, "version": version, "back": back}
    return render(request, "409.html", context, status=409)


def _shown(field: BoundField, value: object) -> str:
    """Write a value as its field would: a day in its words, a choice by its label."""
    choices: Iterable[tuple[Any, Any]] = flatten_choices(getattr(field.field, "choices", ()))
    labels = {str(key): str(label) for key, label in choices}
    prepared = field.field.prepare_value(value)
    several = prepared if isinstance(prepared, list | tuple) else [prepared]
    return ", ".join(labels.get(str(one), "" if one is None else str(one)) for one in several)


def _context() -> dict[str, object]:
    return {"error_id": request_id.get()}


def _standing_alone(template: str) -> str:
    # Without the request: its context asks the session, and so the database, who is there.
    return render_to_string(template, _context())
