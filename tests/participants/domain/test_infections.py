"""Infection episodes and their density."""

from datetime import date, timedelta

import pytest

from participants.domain.infections import (
    PERIODS,
    Episode,
    Watched,
    at_risk_until,
    days_at_risk,
    densities,
    may_be_same_episode,
    severity_by_treatment,
)

pytestmark = pytest.mark.once

ZERO = date(2026, 1, 1)
EARLY, LATE = PERIODS


def day(number: int) -> date:
    return ZERO + timedelta(days=number)


@pytest.mark.parametrize(
    ("until", "early", "late"), [(0, 1, 0), (28, 29, 0), (29, 29, 1), (90, 29, 62), (400, 29, 62), (-1, 0, 0)]
)
def test_days_at_risk_count_day_zero_and_both_ends(until: int, early: int, late: int) -> None:
    one = Watched(1, ZERO, day(until))
    assert (days_at_risk(one, EARLY), days_at_risk(one, LATE)) == (early, late)


def test_density_of_one_episode_in_two_full_first_months() -> None:
    people = [Watched(1, ZERO, day(200)), Watched(2, ZERO, day(200))]
    early, late = densities(people, [Episode(1, day(28), "viral")])
    assert (early.episodes, early.person_days, early.group) == (1, 58, "viral")
    assert early.rate is not None
    assert early.rate.per_100_days == pytest.approx(100 / 58)
    assert (late.episodes, late.person_days) == (0, 124)


@pytest.mark.parametrize(
    ("on", "counts"), [(-1, [0, 0]), (0, [1, 0]), (28, [1, 0]), (29, [0, 1]), (90, [0, 1]), (91, [0, 0])]
)
def test_density_counts_an_episode_in_the_period_of_its_onset(on: int, counts: list[int]) -> None:
    found = densities([Watched(1, ZERO, day(200))], [Episode(1, day(on))])
    assert [row.episodes for row in found] == counts


def test_density_names_those_of_each_group_once_an_episode() -> None:
    people = [Watched(1, ZERO, day(20)), Watched(2, ZERO, day(20))]
    seen = [Episode(1, day(1), "viral"), Episode(2, day(2), "fungal"), Episode(1, day(3), "viral")]
    found = densities(people, seen, periods=[EARLY])
    assert [(row.group, row.whom, row.participants) for row in found] == [
        ("fungal", (2,), 1),
        ("viral", (1, 1), 1),
    ]


def test_density_counts_no_episode_after_the_time_at_risk() -> None:
    early, _ = densities([Watched(1, ZERO, day(10))], [Episode(1, day(11))])
    assert early.episodes == 0


def test_density_counts_no_episode_of_who_is_not_watched() -> None:
    early, _ = densities([Watched(1, ZERO, day(10))], [Episode(2, day(5))])
    assert early.episodes == 0


def test_density_when_nobody_was_at_risk_has_no_rate() -> None:
    assert [row.rate for row in densities([], [])] == [None, None]


def test_at_risk_until_is_the_earliest_of_all_ends() -> None:
    found = at_risk_until(day(200), died_on=day(150), relapsed_on=day(100), next_therapy_on=day(99))
    assert found == day(99)
    assert at_risk_until(day(200), died_on=None, relapsed_on=None, next_therapy_on=None) == day(200)


@pytest.mark.parametrize(("apart", "proposed"), [(0, True), (14, True), (15, False), (-1, False)])
def test_same_episode_is_proposed_up_to_14_days_after(apart: int, proposed: bool) -> None:
    earlier, later = ("E. coli", "urinary", ZERO), (" e.  COLI", "urinary", day(apart))
    assert may_be_same_episode(earlier, later) is proposed


@pytest.mark.parametrize("later", [("E. coli", "sinus"), ("S. aureus", "urinary")])
def test_same_episode_needs_organism_and_site(later: tuple[str, str]) -> None:
    assert not may_be_same_episode(("E. coli", "urinary", ZERO), (*later, day(1)))


def test_same_episode_when_the_organism_is_unknown_is_not_proposed() -> None:
    assert not may_be_same_episode(("", "urinary", ZERO), ("", "urinary", day(1)))


@pytest.mark.parametrize(
    ("route", "hospital", "icu", "fatal", "severity"),
    [
        ("", None, None, False, "mild"),
        ("none", False, False, False, "mild"),
        ("oral", False, False, False, "moderate"),
        ("iv", False, False, False, "severe"),
        ("oral", True, False, False, "severe"),
        ("iv", True, True, False, "life_threatening"),
        ("iv", True, True, True, "fatal"),
    ],
)
def test_severity_by_treatment(
    route: str, hospital: bool | None, icu: bool | None, fatal: bool, severity: str
) -> None:
    found = severity_by_treatment(route=route, was_hospitalised=hospital, was_in_icu=icu, is_fatal=fatal)
    assert found == severity
