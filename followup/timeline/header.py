"""The head of the figure: days and dates, folds, and the lines that cross all lanes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from followup.timeline.canvas import Axis, Canvas, Zoom
from followup.timeline.facts import Course, KeyEvent
from followup.timeline.labels import BOLD_PX, Label, Room, beside, rows_for, text_width
from followup.timeline.marks import Line, Path, Rect, Shape, Text
from followup.timeline.scale import Stretch
from participants.domain.day_words import short_day, study_day

TOP = 40.0
_ROW = 14.0
_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364, 1092)
_HOURS = (6, 12, 18)
# How wide the words of a day are at most.
_WORDS_PX = {Zoom.HOUR: 62.0, Zoom.DAY: 62.0, Zoom.MONTH: 98.0}
_HOUR_PX = 150.0


@dataclass(frozen=True, slots=True)
class _Tick:
    """A day that is written along the top; the words have their middle at `x` where there is room."""

    x: float
    line_x: float
    first: str
    second: str
    end: float

    @property
    def room(self) -> Room:
        """Where the words stand: kept inside the figure at both ends."""
        width = max(text_width(self.first, BOLD_PX), text_width(self.second))
        left = min(max(self.x - width / 2, 0.0), self.end - width)
        return Room(left, left + width)

    @property
    def anchored(self) -> tuple[str, float]:
        """The class and the place of the words."""
        room = self.room
        if room.left <= 0.0:
            return "", 1.0
        return ("t-end", self.end) if room.right >= self.end else ("t-mid", self.x)


@dataclass(frozen=True)
class Header:
    """The head: its height, what lies under all lanes, and what lies over them."""

    height: float
    shapes: tuple[Shape, ...]


def header_of(course: Course, canvas: Canvas) -> Header:
    """Write days, folds and the names of key events."""
    ticks = _fitting(_ticks(canvas), canvas)
    shapes: list[Shape] = [Line("axis", 0, TOP + 0.5, canvas.width, TOP + 0.5)]
    for tick in ticks:
        shapes += _words(tick)
    for fold in canvas.scale.folds:
        middle = (fold.left + fold.right) / 2
        shapes += [
            Text("t t-b t-mid", middle, 15, f"{fold.days} d"),
            Text("t-2 t-mid", middle, 31, "folded"),
        ]
    shapes += _hours(canvas)
    named, rows = _event_words(course, canvas)
    return Header(TOP + 8 + _ROW * max(rows, 1), (*shapes, *named))


def _ticks(canvas: Canvas) -> list[_Tick]:
    if canvas.axis is Axis.CLOCK and canvas.zoom is Zoom.MONTH:
        return [_month(day, canvas) for day in canvas.days() if day.day == 1]
    wide = _WORDS_PX[canvas.zoom]
    step = next(step for step in _STEPS if step * canvas.scale.unit >= wide or step == _STEPS[-1])
    zero = canvas.day_zero or date.fromordinal(round(canvas.scale.start))
    return [
        _day(day, canvas, is_first=n == 0)
        for n, day in enumerate(day for day in canvas.days() if (day - zero).days % step == 0)
    ]


def _day(day: date, canvas: Canvas, *, is_first: bool) -> _Tick:
    study = study_day(day, canvas.day_zero)
    if canvas.is_hourly:
        named = f"{day:%a} {day.day} {day:%b}" if is_first or day.day == 1 else f"{day:%a} {day.day}"
        x = canvas.x_on(day)
    else:
        named, x = f"{day:%d %b}", canvas.x_on(day, 0)
        if canvas.zoom is Zoom.MONTH:
            named = f"{day:%d %b %Y}"
    if not study:
        study = "" if canvas.is_hourly else f"{day:%a}"
        return _Tick(x, canvas.x_on(day, 0), named, study, canvas.width)
    first, second = (study, named) if canvas.axis is Axis.DAYS else (named, study)
    return _Tick(x, canvas.x_on(day, 0), first, second, canvas.width)


def _month(day: date, canvas: Canvas) -> _Tick:
    x = canvas.x_on(day, 0)
    return _Tick(x, x, f"{day:%b %Y}", study_day(day, canvas.day_zero), canvas.width)


def _fitting(ticks: Sequence[_Tick], canvas: Canvas) -> list[_Tick]:
    """Keep the ticks whose words have room between each other and the folds."""
    folds = [Room(fold.left, fold.right) for fold in canvas.scale.folds]
    rows = rows_for([*folds, *(tick.room for tick in ticks)], gap=4.0)
    return [tick for tick, row in zip(ticks, rows[len(folds) :], strict=True) if row == 0]


def _words(tick: _Tick) -> list[Shape]:
    side, x = tick.anchored
    return [
        Text(f"t t-b {side}".strip(), x, 15, tick.first),
        Text(f"t-2 {side}".strip(), x, 31, tick.second),
        Line("axis", tick.line_x, TOP - 4, tick.line_x, TOP),
    ]


def _hours(canvas: Canvas) -> list[Shape]:
    """Mark every sixth hour by the hour, and write it where a day is wide enough."""
    if not canvas.is_hourly:
        return []
    shapes: list[Shape] = []
    for day in canvas.days():
        for hour in _HOURS:
            x = canvas.x_on(day, hour / 24)
            shapes.append(Line("grid-2", x, TOP - 3, x, TOP))
            if canvas.scale.unit >= _HOUR_PX and hour != 12:
                shapes.append(Text("t-3 t-mid", x, 31, f"{hour:02d}"))
    return shapes


def _event_words(course: Course, canvas: Canvas) -> tuple[list[Shape], int]:
    events = [event for event in course.key_events if canvas.holds_moment(event.moment)]
    labels = [
        (beside(_label(event, canvas), x, x - 1, canvas.width), "t-2 t-acc" if event.is_drug else "t-2")
        for event in events
        for x in [canvas.x_of(event.moment)]
    ]
    if canvas.scale.holds(canvas.now_position):
        x = canvas.x(canvas.now)
        labels.append((beside(_now_words(canvas), x, x - 1, canvas.width), "t-2 t-b t-acc"))
    rows = rows_for([label.room for label, _ in labels])
    shapes = [_named(label, css, row) for (label, css), row in zip(labels, rows, strict=True)]
    return shapes, max(rows, default=-1) + 1


def _label(event: KeyEvent, canvas: Canvas) -> str:
    if event.moment.at is None or not canvas.is_hourly:
        return event.label
    return f"{event.label} {canvas.clock(event.moment.at)}"


def _now_words(canvas: Canvas) -> str:
    if canvas.is_hourly:
        return f"Now {canvas.clock(canvas.now)}"
    return ", ".join(filter(None, ["Today", study_day(canvas.today, canvas.day_zero)]))


def _named(label: Label, css: str, row: int) -> Shape:
    side = " t-end" if label.is_left else ""
    return Text(f"{css}{side} halo", label.x, TOP + 15 + _ROW * row, label.text)


def under(course: Course, canvas: Canvas, drugs_end: float, bottom: float) -> list[Shape]:
    """Return what lies under all lanes: the future, folds, days, and key events down to the drugs."""
    shapes: list[Shape] = []
    is_now_shown = canvas.scale.holds(canvas.now_position)
    now_x = canvas.x(canvas.now)
    if canvas.now_position < canvas.scale.end:
        shapes.append(Rect("future", now_x, TOP, canvas.width - now_x, bottom - TOP))
    for fold in canvas.scale.folds:
        shapes.append(Rect("fold", fold.left, TOP, fold.right - fold.left, bottom - TOP))
    shapes += [Line("grid", x, TOP, x, bottom) for x in _grid(canvas)]
    for event in course.key_events:
        if canvas.holds_moment(event.moment):
            x = canvas.x_of(event.moment)
            css = "ev dash" if event.is_drug else "ev-0 dash" if event.is_planned else "ev-0"
            shapes.append(Line(css, x, TOP, x, drugs_end))
    return [*shapes, Line("ev", now_x, TOP, now_x, bottom)] if is_now_shown else shapes


def _grid(canvas: Canvas) -> list[float]:
    if canvas.is_hourly:
        return [canvas.x_on(day, 0) for day in canvas.days()] + [canvas.width]
    return [tick.line_x for tick in _ticks(canvas)]


def over(canvas: Canvas, bottom: float) -> list[Shape]:
    """Return what lies over all lanes: the edges of folds."""
    return [edge for fold in canvas.scale.folds for edge in _edges(fold, bottom)]


def _edges(fold: Stretch, bottom: float) -> list[Shape]:
    zigzag = "l3 6-3 6" * max(int((bottom - TOP + 6) // 12), 1)
    return [Path("axis fold-l", f"M{x:.1f} {TOP - 6:g}{zigzag}") for x in (fold.left, fold.right)]


def title_of(canvas: Canvas) -> tuple[str, str]:
    """Return the range as it heads the figure: study days, and dates with the zoom."""
    first = date.fromordinal(round(canvas.scale.start))
    last = date.fromordinal(round(canvas.scale.end) - 1)
    year = "" if first.year == last.year else f" {first.year}"
    dates = f"{short_day(first)}{year} to {short_day(last)} {last.year}, by the {canvas.zoom}"
    if canvas.day_zero is None:
        return "Before day zero", dates
    return f"{study_day(first, canvas.day_zero)} to {study_day(last, canvas.day_zero)}", dates
