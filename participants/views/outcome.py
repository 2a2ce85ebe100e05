"""The outcome tab."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from participants.access import StaffRequest, allow
from participants.domain.roles import Capability
from participants.models import Participant
from participants.pages.frame import frame_of
from participants.pages.outcome import read_outcome


@allow(Capability.READ_PARTICIPANTS, Participant)
def outcome(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show withdrawals, death and the end of participation."""
    frame = frame_of(participant, request.user, "participants:outcome")
    return render(request, "participants/outcome.html", {"frame": frame, "page": read_outcome(participant)})
