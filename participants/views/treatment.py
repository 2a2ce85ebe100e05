"""The treatment tab."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from participants.access import StaffRequest, allow
from participants.domain.roles import Capability
from participants.models import Participant
from participants.pages.chart import read_chart
from participants.pages.frame import frame_of
from participants.pages.treatment import read_treatment


@allow(Capability.READ_PARTICIPANTS, Participant)
def treatment(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show the dated events of a participant's courses, the doses, drugs, weights, values and stays."""
    frame = frame_of(participant, request.user, "participants:treatment")
    page = read_treatment(participant)
    chart = read_chart(participant, request.user, has_ended=page.has_ended)
    return render(request, "participants/treatment.html", {"frame": frame, "page": page, "chart": chart})
