"""The history tab: who changed what, when and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from participants.access import StaffRequest, allow
from participants.domain.roles import Capability
from participants.models import Participant
from participants.pages.csv_file import csv_response
from participants.pages.frame import frame_of
from participants.pages.history import HISTORY_CSV_HEAD, history_rows, read_history


@allow(Capability.READ_HISTORY, Participant)
def history(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show the changes to a participant's record, newest first."""
    page = read_history(participant, request.user, request.GET.get("after", ""))
    frame = frame_of(participant, request.user, "participants:history")
    return render(request, "participants/history.html", {"frame": frame, "page": page})


@allow(Capability.READ_HISTORY, Participant)
def history_csv(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Hand out the history as a file."""
    rows = history_rows(participant, request.user)
    return csv_response("history", HISTORY_CSV_HEAD, rows, person=request.user, participant=participant)
