"""The grid of participants and visits."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from followup.pages.grid import GridFilter, read_grid
from followup.pages.grid_file import GRID_CSV_HEAD, grid_rows, grid_visits
from participants.access import StaffRequest, allow
from participants.domain.roles import Capability
from participants.pages.csv_file import csv_response


@allow(Capability.READ_PARTICIPANTS)
def grid(request: StaffRequest) -> HttpResponse:
    """Show participants by visits, one sign a cell."""
    page = read_grid(request.user, GridFilter.of(request.GET), timezone.now())
    return render(request, "followup/grid.html", {"grid": page})


@allow(Capability.EXPORT)
def grid_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the visits of the grid as a file."""
    visits = grid_visits(request.user, GridFilter.of(request.GET), timezone.now())
    return csv_response("visits", GRID_CSV_HEAD, grid_rows(visits), person=request.user)
