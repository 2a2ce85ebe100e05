"""Events per 100 person-days."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.rates import exact_rate

pytestmark = pytest.mark.once


def at_most(k: int, mean: float) -> float:
    """Return P(Poisson(mean) <= k)."""
    return math.fsum(math.exp(j * math.log(mean) - mean - math.lgamma(j + 1)) for j in range(k + 1))


@given(st.integers(1, 80), st.floats(0.5, 1e5), st.sampled_from([0.8, 0.95, 0.999]))
def test_exact_rate_when_limits_are_put_back_into_the_poisson(events: int, days: float, conf: float) -> None:
    found = exact_rate(events, days, conf=conf)
    tail = (1 - conf) / 2
    assert 1 - at_most(events - 1, found.lower * days / 100) == pytest.approx(tail, rel=1e-8)
    assert at_most(events, found.upper * days / 100) == pytest.approx(tail, rel=1e-8)


def test_exact_rate_when_there_is_no_event_has_a_closed_form() -> None:
    """No event: the upper limit of the count is -log(0.025)."""
    found = exact_rate(0, 250)
    assert (found.per_100_days, found.lower) == (0.0, 0.0)
    assert found.upper == pytest.approx(-math.log(0.025) * 100 / 250, rel=1e-14)


def test_exact_rate_when_episodes_are_per_100_person_days() -> None:
    assert exact_rate(3, 150).per_100_days == 2.0


@pytest.mark.parametrize("days", [0, -1, math.inf, math.nan])
def test_exact_rate_when_nobody_was_at_risk(days: float) -> None:
    with pytest.raises(ValueError, match="positive time at risk"):
        exact_rate(1, days)


def test_exact_rate_when_the_time_at_risk_is_too_short_for_floats() -> None:
    with pytest.raises(ValueError, match="too short"):
        exact_rate(0, 1e-320)


def test_exact_rate_when_events_are_negative() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        exact_rate(-1, 100)
