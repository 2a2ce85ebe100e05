"""The search box."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from followup.pages import search as pages
from participants.access import StaffRequest, allow
from participants.domain.roles import Capability


@allow(Capability.READ_PARTICIPANTS)
def search(request: StaffRequest) -> HttpResponse:
    """Open the participant who is named, or list what matches."""
    found = pages.search(request.user, request.GET.get("q", ""), timezone.now())
    if found.only is not None:
        return redirect("followup:timeline", found.only.pk)
    return render(request, "followup/search.html", {"found": found, "search_text": found.text})
