"""Say which dose of anakinra comes next, when it is due and whether it is late.

Source: NCT06703216 (every 12 h, or 6 h, from the trigger); the tolerances are settings of the study.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from participants.domain.dosing import DoseWindow, Schedule


class Due(StrEnum):
    """How the next dose stands now."""

    NOT_TRIGGERED = "not_triggered"
    FIRST = "first"
    RESTING = "resting"
    DUE = "due"
    LATE = "late"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseEntry:
    """A dose that was given, or the moment at which it was decided not to give it (aware)."""

    at: datetime
    schedule: Schedule
    is_given: bool


@dataclass(frozen=True, slots=True)
class DosePlan:
    """The number of the next dose, its schedule, and its window in UTC (None before the first)."""

    due: Due
    number: int
    schedule: Schedule
    window: DoseWindow | None


def window_after(at: datetime, schedule: Schedule) -> DoseWindow:
    """Give the window of the dose that follows one at a moment, in UTC."""
    due_at = at.astimezone(UTC) + schedule.every
    return DoseWindow(due_at - schedule.tolerance, due_at, due_at + schedule.tolerance)


def dose_plan(
    entries: Sequence[DoseEntry], *, trigger_met_at: datetime | None, has_ended: bool, now: datetime
) -> DosePlan:
    """Say where dosing stands now.

    A dose that was held, missed or refused is answered: the next one counts from it as from a given one. The
    first dose is due as soon as the trigger is met. `has_ended` is a person's decision.
    """
    known = sorted((each for each in entries if each.at <= now), key=lambda each: each.at)
    number = 1 + sum(each.is_given for each in known)
    schedule = known[-1].schedule if known else Schedule.Q12H
    if has_ended:
        return DosePlan(Due.ENDED, number, schedule, None)
    if not known:
        return DosePlan(Due.FIRST if trigger_met_at else Due.NOT_TRIGGERED, number, schedule, None)
    window = window_after(known[-1].at, schedule)
    return DosePlan(_due_within(window, now), number, schedule, window)


def _due_within(window: DoseWindow, now: datetime) -> Due:
    if now < window.opens_at:
        return Due.RESTING
    return Due.DUE if now <= window.closes_at else Due.LATE
