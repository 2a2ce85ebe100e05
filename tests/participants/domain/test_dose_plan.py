"""Which dose comes next."""

from datetime import UTC, datetime, timedelta

import pytest

from participants.domain.dose_plan import DoseEntry, DosePlan, Due, dose_plan
from participants.domain.dosing import Schedule

pytestmark = pytest.mark.once

MET = datetime(2026, 3, 12, 6, tzinfo=UTC)


def plan(
    *hours: float,
    now: float,
    schedule: Schedule = Schedule.Q12H,
    held: tuple[float, ...] = (),
    is_met: bool = True,
    has_ended: bool = False,
) -> DosePlan:
    """Return the plan at an hour after the trigger, of doses given (and held) at hours."""
    entries = [
        DoseEntry(at=MET + timedelta(hours=at), schedule=schedule, is_given=at not in held)
        for at in (*hours, *held)
    ]
    now_at = MET + timedelta(hours=now)
    return dose_plan(entries, trigger_met_at=MET if is_met else None, has_ended=has_ended, now=now_at)


def test_first_dose_is_due_once_the_trigger_is_met() -> None:
    assert (plan(now=1).due, plan(now=1).number) == (Due.FIRST, 1)


def test_nothing_is_due_before_the_trigger() -> None:
    assert plan(now=1, is_met=False).due is Due.NOT_TRIGGERED


@pytest.mark.parametrize(
    ("now", "due"),
    [(10.9, Due.RESTING), (11, Due.DUE), (15, Due.DUE), (15.1, Due.LATE)],
)
def test_dose_every_12_h_is_due_within_two_hours_of_its_time(now: float, due: Due) -> None:
    assert plan(1, now=now).due is due


@pytest.mark.parametrize(("now", "due"), [(5.9, Due.RESTING), (6, Due.DUE), (8, Due.DUE), (8.1, Due.LATE)])
def test_dose_every_6_h_is_due_within_an_hour_of_its_time(now: float, due: Due) -> None:
    assert plan(1, now=now, schedule=Schedule.Q6H).due is due


def test_the_next_dose_counts_from_the_last_given_one_not_from_its_planned_time() -> None:
    window = plan(1, 14, now=20).window
    assert window is not None
    assert window.due_at == MET + timedelta(hours=26)


def test_the_schedule_is_that_of_the_last_entry_whichever_was_entered_last() -> None:
    often, before = (
        DoseEntry(at=MET + timedelta(hours=at), schedule=schedule, is_given=True)
        for at, schedule in ((13, Schedule.Q6H), (1, Schedule.Q12H))
    )
    found = dose_plan([often, before], trigger_met_at=MET, has_ended=False, now=MET + timedelta(hours=14))
    assert found.schedule is Schedule.Q6H


def test_held_dose_is_answered_and_not_counted() -> None:
    found = plan(1, held=(13,), now=14)
    assert (found.due, found.number) == (Due.RESTING, 2)


@pytest.mark.parametrize(
    ("held", "due_at"),
    [((13,), 25), ((11.5,), 25), ((16,), 25), ((5,), 25), ((13, 13.5), 25), ((13, 25), 37), ((24,), 37)],
)
def test_dose_not_given_stands_for_its_planned_time(held: tuple[float, ...], due_at: float) -> None:
    window = plan(1, held=held, now=25).window
    assert window is not None
    assert window.due_at == MET + timedelta(hours=due_at)


def test_ended_treatment_wants_no_dose() -> None:
    assert plan(1, now=100, has_ended=True).due is Due.ENDED
