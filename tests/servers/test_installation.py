"""PACER as it is run: plain processes on PostgreSQL and Valkey that know three addresses."""

import json

import pytest

from tests.servers.installation import Install, Installation, fetch
from tests.servers.smtp_sink import SmtpSink
from tests.servers.valkey import ValkeyServer

pytestmark = pytest.mark.once


def test_web_is_ready_on_postgres(installation: Installation) -> None:
    address = installation.start_web()
    code, body = fetch(f"{address}/readyz")
    assert (code, json.loads(body)["ready"]) == (200, True)


def test_web_is_alive_but_not_ready_when_tables_are_missing(install: Install, postgres_url: str) -> None:
    address = install(database_url=postgres_url).start_web()
    assert fetch(f"{address}/healthz")[0] == 200
    assert fetch(f"{address}/readyz")[0] == 503


def test_worker_does_what_beat_asks_for(installation: Installation) -> None:
    installation.start_beat()
    worker = installation.start_worker()
    installation.wait_until(
        lambda: (
            "Task followup.reminder_cycle" in installation.said("worker")
            and "succeeded" in installation.said("worker")
        ),
        alive=worker,
        what="the worker has run a reminder cycle",
    )


def test_reminder_arrives_when_a_visit_is_overdue(installation: Installation, smtp_sink: SmtpSink) -> None:
    installation.manage("shell", "--command", AN_OVERDUE_VISIT)
    installation.start_beat()
    installation.start_worker()
    (mail,) = smtp_sink.wait_for(1, within_seconds=60)
    assert mail.message["Auto-Submitted"] == "auto-generated"
    installation.wait_until(
        lambda: installation.said("worker").count("succeeded") >= 2, what="another cycle has passed"
    )
    assert len(smtp_sink.kept) == 1


# Closed two days ago: at every hour of the day and in every zone, its first morning after closing has come.
AN_OVERDUE_VISIT = """
from datetime import timedelta
from django.utils import timezone
from tests.followup.reminder_support import make_visit, make_watched
participant = make_watched()
make_visit(participant, target_on=participant.today(timezone.now()) - timedelta(days=5), after=3)
"""


def test_worker_recovers_when_valkey_was_away(installation: Installation, valkey: ValkeyServer) -> None:
    worker = installation.start_worker()
    installation.wait_until(
        lambda: " ready." in installation.said("worker"), alive=worker, what="it is ready"
    )
    valkey.stop()
    installation.wait_until(
        lambda: "onnection to broker lost" in installation.said("worker"),
        alive=worker,
        what="it misses its broker",
    )
    valkey.start()
    installation.start_beat()
    installation.wait_until(
        lambda: "succeeded" in installation.said("worker"), alive=worker, what="it works again"
    )
