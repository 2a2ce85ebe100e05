"""Exact proportions and the posterior probability of a rate that is too high."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.proportions import exact_proportion, posterior_above

pytestmark = pytest.mark.once

k_of_n = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def at_least(k: int, n: int, rate: float) -> float:
    """Return P(Bin(n, rate) >= k)."""
    return math.fsum(math.comb(n, j) * rate**j * (1 - rate) ** (n - j) for j in range(k, n + 1))


@given(k_of_n, st.sampled_from([0.5, 0.8, 0.95, 0.999]))
def test_exact_proportion_when_limits_are_put_back_into_the_binomial(
    case: tuple[int, int], conf: float
) -> None:
    k, n = case
    found = exact_proportion(k, n, conf=conf)
    tail = (1 - conf) / 2
    assert at_least(k, n, found.lower) == pytest.approx(tail if k else 1, rel=1e-9)
    assert 1 - at_least(k + 1, n, found.upper) == pytest.approx(tail if k < n else 1, rel=1e-9)


@given(k_of_n)
def test_exact_proportion_when_success_and_failure_change_places(case: tuple[int, int]) -> None:
    k, n = case
    one, other = exact_proportion(k, n), exact_proportion(n - k, n)
    assert (one.lower, one.upper) == pytest.approx((1 - other.upper, 1 - other.lower), abs=1e-14)


def test_exact_proportion_when_nobody_and_everybody() -> None:
    assert (exact_proportion(0, 5).lower, exact_proportion(5, 5).upper) == (0.0, 1.0)


def test_exact_proportion_when_nobody_of_many_has_a_closed_form() -> None:
    """0 of n: the upper limit is 1 - 0.025 ** (1 / n)."""
    n = 10**9
    assert exact_proportion(0, n).upper == pytest.approx(-math.expm1(math.log(0.025) / n), rel=1e-12)


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5)])
def test_exact_proportion_when_k_is_not_of_n(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="is not a proportion"):
        exact_proportion(k, n)


def test_exact_proportion_when_there_is_nobody() -> None:
    with pytest.raises(ValueError, match="at least one participant"):
        exact_proportion(0, 0)


@pytest.mark.parametrize(("k", "limits"), [(0, (0.0, 0.975)), (1, (0.025, 1.0))])
def test_exact_proportion_of_one_participant(k: int, limits: tuple[float, float]) -> None:
    found = exact_proportion(k, 1)
    assert (found.lower, found.upper) == pytest.approx(limits, abs=1e-15)


def test_exact_proportion_when_the_level_is_a_percentage() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        exact_proportion(1, 2, conf=95)


@given(k_of_n, st.sampled_from([0.1, 0.3, 0.5]))
def test_posterior_above_when_the_prior_is_flat_is_a_binomial_tail(
    case: tuple[int, int], threshold: float
) -> None:
    """Beta(1 + k, 1 + n - k) exceeds t with the probability that Bin(n + 1, t) is at most k."""
    k, n = case
    found = posterior_above(alpha=1, beta=1, events=k, n=n, threshold=threshold)
    assert found == pytest.approx(1 - at_least(k + 1, n + 1, threshold), abs=1e-12)


def test_posterior_above_when_there_are_no_data_is_the_prior() -> None:
    assert posterior_above(alpha=1, beta=1, events=0, n=0, threshold=0.3) == pytest.approx(0.7, abs=1e-15)


@pytest.mark.parametrize(("threshold", "probability"), [(0, 1.0), (1, 0.0)])
def test_posterior_above_when_the_threshold_is_an_end(threshold: float, probability: float) -> None:
    assert posterior_above(alpha=1, beta=1, events=1, n=2, threshold=threshold) == probability


def test_posterior_above_when_tiny_keeps_its_tail() -> None:
    """Beta(1, 1 + n) exceeds t with probability (1 - t) ** (n + 1)."""
    found = posterior_above(alpha=1, beta=1, events=0, n=400, threshold=0.3)
    assert found == pytest.approx(0.7**401, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("alpha", "beta", "events", "n", "threshold", "why"),
    [
        (0, 1, 1, 2, 0.3, "positive"),
        (1, -1, 1, 2, 0.3, "positive"),
        (1, 0, 1, 2, 0.3, "positive"),
        (math.inf, 1, 1, 2, 0.3, "positive"),
        (1, 1, 3, 2, 0.3, "3 events of 2"),
        (1, 1, -1, 2, 0.3, "-1 events of 2"),
        (1, 1, 1, 2, 1.1, "between 0 and 1"),
        (1, 1, 1, 2, math.nan, "between 0 and 1"),
        (391016, 7e-133, 9, 9, 0.3, "extreme"),
    ],
)
def test_posterior_above_when_it_cannot_be(
    alpha: float, beta: float, events: int, n: int, threshold: float, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        posterior_above(alpha=alpha, beta=beta, events=events, n=n, threshold=threshold)
