"""Boundaries at which people look again: too many events among the first n participants.

A boundary lists, for n = 1, 2, ..., the fewest events that stop; None where n participants cannot
stop. Crossing it is an alert for people, never an automatic closure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from participants.domain.life_table import Floats
from participants.domain.proportions import posterior_above

MOST_PLANNED = 2000

# Tails that are equal as numbers differ in their last digits when they come from different n.
TIE = 1e-10
ROUNDING = 1e-12


@dataclass(frozen=True)
class Boundary:
    """Hold the fewest events that stop after each participant, and how likely it is crossed."""

    stop_at: tuple[int | None, ...]
    crossing_probability: float


def pocock_boundary(*, theta: float, phi: float, max_n: int) -> Boundary:
    """Choose the boundary with one tail probability alpha at every n.

    It stops at b_n, the smallest k with P(Bin(n, theta) >= k) <= alpha, where alpha is the largest
    attainable tail that keeps the probability of ever crossing, at an acceptable rate of theta,
    at or below phi. Raises ValueError unless 0 < theta < 1, 0 < phi < 1 and 1 <= max_n <= 2000.

    Source: Ivanova, Qaqish and Schell, Biometrics 2005;61:540-545.
    """
    _check(theta=theta, phi=phi)
    tails = _tails(theta, _check_planned(max_n))
    # Whoever is in a tail at n has crossed by n, so no tail above phi can do.
    attainable = np.unique(np.concatenate(tails))
    attainable = attainable[attainable <= phi * (1 + ROUNDING)]
    chosen = Boundary((None,) * max_n, 0.0)
    low, high = 0, len(attainable)
    while low < high:
        middle = (low + high) // 2
        stop_at = _limits(tails, float(attainable[middle]))
        crossing = crossing_probability(stop_at, rate=theta)
        if crossing <= phi * (1 + ROUNDING):
            chosen, low = Boundary(stop_at, crossing), middle + 1
        else:
            high = middle
    return chosen


def beta_binomial_boundary(
    *, alpha: float, beta: float, threshold: float, certainty: float, max_n: int
) -> tuple[int | None, ...]:
    """Choose the boundary that stops once the rate is above the threshold with enough certainty.

    It stops at the fewest events of n for which P(rate > threshold | data) > certainty under a
    Beta(alpha, beta) prior. Raises ValueError unless 0 < certainty < 1 and 1 <= max_n <= 2000, and
    as posterior_above does.

    Source: Thall and Simon, Biometrics 1994;50:337-349.
    """
    _check(certainty=certainty)
    stop_at: list[int | None] = []
    fewest = 0
    for n in range(1, _check_planned(max_n) + 1):
        # One more participant without an event never makes the rate look higher.
        while fewest <= n and not certainty < posterior_above(
            alpha=alpha, beta=beta, events=fewest, n=n, threshold=threshold
        ):
            fewest += 1
        stop_at.append(fewest if fewest <= n else None)
    return tuple(stop_at)


def crossing_probability(stop_at: Sequence[int | None], *, rate: float) -> float:
    """Return the probability that the boundary is crossed at its last participant or before.

    Exact: carries the distribution of events among the trials that have not crossed. Raises
    ValueError for a rate outside [0, 1].

    Source: Schultz et al., Biometrics 1973;29:293-300 (the recursion).
    """
    if not 0 <= rate <= 1:
        raise ValueError("a rate lies between 0 and 1")
    going_on = np.ones(1)
    crossed = 0.0
    for stop in stop_at:
        going_on = np.append(going_on * (1 - rate), 0.0) + np.append(0.0, going_on * rate)
        if stop is not None:
            crossed += float(going_on[stop:].sum())
            going_on = going_on[:stop]
    return crossed


def _check(**probabilities: float) -> None:
    """Raise ValueError for a probability that does not lie strictly between 0 and 1."""
    for name, value in probabilities.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} lies between 0 and 1, not at {value}")


def _check_planned(max_n: int) -> int:
    """Return the planned number of participants, or raise ValueError for one out of reach."""
    if not 1 <= max_n <= MOST_PLANNED:
        raise ValueError(f"a boundary is planned for 1 to {MOST_PLANNED} participants")
    return max_n


def _tails(theta: float, max_n: int) -> list[Floats]:
    """Return P(Bin(n, theta) >= k) for k = 1 to n, an array for each n from 1.

    Sums from the far end: only positive terms, so that every tail keeps its relative precision.
    """
    probabilities = np.ones(1)
    tails = []
    for _ in range(max_n):
        probabilities = np.append(probabilities * (1 - theta), 0.0) + np.append(0.0, probabilities * theta)
        tails.append(np.cumsum(probabilities[:0:-1])[::-1])
    return tails


def _limits(tails: Sequence[Floats], alpha: float) -> tuple[int | None, ...]:
    """Return for each n the smallest k whose tail is at most alpha, None where none is."""
    fewest = [int((tail > alpha * (1 + TIE)).sum()) + 1 for tail in tails]
    return tuple(k if k <= n else None for n, k in enumerate(fewest, start=1))
