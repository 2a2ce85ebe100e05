"""Figures as files."""

from __future__ import annotations

from django.http import HttpResponse

from followup.dashboards.figure import Figure
from followup.dashboards.svg_style import svg_style
from participants.audit import Actor, record_event
from participants.models import StaffMember


def svg_response(figure: Figure, *, person: StaffMember) -> HttpResponse:
    """Return a figure as a drawing that stands alone, and record the export; 204 with nothing to show."""
    if figure.drawing is None:
        return HttpResponse(status=204)
    response = HttpResponse(figure.drawing.file(svg_style()), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{figure.key}.svg"'
    record_event(by=Actor.of(person), kind="export", reason=f"{figure.key}: figure as SVG")
    return response
