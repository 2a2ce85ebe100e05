"""A scale of time since the infusion: days while they are few, then months."""

from __future__ import annotations

from dataclasses import dataclass

from participants.domain.vital_status import DAYS_PER_MONTH

# Up to so many days the marks are days.
MOST_DAYS = 56
DAY_STEPS, MONTH_STEPS = (1, 2, 7, 14, 28), (1, 2, 3, 6, 12, 24, 60, 1200)


@dataclass(frozen=True)
class TimeAxis:
    """A scale from 0 to `last_day`, with a mark every so many units of `unit_days` days."""

    last_day: float
    unit_days: float
    every: int

    @classmethod
    def of(cls, longest_days: float, most_marks: int) -> TimeAxis:
        """Choose steps of whole days or months that hold the longest time, at least three."""
        is_short = longest_days <= MOST_DAYS
        unit, sizes = (1.0, DAY_STEPS) if is_short else (DAYS_PER_MONTH, MONTH_STEPS)
        every = next(size for size in sizes if longest_days <= size * unit * most_marks)
        steps = max(int(-(-longest_days // (every * unit))), 3)
        return cls(steps * every * unit, unit, every)

    @property
    def unit(self) -> str:
        """What the marks count, in words."""
        return "days" if self.unit_days == 1 else "months"

    @property
    def marks(self) -> list[tuple[int, float]]:
        """The numbers at the marks, each with its day."""
        last = round(self.last_day / self.unit_days)
        return [(number, number * self.unit_days) for number in range(0, last + 1, self.every)]

    def words(self, number: int) -> str:
        """Write the number at a mark with its unit."""
        return f"{number} {self.unit.removesuffix('s') if number == 1 else self.unit}"
