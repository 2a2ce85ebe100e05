"""What the reader chose in the address: zoom, range and axis; and what is shown when nothing is chosen.

Pure: the address is handed in as a mapping.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from followup.timeline.canvas import Axis, Zoom
from followup.timeline.facts import Course
from participants.domain.written_dates import read_date

# The days that the hour and the day view show at most; a month view shows any course.
MOST_DAYS = {Zoom.HOUR: 45, Zoom.DAY: 400, Zoom.MONTH: 20_000}
HOUR_DAYS = (-1, 14)
_HOURS_UNTIL, _DAYS_UNTIL = 21, 120
_BARE_DAY = re.compile(r"([Dd]) ?([0-9]+)")


@dataclass(frozen=True)
class Choice:
    """A range of days, both included, with what was not understood of the address."""

    zoom: Zoom
    axis: Axis
    first_on: date
    last_on: date
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """The number of days of the range."""
        return (self.last_on - self.first_on).days + 1

    def moved(self, steps: int) -> tuple[date, date]:
        """Return the range that lies so many ranges later, negative earlier."""
        by = timedelta(days=self.days * steps)
        return self.first_on + by, self.last_on + by


def read_choice(values: Mapping[str, str], course: Course) -> Choice:
    """Read zoom, from, to and axis; what is missing or not understood takes its default."""
    notes: list[str] = []
    first, last = (_day(values.get(name, ""), name, course, notes) for name in ("from", "to"))
    if first and last and last < first:
        notes.append("The range ends before it begins; it was turned round.")
        first, last = last, first
    zoom = _zoom(values.get("zoom", ""), first, last, course)
    usual = range_of(zoom, course)
    # With one end given, the other is as far away as usual.
    span = usual[1] - usual[0]
    shown_first = first or (min(usual[0], last - timedelta(days=1)) if last else usual[0])
    shown_last = last or (max(usual[1], first + span) if first else usual[1])
    most = timedelta(days=MOST_DAYS[zoom] - 1)
    if shown_last - shown_first > most:
        shown_last = shown_first + most
        notes.append(f"By the {zoom}, {MOST_DAYS[zoom]} days are shown at most.")
    axis = Axis.CLOCK if values.get("axis") == Axis.CLOCK or course.day_zero is None else Axis.DAYS
    return Choice(zoom, axis, shown_first, shown_last, tuple(notes))


def _day(text: str, name: str, course: Course, notes: list[str]) -> date | None:
    """Read one end of the range; D14 is read as D+14."""
    written = text.strip()
    if not written:
        return None
    if (bare := _BARE_DAY.fullmatch(written)) and bare[2].strip("0"):
        written = f"D+{bare[2]}"
    # A plus sign in an address is a blank.
    written = re.sub(r"^([Dd]) +([0-9])", r"\1+\2", written)
    try:
        return read_date(written, day_zero=course.day_zero)
    except (ValueError, OverflowError) as error:
        notes.append(f"“{name}” was not understood: {error}")
        return None


def _zoom(text: str, first: date | None, last: date | None, course: Course) -> Zoom:
    if text in set(Zoom):
        return Zoom(text)
    if first and last:
        days = (last - first).days + 1
        return Zoom.HOUR if days <= _HOURS_UNTIL else Zoom.DAY if days <= _DAYS_UNTIL else Zoom.MONTH
    if course.day_zero is None:
        return Zoom.DAY
    trial_day = (course.today - course.day_zero).days
    if -1 <= trial_day <= _HOURS_UNTIL:
        return Zoom.HOUR
    # By the day, folds keep a long course legible: where it began is still seen beside what comes next.
    whole = range_of(Zoom.DAY, course)
    return Zoom.DAY if (whole[1] - whole[0]).days < MOST_DAYS[Zoom.DAY] else Zoom.MONTH


def range_of(zoom: Zoom, course: Course) -> tuple[date, date]:
    """Return the range that a zoom shows by itself.

    By the hour the first two weeks; by the day all that happened, and what is wanted next; by the
    month everything that is planned, too.
    """
    if zoom is Zoom.HOUR:
        zero = course.day_zero or course.today
        first, last = (zero + timedelta(days=days) for days in HOUR_DAYS)
        return first, last
    days = [*happened(course), course.today]
    if course.day_zero:
        days.append(course.day_zero)
    coming = sorted(
        visit.closes_on
        for visit in course.visits
        if not visit.is_settled and not visit.is_log and visit.closes_on and visit.closes_on >= course.today
    )
    days += coming if zoom is Zoom.MONTH else coming[:1]
    return min(days) - timedelta(days=1), max(days) + timedelta(days=1)


def happened(course: Course) -> list[date]:
    """List the days on which something of the course happened."""
    days = [phase.began.on for phase in course.phases]
    days += [course.day(at) for stay in course.stays for at in (stay.began_at, stay.ended_at) if at]
    days += [course.day(reading.at) for reading in course.readings]
    days += [course.day(point.at) for point in (*course.crs, *course.icans)]
    days += [course.day(dose.at) for dose in course.doses]
    for drug in (*course.tocilizumab, *course.steroids, *course.other_drugs):
        # The first day of a month that is all that is known is no day of the course.
        days += [moment.on for moment in (drug.began, drug.ended) if moment and not moment.words]
    days += [on for row in course.infections for on in (row.began_on, row.ended_on) if on]
    for event in course.events:
        days += [on for on in (event.began_on, event.ended_on, *(on for on, _ in event.grades)) if on]
    days += [point.on for point in course.outcomes]
    days += [visit.on for visit in course.visits if visit.sign in {"done", "done-out", "part"}]
    days += [event.moment.on for event in course.key_events]
    return days


def busy_days(course: Course) -> list[tuple[float, float]]:
    """Return the positions that no fold may hide: what happened, today, and open windows."""
    days = [*happened(course), course.today]
    busy = [(float(on.toordinal()), on.toordinal() + 1.0) for on in days]
    for support in (*course.vasopressors, *course.oxygen):
        busy.append(
            (
                float(course.day(support.began_at).toordinal()),
                course.day(support.ended_at).toordinal() + 1.0,
            )
        )
    for visit in course.visits:
        if not visit.is_settled and not visit.is_log and visit.opens_on and visit.closes_on:
            busy.append((float(visit.opens_on.toordinal()), visit.closes_on.toordinal() + 1.0))
    return busy
