"""One cycle of the reminders: plan, take back what was left behind, hand over, and leave proof."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from followup import claims
from followup.actions.planning import plan
from followup.actions.reminders import expire
from followup.dispatch import Dispatcher
from followup.transports import Transport

COUNTED = (
    "planned",
    "revived",
    "claimed",
    "sent",
    "covered",
    "retry",
    "unconfirmed",
    "dead",
    "cancelled",
    "expired",
    "suppressed",
    "held",
)


def run_cycle(*, now: datetime, transport: Transport | None = None) -> dict[str, int]:
    """Do all that reminders need at a moment of the business; return how much of what was done.

    Started twice, at once or again, nothing is said twice: the database is the queue, and who
    rings the alarm clock does not matter.
    """
    planned = plan(now=now)
    counts = Counter(planned.counts)
    counts["expired"] += expire(now=now)
    counts.update(claims.recover(now=now))
    dispatcher = Dispatcher(now, transport or Transport.from_settings())
    dispatcher.run()
    counts.update(dispatcher.counts)
    cycle = planned.cycle
    cycle.problem, cycle.ended_at = dispatcher.problem, timezone.now()
    done = {name: counts[name] for name in COUNTED}
    cycle.counts = done
    cycle.save(update_fields=["problem", "ended_at", "counts"])
    return done


def rehearse_cycle(*, now: datetime) -> dict[str, int]:
    """Count what a cycle would plan and take up at a moment, and leave no trace of it."""
    with transaction.atomic():
        counts = Counter(plan(now=now).counts)
        counts["expired"] += expire(now=now)
        counts["claimed"] = claims.waiting(now=now).count()
        transaction.set_rollback(True)
    return {name: counts[name] for name in COUNTED}
