"""The dashboards: the page, a figure as CSV and SVG, and the participants behind a number."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from followup.dashboards.choice import Choice
from followup.dashboards.page import people_behind, read_figure, read_page
from followup.dashboards.svg_style import svg_style
from participants.access import StaffRequest, allow
from participants.audit import Actor, record_event
from participants.domain.roles import Capability
from participants.pages.csv_file import csv_response


@allow(Capability.READ_PARTICIPANTS)
def dashboard(request: StaffRequest) -> HttpResponse:
    """Show all figures of one choice."""
    page = read_page(request.user, Choice.of(request.GET), timezone.now())
    return render(request, "followup/dashboard/dashboard.html", {"page": page, "choice": page.choice})


@allow(Capability.EXPORT)
def figure_csv(request: StaffRequest, figure: str) -> HttpResponse:
    """Hand out the table of a figure."""
    choice = Choice.of(request.GET)
    _, found = read_figure(request.user, figure, choice, timezone.now(), Capability.EXPORT)
    return csv_response(found.key, found.table.file_head, found.table.file_rows, person=request.user)


@allow(Capability.EXPORT)
def figure_svg(request: StaffRequest, figure: str) -> HttpResponse:
    """Hand out a figure as a drawing that stands alone; one with nothing to show is an empty answer."""
    choice = Choice.of(request.GET)
    _, found = read_figure(request.user, figure, choice, timezone.now(), Capability.EXPORT)
    if found.drawing is None:
        return HttpResponse(status=204)
    response = HttpResponse(found.drawing.file(svg_style()), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{found.key}.svg"'
    record_event(by=Actor.of(request.user), kind="export", reason=f"{found.key}: figure as SVG")
    return response


@allow(Capability.READ_PARTICIPANTS)
def figure_people(request: StaffRequest, figure: str) -> HttpResponse:
    """List the participants behind a number."""
    choice, now = Choice.of(request.GET), timezone.now()
    frame, found = read_figure(request.user, figure, choice, now, Capability.READ_PARTICIPANTS)
    label, people = people_behind(frame, found, request.GET.get("of", ""))
    context = {"figure": found, "label": label, "people": people, "frame": frame, "choice": choice}
    return render(request, "followup/dashboard/people.html", context)
