"""How a curve over time is drawn: axes, steps, band, median, censorings, and the numbers at risk below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from followup.dashboards.drawing.svg import NARROW, WIDE, Drawing, Point
from followup.dashboards.drawing.time_axis import TimeAxis
from followup.dashboards.figure import FEW, risk_group
from participants.domain.life_table import Floats, LifeTable, number_at_risk

LEFT, TOP, MARGIN = 50.0, 26.0, 14.0
# The height of a drawing, and what the time axis and the numbers at risk take of it.
HEIGHT, FOOT = 268.0, 56.0
# From one participant's line to the next, and the width of a letter of their name.
LANE, LETTER = 26.0, 7.6
# A shade that begins after this share of the time axis cannot be seen.
LEAST_SEEN = 0.995


@dataclass(frozen=True)
class Scale:
    """What a curve shows: its name, the share up the page, and since when time runs.

    `address` says where a number of a group leads.
    """

    name: str
    share: str
    since: str
    address: Callable[[str], str]


@dataclass(frozen=True)
class Axes:
    """The place of days along the page and of shares up it, in a drawing of a width and a height."""

    width: float
    time: TimeAxis
    left: float = LEFT
    height: float = HEIGHT

    @classmethod
    def of(cls, longest_days: float, width: float, left: float = LEFT, height: float = HEIGHT) -> Axes:
        """Hold the longest time, with fewer marks where the drawing is for a phone."""
        return cls(width, TimeAxis.of(longest_days, 9 if width > NARROW else 6), left, height)

    @property
    def right(self) -> float:
        """The end of the time axis."""
        return self.width - MARGIN

    def x(self, days: float) -> float:
        """Return the place of a day."""
        return self.left + (self.right - self.left) * days / self.time.last_day

    @property
    def bottom(self) -> float:
        """The place of the time axis, above its marks and the numbers at risk."""
        return self.height - FOOT

    def y(self, share: float) -> float:
        """Return the place of a share."""
        return self.bottom - (self.bottom - TOP) * share

    def title(self, scale: Scale) -> str:
        """Say what the time axis counts."""
        return f"{self.time.unit.capitalize()} since {scale.since}"


def draw_frame(scale: Scale, name: str, table: LifeTable, axes: Axes) -> Drawing:
    """Draw the ground: where fewer than 5 are at risk, the grid, both axes and the numbers at risk."""
    drawing = Drawing(axes.width, axes.height, name)
    few = axes.x(_few_from(table))
    drawing.rect("future", few, TOP, axes.right - few, axes.bottom - TOP)
    drawing.text("t-2", 2, 12, scale.share)
    for percent in (0, 25, 50, 75, 100):
        drawing.line("grid", LEFT, axes.y(percent / 100), axes.right, axes.y(percent / 100))
        drawing.text("t-3 t-end", LEFT - 7, axes.y(percent / 100) + 4, f"{percent} %")
    _time_axis(drawing, axes, axes.bottom)
    drawing.text("t-2 t-end", axes.right, axes.bottom + 34, axes.title(scale))
    drawing.text("t-2 t-b", 2, axes.bottom + 34, "At risk")
    _at_risk(drawing, scale, table, axes)
    return drawing


def marks_of(table: LifeTable) -> dict[str, float]:
    """Return the marks under the curve, at either width: in words, each with its day."""
    axes = [Axes.of(float(table.times[-1]), width).time for width in (WIDE, NARROW)]
    return {axis.words(mark): day for axis in axes for mark, day in axis.marks}


def _few_from(table: LifeTable) -> float:
    """Return the day from which on fewer than 5 are at risk: at the latest the last."""
    return float(table.times[table.at_risk - table.leaving < FEW][0])


def _at_risk(drawing: Drawing, scale: Scale, table: LifeTable, axes: Axes) -> None:
    """Write the numbers at risk; each opens who is at risk at the mark above it."""
    marks = axes.time.marks
    for (mark, day), number in zip(marks, number_at_risk(table, [day for _, day in marks]), strict=True):
        if number:
            words = axes.time.words(mark)
            drawing.open_link(
                scale.address(risk_group(words)), f"{number} at risk at {words}, opens the participants"
            )
        drawing.text("t-2 t-mid", axes.x(day), axes.bottom + 50, number)
        if number:
            drawing.close_link()


def _time_axis(drawing: Drawing, axes: Axes, bottom: float) -> None:
    drawing.line("axis", axes.left, bottom, axes.right, bottom)
    for number, day in axes.time.marks:
        drawing.line("axis", axes.x(day), bottom, axes.x(day), bottom + 4)
        drawing.text("t-2 t-mid", axes.x(day), bottom + 17, number)


def curve_legend(table: LifeTable, lower: Floats, *, has_ticks: bool) -> list[tuple[str, str]]:
    """Explain the signs of a curve that were drawn."""
    found = [("|", "censored")] if has_ticks and table.censored.any() else []
    # Limits that only the last time has are a band of no width.
    if not np.isnan(lower[:-1]).all():
        found.append((".band", "95 % interval at each time"))
    ends = max(Axes.of(float(table.times[-1]), width).time.last_day for width in (WIDE, NARROW))
    is_seen = _few_from(table) < LEAST_SEEN * ends
    return [*found, (".future", f"fewer than {FEW} at risk")] if is_seen else found


def step_points(axes: Axes, times: Floats, values: Floats, start: float) -> list[Point]:
    """Return the corners of a step function that starts at a share, up to the last time.

    Only where it changes is there a corner: most of many days end nobody's time with an event.
    """
    points = [(axes.x(0), axes.y(start))]
    turns = np.flatnonzero(np.diff(values, prepend=start))
    for time, value in zip(times[turns].tolist(), values[turns].tolist(), strict=True):
        points += [(axes.x(time), points[-1][1]), (axes.x(time), axes.y(value))]
    return [*points, (axes.x(float(times[-1])), points[-1][1])]


def draw_band(drawing: Drawing, axes: Axes, times: Floats, lower: Floats, upper: Floats) -> None:
    """Draw the area between two step functions, where both are defined."""
    known = np.flatnonzero(~(np.isnan(lower) | np.isnan(upper)))
    if not known.size:
        return
    first, last = known[[0, -1]]
    inside = slice(first, last + 1)
    # The limits of a time hold up to the next one.
    days = np.append(times[inside], times[min(last + 1, len(times) - 1)])
    above, below = (_edge(axes, days, limit[inside]) for limit in (upper, lower))
    drawing.path("band", [*above, *reversed(below)], closed=True)
    drawing.path("band-e", above)
    drawing.path("band-e", below)


def _edge(axes: Axes, days: Floats, values: Floats) -> list[Point]:
    """Return the corners of a limit, which begins on the first day and ends on the last."""
    turns = np.flatnonzero(np.diff(values, prepend=np.nan))
    begins, ends = days[turns], np.append(days[turns[1:]], days[-1])
    points: list[Point] = []
    for begin, end, value in zip(begins.tolist(), ends.tolist(), values[turns].tolist(), strict=True):
        points += [(axes.x(begin), axes.y(value)), (axes.x(end), axes.y(value))]
    return points


def draw_median(drawing: Drawing, axes: Axes, median_days: float) -> None:
    """Draw how the median is read off: along one half to the curve, and down to its time."""
    place, number = axes.x(median_days), median_days / axes.time.unit_days
    drawing.path("ln-2 ldash", [(axes.left, axes.y(0.5)), (place, axes.y(0.5)), (place, axes.bottom)])
    is_right = place > (axes.left + axes.right) / 2
    css, beside = ("t-2 t-b halo t-end", place - 5) if is_right else ("t-2 t-b halo", place + 5)
    drawing.text(css, beside, axes.bottom - 7, f"median {number:.{0 if axes.time.unit == 'days' else 1}f}")


class Ends(Enum):
    """How the line of a participant ends, by the class of its mark."""

    EVENT = "ink"
    CENSORED = "ink-o"
    COMPETING = "ink-x"


@dataclass(frozen=True)
class Line:
    """A participant among few: how long they were followed, and how that ended."""

    name: str
    days: float
    end: Ends


def lines_legend(ends: Iterable[Ends]) -> list[tuple[str, str]]:
    """Explain the ends of lines that were drawn."""
    drawn = set(ends)
    signs = {Ends.EVENT: "●", Ends.COMPETING: "×", Ends.CENSORED: "○"}
    words = {Ends.EVENT: "event", Ends.COMPETING: "competing event", Ends.CENSORED: "censored"}
    return [(sign, words[end]) for end, sign in signs.items() if end in drawn]


def draw_lines(scale: Scale, lines: Sequence[Line], width: float) -> Drawing:
    """Draw each of few participants as a line: it ends filled with an event, hollow without, else crossed."""
    longest_name = max(len(line.name) for line in lines) * LETTER
    is_above = longest_name > width / 4
    lane = LANE + (14 if is_above else 0)
    left = 10.0 if is_above else max(longest_name + 12, LEFT)
    axes = Axes.of(max(line.days for line in lines), width, left)
    bottom = 8 + lane * len(lines)
    drawing = Drawing(width, bottom + 44, f"{scale.name} of {len(lines)} participants, one line each")
    _time_axis(drawing, axes, bottom)
    drawing.text("t-2 t-end", axes.right, bottom + 35, axes.title(scale))
    for place, line in enumerate(sorted(lines, key=lambda line: (-line.days, line.name))):
        middle = 8 + lane * (place + 1) - LANE / 2
        drawing.text("t", 2, middle + (-11 if is_above else 4), line.name)
        drawing.line("ln-2", axes.x(0), middle, axes.x(line.days), middle)
        title = f"{line.name}: {line.end.name.lower()}, {line.days:g} days"
        if line.end is Ends.COMPETING:
            drawing.shape("ink-x", "M-4 -4L4 4M4 -4L-4 4", axes.x(line.days), middle, title=title)
        else:
            drawing.circle(line.end.value, axes.x(line.days), middle, 5, title=title)
    return drawing
