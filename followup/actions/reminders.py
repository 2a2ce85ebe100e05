"""What happens to a reminder before any mail server hears of it."""

from __future__ import annotations

from collections.abc import Collection

from followup.models import Reminder, ReminderState
from participants.audit import Actor

BEFORE_HANDOVER = (ReminderState.DUE, ReminderState.RETRY, ReminderState.HELD)


def cancel_reminders(*, visits: Collection[int], reason: str, by: Actor) -> int:
    """Cancel what is pending for some visits at once, in the transaction that closed them."""
    if not visits:
        return 0
    pending = Reminder.objects.filter(visit__in=visits, state__in=BEFORE_HANDOVER)
    return pending.update(state=ReminderState.CANCELLED, state_reason=reason)
