"""Workers that are killed, and two at once: nothing is lost, and nobody gets a third copy.

The numbers are those of the faults in docs/reminders.md.
"""

from __future__ import annotations

import time
from random import Random

import pytest

from pacer import processes
from pacer.processes import Program
from tests.faults.trial import Trial, later
from tests.servers.smtp_sink import Fault

pytestmark = pytest.mark.once


def kill_at(trial: Trial, fault: Fault) -> None:
    """Let a cycle come to the moment of a fault, and end it as a power cut would."""
    trial.sink.fail(fault)
    program = trial.begin_cycle()
    trial.sink.wait_until_reached(fault, within_seconds=120)
    processes.kill(program)
    trial.end_leases()


def test_two_dispatchers_share_200_mails_without_a_copy(trial: Trial) -> None:
    """Fault 01."""
    trial.make_due(200)
    trial.sink.slow_seconds = 0.05
    trial.sink.fail(Fault.SLOW, times=float("inf"))
    both = [trial.begin_cycle(), trial.begin_cycle()]
    assert [program.wait(120) for program in both] == [0, 0]
    assert list(trial.copies.values()) == [1] * 200
    assert len(trial.workers()) == 2


def test_what_was_claimed_and_not_begun_is_sent_once_after_the_lease(trial: Trial) -> None:
    """Fault 02: the first mail stands at DATA, the other four are claimed."""
    trial.make_due(5)
    kill_at(trial, Fault.SILENT_AT_DATA)
    assert trial.states() == {"sending": 5}
    assert trial.cycle()["sent"] == 4
    assert trial.cycle(later(minutes=2))["sent"] == 1
    assert list(trial.copies.values()) == [1] * 5


def test_a_worker_killed_before_the_final_dot_sends_once(trial: Trial) -> None:
    """Fault 03."""
    trial.make_due(1)
    kill_at(trial, Fault.SILENT_AT_DATA)
    assert trial.cycle()["retry"] == 1
    assert trial.cycle(later(minutes=2)) == {"claimed": 1, "sent": 1}
    assert list(trial.copies.values()) == [1]


def test_a_worker_killed_after_nineteen_of_twenty_copies_none_of_them(trial: Trial) -> None:
    """Fault 04."""
    trial.make_due(20)
    last = trial.ask("SELECT max(email) FROM participants_staffmember")[0][0]
    trial.sink.fail(Fault.SILENT_AT_DATA, recipient=last)
    program = trial.begin_cycle()
    trial.sink.wait_until_reached(Fault.SILENT_AT_DATA, within_seconds=120)
    processes.kill(program)
    trial.end_leases()
    trial.cycle()
    trial.cycle(later(minutes=2))
    assert list(trial.copies.values()) == [1] * 20


def test_a_worker_killed_before_the_answer_is_read_makes_at_most_one_copy(trial: Trial) -> None:
    """Fault 05."""
    trial.make_due(1)
    kill_at(trial, Fault.SILENT_AFTER_DOT)
    assert trial.cycle()["retry"] == 1
    assert trial.cycle(later(minutes=2))["sent"] == 1
    assert list(trial.copies.values()) == [2]


def test_killed_twice_before_the_answer_it_is_unconfirmed_and_never_sent_a_third_time(trial: Trial) -> None:
    """Fault 06."""
    trial.make_due(1)
    kill_at(trial, Fault.SILENT_AFTER_DOT)
    trial.cycle()
    trial.sink.fail(Fault.SILENT_AFTER_DOT)
    program = trial.begin_cycle(later(minutes=2))
    trial.sink.wait_until_reached(Fault.SILENT_AFTER_DOT, times=2, within_seconds=120)
    processes.kill(program)
    trial.end_leases()
    assert trial.cycle(later(minutes=4))["unconfirmed"] == 1
    trial.cycle(later(hours=4))
    assert list(trial.copies.values()) == [2]


def test_a_worker_asked_to_stop_gives_back_what_it_has_not_begun(trial: Trial) -> None:
    """Fault 07."""
    trial.make_due(5)
    trial.sink.slow_seconds = 1
    trial.sink.fail(Fault.SLOW, times=float("inf"))
    program = trial.begin_cycle()
    trial.sink.wait_until_reached(Fault.SLOW, within_seconds=120)
    program.terminate()
    program.wait(30)
    assert trial.states()["due"] == 4
    trial.sink.heal()
    trial.end_leases()
    trial.cycle()
    trial.cycle(later(minutes=2))
    assert len(trial.copies) == 5
    assert max(trial.copies.values()) <= 2


def test_nobody_else_takes_what_a_worker_stands_at(trial: Trial) -> None:
    """Faults 09 and 13: no transaction is open during the conversation, and the row is taken."""
    trial.make_due(1)
    trial.sink.fail(Fault.SILENT_AT_DATA)
    standing = trial.begin_cycle()
    trial.sink.wait_until_reached(Fault.SILENT_AT_DATA, within_seconds=120)
    open_ones = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    )
    assert trial.ask(open_ones) == [(0,)]
    assert trial.cycle() == {}
    assert trial.mails == []
    processes.kill(standing)


FLAKY = (Fault.REFUSE_RCPT_451, Fault.REFUSE_DATA_451, Fault.DROP_BEFORE_DOT, Fault.DROP_AFTER_DOT)
STORM_SECONDS = 20


@pytest.mark.parametrize("seed", range(5))
def test_random_kills_and_a_flaky_server_lose_nothing(trial: Trial, seed: int) -> None:
    """Fault 08: pairs of workers are killed at random moments of their work, for 20 seconds of it."""
    chance = Random(seed)
    trial.make_due(150)
    trial.sink.slow_seconds = 0.05
    worked, rounds = 0.0, 0
    while worked < STORM_SECONDS and trial.unfinished():
        disturb(trial, chance)
        pair = [trial.begin_cycle(later(minutes=10 * rounds)) for _ in range(2)]
        await_work(trial, pair)
        lasted = chance.uniform(1, 6)
        await_any(pair, lasted)
        for program in pair:
            processes.kill(program)
        trial.end_leases()
        worked, rounds = worked + lasted, rounds + 1
    trial.sink.heal()
    for hours in (8, 20, 40):
        trial.cycle(later(hours=hours))
    assert set(trial.states()) <= {"sent", "unconfirmed"}
    copies = trial.copies
    for state, message_id in trial.ask("SELECT state, message_id FROM followup_reminder"):
        assert copies[message_id] in ({0, 1, 2} if state == "unconfirmed" else {1, 2})
    assert len(trial.workers()) > 2


def disturb(trial: Trial, chance: Random) -> None:
    """Order faults for the next conversations; what none of them meets takes its time."""
    trial.sink.heal()
    for fault in FLAKY:
        trial.sink.fail(fault, times=chance.randint(1, 4))
    trial.sink.fail(Fault.SLOW, times=float("inf"))


def await_work(trial: Trial, programs: list[Program]) -> None:
    """Wait until a worker has handed something over, or all have ended."""
    before = len(trial.mails)
    give_up_at = time.monotonic() + 180
    while len(trial.mails) == before and any(program.poll() is None for program in programs):
        assert time.monotonic() < give_up_at, "no worker began"
        time.sleep(0.02)


def await_any(programs: list[Program], seconds: float) -> None:
    """Wait a while, shorter when all have ended."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at and any(program.poll() is None for program in programs):
        time.sleep(0.02)
