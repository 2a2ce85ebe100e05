"""Answer with rows as CSV, recorded as an export."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.http import HttpResponse

from participants.audit import Actor, record_event
from participants.models import Participant, StaffMember

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_response(
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    person: StaffMember,
    participant: Participant | None = None,
) -> HttpResponse:
    """Return a file of rows and record that this person took it; dates are ISO, times UTC."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(head)
    written = [writer.writerow([safe_cell(value) for value in row]) for row in rows]
    record_event(
        by=Actor.of(person),
        kind="export",
        reason=f"{name}: {len(written)} rows as CSV",
        participant=participant,
    )
    return response


def safe_cell(value: object) -> object:
    """Return a value as a cell that no spreadsheet runs; numbers stay numbers, None is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
