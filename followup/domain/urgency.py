"""Where on a coordinator's day a visit belongs: now, today, this week, or not yet.

Source: PACER design, screens ("My day"): sorted by risk, overdue and closing windows first.
"""

from __future__ import annotations

from datetime import date
from enum import IntEnum

from followup.domain.windows import Outcome, Timing, VisitDates, days_left, timing

WEEK_DAYS = 7


class Urgency(IntEnum):
    """The list that something belongs to; the lower, the sooner."""

    NOW = 0
    TODAY = 1
    WEEK = 2
    LATER = 3


def urgency_of(dates: VisitDates, today: date, *, booked_on: date | None = None) -> Urgency:
    """Say how soon an open visit that somebody owes needs a person.

    Overdue, or closing today, is now. Closing tomorrow, booked for today or already past its
    appointment, or on its target day is today. An open window that closes within a week, or whose
    target is past, is this week; what is booked for later rests until then, unless its window
    closes first.
    """
    found, left = timing(dates, Outcome.OPEN, today), days_left(dates, today)
    if found is Timing.OVERDUE or left == 0:
        return Urgency.NOW
    if booked_on is not None and booked_on <= today:
        return Urgency.TODAY
    if found not in {Timing.OPEN, Timing.DUE}:
        return Urgency.LATER
    if left == 1 or (today == dates.target_on and booked_on is None):
        return Urgency.TODAY
    if booked_on is not None and booked_on <= dates.closes_on:
        return Urgency.LATER if (booked_on - today).days > WEEK_DAYS else Urgency.WEEK
    return Urgency.WEEK if found is Timing.DUE or left <= WEEK_DAYS else Urgency.LATER


def urgency_of_day(on: date, today: date) -> Urgency:
    """Say how soon a single day needs a person: past or present is today, the next seven days this week."""
    left = (on - today).days
    if left <= 0:
        return Urgency.TODAY
    return Urgency.WEEK if left <= WEEK_DAYS else Urgency.LATER
