"""Dates of which only the year, or the year and month, are known."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Precision(StrEnum):
    """How much of a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True)
class PartialDate:
    """A date and how much of it is known; the unknown part is held as 1."""

    on: date
    precision: Precision

    @property
    def earliest(self) -> date:
        """The first day that it can be."""
        return self.on

    @property
    def latest(self) -> date:
        """The last day that it can be."""
        if self.precision is Precision.DAY:
            return self.on
        if self.precision is Precision.YEAR or self.on.month == 12:
            following = date(self.on.year + 1, 1, 1)
        else:
            following = date(self.on.year, self.on.month + 1, 1)
        return date.fromordinal(following.toordinal() - 1)

    def __str__(self) -> str:
        shapes = {Precision.YEAR: "%Y", Precision.MONTH: "%b %Y", Precision.DAY: "%d %b %Y"}
        return self.on.strftime(shapes[self.precision])


def age_years(born_on: date, on: date) -> int:
    """Return the completed years of age on a day; born on 29 February, one is a year older on 1 March.

    Raises ValueError for a day before the birth.
    """
    if on < born_on:
        raise ValueError("The day is before the birth.")
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def age_range_years(birth: PartialDate, on: date) -> tuple[int, int]:
    """Return the lowest and highest completed age that a partly known birth date allows on a day.

    Raises ValueError for a day before the earliest possible birth.
    """
    return age_years(min(birth.latest, on), on), age_years(birth.earliest, on)
