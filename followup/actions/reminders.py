"""What happens to reminders outside the conversation with a mail server."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from followup.domain.delivery import MOST_UNKNOWN
from followup.domain.reminders import FLOOD_OF_ONE_CYCLE, FLOOD_OF_ONE_PARTICIPANT, Kind
from followup.models import Reminder, ReminderState
from followup.reminded import STANDING
from participants.access import require
from participants.audit import Actor, audited, record_event
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Participant, StaffMember

BEFORE_HANDOVER = (ReminderState.DUE, ReminderState.RETRY, ReminderState.HELD)


def cancel_reminders(*, visits: Collection[int], reason: str, by: Actor) -> int:
    """Cancel what is pending for some visits at once, in the transaction that closed them."""
    if not visits:
        return 0
    return _cancel(Reminder.objects.filter(visit__in=visits), reason)


def cancel_moved(*, changed_since: datetime) -> int:
    """Cancel what is pending for visits that changed after a moment and no longer deserve it."""
    changed = Reminder.objects.filter(visit__changed_at__gt=changed_since)
    return _cancel(changed.exclude(visit__outcome=""), "the visit no longer waits") + _cancel(
        changed.exclude(_stands_as_planned()), "the dates of the visit have moved"
    )


def _stands_as_planned() -> Q:
    """Match the reminders whose visit still has the date that they count from."""
    has_appointment = Q(visit__appointment__in=[str(state) for state in STANDING])
    same_appointment = Q(has_appointment, visit__scheduled_on=F("reference_on"))
    same_target = Q(visit__target_on=F("reference_on"))
    return (
        Q(Q(same_appointment | Q(~has_appointment, same_target)), rule=Kind.UPCOMING)
        | Q(rule=Kind.OPENS, visit__opens_on=F("reference_on"))
        | Q(same_target, rule=Kind.DUE)
        | Q(rule__in=[Kind.CLOSES, Kind.OVERDUE], visit__closes_on=F("reference_on"))
    )


def _cancel(rows: QuerySet[Reminder], reason: str) -> int:
    """Cancel reminders before any hand-over, those within a waiting grouped mail too."""
    gone = {"state": ReminderState.CANCELLED, "state_reason": reason}
    own = rows.filter(state__in=BEFORE_HANDOVER).update(**gone)
    carried = rows.filter(
        state=ReminderState.COVERED, covered_by__state__in=BEFORE_HANDOVER, covered_by__unknown_count=0
    )
    return own + carried.update(covered_by=None, **gone)


def expire(*, now: datetime) -> int:
    """Let go of what could not be handed over while it mattered."""
    late = Reminder.objects.filter(state__in=BEFORE_HANDOVER, expires_at__lte=now)
    return late.update(state=ReminderState.EXPIRED, state_reason="it could not be handed over in time")


def hold_floods(*, planned_at: datetime) -> int:
    """Hold back what one cycle has planned for a participant, or in all, when it is too much to be meant."""
    new = Reminder.objects.filter(
        Q(planned_at=planned_at) | Q(revived_at=planned_at), state=ReminderState.DUE
    )
    by_participant = (
        new.order_by().values("participant").annotate(number=Count("pk")).values_list("participant", "number")
    )
    numbers = dict(by_participant)
    if sum(numbers.values()) <= FLOOD_OF_ONE_CYCLE:
        flooded = [
            participant for participant, number in numbers.items() if number > FLOOD_OF_ONE_PARTICIPANT
        ]
        new = new.filter(participant__in=flooded)
    return new.update(state=ReminderState.HELD, state_reason="so many at once: somebody must look first")


def release_held(*, by: Actor, participant: Participant) -> int:
    """Let what was held back for a participant go out; raises ActionRefused when nothing is held."""
    require(by, Capability.WRITE_RECORDS, participant.site)
    with transaction.atomic():
        held = Reminder.objects.filter(participant=participant, state=ReminderState.HELD)
        number = held.update(state=ReminderState.DUE, state_reason="")
        if not number:
            raise ActionRefused(None, "Nothing is held back for this participant any more.")
        record_event(
            by=by, kind="reminder.released", reason=f"{number} reminders let go", participant=participant
        )
    return number


def send_again(*, by: Actor, reminder: Reminder, person: StaffMember) -> None:
    """Hand a reminder that the mail server refused to it again, at the next cycle.

    Raises ActionRefused for somebody else's reminder, one that was not refused, one that no
    longer matters, and one that may have been handed over twice.
    """
    with audited(
        by=by, kind="reminder.sent_again", reason="asked for again", participant=reminder.participant
    ):
        current = _own_failed(reminder, person)
        if current.state != ReminderState.DEAD or current.unknown_count >= MOST_UNKNOWN:
            raise ActionRefused(None, "This reminder may have reached you already, so it is not sent again.")
        if current.expires_at <= timezone.now():
            raise ActionRefused(None, "This reminder is out of date and is not sent again.")
        current.state, current.state_reason = ReminderState.DUE, ""
        current.attempts, current.next_attempt_at = 0, timezone.now()
        current.save()


def settle(*, by: Actor, reminder: Reminder, person: StaffMember) -> None:
    """Note that a reminder that could not be handed over is not needed; raises ActionRefused as above."""
    with audited(by=by, kind="reminder.settled", reason="not needed", participant=reminder.participant):
        current = _own_failed(reminder, person)
        current.settled_at = timezone.now()
        current.save()


def _own_failed(reminder: Reminder, person: StaffMember) -> Reminder:
    current = (
        Reminder.objects.select_for_update(of=("self",))
        .visible_to(person)
        .dead()
        .filter(pk=reminder.pk)
        .first()
    )
    if current is None:
        raise ActionRefused(None, "This reminder no longer waits for you.")
    return current
