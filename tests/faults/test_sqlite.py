"""One file, several writers: nobody who uses the pages is told that the database is locked."""

from __future__ import annotations

import json

import pytest

from tests.faults.trial import NOW
from tests.servers.installation import Install
from tests.servers.smtp_sink import SmtpSink

pytestmark = pytest.mark.once

WRITERS, SAVES = 4, 25


def test_four_writers_a_planner_and_a_dispatcher_never_meet_a_locked_database(
    install: Install, smtp_sink: SmtpSink
) -> None:
    """Fault 33."""
    prepared = install(database_url="")
    del prepared.environment["DATABASE_URL"]
    prepared.manage("migrate", "--verbosity", "0")
    code = "from tests.followup.reminder_support import due_visits; due_visits(40)"
    prepared.manage("shell", "--verbosity", "0", "--command", code)
    cycles = [prepared.spawn("reminder_cycle", "--json", "--as-of", NOW.isoformat()) for _ in range(2)]
    writers = [prepared.spawn("shell", "--verbosity", "0", "--command", A_WRITER) for _ in range(WRITERS)]
    assert [program.wait(240) for program in [*writers, *cycles]] == [0] * (WRITERS + 2)
    assert prepared.said("manage-shell").count("saved") == WRITERS * SAVES
    assert "locked" not in prepared.said("manage-shell") + prepared.said("manage-reminder_cycle")
    counted = [
        json.loads(line) for line in prepared.said("manage-reminder_cycle").splitlines() if line[:1] == "{"
    ]
    assert sum(counts["sent"] for counts in counted) == 40
    assert len({mail.message_id for mail in smtp_sink.kept}) == len(smtp_sink.kept) == 40


A_WRITER = f"""
from django.utils import timezone
from followup.actions.appointments import make_appointment
from followup.models import Visit
from participants.audit import Actor
from participants.errors import StaleVersion
from datetime import timedelta
later = timezone.now().date() + timedelta(days=400)
for visit in Visit.objects.filter(target_on=None, mode="visit").order_by("?")[:{SAVES}]:
    for _ in range(50):
        current = Visit.objects.get(pk=visit.pk)
        try:
            make_appointment(by=Actor.machine("test"), visit=current, version=current.version, on=later)
        except StaleVersion:  # another writer was first: ask again, as a person would
            continue
        break
    print("saved", flush=True)
"""
