"""The dispatcher: claim, look again, hand over, write down. Any number of copies may run."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django.utils import timezone

from followup import claims
from followup.claims import Claim
from followup.domain.delivery import USES_NO_TRY, Result
from followup.domain.reminders import Kind
from followup.mails import Unwritable, sender_address, write_mail
from followup.models import AttemptPhase, Reminder, ReminderState
from followup.reminded import look_again
from followup.transports import NoServer, Transport, Try

# The last try may begin just before the end: with it the cycle stays below Celery's limit of 120 s.
CYCLE_SECONDS = 45.0
CIRCUIT_OPENS_AFTER = 5

log = logging.getLogger(__name__)


@dataclass
class Dispatcher:
    """One run over what is due at a moment of the business, with one reused connection.

    `problem` says why the mail server could not be used, "" while it can: after five failures
    nothing more is claimed, no reminder has lost a try, and the next run asks again.
    """

    now: datetime
    transport: Transport
    seconds: float = CYCLE_SECONDS
    counts: Counter[str] = field(default_factory=Counter)
    problem: str = ""
    _failures: int = 0
    _give_up_at: float = 0.0

    def run(self) -> None:
        """Hand over what is due until nothing is left, the time is up, or there is no server."""
        self._give_up_at = monotonic() + self.seconds
        try:
            while claims.waiting(now=self.now).exists() and self._connected() and self._has_time():
                self._work_off(claims.claim(now=self.now))
        finally:
            self.transport.close()

    def _has_time(self) -> bool:
        return monotonic() < self._give_up_at

    def _work_off(self, claimed: list[Claim]) -> None:
        self.counts["claimed"] += len(claimed)
        left = list(claimed)
        try:
            while left and self._connected() and self._has_time():
                self._deliver(left.pop(0))
        finally:
            # Also when somebody ends this process: what was not begun is free at once.
            self.counts["claimed"] -= claims.release(left)

    def _connected(self) -> bool:
        """Use the open connection, or try to open one; False once the circuit is open."""
        while not self.transport.is_open and self._failures < CIRCUIT_OPENS_AFTER and self._has_time():
            try:
                self.transport.open()
                self.problem = ""
            except NoServer as fault:
                self._failures += 1
                self.problem = str(fault)
        if not self.transport.is_open and self.problem:
            log.error("No reminder can leave. %s", self.problem)
        return self.transport.is_open

    def _deliver(self, claimed: Claim) -> None:
        started_at = timezone.now()
        if not claims.renew(claimed, AttemptPhase.CONNECT):
            return
        reminder = Reminder.objects.select_related("recipient", "participant", "visit").get(pk=claimed.pk)
        count = self._count_what_matters(claimed, reminder)
        if count == 0:
            return
        attempt = self._hand_over(claimed, reminder, count)
        if attempt.result in USES_NO_TRY:
            self._failures += 1
            self.problem = "The mail server refuses our sender address."
            self.transport.close()
        state = claims.finish(claimed, attempt, started_at=started_at, now=self.now)
        self.counts[state] += bool(state)

    def _count_what_matters(self, claimed: Claim, reminder: Reminder) -> int:
        """Read the subject again, let go of what no longer matters, and return how many items are left."""
        items = _items_of(reminder)
        verdicts = look_again(items, self.now)
        if reminder.rule == Kind.GROUP:
            self._take_out(items, verdicts, reminder)
            if len(verdicts) == len(items):
                verdicts[reminder.pk] = (ReminderState.CANCELLED, "nothing is left to say")
        if reminder.pk in verdicts:
            state, reason = verdicts[reminder.pk]
            self.counts[state] += claims.drop(claimed, state, reason)
            return 0
        return len(items) - len(verdicts)

    def _take_out(
        self, items: list[Reminder], verdicts: dict[int, tuple[ReminderState, str]], mail: Reminder
    ) -> None:
        for item in items:
            if item.pk in verdicts:
                state, reason = verdicts[item.pk]
                # What may have been read within this mail is not to be said once more by itself.
                kept = mail if mail.unknown_count else None
                row = Reminder.objects.filter(pk=item.pk, state=ReminderState.COVERED, covered_by=mail)
                self.counts[state] += row.update(state=state, state_reason=reason, covered_by=kept)

    def _hand_over(self, claimed: Claim, reminder: Reminder, count: int) -> Try:
        try:
            message = write_mail(reminder, count=count, now=self.now)
        except Unwritable as fault:
            log.error("Reminder %s cannot be written: %s", reminder.pk, fault)
            return Try(Result.UNWRITABLE, AttemptPhase.CONNECT)
        attempt = self.transport.send(
            message,
            sender=sender_address(),
            recipient=reminder.recipient.email,
            before_dot=lambda: claims.renew(claimed, AttemptPhase.DOT),
        )
        if attempt.result is Result.ACCEPTED and reminder.rule == Kind.GROUP:
            self.counts["covered"] += count
        return attempt


def _items_of(reminder: Reminder) -> list[Reminder]:
    """Return what a mail is about: the reminder itself, or what the grouped mail carries."""
    if reminder.rule != Kind.GROUP:
        return [reminder]
    carried = Reminder.objects.filter(covered_by=reminder, state=ReminderState.COVERED)
    return list(carried.select_related("participant", "visit").order_by("pk"))
