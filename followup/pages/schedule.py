"""The schedule of one participant: every visit as a row with its window drawn on one time axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from followup.models import Visit, VisitMode
from followup.pages.time_axis import Tick, TimeAxis, axis_for
from followup.pages.visit_words import VisitSign, appointment_words, sentence_of, sign_of, window_words
from participants.anchors import known_dates
from participants.models import Participant

MARK_WIDTH = 6.0


@dataclass(frozen=True)
class Bar:
    """A window on the axis, its target, and the day on which the visit took place or is booked."""

    left: float
    width: float
    target: float
    done: float | None
    booked: float | None
    css: str


@dataclass(frozen=True)
class ScheduleRow:
    """One visit."""

    visit: Visit
    name: str
    sign: VisitSign
    words: str
    window: str
    appointment: str
    bar: Bar | None


@dataclass(frozen=True)
class SchedulePage:
    """The whole schedule; `axis` None while not even a planned day zero is known."""

    rows: list[ScheduleRow]
    logs: list[ScheduleRow]
    ticks: list[Tick]
    today_x: float | None
    bend_x: float | None
    zero_x: float | None
    day_zero_is_planned: bool
    is_undated: bool


def read_schedule(participant: Participant, now: datetime) -> SchedulePage:
    """Read the schedule of a participant who was read with day zero."""
    today = participant.today(now)
    rows = Visit.objects.filter(participant=participant).select_related("planned_visit")
    visits = sorted(rows, key=_order)
    for visit in visits:
        visit.participant = participant
    zero, is_planned = _counting_day(participant)
    axis = axis_for([day for visit in visits for day in _days_of(visit)], zero) if zero else None
    shown = [_row(visit, today, participant.day_zero_on, axis) for visit in visits]
    return SchedulePage(
        rows=[row for row in shown if row.visit.mode != VisitMode.LOG],
        logs=[row for row in shown if row.visit.mode == VisitMode.LOG],
        ticks=axis.ticks if axis else [],
        today_x=axis.x(today) if axis and axis.first_on <= today <= axis.last_on else None,
        bend_x=axis.x(axis.bend_on) if axis and axis.last_on > axis.bend_on else None,
        zero_x=axis.x(zero) if axis and zero else None,
        day_zero_is_planned=is_planned,
        is_undated=zero is None,
    )


def _counting_day(participant: Participant) -> tuple[date | None, bool]:
    """Return day zero, or the day planned for it, and whether it is only planned."""
    if participant.day_zero_on is not None:
        return participant.day_zero_on, False
    events = known_dates([participant.pk]).get(participant.pk, {})
    planned = events.get(participant.site.study.day_zero_event)
    return (planned.on, True) if planned else (None, False)


def _order(visit: Visit) -> tuple[date, int, int]:
    return (
        visit.target_on or visit.occurred_on or date.max,
        visit.planned_visit.position,
        visit.occurrence,
    )


def _days_of(visit: Visit) -> Iterable[date]:
    days = (visit.opens_on, visit.closes_on, visit.occurred_on, visit.scheduled_on)
    return [day for day in days if day is not None]


def _row(visit: Visit, today: date, day_zero: date | None, axis: TimeAxis | None) -> ScheduleRow:
    return ScheduleRow(
        visit=visit,
        name=visit.planned_visit.label,
        sign=sign_of(visit, today),
        words=sentence_of(visit, today, day_zero),
        window=window_words(visit.dates, day_zero) if visit.dates else "",
        appointment=appointment_words(visit) if not visit.outcome else "",
        bar=_bar(visit, axis) if axis else None,
    )


def _bar(visit: Visit, axis: TimeAxis) -> Bar | None:
    done = _mark(axis, visit.occurred_on)
    booked = _mark(axis, visit.booked_on) if not visit.outcome else None
    if visit.dates is None:
        return Bar(0.0, 0.0, 0.0, done, booked, "none") if done is not None else None
    left, right = axis.x(visit.dates.opens_on), axis.x(visit.dates.closes_on)
    # A window of one day is still a mark that the eye finds.
    width = max(round(right - left, 1), 4.0)
    css = "plan" if visit.is_projected else "closed" if visit.outcome else "open"
    return Bar(left, width, axis.x(visit.dates.target_on), done, booked, css)


def _mark(axis: TimeAxis, on: date | None) -> float | None:
    """Return the left edge of a mark that stands on a day."""
    return None if on is None else round(axis.x(on) - MARK_WIDTH / 2, 1)


SCHEDULE_CSV_HEAD = (
    "visit", "name", "occurrence", "opens_on", "target_on", "closes_on", "is_planned", "appointment_on",
    "appointment", "outcome", "occurred_on", "days_out", "reason", "note",
)  # fmt: skip


def schedule_rows(page: SchedulePage) -> Iterable[tuple[object, ...]]:
    """Yield the schedule as rows of a file."""
    for row in [*page.rows, *page.logs]:
        visit = row.visit
        yield (
            visit.code, row.name, visit.occurrence, visit.opens_on, visit.target_on, visit.closes_on,
            "yes" if visit.is_projected else "no", visit.scheduled_on, visit.appointment, visit.outcome,
            visit.occurred_on, visit.days_out if visit.occurred_on else None, visit.outcome_reason,
            visit.note,
        )  # fmt: skip
