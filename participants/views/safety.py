"""The safety pages: serious events and their clocks, all adverse events, the report log."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from participants.access import StaffRequest, allow
from participants.domain.roles import Capability
from participants.pages.adverse_events import EVENTS_CSV_HEAD, event_rows
from participants.pages.csv_file import csv_response
from participants.pages.safety import (
    REPORTS_CSV_HEAD,
    SERIOUS_CSV_HEAD,
    SafetyFilter,
    all_events,
    read_event_list,
    read_report_log,
    read_safety,
    report_rows,
    serious_rows,
)


@allow(Capability.READ_PARTICIPANTS)
def safety(request: StaffRequest) -> HttpResponse:
    """Show what is proposed, which clocks run, and the serious events."""
    page = read_safety(request.user, SafetyFilter.of(request.GET), timezone.now())
    return render(request, "participants/safety/safety.html", {"page": page})


@allow(Capability.EXPORT)
def safety_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the serious events with their clocks as a file."""
    rows = serious_rows(request.user, SafetyFilter.of(request.GET), timezone.now())
    return csv_response("serious_events", SERIOUS_CSV_HEAD, rows, person=request.user)


@allow(Capability.READ_PARTICIPANTS)
def all_adverse_events(request: StaffRequest) -> HttpResponse:
    """List the adverse events of the person's sites."""
    page = read_event_list(request.user, SafetyFilter.of(request.GET))
    return render(request, "participants/safety/event_list.html", {"page": page})


@allow(Capability.EXPORT)
def all_adverse_events_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the list as a file."""
    rows = all_events(request.user, SafetyFilter.of(request.GET), Capability.EXPORT)
    return csv_response("adverse_events", EVENTS_CSV_HEAD, event_rows(rows), person=request.user)


@allow(Capability.READ_PARTICIPANTS)
def reports(request: StaffRequest) -> HttpResponse:
    """List the reports that were sent."""
    page = read_report_log(request.user, SafetyFilter.of(request.GET))
    return render(request, "participants/safety/reports.html", {"page": page})


@allow(Capability.EXPORT)
def reports_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the report log as a file."""
    rows = report_rows(request.user, SafetyFilter.of(request.GET))
    return csv_response("safety_reports", REPORTS_CSV_HEAD, rows, person=request.user)
