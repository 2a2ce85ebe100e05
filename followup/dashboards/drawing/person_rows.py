"""A row for each participant, as the heat maps and the swimmer plot share them.

Few have their name beside the row. Many are too low for a name, and named together by their grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from followup.dashboards.drawing.svg import NARROW, Drawing
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.grades import DRAWN, ROOMY, Grades
from followup.dashboards.reading.people import Person

HEAD, ROW, LOW, FOOT = 24.0, 22.0, 6.0, 6.0
# A name above its row takes so much more.
ABOVE = 16.0
LEAST_GUTTER, LOW_GUTTER, LETTER = 46.0, 54.0, 7.6


def height_of(number: int) -> float:
    """Return the height of a drawing of so many participants, in whose rows are as many as are drawn."""
    drawn = min(number, DRAWN)
    return HEAD + drawn * (ROW if drawn <= ROOMY else LOW) + FOOT


@dataclass(frozen=True)
class PersonRows:
    """Where the rows of some participants lie in a drawing of a width.

    `left` is where the names end; they stand above their rows where they would take too much of a phone.
    """

    people: Sequence[Person]
    width: float
    left: float
    names_above: bool

    @classmethod
    def of(cls, people: Sequence[Person], width: float) -> PersonRows:
        """Make room for the longest name."""
        if len(people) > ROOMY:
            return cls(people, width, LOW_GUTTER, names_above=False)
        longest = max((len(one.study_id) for one in people), default=0)
        gutter = max(longest * LETTER + 6, LEAST_GUTTER)
        names_above = width <= NARROW and gutter > width / 4
        return cls(people, width, 10.0 if names_above else gutter, names_above)

    @property
    def is_roomy(self) -> bool:
        """Whether each row has its name and numerals."""
        return len(self.people) <= ROOMY

    @property
    def step(self) -> float:
        """From one row to the next."""
        return (ROW if self.is_roomy else LOW) + (ABOVE if self.names_above else 0)

    @property
    def bottom(self) -> float:
        """The lower end of the last row."""
        return HEAD + len(self.people) * self.step

    @property
    def height(self) -> float:
        """The height of the drawing."""
        return self.bottom + FOOT

    def top(self, place: int) -> float:
        """Return the upper end of a row, below its name where that stands above."""
        return HEAD + place * self.step + (ABOVE if self.names_above else 0)

    def name(self, drawing: Drawing, frame: Frame) -> None:
        """Name each row; rows too low for it by the maximum CRS grade that they have in common."""
        if not self.is_roomy:
            _name_runs(drawing, frame, self)
            return
        for place, one in enumerate(self.people):
            drawing.text("t", 2, self.top(place) + (-3 if self.names_above else 15), one.study_id)


def _name_runs(drawing: Drawing, frame: Frame, rows: PersonRows) -> None:
    """Say at the left which rows have the same maximum CRS grade; a line begins them."""

    def grade(place: int) -> int | None:
        return frame.grades.get(rows.people[place].pk, Grades()).crs

    for value, run in groupby(range(len(rows.people)), key=grade):
        first, *others = run
        drawing.line("axis", 2, rows.top(first), rows.width - 8, rows.top(first))
        if len(others) > 1:
            drawing.text("t-2", 2, rows.top(first) + 12, f"CRS {words(value)}")


def words(grade: int | None) -> str:
    """Write a grade, or that there is none."""
    return "–" if grade is None else str(grade)
