"""Visits: the sign on the day, the window as a bar under it, the target as a tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from followup.timeline.canvas import Canvas
from followup.timeline.facts import Course, VisitFact
from followup.timeline.labels import Room, rows_for, text_width
from followup.timeline.lanes.bars import tick
from followup.timeline.marks import Lane, Mark, Rect, Shape, Sign, Text, in_order

SIGN = 16.0
ROW = 32.0
MOST_ROWS = 3
_WINDOW_ROW = 8.0
# The bold label of a visit, and the least distance between two.
_LABEL_PX, _GAP = 12.7, 3.0
# The sign that a group of visits shows is the one that asks most of somebody.
_URGENCY = ("overdue", "open", "part", "missed", "done-out", "done", "plan", "none", "na")


@dataclass
class _Column:
    """Visits at one place; more than one where there is no room for each."""

    visits: list[VisitFact]
    x: float
    room: Room
    row: int

    @property
    def sign(self) -> str:
        return min((visit.sign for visit in self.visits), key=_URGENCY.index)

    @property
    def label(self) -> str:
        return self.visits[0].label if len(self.visits) == 1 else f"×{len(self.visits)}"

    @property
    def beside(self) -> str:
        return self.visits[0].beside if len(self.visits) == 1 else ""


@dataclass
class _Windows:
    """The rows of window bars under the signs."""

    top: float
    rows: dict[int, int] = field(default_factory=dict)

    @property
    def height(self) -> float:
        return _WINDOW_ROW * (max(self.rows.values(), default=-1) + 1)


def visits_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw the visits of the range; where they stand too close, they share a column with a count."""
    shown = sorted(_shown(course, canvas), key=lambda visit: (visit.on, visit.target_on or visit.on))
    columns = _columns([visit for visit in shown if canvas.holds_day(visit.on) and not visit.is_log], canvas)
    top = 6 + ROW * (max((column.row for column in columns), default=0) + 1) + 4
    windows = _Windows(top, _window_rows(shown, canvas))
    marks = [_mark(column, windows, canvas) for column in columns]
    apart = {id(visit) for column in columns for visit in column.visits}
    marks += [_window_mark(visit, windows, canvas) for visit in shown if id(visit) not in apart]
    return Lane(
        "Visits",
        windows.top + windows.height + 6,
        in_order(marks),
        sub="bar = window",
        is_bare=not course.visits,
    )


def _shown(course: Course, canvas: Canvas) -> list[VisitFact]:
    return [
        visit
        for visit in course.visits
        if canvas.holds_day(visit.on)
        or (visit.opens_on and visit.closes_on and not visit.is_unneeded and _window(visit, canvas))
    ]


def _columns(visits: Sequence[VisitFact], canvas: Canvas) -> list[_Column]:
    columns: list[_Column] = []
    for visit in visits:
        x = canvas.x_on(visit.on)
        half = max(text_width(visit.label, _LABEL_PX), SIGN) / 2
        extra = text_width(visit.beside) + 4 if visit.beside else 0.0
        room = Room(x - half, x + max(half, SIGN / 2 + extra))
        row = next((n for n in range(canvas.rows(MOST_ROWS)) if _is_free(room, n, columns)), None)
        if row is None:
            columns[-1].visits.append(visit)
        else:
            columns.append(_Column([visit], x, room, row))
    return columns


def _is_free(room: Room, row: int, columns: Sequence[_Column]) -> bool:
    return all(column.room.right + _GAP <= room.left for column in columns if column.row == row)


def _window(visit: VisitFact, canvas: Canvas) -> tuple[float, float] | None:
    """Return where a window begins and ends in the plot; None without one in the range."""
    if visit.opens_on is None or visit.closes_on is None:
        return None
    opens, closes = visit.opens_on.toordinal(), visit.closes_on.toordinal() + 1
    if not canvas.meets(opens, closes) or closes == canvas.scale.start:
        return None
    return canvas.scale.x(opens) + 1, canvas.scale.x(closes) - 1


def _window_rows(shown: Sequence[VisitFact], canvas: Canvas) -> dict[int, int]:
    drawn = [
        (visit, window) for visit in shown if not visit.is_unneeded and (window := _window(visit, canvas))
    ]
    drawn.sort(key=lambda pair: (pair[0].is_log, pair[1]))
    rows = rows_for([Room(*window) for _, window in drawn], gap=1.0)
    return {id(visit): row for (visit, _), row in zip(drawn, rows, strict=True)}


def _bar(visit: VisitFact, windows: _Windows, canvas: Canvas) -> list[Shape]:
    window, row = _window(visit, canvas), windows.rows.get(id(visit))
    if window is None or row is None:
        return []
    left, right = window
    y = windows.top + row * _WINDOW_ROW
    if visit.is_log:
        return [Rect("log", left, y, max(right - left, 2), 3, 1.5)]
    bar: list[Shape] = [Rect("bar-1", left, y, max(right - left, 2), 4, 2)]
    if visit.target_on and canvas.holds_day(visit.target_on):
        bar.append(tick(canvas.x_on(visit.target_on), y - 2, y + 6))
    return bar


def _mark(column: _Column, windows: _Windows, canvas: Canvas) -> Mark:
    y = 6 + ROW * column.row
    first = column.visits[0]
    shapes: list[Shape] = [bar for visit in column.visits for bar in _bar(visit, windows, canvas)]
    shapes += [
        Sign(column.sign, column.x, y + 22),
        Text("t-2 t-b t-mid halo", column.x, y + 10, column.label),
    ]
    if column.beside:
        ink = "t-2 t-red" if column.sign == "overdue" else "t-2 t-acc"
        shapes.append(Text(f"{ink} halo", column.x + SIGN / 2 + 3, y + 26, column.beside))
    last = column.visits[-1]
    when = canvas.when_on(first.on)
    if last.on != first.on:
        when = f"{canvas.brief_on(first.on)} to {canvas.brief_on(last.on)}"
    return Mark(
        when=when,
        words="; ".join(f"{visit.label}, {visit.words}" for visit in column.visits),
        hit=Rect("hit", column.room.left - 2, y - 2, column.room.right - column.room.left + 4, ROW + 2, 3),
        shapes=tuple(shapes),
        begins=first.on,
        value=first.label,
        href=first.href if len(column.visits) == 1 else "",
    )


def _window_mark(visit: VisitFact, windows: _Windows, canvas: Canvas) -> Mark:
    left, right = _window(visit, canvas) or (0.0, 0.0)
    y = windows.top + windows.rows.get(id(visit), 0) * _WINDOW_ROW
    opens_on = visit.opens_on or visit.on
    return Mark(
        when=canvas.when_on(opens_on),
        words=f"{visit.label}, {visit.words}",
        hit=Rect("hit", left - 2, y - 3, right - left + 4, 10, 3),
        shapes=tuple(_bar(visit, windows, canvas)),
        begins=opens_on,
        ends=visit.closes_on,
        value=visit.label,
        href=visit.href,
    )
