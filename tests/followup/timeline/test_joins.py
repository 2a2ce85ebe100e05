"""What lasted is joined from observations, and never over a time that nobody observed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from followup.timeline.facts import GradePoint, Support
from followup.timeline.joins import (
    HELD,
    Breathing,
    Seen,
    grade_steps,
    oxygen_bars,
    runs,
    vasopressor_bars,
    with_drug_log,
)

ZERO = datetime(2026, 3, 10, tzinfo=UTC)
NOW = ZERO + timedelta(days=30)


def at(hours: float) -> datetime:
    return ZERO + timedelta(hours=hours)


def test_a_vasopressor_ends_when_it_is_first_seen_not_running() -> None:
    seen = [Seen(at(0), frozenset({"norepinephrine"})), Seen(at(6), frozenset({"norepinephrine"}))]
    (bar,) = vasopressor_bars([*seen, Seen(at(9), frozenset())], now=NOW)
    assert (bar.name, bar.began_at, bar.ended_at) == ("Norepinephrine", at(0), at(9))


def test_two_vasopressors_are_two_bars() -> None:
    seen = [
        Seen(at(0), frozenset({"norepinephrine"})),
        Seen(at(4), frozenset({"norepinephrine", "epinephrine"})),
        Seen(at(8), frozenset({"norepinephrine"})),
        Seen(at(12), frozenset[str]()),
    ]
    bars = vasopressor_bars(seen, now=NOW)
    assert [(bar.name, bar.began_at, bar.ended_at) for bar in bars] == [
        ("Norepinephrine", at(0), at(12)),
        ("Epinephrine", at(4), at(8)),
    ]


def test_a_bar_is_not_drawn_over_more_than_a_day_without_observation() -> None:
    seen = [Seen(at(0), frozenset({"dopamine"})), Seen(at(72), frozenset({"dopamine"}))]
    bars = vasopressor_bars(seen, now=NOW)
    assert [(bar.began_at, bar.ended_at) for bar in bars] == [(at(0), at(24)), (at(72), at(96))]


def test_what_was_seen_last_lasts_until_now_at_most() -> None:
    (bar,) = vasopressor_bars([Seen(at(0), frozenset({"dopamine"}))], now=at(5))
    assert (bar.ended_at, bar.lasts) == (at(5), True)


def test_room_air_is_no_bar() -> None:
    seen = [Seen(at(0), Breathing("low flow 2 L/min", 1)), Seen(at(6), Breathing("room air", 0))]
    assert [(bar.name, bar.ended_at) for bar in oxygen_bars(seen, now=NOW)] == [("low flow 2 L/min", at(6))]


def test_assessments_with_one_grade_are_one_step_with_the_first_reason() -> None:
    points = [
        GradePoint(at(0), 2, "low flow"),
        GradePoint(at(4), 2, "hypotension"),
        GradePoint(at(8), 3, "one"),
    ]
    first, second = grade_steps(points, now=NOW)
    assert (first.value, first.why, first.assessments, first.ended_at) == (2, "low flow", 2, at(8))
    assert (second.value, second.ended_at) == (3, at(32))


@given(st.dictionaries(st.integers(0, 900), st.integers(0, 3), max_size=50))
def test_runs_are_in_order_and_never_longer_than_what_was_seen(observed: dict[int, int]) -> None:
    seen = [Seen(at(hours), what) for hours, what in sorted(observed.items())]
    found = runs(seen, now=NOW)
    assert sum(run.count for run in found) == len(seen)
    for run in found:
        last = max(each.at for each in seen if each.at < run.ended_at or each.at == run.first.at)
        assert run.ended_at - last <= HELD


def support(name: str, first: float, last: float, detail: str = "") -> Support:
    return Support(name, at(first), at(last), detail=detail)


def test_the_drug_log_and_what_was_seen_of_one_vasopressor_are_one_bar() -> None:
    seen = [support("Norepinephrine", 2, 9), support("Vasopressin", 3, 4)]
    logged = [support("norepinephrine", 1.5, 8, "0.08 microg/kg/min")]
    assert with_drug_log(seen, logged) == (
        support("norepinephrine", 1.5, 9, "0.08 microg/kg/min"),
        support("Vasopressin", 3, 4),
    )


def test_a_second_infusion_of_the_same_vasopressor_is_a_second_bar() -> None:
    first, second = support("Norepinephrine", 2, 9), support("Norepinephrine", 12, 15)
    assert with_drug_log([first], [second]) == (first, second)
