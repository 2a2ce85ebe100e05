"""Rows as a file: no formula, recorded as an export."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest

from participants.models import AuditChange
from participants.pages.csv_file import csv_response, safe_cell
from tests.factories import make_staff


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert str(safe_cell(text)).startswith("'")


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (-3, -3), (date(2026, 3, 1), "2026-03-01"), ("D−5", "D−5"), ("a-b", "a-b")],
)
def test_a_plain_cell_stays_as_it_is(value: object, cell: object) -> None:
    assert safe_cell(value) == cell


def test_a_moment_says_its_zone() -> None:
    assert safe_cell(datetime(2026, 3, 1, 9, tzinfo=UTC)) == "2026-03-01T09:00:00+00:00"


@pytest.mark.django_db
def test_a_file_is_recorded_as_an_export() -> None:
    person = make_staff(None)
    response = csv_response("visits", ["a", "b"], [("1", 'x, "y"'), ("2", "é")], person=person)
    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert rows == [["a", "b"], ["1", 'x, "y"'], ["2", "é"]]
    change = AuditChange.objects.get(kind="export")
    assert (change.actor, change.reason) == (person, "visits: 2 rows as CSV")
