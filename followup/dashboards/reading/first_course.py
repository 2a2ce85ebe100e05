"""The first course of somebody in moments: what was found before or after it is not counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from participants.courses import Course

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame
    from followup.dashboards.reading.people import Person


def first_course(frame: Frame, one: Person) -> Course:
    """Return the course that the first infusion began, open where no further infusion ended it.

    An infusion without a time begins its day at the site. Moments are in UTC. Raises ValueError before the
    infusion.
    """
    if one.day_zero is None:
        raise ValueError(f"{one.study_id} has no day zero")
    again = one.infused_again_on
    until = None if again is None else _infused_at(frame, one, again)
    return Course(1, one.day_zero, _infused_at(frame, one, one.day_zero), until)


def _infused_at(frame: Frame, one: Person, on: date) -> datetime:
    known = (at for at in frame.dated[one.pk].infused_at if at.astimezone(one.zone).date() == on)
    midnight = datetime.combine(on, time(), tzinfo=one.zone)
    return min(known, default=midnight).astimezone(UTC)
