"""Drafts that a browser keeps until they are saved: which of them have been.

Each draft has a name of its own, which comes with what is sent. The session remembers the names of what
was saved: an answer may be lost on its way, and then neither the draft may be offered as unsaved nor
what is sent again be saved twice.
"""

from __future__ import annotations

import re

from django.http import HttpRequest

_KEY = "saved_drafts"
_NAME = re.compile(r"[0-9a-z-]{8,40}")
# One person saves no more than this between two pages that show which were saved.
_MOST = 50


def saved_drafts(request: HttpRequest) -> list[str]:
    """Return the names of the drafts that were saved in this session, the latest last."""
    return list(request.session.get(_KEY, []))


def is_saved(request: HttpRequest) -> bool:
    """Say whether what is sent was saved before."""
    return _name(request) in saved_drafts(request)


def remember_saved(request: HttpRequest) -> None:
    """Remember that what was sent is saved."""
    if name := _name(request):
        request.session[_KEY] = [*saved_drafts(request), name][-_MOST:]


def _name(request: HttpRequest) -> str:
    name = request.POST.get("draft", "")
    return name if _NAME.fullmatch(name) else ""
