"""Celery is the alarm clock: whatever becomes of its messages, each mail comes once."""

from __future__ import annotations

import pytest

from tests.faults.trial import Trial
from tests.servers.valkey import ValkeyServer

pytestmark = pytest.mark.once


def wait_for_ticks(trial: Trial, number: int, *, within_seconds: float = 120) -> None:
    """Wait until the worker has done as many cycles."""
    trial.installation.wait_until(
        lambda: trial.installation.said("worker").count("succeeded") >= number,
        what=f"{number} cycles are done",
        within_seconds=within_seconds,
    )


def test_an_emptied_broker_loses_no_mail(trial: Trial, valkey: ValkeyServer) -> None:
    """Fault 17."""
    trial.make_overdue_today(50)
    trial.ring()
    valkey.client().flushall()
    trial.installation.start_worker()
    trial.ring()
    assert len(trial.sink.wait_for(50, within_seconds=120)) == 50
    assert list(trial.copies.values()) == [1] * 50


def test_a_tick_that_comes_twice_or_late_sends_no_second_mail(trial: Trial) -> None:
    """Fault 21."""
    trial.make_overdue_today(3)
    trial.ring(times=2)
    trial.installation.start_worker()
    wait_for_ticks(trial, 2)
    trial.ring()
    wait_for_ticks(trial, 3)
    assert list(trial.copies.values()) == [1] * 3


def test_ticks_that_have_waited_too_long_are_not_worked_off(trial: Trial) -> None:
    """Fault 22: 50 of 51 have expired."""
    trial.make_overdue_today(3)
    trial.ring(times=50, expires=0.01)
    trial.ring()
    trial.installation.start_worker()
    wait_for_ticks(trial, 1)
    trial.installation.wait_until(
        lambda: trial.installation.said("worker").count("Discarding revoked task") == 50,
        what="50 have expired",
    )
    assert list(trial.copies.values()) == [1] * 3
    assert trial.ask("SELECT count(*) FROM followup_remindercycle") == [(1,)]


def test_two_clocks_are_as_good_as_one(trial: Trial) -> None:
    """Fault 23."""
    trial.make_overdue_today(3)
    trial.installation.start_worker()
    for number in range(2):
        trial.installation.start_beat("--schedule", str(trial.installation.folder / f"beat-{number}"))
    wait_for_ticks(trial, 2, within_seconds=120)
    assert list(trial.copies.values()) == [1] * 3


def test_the_command_does_the_work_without_a_broker(trial: Trial, valkey: ValkeyServer) -> None:
    """Fault 19."""
    trial.make_due(2)
    valkey.stop()
    assert trial.cycle()["sent"] == 2
