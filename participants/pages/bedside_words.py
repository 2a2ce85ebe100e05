"""What the bedside page says about fever, doses and blood pressure."""

from __future__ import annotations

from datetime import datetime, timedelta

from participants.domain.dose_plan import Due
from participants.domain.fever import Reading
from participants.domain.fever_state import FeverState
from participants.domain.temperature import in_words
from participants.models import Site
from participants.pages.grade_card import when


def span(length: timedelta) -> str:
    """Write a length of time, `4 h 45` or `25 min`; over two days in days."""
    minutes = int(abs(length).total_seconds()) // 60
    if minutes >= 48 * 60:
        return f"{minutes // (24 * 60)} d"
    hours, rest = divmod(minutes, 60)
    return (f"{hours} h {rest:02}" if rest else f"{hours} h") if hours else f"{rest} min"


def fever_words(fever: FeverState, site: Site, now: datetime) -> str:
    """Say where the trigger stands; "" while no reading is high."""
    if fever.trigger is not None:
        first, second = fever.trigger.first, fever.trigger.second
        apart = span(second.at - first.at)
        return (
            f"Above 38.5 °C at {_reading(first, site, now)} and {_reading(second, site, now)}, "
            f"{apart} apart: the trigger is met."
        )
    if fever.waiting is None:
        return ""
    waiting = fever.waiting
    left = span(waiting.closes_at - now)
    if now < waiting.opens_at:
        counts = f"a second one counts from {when(waiting.opens_at, site, now)}"
    else:
        counts = "a second one now meets the trigger"
    until = when(waiting.closes_at, site, now)
    high = _reading(waiting.first, site, now)
    return f"One reading above 38.5 °C at {high}: {counts}, until {until} ({left} left)."


def _reading(reading: Reading, site: Site, now: datetime) -> str:
    return f"{when(reading.at, site, now)} ({in_words(reading.temperature_c, reading.temperature_f)})"


def badge_words(due: Due, fever: FeverState, due_at: datetime | None, now: datetime) -> str:
    """Say in a few words how urgent the next dose is."""
    if due is Due.FIRST and fever.trigger is not None:
        return f"trigger met {span(now - fever.trigger.met_at)} ago"
    if due is Due.LATE and due_at is not None:
        return f"late by {span(now - due_at)}"
    if due is Due.DUE and due_at is not None:
        return "due now" if now >= due_at else f"due in {span(due_at - now)}"
    if due is Due.RESTING and due_at is not None:
        return f"due in {span(due_at - now)}"
    if due is Due.ENDED:
        return "treatment ended"
    return "one reading high" if fever.waiting is not None else "trigger not met"
