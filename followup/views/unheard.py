"""Who has not been heard of, before a data cut."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from followup.pages.unheard import UNHEARD_CSV_HEAD, UnheardFilter, read_unheard, unheard_rows
from participants.access import StaffRequest, allow
from participants.domain.roles import Capability
from participants.pages.csv_file import csv_response


@allow(Capability.READ_PARTICIPANTS)
def unheard(request: StaffRequest) -> HttpResponse:
    """List who is silent for longer than asked, with the last contact and what it was."""
    page = read_unheard(request.user, UnheardFilter.of(request.GET), timezone.now())
    return render(request, "followup/unheard.html", {"page": page})


@allow(Capability.EXPORT)
def unheard_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the list as a file."""
    chosen = UnheardFilter.of(request.GET)
    rows = unheard_rows(request.user, chosen, timezone.now())
    return csv_response("not_heard_of", UNHEARD_CSV_HEAD, rows, person=request.user)
