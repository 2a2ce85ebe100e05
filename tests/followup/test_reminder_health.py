"""Whether somebody is told that reminders do not run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from followup.models import ReminderCycle
from followup.reminder_health import LATE_AFTER, reminder_health

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 18, 13, tzinfo=UTC)


def ran(ago: timedelta, **fields: object) -> None:
    at = NOW - ago
    ReminderCycle.objects.create(**{"started_at": at, "ended_at": at, "planned_until": at, **fields})


def test_reminders_are_late_before_the_first_cycle() -> None:
    assert reminder_health(NOW).is_late


def test_reminders_are_in_order_up_to_a_quarter_of_an_hour() -> None:
    ran(LATE_AFTER)
    assert reminder_health(NOW).sentence == ""


def test_reminders_are_late_after_a_quarter_of_an_hour() -> None:
    ran(LATE_AFTER + timedelta(seconds=1))
    assert "has stopped" in reminder_health(NOW).sentence


def test_a_cycle_that_never_ended_is_no_proof() -> None:
    ran(timedelta(0), ended_at=None)
    assert reminder_health(NOW).is_late


def test_a_mail_server_that_cannot_be_used_is_named() -> None:
    ran(LATE_AFTER * 2)
    ran(timedelta(0), problem="The mail server cannot be used.")
    assert reminder_health(NOW).sentence.endswith("The mail server cannot be used.")


def test_a_short_outage_of_the_mail_server_is_no_alarm() -> None:
    ran(LATE_AFTER / 2)
    ran(timedelta(0), problem="The mail server cannot be used.")
    assert not reminder_health(NOW).is_late
