"""The two questions of whoever runs an installation."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from pacer import health
from participants.audit_triggers import drop, install

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)["checks"]


def test_healthz_answers_when_no_database_may_be_asked(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, json.loads(answer.content)) == (200, {"alive": True})


@pytest.mark.django_db
def test_readyz_is_content_when_all_is_in_order(client: Client) -> None:
    assert ready(client) == (200, dict.fromkeys(health.CHECKS, "ok"))


@pytest.mark.django_db
def test_readyz_complains_when_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="participants").first().delete()  # type: ignore[union-attr]
    code, checks = ready(client)
    assert (code, checks["migrations"]) == (503, "1 migrations are not applied: run 'manage.py migrate'")


@pytest.mark.django_db
def test_readyz_complains_when_the_database_is_newer_than_the_code(client: Client) -> None:
    MigrationRecorder(connection).record_applied("participants", "9999_of_tomorrow")
    code, checks = ready(client)
    assert code == 503
    assert checks["migrations"].startswith("the database is newer")


@pytest.mark.django_db
def test_readyz_complains_when_audit_triggers_are_gone(client: Client) -> None:
    drop("default")
    try:
        code, checks = ready(client)
    finally:
        install("default")
    assert code == 503
    assert "audit triggers are missing" in checks["audit triggers"]


@pytest.mark.django_db
def test_readyz_complains_when_its_folder_is_gone(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "gone"
    assert ready(client)[1]["disk"] == "No such file or directory"


@pytest.mark.django_db
def test_readyz_complains_when_the_disk_is_nearly_full(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**63)
    code, checks = ready(client)
    assert code == 503
    assert checks["disk"].endswith("MB are left on the disk")


def test_readyz_says_nothing_of_the_database_when_it_is_down(
    client: Client, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("password authentication failed for user pacer at db.hospital.example")

    with django_db_blocker.unblock():
        connection.close()
        monkeypatch.setattr(connection, "ensure_connection", refuse)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"hospital" not in answer.content


@pytest.mark.parametrize(
    ("newest", "database", "problem"),
    [
        (None, None, ""),
        (timedelta(seconds=30), timedelta(seconds=-30), ""),
        (timedelta(seconds=31), None, "the clock stands before the newest entry of the audit trail"),
        (None, timedelta(seconds=31), "this machine and its database disagree about the time"),
        (None, timedelta(seconds=-31), "this machine and its database disagree about the time"),
    ],
)
def test_clock_problem(newest: timedelta | None, database: timedelta | None, problem: str) -> None:
    newest_entry = None if newest is None else NOW + newest
    database_now = None if database is None else NOW + database
    assert health.clock_problem(now=NOW, newest_entry=newest_entry, database_now=database_now) == problem
