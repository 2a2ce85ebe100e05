"""Say which dose of anakinra comes next, when it is due and whether it is late.

Source: NCT06703216 (every 12 h, or 6 h, from the trigger); the tolerances are settings of the study.
"""

from collections.abc import Iterable, Sequence
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


def counts_from(entries: Iterable[DoseEntry]) -> datetime | None:
    """Return the moment in UTC from which the next dose is counted, None without an entry.

    A given dose counts from itself. One that was held, missed or refused answers a planned time, and the next
    dose counts from that time: the last one whose window had opened by then, or the one to come. The first
    entry, and the first of another schedule, have no planned time and count from themselves.

    Source: PACER design, clinical rules, section 2; that an answer stands for its planned time is a reading.
    """
    counted: datetime | None = None
    before: DoseEntry | None = None
    for entry in sorted(entries, key=lambda each: each.at):
        counted = _counted(entry, before, counted)
        before = entry
    return counted


def _counted(entry: DoseEntry, before: DoseEntry | None, since: datetime | None) -> datetime:
    at, schedule = entry.at.astimezone(UTC), entry.schedule
    if entry.is_given or before is None or since is None or before.schedule is not schedule:
        return at
    # What was not given and is told a second time answers the same planned time, not the next one.
    least = 1 if before.is_given else 0
    return since + max((at + schedule.tolerance - since) // schedule.every, least) * schedule.every


def dose_plan(
    entries: Sequence[DoseEntry], *, trigger_met_at: datetime | None, has_ended: bool, now: datetime
) -> DosePlan:
    """Say where dosing stands now.

    A dose that was held, missed or refused is answered: the next one counts from its planned time. The first
    dose is due as soon as the trigger is met. `has_ended` is a person's decision.
    """
    known = sorted((each for each in entries if each.at <= now), key=lambda each: each.at)
    number = 1 + sum(each.is_given for each in known)
    schedule = known[-1].schedule if known else Schedule.Q12H
    if has_ended:
        return DosePlan(Due.ENDED, number, schedule, None)
    since = counts_from(known)
    if since is None:
        return DosePlan(Due.FIRST if trigger_met_at else Due.NOT_TRIGGERED, number, schedule, None)
    window = window_after(since, schedule)
    return DosePlan(_due_within(window, now), number, schedule, window)


def _due_within(window: DoseWindow, now: datetime) -> Due:
    if now < window.opens_at:
        return Due.RESTING
    return Due.DUE if now <= window.closes_at else Due.LATE
