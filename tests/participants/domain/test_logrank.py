"""The log-rank test."""

import math
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lifelines.statistics import multivariate_logrank_test

from participants.domain.life_table import LifeTable, count_by_time, from_counts
from participants.domain.logrank import LogRank, log_rank
from tests.participants.domain.strategies import Rows, rows

pytestmark = pytest.mark.once


def table(data: Rows) -> LifeTable:
    """Return the life table of rows."""
    return count_by_time([time for time, _ in data], [event for _, event in data])


def two_group_chi2(first: Rows, second: Rows) -> Fraction | None:
    """Return (O - E)^2 / V in exact arithmetic, None where V is 0."""
    difference = variance = Fraction(0)
    for time in {time for time, event in first + second if event}:
        n1, n2 = (sum(at >= time for at, _ in data) for data in (first, second))
        d1, d2 = (sum(at == time and event for at, event in data) for data in (first, second))
        n, d = n1 + n2, d1 + d2
        difference += d1 - Fraction(d * n1, n)
        if n > 1:
            variance += Fraction(d * n1 * n2 * (n - d), n * n * (n - 1))
    return difference**2 / variance if variance else None


@given(rows, rows)
def test_chi2_when_two_groups_are_compared_exactly(first: Rows, second: Rows) -> None:
    exact = two_group_chi2(first, second)
    found = log_rank([table(first), table(second)]).chi2
    assert found == (None if exact is None else pytest.approx(float(exact), rel=1e-12, abs=1e-15))


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=4, max_size=12), min_size=3, max_size=5
    )
)
def test_chi2_when_several_groups_are_compared_with_lifelines(groups: list[Rows]) -> None:
    found = log_rank([table(data) for data in groups])
    assume(found.chi2 is not None and found.df == len(groups) - 1)
    flat = [(time, event, name) for name, data in enumerate(groups) for time, event in data]
    times, events, names = zip(*flat, strict=True)
    expected = multivariate_logrank_test(times, names, events)
    assert (found.chi2, found.p) == pytest.approx(
        (expected.test_statistic, expected.p_value), rel=1e-8, abs=1e-10
    )


@given(st.lists(rows, min_size=2, max_size=4), st.randoms())
def test_chi2_when_groups_change_places_is_the_same(groups: list[Rows], random: Random) -> None:
    before = log_rank([table(data) for data in groups])
    random.shuffle(groups)
    after = log_rank([table(data) for data in groups])
    assert (after.chi2 is None, after.df) == (before.chi2 is None, before.df)
    assert (after.chi2 or 0) == pytest.approx(before.chi2 or 0, rel=1e-9, abs=1e-12)


def test_log_rank_when_groups_are_alike_is_exactly_zero() -> None:
    one = from_counts([(1, 7, 3), (2, 11, 0), (5, 1, 78)])
    assert log_rank([one, one, one]) == LogRank(0.0, 2, 1.0)


def test_p_when_tiny_keeps_its_tail() -> None:
    """With 1 degree of freedom the tail of chi-squared is erfc(sqrt(x / 2)), about 1e-81 here."""
    found = log_rank([from_counts([(1, 500, 0)]), from_counts([(1, 20, 0), (9, 0, 480)])])
    assert found.chi2 is not None
    assert found.p is not None
    assert found.p == pytest.approx(math.erfc(math.sqrt(found.chi2 / 2)), rel=1e-9, abs=0)
    assert 0 < found.p < 1e-50


def test_log_rank_when_everybody_is_censored_compares_nothing() -> None:
    assert log_rank([table([(1, False)]), table([(2, False)])]) == LogRank(None, 1, None)


def test_log_rank_when_all_die_at_once_compares_nothing() -> None:
    assert log_rank([table([(4, True)]), table([(4, True), (4, True)])]) == LogRank(None, 1, None)


def test_log_rank_when_a_group_left_before_the_first_event_has_no_freedom() -> None:
    """As survdiff of R's survival package: a group that expects no event is left out."""
    gone = table([(1, False), (2, False)])
    first, second = table([(3, True), (6, False)]), table([(4, True), (5, True)])
    assert log_rank([gone, first, second]) == log_rank([first, second])


def test_log_rank_when_one_group_is_nearly_everybody_keeps_its_digits() -> None:
    n = 100_000_000
    found = log_rank([from_counts([(1, 0, 1)]), from_counts([(1, 2, n - 2)])])
    # O - E = -2/(n+1); V = 2 * 1 * n * (n-1) / ((n+1)^2 * n), so chi2 = 2/(n-1).
    assert found.chi2 == pytest.approx(2 / (n - 1), rel=1e-12)


def test_log_rank_when_a_group_becomes_nearly_everybody_keeps_its_digits() -> None:
    """The larger group loses all but one by censoring before half of the other have the event."""
    n, dying = 99_999_999, 49_999_999
    found = log_rank(
        [from_counts([(1, 1, 0), (2, 0, 2 * n), (4, 0, 1)]), from_counts([(3, dying, 0), (4, 0, n - dying)])]
    )
    first = Fraction(n, 3 * n + 2)
    second = Fraction(dying, n + 1)
    variance = first * (1 - first) + second * Fraction(n * (n + 1 - dying), n * (n + 1))
    exact = (second - first) ** 2 / variance
    assert found.chi2 == pytest.approx(float(exact), rel=1e-12)


def test_log_rank_when_there_is_one_group() -> None:
    with pytest.raises(ValueError, match="at least two groups"):
        log_rank([table([(1, True)])])
