"""The timeline page of one participant: the choice, the figure, its table, and the links around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from followup.timeline.canvas import Axis, Zoom
from followup.timeline.choice import Choice, range_of, read_choice
from followup.timeline.facts import Course
from followup.timeline.figure import Figure, canvas_of, draw
from followup.timeline.read import read_course
from followup.timeline.table import COLUMNS, DayRow, day_rows
from participants.domain.day_words import study_day
from participants.models import Participant

TIMELINE_CSV_HEAD = ("track", "begins", "ends", "study_day", "value", "words")
GRADES = (0, 1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Link:
    """A choice that is one click away."""

    label: str
    query: str
    is_here: bool = False
    name: str = ""


@dataclass(frozen=True)
class TimelinePage:
    """Everything that the page shows."""

    choice: Choice
    figure: Figure
    rows: list[DayRow]
    zooms: list[Link]
    axes: list[Link]
    steps: list[Link]
    first: str
    last: str
    query: str
    columns: tuple[str, ...] = COLUMNS
    grades: tuple[int, ...] = GRADES

    @property
    def is_empty(self) -> bool:
        """Whether the whole course has nothing to draw."""
        return not self.figure.lanes


def read_timeline(participant: Participant, values: Mapping[str, str], now: datetime) -> TimelinePage:
    """Read the timeline of a participant who was read with day zero, as the address asks for it."""
    course = read_course(participant, now)
    choice = read_choice(values, course)
    canvas = canvas_of(course, choice)
    return TimelinePage(
        choice=choice,
        figure=draw(course, canvas),
        rows=day_rows(course, canvas),
        zooms=[_zoom(zoom, choice) for zoom in Zoom],
        axes=_axes(choice, course),
        steps=_steps(choice, course),
        first=_written(choice.first_on, course),
        last=_written(choice.last_on, course),
        query=_query(choice, course, choice.zoom, choice.axis, (choice.first_on, choice.last_on)),
    )


def timeline_rows(
    participant: Participant, values: Mapping[str, str], now: datetime
) -> Iterable[tuple[object, ...]]:
    """Yield every mark of the range by the hour, whatever the zoom, as rows of a file."""
    course = read_course(participant, now)
    chosen = read_choice(values, course)
    canvas = replace(canvas_of(course, replace(chosen, zoom=Zoom.HOUR)), is_complete=True)
    for lane, mark in draw(course, canvas).marks:
        on = mark.begins.astimezone(course.zone).date() if isinstance(mark.begins, datetime) else mark.begins
        day = (on - course.day_zero).days if course.day_zero else None
        yield lane, mark.begins, mark.ends, day, mark.value, mark.words


def _written(on: date, course: Course) -> str:
    return study_day(on, course.day_zero).replace("\N{MINUS SIGN}", "-") or on.isoformat()


def _query(choice: Choice, course: Course, zoom: Zoom, axis: Axis, span: tuple[date, date]) -> str:
    values = {"zoom": zoom, "from": _written(span[0], course), "to": _written(span[1], course)}
    if axis is Axis.CLOCK and course.day_zero:
        values["axis"] = axis
    return f"?{urlencode(values, safe='+')}".replace("+", "%2B")


def _zoom(zoom: Zoom, choice: Choice) -> Link:
    values = {"zoom": str(zoom)} | ({"axis": "clock"} if choice.axis is Axis.CLOCK else {})
    return Link(zoom.capitalize(), f"?{urlencode(values)}", zoom is choice.zoom)


def _axes(choice: Choice, course: Course) -> list[Link]:
    """Offer both axes; without a day zero there are only dates."""
    if course.day_zero is None:
        return []
    span = (choice.first_on, choice.last_on)
    names = {Axis.DAYS: "D-days", Axis.CLOCK: "Clock"}
    return [
        Link(name, _query(choice, course, choice.zoom, axis, span), axis is choice.axis)
        for axis, name in names.items()
    ]


def _steps(choice: Choice, course: Course) -> list[Link]:
    """Lead to the same number of days before and after, as far as anything is there."""
    first, last = range_of(Zoom.MONTH, course)
    steps = []
    if choice.first_on > first:
        steps.append(_step("Earlier", -1, choice, course))
    if choice.last_on < last:
        steps.append(_step("Later", 1, choice, course))
    return steps


def _step(label: str, by: int, choice: Choice, course: Course) -> Link:
    span = choice.moved(by)
    return Link(label, _query(choice, course, choice.zoom, choice.axis, span))
