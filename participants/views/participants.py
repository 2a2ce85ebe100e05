"""The list of participants, and the overview of one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from participants.access import StaffRequest, allow
from participants.domain.roles import Capability
from participants.models import Participant
from participants.pages.csv_file import csv_response
from participants.pages.frame import frame_of
from participants.pages.overview import read_overview
from participants.pages.people import PEOPLE_CSV_HEAD, PeopleFilter, people_rows, read_people


@allow(Capability.READ_PARTICIPANTS)
def participants(request: StaffRequest) -> HttpResponse:
    """List the participants of the person's sites."""
    people = read_people(request.user, PeopleFilter.of(request.GET), timezone.now())
    return render(request, "participants/participants.html", {"people": people})


@allow(Capability.EXPORT)
def participants_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the list as a file."""
    rows = people_rows(request.user, PeopleFilter.of(request.GET), timezone.now())
    return csv_response("participants", PEOPLE_CSV_HEAD, rows, person=request.user)


@allow(Capability.READ_PARTICIPANTS, Participant)
def participant(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show what is known of a participant beside the trial's own events."""
    frame = frame_of(participant, request.user, "participants:participant")
    page = read_overview(participant, request.user)
    return render(request, "participants/overview.html", {"frame": frame, "page": page})
