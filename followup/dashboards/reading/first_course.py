"""The first course of somebody in moments: what was found before or after it is not counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from followup.dashboards.reading.facts import Dated
from participants.courses import Course


def first_course(known: Dated, zone: ZoneInfo, day_zero: date, again_on: date | None) -> Course:
    """Return the course that the first infusion began, open where no further infusion ended it.

    An infusion without a time begins its day at the site. Moments are in UTC.
    """
    until = None if again_on is None else _infused_at(known, zone, again_on)
    return Course(1, day_zero, _infused_at(known, zone, day_zero), until)


def _infused_at(known: Dated, zone: ZoneInfo, on: date) -> datetime:
    of_the_day = (at for at in known.infused_at if at.astimezone(zone).date() == on)
    midnight = datetime.combine(on, time(), tzinfo=zone)
    return min(of_the_day, default=midnight).astimezone(UTC)
