"""Exact intervals against printed tables."""

import pytest

from participants.domain.proportions import exact_proportion
from participants.domain.rates import exact_rate

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("k", "n", "lower", "upper"),
    [(81, 263, 0.2527, 0.3676), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_exact_proportion_when_newcombe_printed_it(k: int, n: int, lower: float, upper: float) -> None:
    """Newcombe, Stat Med 1998;17:857-872, Table I, method 5 (Clopper-Pearson)."""
    found = exact_proportion(k, n)
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)


@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)],
)
def test_exact_rate_when_garwood_tabled_its_limits(events: int, lower: float, upper: float) -> None:
    """Garwood, Biometrika 1936;28:437-442, 95 % limits of a Poisson count."""
    found = exact_rate(events, 100)
    assert (round(found.lower, 3), round(found.upper, 3)) == (lower, upper)
