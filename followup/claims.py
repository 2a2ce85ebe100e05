"""Who works on which reminder: leases and fence tokens, on the database's clock.

Every statement changes the very thing it asks for, so that of two workers one gets 0 rows.
"""

from __future__ import annotations

import os
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from followup.domain.delivery import USES_NO_TRY, Result, step_after
from followup.models import AttemptPhase, Reminder, ReminderAttempt, ReminderState
from followup.transports import Try

LEASE = timedelta(seconds=300)
BATCH = 20
RECOVERED_AT_ONCE = 500

_CLAIM = """
WITH chosen AS (
    SELECT id FROM followup_reminder
    WHERE state IN ('due', 'retry') AND next_attempt_at <= %s
    ORDER BY next_attempt_at, id LIMIT %s{skip_locked}
)
UPDATE followup_reminder
SET state = 'sending', lease_until = %s, lease_token = %s, last_phase = ''
WHERE id IN (SELECT id FROM chosen) AND state IN ('due', 'retry')
RETURNING id
"""


@dataclass(frozen=True)
class Claim:
    """A reminder that one worker may work on while the token stands."""

    pk: int
    token: str

    @property
    def row(self) -> QuerySet[Reminder]:
        """The reminder as long as it is ours: no row once somebody else has it."""
        return Reminder.objects.filter(pk=self.pk, lease_token=self.token, state=ReminderState.SENDING)


def worker_name() -> str:
    """Name this process in the log of attempts."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def database_now() -> datetime:
    """Return the moment on the clock that all workers share; SQLite has this machine's."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def claim(*, now: datetime, limit: int = BATCH) -> list[Claim]:
    """Take reminders whose moment has come on the clock of the business; nobody else gets them."""
    moment = connection.ops.adapt_datetimefield_value
    token = uuid4().hex
    skip_locked = " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    with transaction.atomic(), connection.cursor() as cursor:
        until = moment(database_now() + LEASE)
        cursor.execute(_CLAIM.format(skip_locked=skip_locked), [moment(now), limit, until, token])
        return [Claim(pk, token) for (pk,) in sorted(cursor.fetchall())]


def waiting(*, now: datetime) -> QuerySet[Reminder]:
    """Return what a claim would find."""
    return Reminder.objects.filter(
        state__in=[ReminderState.DUE, ReminderState.RETRY], next_attempt_at__lte=now
    )


def renew(claimed: Claim, phase: AttemptPhase) -> bool:
    """Note how far a try has come and begin the lease anew; False when somebody else has the reminder."""
    return bool(claimed.row.update(last_phase=phase, lease_until=database_now() + LEASE))


def release(claims: list[Claim]) -> int:
    """Give back what was claimed and not begun, as if it had never been claimed."""
    rows = Reminder.objects.filter(
        pk__in=[claimed.pk for claimed in claims],
        lease_token__in={claimed.token for claimed in claims},
        state=ReminderState.SENDING,
        last_phase=AttemptPhase.NONE,
    )
    return rows.update(lease_until=None, lease_token="", state=_before_claim())


def _before_claim() -> Case:
    untried = Q(attempts=0, unknown_count=0)
    return Case(When(untried, then=Value(ReminderState.DUE)), default=Value(ReminderState.RETRY))


def finish(claimed: Claim, attempt: Try, *, started_at: datetime, now: datetime) -> str:
    """Write down what became of a try, in the log too; return the new state, "" when it was no longer ours.

    A try that said nothing about the message leaves the reminder as it was before the claim.
    """
    with transaction.atomic():
        ReminderAttempt.objects.create(
            reminder_id=claimed.pk,
            worker=worker_name(),
            started_at=started_at,
            ended_at=timezone.now(),
            phase=attempt.phase,
            outcome=attempt.result,
            smtp_code=attempt.code,
        )
        if attempt.result is Result.NOT_OURS:
            return ""
        if attempt.result in USES_NO_TRY:
            claimed.row.update(lease_until=None, lease_token="", state=_before_claim())
            return ""
        current = claimed.row.select_for_update().first()
        return "" if current is None else _step(claimed, current, attempt, now)


def _step(claimed: Claim, current: Reminder, attempt: Try, now: datetime) -> str:
    tries = current.attempts + 1
    unknown = current.unknown_count + (attempt.result is Result.UNKNOWN)
    step = step_after(attempt.result, tries=tries, unknown=unknown, jitter=uniform(-1, 1))  # noqa: S311
    changes = {"state": step.state, "state_reason": step.reason, "attempts": tries, "unknown_count": unknown}
    if step.delay is not None:
        changes["next_attempt_at"] = now + step.delay
    if step.state == ReminderState.SENT:
        changes["sent_at"] = timezone.now()
    return step.state if claimed.row.update(lease_until=None, lease_token="", **changes) else ""


def drop(claimed: Claim, state: ReminderState, reason: str) -> bool:
    """End a claimed reminder that no longer matters, before any conversation."""
    return bool(claimed.row.update(state=state, state_reason=reason, lease_until=None, lease_token=""))


def recover(*, now: datetime) -> Counter[str]:
    """Take back what workers left behind when their lease ran out; return how many got which state.

    Where the final dot may have been sent there is one more try, and then none. The row stays
    locked from reading its phase to taking it: a worker that wakes up meanwhile gets 0 rows.
    """
    counts: Counter[str] = Counter()
    with transaction.atomic():
        late = Reminder.objects.filter(state=ReminderState.SENDING, lease_until__lt=database_now())
        for reminder in late.select_for_update(skip_locked=True).order_by("pk")[:RECOVERED_AT_ONCE]:
            left = Claim(reminder.pk, reminder.lease_token)
            begun_at = (reminder.lease_until or now) - LEASE
            attempt = Try(_result_of(reminder), reminder.last_phase)
            counts[finish(left, attempt, started_at=begun_at, now=now)] += 1
    del counts[""]
    return counts


def _result_of(abandoned: Reminder) -> Result:
    if abandoned.last_phase == AttemptPhase.NONE:
        return Result.ABANDONED
    return Result.UNKNOWN if abandoned.last_phase == AttemptPhase.DOT else Result.DEFERRED
