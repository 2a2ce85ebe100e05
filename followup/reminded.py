"""A visit as its reminders see it: read from the rows, judged in followup.domain.reminders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from followup.domain.recipients import Holder, recipients
from followup.domain.reminders import Kind, Subject, reference
from followup.domain.windows import Outcome
from followup.models import REMINDED_MODES, AppointmentState, Reminder, ReminderState, Visit
from participants.domain.roles import Role
from participants.models import Delegation, StaffMember

STANDING = (AppointmentState.SCHEDULED, AppointmentState.CONFIRMED)


def subject_of(visit: Visit) -> Subject | None:
    """Return a visit as rules count with it; None without dates, or in a mode that nobody owes."""
    dates = visit.dates
    if dates is None or visit.mode not in REMINDED_MODES:
        return None
    appointment_on = visit.scheduled_on if visit.appointment in STANDING else None
    return Subject(dates, appointment_on, visit.is_projected)


def why_cancelled(visit: Visit, reminder: Reminder) -> str:
    """Say why a reminder of a visit no longer matters; "" while it does."""
    if visit.outcome:
        return f"the visit is {Outcome(visit.outcome).label.lower()}"
    subject = subject_of(visit)
    if subject is None or reference(Kind(reminder.rule), subject) != reminder.reference_on:
        return "the dates of the visit have moved"
    return ""


def holders_at(sites: Collection[int], now: datetime) -> dict[int, list[Holder]]:
    """Return for each site who holds a coordinator delegation that has not ended, with an account in use."""
    found: dict[int, list[Holder]] = defaultdict(list)
    rows = Delegation.objects.filter(site__in=sites, role=Role.COORDINATOR, staff__is_active=True)
    for site, staff, starts_at, ends_at in rows.values_list("site", "staff", "starts_at", "ends_at"):
        if ends_at is None or ends_at > now:
            found[site or 0].append(Holder(staff, starts_at, ends_at))
    return found


def sites_told_of(person: StaffMember, now: datetime) -> list[int]:
    """Return the sites of which a person is told anything now: where they are a coordinator."""
    own = Delegation.objects.valid_at(now).filter(staff=person, staff__is_active=True)
    rows = own.filter(role=Role.COORDINATOR, site__isnull=False)
    return list(rows.order_by().values_list("site", flat=True).distinct())


def look_again(items: Iterable[Reminder], now: datetime) -> dict[int, tuple[ReminderState, str]]:
    """Return what no longer matters among reminders read with their visits: its new state and why."""
    items = list(items)
    sites = {item.participant.site_id for item in items if item.participant is not None}
    holders = holders_at(sites, now)
    verdicts: dict[int, tuple[ReminderState, str]] = {}
    for item in items:
        verdict = _judge(item, holders, now)
        if verdict is not None:
            verdicts[item.pk] = verdict
    return verdicts


def _judge(
    item: Reminder, holders: dict[int, list[Holder]], now: datetime
) -> tuple[ReminderState, str] | None:
    if item.expires_at <= now:
        return ReminderState.EXPIRED, "it could not be handed over in time"
    if item.visit is None or item.participant is None:
        return ReminderState.CANCELLED, "nothing is left to say"
    reason = why_cancelled(item.visit, item)
    if reason:
        return ReminderState.CANCELLED, reason
    person = item.participant
    told = recipients(person.coordinator_id, holders.get(person.site_id, []), due_at=item.due_at, now=now)
    if item.recipient_id not in told:
        return ReminderState.SUPPRESSED, "the recipient is no longer the one to be told"
    return None
