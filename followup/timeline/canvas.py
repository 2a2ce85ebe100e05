"""What every lane draws on: the scale, the site's clock, and words for moments. Pure."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from functools import lru_cache

from followup.timeline.facts import Moment
from followup.timeline.scale import Scale
from participants.domain.clock_times import clock_words
from participants.domain.day_words import short_day, study_day

GUTTER = 128.0
PLOT = 1152.0
# What stands to the right of the last day, so that nothing touches the edge.
MARGIN = 14.0


class Zoom(StrEnum):
    """How much of a course one looks at."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class Axis(StrEnum):
    """What is written first along the top."""

    DAYS = "days"
    CLOCK = "clock"


@lru_cache(maxsize=4096)
def _midnight(zone: tzinfo, ordinal: int) -> datetime:
    return datetime.combine(date.fromordinal(ordinal), time.min, zone).astimezone(UTC)


def position_of(at: datetime, zone: tzinfo) -> float:
    """Return the ordinal of the site's day and the share of it that has gone by in real time.

    A day on which the clocks change has 23 or 25 hours, and is as wide as any other.
    """
    ordinal = at.astimezone(zone).date().toordinal()
    begins, ends = _midnight(zone, ordinal), _midnight(zone, ordinal + 1)
    return ordinal + min(max((at.astimezone(UTC) - begins) / (ends - begins), 0.0), 1.0)


@dataclass(frozen=True)
class Canvas:
    """The plot of one figure; `is_complete` draws every fact apart, however little room there is."""

    scale: Scale
    zone: tzinfo
    zoom: Zoom
    axis: Axis
    day_zero: date | None
    now: datetime
    is_complete: bool = False
    died_on: date | None = None

    @property
    def is_hourly(self) -> bool:
        """Whether single readings and doses are drawn."""
        return self.zoom is Zoom.HOUR

    @property
    def width(self) -> float:
        """Where the last day ends."""
        return self.scale.width

    @property
    def today(self) -> date:
        """The calendar day at the site."""
        return self.day(self.now)

    @property
    def now_position(self) -> float:
        """Where now lies, in the range or not."""
        return position_of(self.now, self.zone)

    @property
    def open_end(self) -> float:
        """Where an illness, a drug or a stay without a known end ends: now, or with the day of the death."""
        now = self.now_position
        return now if self.died_on is None else min(now, self.died_on.toordinal() + 1.0)

    def day(self, at: datetime) -> date:
        """Return the calendar day of a moment at the site."""
        return at.astimezone(self.zone).date()

    def x(self, at: datetime) -> float:
        """Return the place of a moment."""
        return self.scale.x(position_of(at, self.zone))

    def x_on(self, on: date, share: float = 0.5) -> float:
        """Return the place of a share of a day, its middle unless said otherwise."""
        return self.scale.x(on.toordinal() + share)

    def x_of(self, moment: Moment) -> float:
        """Return the place of a moment, or of the middle of its day where the time is not known."""
        return self.x(moment.at) if moment.at else self.x_on(moment.on)

    def rows(self, most: int) -> int:
        """Return how many rows a lane may take: `most`, or as many as it needs."""
        return sys.maxsize if self.is_complete else most

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment lies in the range."""
        return self.scale.holds(position_of(at, self.zone))

    def holds_day(self, on: date) -> bool:
        """Tell whether a day lies in the range."""
        return self.scale.start <= on.toordinal() < self.scale.end

    def holds_moment(self, moment: Moment) -> bool:
        """Tell whether a moment lies in the range."""
        return self.holds(moment.at) if moment.at else self.holds_day(moment.on)

    def meets(self, began: float, ended: float) -> bool:
        """Tell whether something from one position to another shows in the range."""
        return began < self.scale.end and ended >= self.scale.start

    def position(self, moment: Moment, share: float = 0.0) -> float:
        """Return the position of a moment, or of a share of its day."""
        return position_of(moment.at, self.zone) if moment.at else moment.on.toordinal() + share

    def study_day(self, on: date) -> str:
        """Write a day as a study day; as a date while there is no day zero."""
        return study_day(on, self.day_zero) or short_day(on)

    def when(self, at: datetime) -> str:
        """Write a moment: `13 Mar 2026 (Fri) 21:40 · D+3`."""
        local = at.astimezone(self.zone)
        return _with_day(
            f"{local:%d %b %Y (%a)} {clock_words(local)}", study_day(local.date(), self.day_zero)
        )

    def when_on(self, on: date) -> str:
        """Write a day: `13 Mar 2026 (Fri) · D+3`."""
        return _with_day(f"{on:%d %b %Y (%a)}", study_day(on, self.day_zero))

    def when_of(self, moment: Moment) -> str:
        """Write a moment, or as much of it as is known."""
        return self.when(moment.at) if moment.at else moment.words or self.when_on(moment.on)

    def brief(self, at: datetime) -> str:
        """Write a moment without its year: `13 Mar 21:40 · D+3`."""
        local = at.astimezone(self.zone)
        return _with_day(f"{local:%d %b} {clock_words(local)}", study_day(local.date(), self.day_zero))

    def brief_on(self, on: date) -> str:
        """Write a day without its year: `13 Mar · D+3`."""
        return _with_day(short_day(on), study_day(on, self.day_zero))

    def brief_of(self, moment: Moment) -> str:
        """Write a moment without its year, or as much of it as is known."""
        return self.brief(moment.at) if moment.at else moment.words or self.brief_on(moment.on)

    def clock(self, at: datetime) -> str:
        """Write the time at the site: `21:40`."""
        return clock_words(at.astimezone(self.zone))

    def days(self) -> list[date]:
        """List the days that are not folded."""
        first, end = round(self.scale.start), round(self.scale.end)
        return [date.fromordinal(n) for n in range(first, end) if not self.scale.is_folded(n)]


def _with_day(text: str, study: str) -> str:
    return f"{text} · {study}" if study else text
