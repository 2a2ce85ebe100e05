"""How a visit looks and reads: its sign, the few characters beside it, and one whole sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from followup.domain.windows import Outcome, Timing, VisitDates, days_left
from followup.models import AppointmentState, Visit
from participants.domain.day_words import days, full_day, short_day, study_day


@dataclass(frozen=True)
class VisitSign:
    """The sign of a visit; `beside` are days left or late, `css` the class of a grid's cell."""

    name: str
    word: str
    beside: str = ""
    css: str = ""


_DONE = {
    Outcome.PARTIAL: VisitSign("part", "has data, incomplete"),
    Outcome.MISSED: VisitSign("missed", "missed"),
    Outcome.NOT_APPLICABLE: VisitSign("na", "not applicable", css="na"),
    Outcome.CANCELLED: VisitSign("na", "cancelled", css="na"),
}


def sign_of(visit: Visit, today: date) -> VisitSign:
    """Choose the sign of a visit on a day at its site."""
    outcome, found = Outcome(visit.outcome), visit.timing(today)
    if outcome is Outcome.ATTENDED:
        return VisitSign("done-out", "done out of window") if visit.days_out else VisitSign("done", "done")
    if outcome is not Outcome.OPEN:
        return _DONE[outcome]
    if visit.dates is None:
        return VisitSign("none", "no date yet", css="plan")
    if visit.is_projected:
        return VisitSign("plan", "planned", css="plan")
    return _open_sign(found, visit.dates, today)


def _open_sign(found: Timing, dates: VisitDates, today: date) -> VisitSign:
    left = days_left(dates, today)
    if found is Timing.OVERDUE:
        return VisitSign("overdue", "overdue", f"{-left} d", "over")
    if found in {Timing.OPEN, Timing.DUE} and left >= 0:
        return VisitSign("open", "due" if found is Timing.DUE else "window open", f"{left} d", "open")
    return VisitSign("none", "upcoming" if found is Timing.UPCOMING else "not due")


def sentence_of(visit: Visit, today: date, day_zero: date | None) -> str:
    """Say in one sentence where a visit stands: `target D+28, window D+25 to D+31, closed 2 d ago`."""
    sign = sign_of(visit, today)
    parts = [sign.word]
    if visit.occurred_on is not None:
        parts.append(study_day(visit.occurred_on, day_zero) or full_day(visit.occurred_on))
    if visit.days_out:
        parts.append(f"{days(abs(visit.days_out))} {'late' if visit.days_out > 0 else 'early'}")
    if visit.outcome_reason:
        parts.append(visit.outcome_reason)
    if visit.outcome == Outcome.OPEN:
        parts += _open_words(visit, today, day_zero)
    return ", ".join(parts)


def window_words(dates: VisitDates, day_zero: date | None) -> str:
    """Write a window, in study days once there is a day zero: `D+25 to D+31`."""
    if day_zero is None:
        return f"{short_day(dates.opens_on)} to {short_day(dates.closes_on)}"
    return f"{study_day(dates.opens_on, day_zero)} to {study_day(dates.closes_on, day_zero)}"


def _open_words(visit: Visit, today: date, day_zero: date | None) -> list[str]:
    if visit.dates is None:
        return []
    words = [
        f"target {study_day(visit.target_on, day_zero) or full_day(visit.target_on)}",
        f"window {window_words(visit.dates, day_zero)}",
    ]
    if not visit.is_projected:
        words.append(closing_words(visit.dates, today))
    booked = appointment_words(visit)
    return [*words, booked] if booked else words


def closing_words(dates: VisitDates, today: date) -> str:
    """Say when a window opens, closes or has closed, from today."""
    if today < dates.opens_on:
        return f"opens in {(dates.opens_on - today).days} d"
    left = days_left(dates, today)
    if left < 0:
        return f"closed {-left} d ago"
    return {0: "closes today", 1: "closes tomorrow"}.get(left, f"{left} d left")


def appointment_words(visit: Visit) -> str:
    """Write the appointment, `confirmed 09 Jun 2026 (Tue) 09:30`; "" without one."""
    if visit.scheduled_on is None:
        return ""
    at = f" {visit.scheduled_time:%H:%M}" if visit.scheduled_time else ""
    return f"{AppointmentState(visit.appointment).label.lower()} {full_day(visit.scheduled_on)}{at}"
