"""Anakinra doses by weight, their windows and their sum."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.dose_plan import window_after
from participants.domain.dosing import (
    GivenDose,
    Schedule,
    Treatment,
    calculate_dose,
    treatment,
)
from participants.domain.refusal import Impossible

pytestmark = pytest.mark.once

START = datetime(2026, 3, 13, 22, 55, tzinfo=UTC)


def dose(hours: float = 0, **changes: Any) -> GivenDose:
    """Return a dose of 43.25 mg at 17.3 kg some hours after the first, changed."""
    usual: dict[str, Any] = {
        "at": START + timedelta(hours=hours),
        "dose_mg": Decimal("43.25"),
        "dosing_weight_kg": Decimal("17.3"),
        "schedule": Schedule.Q12H,
    }
    return GivenDose(**(usual | changes))


@pytest.mark.parametrize(
    ("weight_kg", "dose_mg", "is_capped"),
    [
        ("10", "25", False),
        ("17.3", "43.25", False),
        ("39.9", "99.75", False),
        ("40", "100", False),
        ("40.1", "100", True),
        ("80", "100", True),
    ],
)
def test_dose_is_2_5_mg_per_kg_up_to_100_mg(weight_kg: str, dose_mg: str, *, is_capped: bool) -> None:
    calculated = calculate_dose(Decimal(weight_kg))
    assert (calculated.dose_mg, calculated.is_capped) == (Decimal(dose_mg), is_capped)


@pytest.mark.parametrize(
    ("weight_kg", "schedule", "daily_mg", "per_kg"),
    [
        ("10", Schedule.Q12H, "50", "5.00"),
        ("10", Schedule.Q6H, "100", "10.00"),
        ("60", Schedule.Q12H, "200", "3.33"),
        ("60", Schedule.Q6H, "400", "6.67"),
    ],
)
def test_a_day_has_two_or_four_doses(weight_kg: str, schedule: Schedule, daily_mg: str, per_kg: str) -> None:
    calculated = calculate_dose(Decimal(weight_kg))
    assert calculated.daily_mg(schedule) == Decimal(daily_mg)
    assert str(calculated.mg_per_kg_per_day(schedule)) == per_kg


@pytest.mark.parametrize("weight_kg", ["0", "-1", "-0", "400.1", "NaN", "Infinity"])
def test_a_weight_that_cannot_be_is_refused(weight_kg: str) -> None:
    with pytest.raises(Impossible) as refused:
        calculate_dose(Decimal(weight_kg))
    assert refused.value.field == "weight_kg"


@given(st.decimals(min_value="0.1", max_value="399", places=2), st.decimals("0", "1", places=2))
def test_a_heavier_participant_never_gets_less(weight_kg: Decimal, more_kg: Decimal) -> None:
    assert calculate_dose(weight_kg).dose_mg <= calculate_dose(weight_kg + more_kg).dose_mg


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dose_mg": Decimal(0)}, "dose_mg"),
        ({"dose_mg": Decimal("-5")}, "dose_mg"),
        ({"dosing_weight_kg": Decimal(0)}, "weight_kg"),
        ({"at": START.replace(tzinfo=None)}, "at"),
    ],
)
def test_a_dose_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Impossible) as refused:
        dose(**changes)
    assert refused.value.field == field


@pytest.mark.parametrize(("schedule", "hours"), [(Schedule.Q12H, (10, 12, 14)), (Schedule.Q6H, (5, 6, 7))])
def test_the_next_dose_has_a_window_around_its_time(schedule: Schedule, hours: tuple[int, int, int]) -> None:
    window = window_after(START, schedule)
    moments = (window.opens_at, window.due_at, window.closes_at)
    assert moments == tuple(START + timedelta(hours=each) for each in hours)


def test_mg_per_kg_of_a_dose_is_rounded_to_two_places() -> None:
    assert str(dose(dose_mg=Decimal(100), dosing_weight_kg=Decimal(60)).mg_per_kg) == "1.67"


def test_treatment_is_summed_up_in_any_order() -> None:
    doses = [dose(18, schedule=Schedule.Q6H), dose(0), dose(12), dose(24, schedule=Schedule.Q6H)]
    sums = treatment(doses, trigger_met_at=START - timedelta(minutes=75))
    assert (sums.first_dose_at, sums.last_dose_at) == (START, START + timedelta(hours=24))
    assert sums.escalated_at == START + timedelta(hours=18)
    assert sums.trigger_to_first_dose == timedelta(minutes=75)
    assert (sums.doses, sums.total_mg) == (4, Decimal("173.00"))


def test_treatment_without_a_dose_is_empty() -> None:
    sums = treatment([], trigger_met_at=START)
    assert sums == Treatment(None, None, None, None, 0, Decimal(0))


def test_going_back_to_every_12_hours_is_no_escalation() -> None:
    doses = [dose(0, schedule=Schedule.Q6H), dose(6)]
    assert treatment(doses, trigger_met_at=None).escalated_at is None
