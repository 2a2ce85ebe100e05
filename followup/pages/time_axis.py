"""A time axis in two parts: the first weeks by the day, the months after them closer together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from participants.domain.day_words import day_label

# Widths in the figure's own units: most visits lie in the first five weeks.
WIDTH, DAYS_WIDTH = 640.0, 380.0
NEAR_DAYS = 35


@dataclass(frozen=True)
class Tick:
    """A labelled place on the axis."""

    x: float
    label: str


@dataclass(frozen=True)
class TimeAxis:
    """Maps days to places; days beyond either end fall on that end."""

    first_on: date
    day_zero: date
    last_on: date

    @property
    def bend_on(self) -> date:
        """The day on which the scale changes."""
        return self.day_zero + timedelta(days=NEAR_DAYS)

    def x(self, on: date) -> float:
        """Return the place of the start of a day."""
        if self.last_on <= self.bend_on:
            return self._between(on, self.first_on, self.last_on, 0.0, WIDTH)
        if on <= self.bend_on:
            return self._between(on, self.first_on, self.bend_on, 0.0, DAYS_WIDTH)
        return self._between(on, self.bend_on, self.last_on, DAYS_WIDTH, WIDTH)

    @property
    def ticks(self) -> list[Tick]:
        """Weeks in the first part, every second one labelled; three months in the second."""
        span = (self.last_on - self.day_zero).days
        weekly = list(range(-21, NEAR_DAYS, 7))
        later = [91, 183, 274, 365, *range(730, 6000, 365)]
        shown = [day for day in weekly + later if self._is_inside(day, span)]
        return [Tick(self.x(self.day_zero + timedelta(days=day)), _tick_label(day)) for day in shown]

    def _is_inside(self, day: int, span: int) -> bool:
        return self.first_on <= self.day_zero + timedelta(days=day) and day <= span

    @staticmethod
    def _between(on: date, low: date, high: date, left: float, right: float) -> float:
        span = max((high - low).days, 1)
        share = min(max((on - low).days / span, 0.0), 1.0)
        return round(left + share * (right - left), 1)


def _tick_label(day: int) -> str:
    is_crowded = day % 14 != 0 if day < NEAR_DAYS else day == 274
    return "" if is_crowded else day_label(day)


def axis_for(days: list[date], day_zero: date) -> TimeAxis:
    """Return an axis on which all these days have a place, with a little room at both ends."""
    first = min([*days, day_zero]) - timedelta(days=2)
    last = max([*days, day_zero + timedelta(days=NEAR_DAYS)]) + timedelta(days=5)
    return TimeAxis(first, day_zero, last)
