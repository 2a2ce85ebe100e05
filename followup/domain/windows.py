"""When a visit is due: the one rule that every list, page, mail and count asks.

Source: PACER design, clinical rules, section 9.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

UPCOMING_DAYS = 14


class Outcome(StrEnum):
    """What became of a visit; OPEN until somebody records it."""

    OPEN = ""
    ATTENDED = "attended"
    PARTIAL = "partial"
    MISSED = "missed"
    NOT_APPLICABLE = "not_applicable"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word that pages show."""
        return self.replace("_", " ").capitalize() if self else "Open"


TOOK_PLACE = frozenset({Outcome.ATTENDED, Outcome.PARTIAL})


class Timing(StrEnum):
    """Where an open visit stands against its window."""

    NONE = "none"
    NOT_DUE = "not_due"
    UPCOMING = "upcoming"
    OPEN = "open"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class VisitDates:
    """A window and its target; calendar days at the site, both ends included.

    Raises ValueError when they are not in order.
    """

    opens_on: date
    target_on: date
    closes_on: date

    def __post_init__(self) -> None:
        if not self.opens_on <= self.target_on <= self.closes_on:
            raise ValueError("A window opens, reaches its target and closes, in this order.")


def timing(
    dates: VisitDates | None,
    outcome: Outcome,
    today: date,
    *,
    is_projected: bool = False,
    is_owed: bool = True,
) -> Timing:
    """Derive the timing of a visit on a day at its site.

    `dates` None means that the anchor is missing. A visit that is only projected, or a log or
    event that nobody owes, is never overdue: it stays due after its window.

    Source: PACER design, clinical rules, section 9, "Three things, never one status".
    """
    if outcome is not Outcome.OPEN:
        return Timing.NONE
    if dates is None or today < dates.opens_on - timedelta(days=UPCOMING_DAYS):
        return Timing.NOT_DUE
    if today < dates.opens_on:
        return Timing.UPCOMING
    if today < dates.target_on:
        return Timing.OPEN
    if today <= dates.closes_on or is_projected or not is_owed:
        return Timing.DUE
    return Timing.OVERDUE


def days_left(dates: VisitDates, today: date) -> int:
    """Return the days until the window closes; 0 on its last day, negative when it has closed."""
    return (dates.closes_on - today).days


def days_out_of_window(dates: VisitDates | None, occurred_on: date) -> int:
    """Return how far a visit lies out of its window: negative early, positive late, 0 inside.

    0 too while the anchor is missing: without a window nothing can be judged.
    """
    if dates is None:
        return 0
    if occurred_on < dates.opens_on:
        return (occurred_on - dates.opens_on).days
    return max((occurred_on - dates.closes_on).days, 0)


def outcome_of_assessments(states: list[str]) -> Outcome:
    """Return attended when nothing planned was left undone, else partial.

    `states` are "done", "not_done" or "not_applicable"; an empty list is attended.
    """
    return Outcome.PARTIAL if "not_done" in states else Outcome.ATTENDED
