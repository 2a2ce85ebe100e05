"""Temperature: an ink line against both thresholds, which are never merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil, floor

from followup.timeline.canvas import GUTTER, Canvas
from followup.timeline.facts import Course, Heat, Reading, TriggerPair
from followup.timeline.marks import Circle, Lane, Line, Mark, Path, Rect, Shape, Text, in_order
from participants.domain.day_words import lasted
from participants.domain.temperature import CRS_FEVER, TRIGGER_FEVER

# Further apart than this, nobody knows the temperature between two readings.
BREAK = timedelta(hours=24)
_HOURLY, _DAILY = 138.0, 84.0
_PAD = 14.0
_WORDS_PX = 170.0
_LOW_C, _HIGH_C = 36.5, 39.5
_WORDS_HIGH = 12.0
# Where each threshold lies, its look and its words beside the plot.
_TRIGGER = (float(TRIGGER_FEVER.celsius), "t-3 t-acc", "trigger > 38.5")
_FEVER = (float(CRS_FEVER.celsius), "t-3", "fever ≥ 38.0")
_LOOKS = {Heat.TRIGGER: ("ink", 2.8), Heat.FEVER: ("ink-o", 2.8), Heat.NONE: ("bar-2", 1.8)}


@dataclass(frozen=True, slots=True)
class _Degrees:
    """The scale of the lane: degrees C from its foot to its head."""

    low: float
    high: float
    height: float

    @property
    def names_thresholds(self) -> bool:
        """Whether both thresholds are far enough apart to be named one above the other."""
        return self.y(_FEVER[0]) - self.y(_TRIGGER[0]) >= _WORDS_HIGH

    def y(self, celsius: float) -> float:
        share = (celsius - self.low) / (self.high - self.low)
        return self.height - _PAD - share * (self.height - 2 * _PAD)


def temperature_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw every reading by the hour, the highest of each day otherwise."""
    shown = [reading for reading in course.readings if canvas.holds(reading.at)]
    if not shown:
        return Lane("Temperature", 24, sub="", is_bare=not course.readings)
    degrees = _degrees(shown, _HOURLY if canvas.is_hourly else _DAILY)
    marks = _hourly(course, shown, degrees, canvas) if canvas.is_hourly else _daily(shown, degrees, canvas)
    line = _line(shown, degrees, canvas) if canvas.is_hourly else _daily_line(shown, degrees, canvas)
    return Lane(
        "Temperature",
        degrees.height,
        in_order(marks),
        sub="°C" if canvas.is_hourly else "°C, daily max",
        ground=(*_thresholds(shown, degrees, canvas), *line),
        gutter=tuple(_scale(degrees)),
    )


def _degrees(shown: Sequence[Reading], height: float) -> _Degrees:
    values = [float(reading.celsius) for reading in shown]
    low, high = min(_LOW_C, *values), max(_HIGH_C, *values)
    return _Degrees(floor(low * 2) / 2, ceil(high * 2) / 2, height)


def _scale(degrees: _Degrees) -> Iterable[Shape]:
    """Draw the degrees beside the plot, and the names of both thresholds where they have room."""
    step = 1 if degrees.high - degrees.low <= 6 else 2
    named = [_TRIGGER, _FEVER] if degrees.names_thresholds else []
    for celsius, css, words in named:
        yield Text(f"{css} t-end", GUTTER - 8, degrees.y(celsius) + 4, words)
    for whole in range(ceil(degrees.low), floor(degrees.high) + 1, step):
        if not any(abs(degrees.y(whole) - degrees.y(celsius)) < _WORDS_HIGH for celsius, _, _ in named):
            yield Text("t-3 t-end", GUTTER - 8, degrees.y(whole) + 4, str(whole))
        yield Line("axis", GUTTER - 4, degrees.y(whole), GUTTER, degrees.y(whole))


def _thresholds(shown: Sequence[Reading], degrees: _Degrees, canvas: Canvas) -> list[Shape]:
    """Draw both thresholds; their words, if not beside the plot, where the fewest readings are in the way."""
    fever, trigger = degrees.y(_FEVER[0]), degrees.y(_TRIGGER[0])
    lines: list[Shape] = [
        Line("ln-2 dash", 0, fever, canvas.width, fever),
        Line("ln-acc ldash", 0, trigger, canvas.width, trigger),
    ]
    if degrees.names_thresholds:
        return lines
    xs = [canvas.x(reading.at) for reading in shown]
    ends = [canvas.width - 4 - step * _WORDS_PX for step in range(int(canvas.width // _WORDS_PX))]
    end = min(ends, key=lambda x: sum(x - _WORDS_PX <= at <= x for at in xs))
    return [
        *lines,
        Text("t-2 t-acc t-end halo", end, trigger - 5, "trigger > 38.5 °C, twice"),
        Text("t-2 t-end halo", end, fever + 14, "CRS fever ≥ 38.0 °C"),
    ]


def _outline(places: Sequence[tuple[float, float] | None]) -> str:
    """Write an outline; None lifts the pen."""
    parts, is_down = [], False
    for place in places:
        if place is None:
            is_down = False
            continue
        parts.append(f"{'L' if is_down else 'M'}{place[0]:.1f} {place[1]:.1f}")
        is_down = True
    return "".join(parts)


def _line(shown: Sequence[Reading], degrees: _Degrees, canvas: Canvas) -> list[Shape]:
    places: list[tuple[float, float] | None] = []
    before = shown[0].at
    for reading in shown:
        if reading.at - before > BREAK:
            places.append(None)
        places.append(_place(reading, degrees, canvas))
        before = reading.at
    return [Path("ln", _outline(places))]


def _hourly(course: Course, shown: Sequence[Reading], degrees: _Degrees, canvas: Canvas) -> list[Mark]:
    told: dict[int, Mark] = {}
    for pair in course.triggers:
        told |= _pair(pair, degrees, canvas)
    return [told.get(id(reading)) or _single(reading, degrees, canvas) for reading in shown]


def _single(reading: Reading, degrees: _Degrees, canvas: Canvas) -> Mark:
    return _point(reading, _about(reading), degrees, canvas, (_dot(reading, degrees, canvas),))


def _about(reading: Reading) -> str:
    above = {Heat.TRIGGER: ", above 38.5 °C", Heat.FEVER: ", fever"}
    return f"{reading.words}{above.get(reading.heat, '')}"


def _place(reading: Reading, degrees: _Degrees, canvas: Canvas) -> tuple[float, float]:
    return canvas.x(reading.at), degrees.y(float(reading.celsius))


def _dot(reading: Reading, degrees: _Degrees, canvas: Canvas) -> Circle:
    css, radius = _LOOKS[reading.heat]
    return Circle(css, *_place(reading, degrees, canvas), radius)


def _point(
    reading: Reading, words: str, degrees: _Degrees, canvas: Canvas, shapes: tuple[Shape, ...]
) -> Mark:
    x, y = _place(reading, degrees, canvas)
    return Mark(
        when=canvas.when(reading.at),
        words=words,
        hit=Rect("hit", x - 8, y - 8, 16, 16, 8),
        shapes=shapes,
        begins=reading.at,
        value=reading.words,
    )


def _pair(pair: TriggerPair, degrees: _Degrees, canvas: Canvas) -> dict[int, Mark]:
    """Bracket the two readings that met the trigger, with their distance."""
    apart = lasted(pair.second.at - pair.first.at)
    (x1, y1), (x2, y2) = _place(pair.first, degrees, canvas), _place(pair.second, degrees, canvas)
    top = max(min(y1, y2) - 14, 6)
    bracket = (
        Path("acc-l", f"M{x1:.1f} {y1 - 7:.1f}V{top:.1f}H{x2:.1f}V{y2 - 7:.1f}"),
        Text("t-2 t-acc t-end halo", x1 - 6, top + 5, f"{apart} apart"),
        Circle("acc", x2, y2, 4.2),
    )
    first = f"{pair.first.words}, first reading above 38.5 °C"
    second = f"{pair.second.words}, second reading above 38.5 °C, {apart} after the first: trigger met"
    return {
        id(pair.first): _point(pair.first, first, degrees, canvas, (Circle("acc", x1, y1, 4.2),)),
        id(pair.second): replace(_point(pair.second, second, degrees, canvas, bracket), is_lead=True),
    }


def _by_day(shown: Sequence[Reading], canvas: Canvas) -> dict[date, list[Reading]]:
    days: dict[date, list[Reading]] = {}
    for reading in shown:
        days.setdefault(canvas.day(reading.at), []).append(reading)
    return days


def _daily_line(shown: Sequence[Reading], degrees: _Degrees, canvas: Canvas) -> list[Shape]:
    places: list[tuple[float, float] | None] = []
    before: date | None = None
    for day, readings in sorted(_by_day(shown, canvas).items()):
        if before and day - before > timedelta(days=1):
            places.append(None)
        places.append((canvas.x_on(day), degrees.y(float(max(row.celsius for row in readings)))))
        before = day
    return [Path("ln", _outline(places))]


def _daily(shown: Sequence[Reading], degrees: _Degrees, canvas: Canvas) -> list[Mark]:
    marks = []
    for day, readings in sorted(_by_day(shown, canvas).items()):
        highest = max(readings, key=lambda row: row.celsius)
        x, y = canvas.x_on(day), degrees.y(float(highest.celsius))
        css, radius = _LOOKS[highest.heat]
        many = f", highest of {len(readings)} readings" if len(readings) > 1 else ""
        marks.append(
            Mark(
                when=canvas.when_on(day),
                words=f"{_about(highest)}{many}",
                hit=Rect("hit", x - 6, y - 8, 12, 16, 6),
                shapes=(Circle(css, x, y, radius),),
                begins=day,
                value=highest.words,
            )
        )
    return marks
