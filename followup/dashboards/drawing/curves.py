"""How a curve over months is drawn: axes, steps, band, censorings, and the numbers at risk below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from followup.dashboards.drawing.svg import Drawing, Point
from followup.dashboards.figure import FEW, is_few
from participants.domain.life_table import Floats, LifeTable, number_at_risk
from participants.domain.vital_status import DAYS_PER_MONTH

LEFT, RIGHT, TOP, BOTTOM = 46.0, 604.0, 12.0, 208.0
WIDTH, HEIGHT = 620, 262


@dataclass(frozen=True)
class Axes:
    """The scale of a curve: days along the page, shares up it."""

    last_day: float
    every_months: int

    @classmethod
    def of(cls, table: LifeTable) -> Axes:
        """Choose about eight steps of whole months that hold the last time."""
        months = float(table.times[-1]) / DAYS_PER_MONTH
        every = next(size for size in (1, 2, 3, 6, 12, 24, 60, 1200) if months <= 9 * size)
        steps = max(int(-(-months // every)), 3)
        return cls(steps * every * DAYS_PER_MONTH, every)

    @property
    def months(self) -> list[int]:
        """The months that are marked."""
        return list(range(0, round(self.last_day / DAYS_PER_MONTH) + 1, self.every_months))

    def x(self, days: float) -> float:
        """Return the place of a day."""
        return LEFT + (RIGHT - LEFT) * days / self.last_day

    @staticmethod
    def y(share: float) -> float:
        """Return the place of a share."""
        return BOTTOM - (BOTTOM - TOP) * share


def draw_frame(name: str, table: LifeTable, axes: Axes) -> Drawing:
    """Draw the ground: where fewer than 5 are at risk, the grid, both axes and the numbers at risk."""
    drawing = Drawing(WIDTH, HEIGHT, name)
    few = table.times[table.at_risk - table.leaving < FEW]
    from_day = 0.0 if is_few(table.participants) else float(few[0])
    drawing.rect("future", axes.x(from_day), TOP, RIGHT - axes.x(from_day), BOTTOM - TOP)
    # Lines of single participants have no share to be read off.
    for percent in () if is_few(table.participants) else (0, 25, 50, 75, 100):
        drawing.line("grid", LEFT, axes.y(percent / 100), RIGHT, axes.y(percent / 100))
        drawing.text("t-3 t-end", LEFT - 7, axes.y(percent / 100) + 4, f"{percent} %")
    drawing.text("t-2 t-b", 2, 240, "At risk")
    at_risk = number_at_risk(table, [month * DAYS_PER_MONTH for month in axes.months])
    for month, number in zip(axes.months, at_risk, strict=True):
        place = axes.x(month * DAYS_PER_MONTH)
        drawing.line("axis", place, BOTTOM, place, BOTTOM + 4)
        drawing.text("t-2 t-mid", place, BOTTOM + 17, f"M{month}" if month else "0")
        drawing.text("t-2 t-mid", place, 256, number)
    drawing.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM)
    drawing.text("t-3 t-end", RIGHT, 240, f"shaded: fewer than {FEW} at risk")
    return drawing


def step_points(axes: Axes, times: Floats, values: Floats, start: float) -> list[Point]:
    """Return the corners of a step function that starts at a share."""
    points = [(axes.x(0), axes.y(start))]
    for time, value in zip(times.tolist(), values.tolist(), strict=True):
        points += [(axes.x(time), points[-1][1]), (axes.x(time), axes.y(value))]
    return points


def draw_band(drawing: Drawing, axes: Axes, times: Floats, lower: Floats, upper: Floats) -> None:
    """Draw the area between two step functions, where both are defined."""
    known = ~(np.isnan(lower) | np.isnan(upper))
    if not known.any():
        return
    first, last = np.flatnonzero(known)[[0, -1]]
    inside = slice(first, last + 1)
    days, low, high = times[inside], lower[inside], upper[inside]
    ends = np.append(days[1:], times[min(last + 1, len(times) - 1)])
    above, below = _edge(axes, days, ends, high), _edge(axes, days, ends, low)
    drawing.path("band", [*above, *reversed(below)], closed=True)
    drawing.path("band-e", above)
    drawing.path("band-e", below)


def _edge(axes: Axes, begins: Floats, ends: Floats, values: Floats) -> list[Point]:
    points: list[Point] = []
    for begin, end, value in zip(begins.tolist(), ends.tolist(), values.tolist(), strict=True):
        points += [(axes.x(begin), axes.y(value)), (axes.x(end), axes.y(value))]
    return points


def draw_dots(drawing: Drawing, axes: Axes, rows: Sequence[tuple[float, bool, str]]) -> None:
    """Draw each of a few participants as a dot at the end of a line: filled with an event, else hollow."""
    for place, (days, is_event, title) in enumerate(sorted(rows)):
        height = TOP + 40 + place * 34
        drawing.line("ln-2", axes.x(0), height, axes.x(days), height)
        drawing.circle("ink" if is_event else "ink-o", axes.x(days), height, 5, title=title)
