"""Agree on the date of a visit, and put one off for oneself."""

from __future__ import annotations

from datetime import date, time

from django.utils import timezone

from followup.actions.visit_rows import lock_visit, save_visit
from followup.domain.windows import Outcome
from followup.models import AppointmentState, Snooze, Visit
from participants.access import require
from participants.actions.checks import refuse_before_birth
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused

# The longest follow-up of the schedule, 15 years, and one of grace.
HORIZON_DAYS = 16 * 366


def make_appointment(
    *, by: Actor, visit: Visit, version: int, on: date, at: time | None = None, is_confirmed: bool = False
) -> Visit:
    """Agree on a date for a visit, or move it; the window stays where the schedule put it.

    A date out of the window is stored: the visit is judged when it has taken place. Raises
    ActionRefused for a visit with an outcome, a day before birth, and one beyond the longest follow-up.
    """
    require(by, Capability.WRITE_RECORDS, visit.participant.site)
    refuse_before_birth("scheduled_on", "Appointment", on, visit.participant)
    if (on - visit.today(timezone.now())).days > HORIZON_DAYS:
        raise ActionRefused("scheduled_on", "Date: this is further ahead than any follow-up lasts.")
    if visit.outcome:
        raise ActionRefused(
            None, f"{visit.label} is {Outcome(visit.outcome).label.lower()}: there is nothing to book."
        )
    state = AppointmentState.CONFIRMED if is_confirmed else AppointmentState.SCHEDULED
    with audited(by=by, kind="visit.appointment", reason="appointment agreed", participant=visit.participant):
        current = lock_visit(visit, version)
        current.scheduled_on, current.scheduled_time, current.appointment = on, at, state
        # Upcoming counts from the appointment: what it would have asked for before now is not said.
        current.dates_set_at = timezone.now()
        save_visit(current)
    return current


def cancel_appointment(*, by: Actor, visit: Visit, version: int, reason: str) -> Visit:
    """Cancel an agreed date; the visit itself still waits."""
    require(by, Capability.WRITE_RECORDS, visit.participant.site)
    if visit.scheduled_on is None:
        raise ActionRefused(None, f"{visit.label} has no appointment.")
    with audited(by=by, kind="visit.appointment_cancelled", reason=reason, participant=visit.participant):
        current = lock_visit(visit, version)
        current.appointment = AppointmentState.CANCELLED
        save_visit(current)
    return current


def snooze_visit(*, by: Actor, visit: Visit, until_on: date) -> None:
    """Take a visit off the actor's own My day until a day; the visit and its reminders stay as they are.

    Raises ActionRefused for a day that is not to come.
    """
    if by.staff is None:
        raise ActionRefused(None, "Only a person can snooze.")
    require(by, Capability.WRITE_RECORDS, visit.participant.site)
    if until_on <= visit.today(timezone.now()):
        raise ActionRefused("until_on", "Until: choose a day to come.")
    with audited(
        by=by, kind="visit.snoozed", reason=f"snoozed until {until_on}", participant=visit.participant
    ):
        Snooze.objects.update_or_create(visit=visit, staff=by.staff, defaults={"until_on": until_on})
