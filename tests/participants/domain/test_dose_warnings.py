"""Warnings about doses, which are never refusals."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from participants.domain.dose_plan import DoseEntry
from participants.domain.dose_warnings import DoseRule, DoseTolerances, dose_warnings
from participants.domain.dosing import GivenDose, Route, Schedule
from tests.participants.domain.test_dosing import START, dose

pytestmark = pytest.mark.once

TRIGGER = START - timedelta(hours=1)


def rules(given: GivenDose, *others: GivenDose, **changes: Any) -> list[DoseRule]:
    """Return the rules that a dose leaves, after a trigger an hour before START."""
    known: dict[str, Any] = {"trigger_met_at": TRIGGER}
    return [warning.rule for warning in dose_warnings(given, others=others, **(known | changes))]


def big(hours: float, **changes: Any) -> GivenDose:
    """Return a dose of 100 mg at 40 kg."""
    return dose(hours, dose_mg=Decimal(100), dosing_weight_kg=Decimal(40), **changes)


def test_a_dose_by_the_plan_raises_nothing() -> None:
    assert rules(dose(12), dose(0)) == []


@pytest.mark.parametrize(
    ("weight_kg", "dose_mg", "expected"),
    [
        ("40", "100", []),
        ("40", "100.01", [DoseRule.OVER_CAP]),
        ("40", "110", [DoseRule.OVER_CAP]),
        ("40", "110.01", [DoseRule.OVER_CAP, DoseRule.OFF_CALCULATED]),
        ("60", "100", []),
        ("10", "22.5", []),
        ("10", "22.49", [DoseRule.OFF_CALCULATED]),
        ("10", "27.5", []),
        ("10", "27.51", [DoseRule.OFF_CALCULATED]),
    ],
)
def test_the_amount_is_compared_with_the_capped_calculation(
    weight_kg: str, dose_mg: str, expected: list[DoseRule]
) -> None:
    assert rules(dose(dose_mg=Decimal(dose_mg), dosing_weight_kg=Decimal(weight_kg))) == expected


@pytest.mark.parametrize(
    ("schedule", "hours", "warns"),
    [
        (Schedule.Q12H, 9.99, True),
        (Schedule.Q12H, 10, False),
        (Schedule.Q12H, 14, False),
        (Schedule.Q12H, 14.01, True),
        (Schedule.Q6H, 4.99, True),
        (Schedule.Q6H, 5, False),
        (Schedule.Q6H, 7, False),
        (Schedule.Q6H, 7.01, True),
    ],
)
def test_the_interval_has_a_tolerance_with_both_ends(
    schedule: Schedule, hours: float, *, warns: bool
) -> None:
    found = rules(dose(hours, schedule=schedule), dose(0, schedule=schedule))
    assert (DoseRule.INTERVAL in found) is warns


def test_the_first_dose_after_a_change_of_schedule_has_no_interval() -> None:
    assert rules(dose(2, schedule=Schedule.Q6H), dose(0)) == []


def test_the_interval_is_counted_from_the_last_dose_before_whatever_the_order() -> None:
    assert rules(dose(24), dose(36), dose(12), dose(0)) == []


@pytest.mark.parametrize(
    ("latest_kg", "warns"),
    [(None, False), ("19.03", False), ("19.04", True), ("15.57", False), ("15.56", True)],
)
def test_a_weight_that_changed_by_more_than_a_tenth_prompts(latest_kg: str | None, *, warns: bool) -> None:
    latest = None if latest_kg is None else Decimal(latest_kg)
    assert rules(dose(), latest_weight_kg=latest) == [DoseRule.WEIGHT_CHANGED] * warns


@pytest.mark.parametrize(
    ("trigger_met_at", "warns"),
    [(None, True), (START + timedelta(minutes=1), True), (START, False), (TRIGGER, False)],
)
def test_a_dose_before_the_trigger_warns(trigger_met_at: datetime | None, *, warns: bool) -> None:
    assert rules(dose(), trigger_met_at=trigger_met_at) == [DoseRule.BEFORE_TRIGGER] * warns


@pytest.mark.parametrize(
    ("doses", "warns"),
    [
        ([big(0), big(12), big(24)], False),
        ([big(0), big(12), big(23.99)], True),
        ([big(each, schedule=Schedule.Q6H) for each in (0, 6, 12, 18, 24)], False),
        ([big(each, schedule=Schedule.Q6H) for each in (0, 6, 12, 18, 23.5)], True),
    ],
)
def test_the_rolling_24_hours_exclude_the_dose_of_24_hours_ago(
    doses: list[GivenDose], *, warns: bool
) -> None:
    *earlier, last = doses
    assert (DoseRule.ROLLING_24_H in rules(last, *earlier)) is warns


def test_going_back_to_every_12_hours_keeps_the_limit_of_every_6_for_a_day() -> None:
    frequent = [big(each, schedule=Schedule.Q6H) for each in (0, 6, 12)]
    assert rules(big(20), *frequent) == []


def test_going_back_to_every_12_hours_has_a_limit_on_that_day_too() -> None:
    frequent = [big(each, schedule=Schedule.Q6H) for each in (0, 5, 10, 15)]
    assert DoseRule.ROLLING_24_H in rules(big(23), *frequent)


def test_the_limit_is_that_of_every_12_hours_again_after_a_day_without_the_other() -> None:
    assert DoseRule.ROLLING_24_H in rules(big(42), big(30), big(20), big(12, schedule=Schedule.Q6H))


@pytest.mark.parametrize("other", [Schedule.Q12H, Schedule.Q6H])
def test_two_doses_at_the_same_time_leave_the_interval(other: Schedule) -> None:
    assert rules(dose(12), dose(12, schedule=other), dose(0)) == [DoseRule.INTERVAL]


def test_two_doses_at_the_same_time_count_in_the_24_hours() -> None:
    assert DoseRule.ROLLING_24_H in rules(big(12), big(12), big(0))


def entry(hours: float, schedule: Schedule = Schedule.Q12H) -> DoseEntry:
    """Return a dose that was held some hours after the first."""
    return DoseEntry(at=START + timedelta(hours=hours), schedule=schedule, is_given=False)


@pytest.mark.parametrize(
    ("held", "hours", "warns"),
    [
        ((12,), 24, False),
        ((13.5,), 24, False),
        ((12,), 14, False),
        ((12,), 26, False),
        ((12,), 26.01, True),
        ((12,), 19, True),
        ((12, 24), 36, False),
        ((24.01,), 24, True),
        ((), 24, True),
    ],
)
def test_a_dose_not_given_is_answered_at_its_planned_time(
    held: tuple[float, ...], hours: float, *, warns: bool
) -> None:
    found = rules(dose(hours), dose(0), not_given=[entry(each) for each in held])
    assert found == [DoseRule.INTERVAL] * warns


def test_the_planned_time_of_a_dose_not_given_counts_from_the_given_one_before() -> None:
    given = [dose(0), dose(14)]
    assert rules(dose(39), *given, not_given=[entry(26)]) == []
    assert rules(dose(40.5), *given, not_given=[entry(26)]) == [DoseRule.INTERVAL]


def test_a_dose_not_given_before_the_last_given_one_answers_nothing_after_it() -> None:
    assert rules(dose(48), dose(0), dose(24), not_given=[entry(12)]) == [DoseRule.INTERVAL]


def test_the_message_of_an_interval_names_the_dose_not_given() -> None:
    (warning,) = dose_warnings(dose(28), others=[dose(0)], not_given=[entry(12)], trigger_met_at=TRIGGER)
    words = "28 h 00 min after the dose before, 16 h 00 min after the planned time of one not given"
    assert warning.message == f"{words}, q12h is planned."


def test_another_route_warns() -> None:
    assert rules(dose(route=Route.SC)) == [DoseRule.ROUTE]


def test_a_change_of_clock_does_not_move_the_interval() -> None:
    before = dose(at=datetime.fromisoformat("2026-03-07T20:00-06:00"))
    after = dose(at=datetime.fromisoformat("2026-03-08T09:00-05:00"))
    assert rules(after, before, trigger_met_at=datetime(2026, 3, 7, tzinfo=UTC)) == []


def test_the_tolerances_are_settings() -> None:
    wide = DoseTolerances(dose=Decimal("0.5"))
    assert rules(dose(dose_mg=Decimal(25)), tolerances=wide) == []


def test_only_the_change_of_weight_drafts_no_deviation() -> None:
    warnings = dose_warnings(
        dose(0, route=Route.SC), others=[], trigger_met_at=None, latest_weight_kg=Decimal(30)
    )
    drafted = {warning.rule: warning.is_deviation for warning in warnings}
    assert drafted == {DoseRule.WEIGHT_CHANGED: False, DoseRule.BEFORE_TRIGGER: True, DoseRule.ROUTE: True}


def test_the_message_says_what_was_expected() -> None:
    (warning,) = dose_warnings(dose(dose_mg=Decimal(30)), others=[], trigger_met_at=TRIGGER)
    assert warning.message == "30 mg differs by more than 10 % from the calculated 43.25 mg."


def test_the_message_writes_numbers_without_idle_zeros() -> None:
    """A column of the database adds zeros, which a sentence would repeat."""
    (warning,) = dose_warnings(dose(dose_mg=Decimal("30.000")), others=[], trigger_met_at=TRIGGER)
    assert warning.message.startswith("30 mg differs")
