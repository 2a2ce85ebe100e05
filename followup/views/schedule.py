"""The schedule of one participant."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from followup.actions.visits import add_unscheduled
from followup.forms.visits import UnscheduledForm
from followup.pages.schedule import SCHEDULE_CSV_HEAD, read_schedule, schedule_rows
from participants.access import StaffRequest, allow
from participants.audit import Actor
from participants.domain.day_words import full_day
from participants.domain.roles import Capability
from participants.forms.refusals import attempt
from participants.models import Participant
from participants.pages.csv_file import csv_response
from participants.pages.frame import frame_of


@allow(Capability.READ_PARTICIPANTS, Participant)
def schedule(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show planned, projected and done visits with their windows."""
    page = read_schedule(participant, timezone.now())
    frame = frame_of(participant, request.user, "followup:schedule")
    return render(request, "followup/schedule.html", {"frame": frame, "page": page})


@allow(Capability.EXPORT, Participant)
def schedule_csv(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Hand out one participant's schedule as a file."""
    rows = schedule_rows(read_schedule(participant, timezone.now()))
    return csv_response("schedule", SCHEDULE_CSV_HEAD, rows, person=request.user, participant=participant)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def unscheduled(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Log a visit that the schedule does not plan."""
    form = UnscheduledForm(request.POST or None, participant=participant)
    if request.method == "POST" and form.is_valid():
        by = Actor.of(request.user)
        visit = attempt(form, lambda: add_unscheduled(by=by, participant=participant, **form.cleaned_data))
        if visit is not None and visit.occurred_on is not None:
            messages.success(request, f"Unscheduled visit of {full_day(visit.occurred_on)} logged.")
            return redirect("followup:schedule", participant.pk)
    frame = frame_of(participant, request.user, "followup:schedule")
    return render(request, "followup/unscheduled.html", {"frame": frame, "form": form})
