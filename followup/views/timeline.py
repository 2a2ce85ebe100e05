"""The timeline of one participant."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from followup.timeline.page import TIMELINE_CSV_HEAD, read_timeline, timeline_rows
from followup.timeline.svg_file import svg_response
from participants.access import StaffRequest, allow
from participants.domain.roles import Capability
from participants.models import Participant
from participants.pages.csv_file import csv_response
from participants.pages.frame import frame_of


@allow(Capability.READ_PARTICIPANTS, Participant)
def timeline(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show what happened to a participant, and what is planned, on one page."""
    page = read_timeline(participant, request.GET.dict(), timezone.now())
    frame = frame_of(participant, request.user, "followup:timeline")
    return render(request, "followup/timeline/page.html", {"frame": frame, "page": page})


@allow(Capability.EXPORT, Participant)
def timeline_csv(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Hand out every mark of the range as a row of a file."""
    rows = timeline_rows(participant, request.GET.dict(), timezone.now())
    return csv_response("timeline", TIMELINE_CSV_HEAD, rows, person=request.user, participant=participant)


@allow(Capability.EXPORT, Participant)
def timeline_svg(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Hand out the figure as a picture that needs nothing else."""
    now = timezone.now()
    page = read_timeline(participant, request.GET.dict(), now)
    return svg_response("timeline", page.figure, participant=participant, person=request.user, now=now)
