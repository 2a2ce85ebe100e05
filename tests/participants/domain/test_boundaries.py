"""Boundaries against enumeration of every possible course of a small trial."""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participants.domain.boundaries import (
    beta_binomial_boundary,
    crossing_probability,
    pocock_boundary,
)
from participants.domain.proportions import posterior_above

pytestmark = pytest.mark.once

Stops = Sequence[int | None]


def enumerated_crossing(stop_at: Stops, rate: Fraction) -> Fraction:
    """Add up the probability of every course that reaches the boundary."""
    total = Fraction(0)
    for course in itertools.product((0, 1), repeat=len(stop_at)):
        events = itertools.accumulate(course)
        if any(stop is not None and seen >= stop for seen, stop in zip(events, stop_at, strict=True)):
            total += rate ** sum(course) * (1 - rate) ** (len(course) - sum(course))
    return total


def tail(n: int, k: int, theta: Fraction) -> Fraction:
    """Return P(Bin(n, theta) >= k) exactly."""
    return sum((comb(n, j) * theta**j * (1 - theta) ** (n - j) for j in range(k, n + 1)), Fraction(0))


def searched_boundary(theta: Fraction, phi: Fraction, max_n: int) -> tuple[Stops, Fraction]:
    """Try every attainable tail in exact arithmetic, and keep the largest that holds phi."""
    best: tuple[Stops, Fraction] = ((None,) * max_n, Fraction(0))
    sizes = range(1, max_n + 1)
    for alpha in sorted({tail(n, k, theta) for n in sizes for k in range(1, n + 1)}):
        stops = tuple(next((k for k in range(1, n + 1) if tail(n, k, theta) <= alpha), None) for n in sizes)
        crossing = enumerated_crossing(stops, theta)
        if crossing <= phi:
            best = (stops, crossing)
    return best


@settings(max_examples=40)
@given(st.integers(1, 19), st.integers(1, 19), st.integers(1, 6))
def test_pocock_boundary_when_every_alpha_is_tried_exactly(theta: int, phi: int, max_n: int) -> None:
    stops, crossing = searched_boundary(Fraction(theta, 20), Fraction(phi, 20), max_n)
    found = pocock_boundary(theta=theta / 20, phi=phi / 20, max_n=max_n)
    assert found.stop_at == stops
    assert found.crossing_probability == pytest.approx(float(crossing), abs=1e-13)


def test_pocock_boundary_when_crossing_meets_phi_exactly_uses_it() -> None:
    assert pocock_boundary(theta=0.05, phi=0.05, max_n=1).stop_at == (1,)


def test_pocock_boundary_when_tails_tie_treats_them_alike() -> None:
    """At theta 0.5 the tail of more than half is 0.5 for every odd n: a fair walk that ever rises.

    It never does in n steps with probability C(n, n/2) / 2^n: Feller, An Introduction to
    Probability Theory and Its Applications, vol. 1, 3rd ed. 1968, section III.7.
    """
    n = 151
    ever = 1 - comb(n, n // 2) / 2**n
    found = pocock_boundary(theta=0.5, phi=ever + 1e-9, max_n=n)
    assert found.stop_at == tuple(size // 2 + 1 for size in range(1, n + 1))
    assert found.crossing_probability == pytest.approx(ever, abs=1e-12)


def test_pocock_boundary_when_tied_tails_would_cross_too_often_leaves_all_of_them() -> None:
    """Those tails of 0.5 differ in their last digits; taking some of them would be an accident."""
    n = 151
    found = pocock_boundary(theta=0.5, phi=1 - comb(n, n // 2) / 2**n - 1e-9, max_n=n)
    assert all(found.stop_at[size - 1] != size // 2 + 1 for size in range(1, n + 1, 2))


def test_pocock_boundary_when_no_alpha_holds_phi_never_stops() -> None:
    found = pocock_boundary(theta=0.9, phi=0.01, max_n=3)
    assert (found.stop_at, found.crossing_probability) == ((None, None, None), 0.0)


@given(st.floats(0.01, 0.9), st.floats(0.01, 0.5), st.integers(1, 60))
def test_pocock_boundary_when_chosen_holds_phi_and_never_falls(theta: float, phi: float, max_n: int) -> None:
    found = pocock_boundary(theta=theta, phi=phi, max_n=max_n)
    stops = [stop for stop in found.stop_at if stop is not None]
    assert found.crossing_probability <= phi * (1 + 1e-9)
    assert stops == sorted(stops)
    assert all(stop is None or stop <= n for n, stop in enumerate(found.stop_at, start=1))


def test_pocock_boundary_when_planned_for_hundreds() -> None:
    found = pocock_boundary(theta=0.2, phi=0.05, max_n=500)
    assert 0.045 < found.crossing_probability <= 0.05


@pytest.mark.parametrize(
    ("theta", "phi", "max_n", "why"),
    [
        (0, 0.05, 5, "theta"),
        (1, 0.05, 5, "theta"),
        (float("nan"), 0.05, 5, "theta"),
        (0.2, 0, 5, "phi"),
        (0.2, 1, 5, "phi"),
        (0.2, 0.05, 0, "1 to 2000"),
        (0.2, 0.05, 2001, "1 to 2000"),
    ],
)
def test_pocock_boundary_when_it_cannot_be(theta: float, phi: float, max_n: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        pocock_boundary(theta=theta, phi=phi, max_n=max_n)


@given(st.lists(st.none() | st.integers(1, 5), min_size=1, max_size=8), st.integers(0, 10))
def test_crossing_probability_when_every_course_is_enumerated(stop_at: list[int | None], tenths: int) -> None:
    expected = enumerated_crossing(stop_at, Fraction(tenths, 10))
    assert crossing_probability(stop_at, rate=tenths / 10) == pytest.approx(float(expected), abs=1e-14)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_crossing_probability_when_the_rate_cannot_be(rate: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        crossing_probability([1], rate=rate)


@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.05, 0.9), st.floats(0.5, 0.99), st.integers(1, 25))
def test_beta_binomial_boundary_when_chosen_is_the_fewest_events(
    alpha: float, beta: float, threshold: float, certainty: float, max_n: int
) -> None:
    stop_at = beta_binomial_boundary(
        alpha=alpha, beta=beta, threshold=threshold, certainty=certainty, max_n=max_n
    )
    assert len(stop_at) == max_n
    for n, stop in enumerate(stop_at, start=1):
        certain = [
            k
            for k in range(n + 1)
            if certainty < posterior_above(alpha=alpha, beta=beta, events=k, n=n, threshold=threshold)
        ]
        assert stop == (certain[0] if certain else None)


def test_beta_binomial_boundary_when_certainty_is_a_percentage() -> None:
    with pytest.raises(ValueError, match="certainty"):
        beta_binomial_boundary(alpha=1, beta=1, threshold=0.3, certainty=95, max_n=5)
