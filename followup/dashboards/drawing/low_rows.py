"""Rows of participants that are too many for their names: low, and named together by their grade."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.reading.frame import Frame, Person
from followup.dashboards.reading.grades import Grades

LOW, TOP = 6.0, 24.0


def name_runs(drawing: Drawing, frame: Frame, shown: Sequence[Person], right: float) -> None:
    """Say at the left which rows have the same maximum CRS grade; a line begins them."""

    def grade(place: int) -> int | None:
        return frame.grades.get(shown[place].pk, Grades()).crs

    for value, run in groupby(range(len(shown)), key=grade):
        first, *others = run
        drawing.line("axis", 2, TOP + first * LOW, right, TOP + first * LOW)
        if len(others) > 1:
            drawing.text("t-2", 2, TOP + 12 + first * LOW, f"max {words(value)}")


def words(grade: int | None) -> str:
    """Write a grade, or that there is none."""
    return "–" if grade is None else str(grade)
