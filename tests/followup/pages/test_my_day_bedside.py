"""What the bedside asks of a person on their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from followup.pages.my_day_bedside import bedside_tasks
from participants.actions.body import record_stay
from participants.actions.conclude import leave_study, record_death, record_withdrawal
from participants.domain.roles import Role
from participants.models import HospitalStay, OffStudyReason, Participant, StaffMember, WithdrawalScope
from tests import factories
from tests.participants.bedside_support import assess, dose, hour, infused, observe

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant() -> Participant:
    return infused(day=10)


@pytest.fixture
def coordinator(participant: Participant) -> StaffMember:
    return factories.make_staff(Role.COORDINATOR, participant.site)


def titles(person: StaffMember, now: datetime) -> list[str]:
    """Return what the bedside asks at a moment."""
    with time_machine.travel(now, tick=False):
        return [f"{task.verb} {task.detail}" for task in bedside_tasks(person, timezone.now())]


def trigger(participant: Participant) -> None:
    observe(participant, 24, "38.8")
    observe(participant, 30, "39.0")


def test_trigger_without_a_dose_asks_for_one(participant: Participant, coordinator: StaffMember) -> None:
    trigger(participant)
    [found] = titles(coordinator, hour(participant, 31))
    assert found.startswith("Give anakinra dose 1 to")


def test_dose_rests_until_its_window_opens(participant: Participant, coordinator: StaffMember) -> None:
    trigger(participant)
    dose(participant, 32)
    assert titles(coordinator, hour(participant, 41)) == []
    assert titles(coordinator, hour(participant, 42))[0].startswith("Give anakinra dose 2 to")


def test_one_high_reading_asks_for_a_second(participant: Participant, coordinator: StaffMember) -> None:
    observe(participant, 24, "38.8")
    [found] = titles(coordinator, hour(participant, 26))
    assert "a second one counts from" in found


def test_cognition_is_due_after_12_hours_in_hospital(
    participant: Participant, coordinator: StaffMember
) -> None:
    stay = HospitalStay(participant=participant, admitted_at=hour(participant, -20), reason="CAR-T")
    record_stay(by=factories.TEST, stay=stay)
    assess(participant, 30)
    assert titles(coordinator, hour(participant, 30) + timedelta(hours=11, minutes=59)) == []
    assert titles(coordinator, hour(participant, 42))[0].startswith("Assess ICE or CAPD of")


def test_open_query_asks_for_an_answer(participant: Participant, coordinator: StaffMember) -> None:
    observe(participant, 30, "38.2", o2_device="")
    [found] = titles(coordinator, timezone.now())
    assert found == "Answer the query about Record what the grade depends on: the oxygen device."


def test_nobody_sees_what_another_site_owes(participant: Participant) -> None:
    trigger(participant)
    elsewhere = factories.make_staff(Role.COORDINATOR, factories.make_site())
    assert titles(elsewhere, hour(participant, 31)) == []


def in_hospital(participant: Participant) -> None:
    """Admit somebody who was triggered, dosed and tested, and whom nobody has discharged."""
    stay = HospitalStay(participant=participant, admitted_at=hour(participant, -20), reason="CAR-T")
    record_stay(by=factories.TEST, stay=stay)
    trigger(participant)
    dose(participant, 32)
    assess(participant, 33)


def die(participant: Participant) -> None:
    on = participant.today(hour(participant, 40))
    record_death(by=factories.TEST, participant=participant, on=on)


def leave(participant: Participant) -> None:
    on = participant.today(hour(participant, 40))
    leave_study(by=factories.TEST, participant=participant, reason=OffStudyReason.LOST, on=on)


def withdraw(participant: Participant, scope: WithdrawalScope = WithdrawalScope.EVERYTHING) -> None:
    on = participant.today(hour(participant, 40))
    record_withdrawal(by=factories.TEST, participant=participant, scope=scope, on=on, reason="they asked")


@pytest.mark.parametrize("end", [die, leave, withdraw])
def test_nothing_is_asked_at_the_bedside_of_who_died_or_left(
    end: Callable[[Participant], None], participant: Participant, coordinator: StaffMember
) -> None:
    in_hospital(participant)
    assert len(titles(coordinator, hour(participant, 60))) == 2
    end(participant)
    assert titles(coordinator, hour(participant, 60)) == []


def test_who_withdrew_from_treatment_is_tested_and_not_dosed(
    participant: Participant, coordinator: StaffMember
) -> None:
    in_hospital(participant)
    withdraw(participant, WithdrawalScope.TREATMENT)
    [found] = titles(coordinator, hour(participant, 60))
    assert found.startswith("Assess ICE or CAPD of")
