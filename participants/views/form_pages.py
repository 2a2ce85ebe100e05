"""A page that is one form."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render

from participants.access import StaffRequest


def form_page(
    request: StaffRequest,
    form: BaseForm,
    title: str,
    *,
    back: str,
    action: str = "Save",
    intro: str = "",
    version: int | None = None,
) -> HttpResponse:
    """Render a form on a page of its own; `version` is that of the edited row, None for a new one.

    What was typed wins over what is kept: a refused form carries the version that it was opened with.
    """
    context = {"form": form, "title": title, "back": back, "action": action, "intro": intro}
    return render(
        request, "_components/form_page.html", context | {"version": typed_version(request) or version}
    )


def typed_version(request: StaffRequest) -> int:
    """Return the version that a form was opened with; 0, which no row has, when none can be read."""
    written = request.POST.get("version", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else 0
