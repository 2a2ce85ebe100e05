"""A whole installation with visits that are due, to be killed, starved and started again."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import psycopg

from pacer.processes import Program
from tests.followup.reminder_support import morning
from tests.servers.installation import Installation
from tests.servers.smtp_sink import ReceivedMail, SmtpSink

NOW = morning(0)


class Trial:
    """PACER on PostgreSQL and Valkey with a mail server that fails as it is told."""

    def __init__(self, installation: Installation, sink: SmtpSink) -> None:
        self.installation = installation
        self.sink = sink

    def make_due(self, number: int) -> None:
        """Make as many visits with one reminder each that is due at NOW, each for another person."""
        self._run(f"from tests.followup.reminder_support import due_visits; due_visits({number})")
        assert self.ask("SELECT count(*) FROM followup_visit WHERE target_on IS NOT NULL") == [(number,)]

    def make_overdue_today(self, number: int) -> None:
        """Make as many visits whose reminder is due now, at every hour and in every zone."""
        self._run(OVERDUE_TODAY.format(number=number))

    def _run(self, code: str) -> None:
        self.installation.manage("shell", "--verbosity", "0", "--command", code)

    def cycle(self, as_of: datetime = NOW) -> dict[str, int]:
        """Run a cycle to its end and return what it counted."""
        before = len(self._said())
        self.installation.manage("reminder_cycle", "--json", "--as-of", as_of.isoformat())
        counts: dict[str, int] = json.loads(self._said()[before:].strip().splitlines()[-1])
        return {name: number for name, number in counts.items() if number and name != "as_of"}

    def _said(self) -> str:
        path = self.installation.logs / "manage-reminder_cycle.log"
        return path.read_text() if path.exists() else ""

    def begin_cycle(self, as_of: datetime = NOW) -> Program:
        """Start a cycle and return at once."""
        return self.installation.spawn("reminder_cycle", "--json", "--as-of", as_of.isoformat())

    def end_leases(self) -> None:
        """Let the time pass after which nobody believes in a vanished worker any more."""
        self.change(
            "UPDATE followup_reminder SET lease_until = now() - interval '1 s' WHERE state = 'sending'"
        )

    def ring(self, times: int = 1, **options: Any) -> None:
        """Put the message of a tick into the broker, as beat does."""
        message = f"app.send_task('followup.reminder_cycle', **{options!r})"
        self._run(f"from pacer.celery import app\nfor _ in range({times}): {message}")

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Read from the database."""
        with psycopg.connect(self.installation.environment["DATABASE_URL"]) as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str) -> None:
        """Write to a table that is not audited."""
        with psycopg.connect(self.installation.environment["DATABASE_URL"]) as connection:
            connection.execute(statement)

    def states(self) -> Counter[str]:
        """Count the reminders in each state."""
        return Counter(dict(self.ask("SELECT state, count(*) FROM followup_reminder GROUP BY state")))

    def unfinished(self) -> int:
        """Count the reminders that are still to be handed over; some before anything is planned."""
        if not self.states():
            return 1
        return sum(number for state, number in self.states().items() if state in {"due", "retry", "sending"})

    def workers(self) -> set[str]:
        """Return who has tried to hand anything over."""
        return {worker for (worker,) in self.ask("SELECT DISTINCT worker FROM followup_reminderattempt")}

    @property
    def copies(self) -> Counter[str]:
        """Count the copies of each mail by its Message-ID."""
        return Counter(mail.message_id for mail in self.mails)

    @property
    def mails(self) -> list[ReceivedMail]:
        return self.sink.kept


def later(**distance: float) -> datetime:
    """Return a moment after NOW."""
    return NOW + timedelta(**distance)


OVERDUE_TODAY = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import make_site
from tests.followup.reminder_support import make_visit, make_watched
site = make_site()
for _ in range({number}):
    participant = make_watched(site)
    make_visit(participant, target_on=participant.today(timezone.now()) - timedelta(days=5))
"""
