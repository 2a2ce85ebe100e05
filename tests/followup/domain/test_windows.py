"""When a visit is due: every boundary of the one timing rule, on both sides."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.windows import (
    Outcome,
    Timing,
    VisitDates,
    days_left,
    days_out_of_window,
    outcome_of_assessments,
    timing,
)

pytestmark = pytest.mark.once

OPENS, TARGET, CLOSES = date(2026, 3, 25), date(2026, 3, 28), date(2026, 3, 31)
WINDOW = VisitDates(OPENS, TARGET, CLOSES)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (OPENS - timedelta(days=15), Timing.NOT_DUE),
        (OPENS - timedelta(days=14), Timing.UPCOMING),
        (OPENS - timedelta(days=1), Timing.UPCOMING),
        (OPENS, Timing.OPEN),
        (TARGET - timedelta(days=1), Timing.OPEN),
        (TARGET, Timing.DUE),
        (CLOSES, Timing.DUE),
        (CLOSES + timedelta(days=1), Timing.OVERDUE),
    ],
)
def test_timing_follows_the_window_with_both_ends_included(today: date, expected: Timing) -> None:
    assert timing(WINDOW, Outcome.OPEN, today) is expected


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.OPEN])
def test_a_recorded_outcome_leaves_no_timing(outcome: Outcome) -> None:
    assert timing(WINDOW, outcome, CLOSES + timedelta(days=40)) is Timing.NONE


def test_a_missing_anchor_is_not_due() -> None:
    assert timing(None, Outcome.OPEN, CLOSES) is Timing.NOT_DUE


@pytest.mark.parametrize(("is_projected", "is_owed"), [(True, True), (False, False), (True, False)])
def test_a_projected_visit_or_a_log_is_never_overdue(is_projected: bool, is_owed: bool) -> None:
    later = CLOSES + timedelta(days=400)
    assert timing(WINDOW, Outcome.OPEN, later, is_projected=is_projected, is_owed=is_owed) is Timing.DUE


@pytest.mark.parametrize(
    ("occurred_on", "days"),
    [
        (OPENS - timedelta(days=2), -2),
        (OPENS - timedelta(days=1), -1),
        (OPENS, 0),
        (CLOSES, 0),
        (CLOSES + timedelta(days=1), 1),
        (CLOSES + timedelta(days=5), 5),
    ],
)
def test_days_out_of_window_count_from_its_nearer_end(occurred_on: date, days: int) -> None:
    assert days_out_of_window(WINDOW, occurred_on) == days


def test_nothing_is_out_of_a_window_that_does_not_exist() -> None:
    assert days_out_of_window(None, OPENS) == 0


def test_days_left_count_to_the_last_day() -> None:
    assert [days_left(WINDOW, day) for day in (OPENS, CLOSES, CLOSES + timedelta(days=2))] == [6, 0, -2]


@pytest.mark.parametrize("dates", [(TARGET, OPENS, CLOSES), (OPENS, CLOSES, TARGET), (CLOSES, TARGET, OPENS)])
def test_an_inverted_window_cannot_be(dates: tuple[date, date, date]) -> None:
    with pytest.raises(ValueError, match="in this order"):
        VisitDates(*dates)


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ([], Outcome.ATTENDED),
        (["done"], Outcome.ATTENDED),
        (["done", "not_applicable"], Outcome.ATTENDED),
        (["done", "not_done"], Outcome.PARTIAL),
        (["not_done"], Outcome.PARTIAL),
    ],
)
def test_a_visit_is_partial_when_something_was_left_undone(states: list[str], outcome: Outcome) -> None:
    assert outcome_of_assessments(states) is outcome


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60), st.integers(0, 60), st.integers(-99, 99)
)
def test_a_visit_is_overdue_exactly_when_it_would_be_late(
    target: date, before: int, after: int, offset: int
) -> None:
    dates = VisitDates(target - timedelta(days=before), target, target + timedelta(days=after))
    today = target + timedelta(days=offset)
    is_overdue = timing(dates, Outcome.OPEN, today) is Timing.OVERDUE
    assert is_overdue == (days_out_of_window(dates, today) > 0)
