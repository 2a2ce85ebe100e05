"""PACER as it is run: plain processes on PostgreSQL and Valkey that know three addresses."""

import json

import pytest

from tests.servers.installation import Install, Installation, fetch
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
