"""Cumulative incidence of competing causes."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter

from participants.domain.cumulative_incidence import CompetingRisks, cumulative_incidence
from participants.domain.life_table import count_by_time
from participants.domain.survival import kaplan_meier
from tests.participants.domain.strategies import CompetingRows, Rows, competing_rows, rows

pytestmark = pytest.mark.once


def risks(data: CompetingRows, *, conf: float = 0.95) -> CompetingRisks:
    """Return the estimate of rows (time, cause)."""
    return cumulative_incidence([time for time, _ in data], [cause for _, cause in data], conf=conf)


def exact(data: CompetingRows, cause: int) -> list[tuple[Fraction, Fraction]]:
    """Return (F, variance) after each time in exact arithmetic, by the textbook double sum.

    Marubini and Valsecchi, Analysing Survival Data from Clinical Trials, 1995, section 10.2.
    """
    steps: list[tuple[Fraction, int, int, int, Fraction]] = []
    found = []
    before, incidence = Fraction(1), Fraction(0)
    for time in sorted({time for time, _ in data}):
        n = sum(at >= time for at, _ in data)
        d = sum(at == time and code > 0 for at, code in data)
        own = sum(at == time and code == cause for at, code in data)
        incidence += before * own / n
        steps.append((incidence, n, d, own, before))
        variance = Fraction(0)
        for then, n_then, d_then, own_then, s in steps:
            gained = incidence - then
            if n_then > d_then:
                variance += gained**2 * Fraction(d_then, n_then * (n_then - d_then))
            variance += s**2 * Fraction(own_then * (n_then - own_then), n_then**3)
            variance -= 2 * gained * s * Fraction(own_then, n_then**2)
        found.append((incidence, variance))
        before *= Fraction(n - d, n)
    return found


@given(competing_rows)
def test_incidence_and_se_when_computed_exactly(data: CompetingRows) -> None:
    for cause, found in risks(data).causes.items():
        expected = exact(data, cause)
        np.testing.assert_allclose(found.incidence, [float(f) for f, _ in expected], rtol=0, atol=1e-14)
        np.testing.assert_allclose(found.se**2, [float(v) for _, v in expected], rtol=0, atol=1e-15)


@given(competing_rows)
def test_incidences_when_added_to_the_event_free_are_one(data: CompetingRows) -> None:
    found = risks(data)
    total = found.event_free + sum((one.incidence for one in found.causes.values()), np.zeros(1))
    np.testing.assert_allclose(total, 1, rtol=0, atol=1e-14)


@given(rows)
def test_incidence_when_there_is_one_cause_is_one_minus_survival(data: Rows) -> None:
    curve = kaplan_meier(count_by_time([time for time, _ in data], [event for _, event in data]))
    for found in risks([(time, int(event)) for time, event in data]).causes.values():
        alive = curve.survival > 0
        np.testing.assert_allclose(found.incidence, 1 - curve.survival, rtol=0, atol=1e-14)
        np.testing.assert_allclose(found.se[alive], curve.se[alive], rtol=0, atol=1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # lifelines takes log(0) before the first event
@given(st.lists(st.integers(0, 2), min_size=3, max_size=20).filter(lambda codes: 1 in codes))
def test_se_and_band_when_compared_with_lifelines(codes: list[int]) -> None:
    """lifelines cannot tie causes, so that every participant here leaves on a day of their own."""
    days = list(range(1, len(codes) + 1))
    found = risks(list(zip(days, codes, strict=True))).causes[1]
    fitted = AalenJohansenFitter().fit(days, codes, event_of_interest=1)
    variance = fitted.variance_.to_numpy()[1:]
    band = fitted.confidence_interval_.to_numpy()[1:]
    # Where everybody left has had an event, lifelines divides 0 by 0.
    defined = ~(np.isnan(found.lower) | np.isnan(variance))
    np.testing.assert_allclose(found.se[defined] ** 2, variance[defined], rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        np.sort(np.stack([found.lower, found.upper]), axis=0).T[defined],
        np.sort(band, axis=1)[defined],
        rtol=0,
        atol=1e-10,
    )


def test_se_when_nobody_is_censored_is_binomial() -> None:
    found = risks([(1, 1), (2, 2), (3, 1), (3, 2), (5, 2)]).causes[1]
    assert found.se[-1] == pytest.approx(math.sqrt(0.4 * 0.6 / 5), abs=1e-15)


def test_incidence_when_everybody_had_the_cause_is_certain() -> None:
    for n in range(1, 60):
        found = risks([(day, 1) for day in range(n)]).causes[1]
        assert (found.incidence[-1], found.se[-1], math.isnan(found.upper[-1])) == (1.0, 0.0, True)


def test_band_when_the_cause_has_not_come_is_undefined() -> None:
    found = risks([(1, 2), (2, 1), (3, 0)]).causes[1]
    assert (found.incidence[0], found.se[0], math.isnan(found.lower[0])) == (0.0, 0.0, True)


def test_band_is_that_of_the_log_of_the_log() -> None:
    found = risks([(1, 1), (2, 2), (3, 1), (3, 2), (5, 2)]).causes[1]
    margin = 1.959963984540054 * math.sqrt(0.4 * 0.6 / 5) / (0.4 * math.log(0.4))
    limits = [0.4 ** math.exp(-margin), 0.4 ** math.exp(margin)]
    assert [found.lower[-1], found.upper[-1]] == pytest.approx(limits, abs=1e-12)


@given(competing_rows)
def test_band_wherever_the_incidence_lies_inside_holds_the_estimate(data: CompetingRows) -> None:
    for found in risks(data, conf=0.9).causes.values():
        defined = (found.incidence > 0) & (found.incidence < 1)
        assert (np.isfinite(found.lower) == defined).all()
        low, high = found.lower[defined], found.upper[defined]
        assert ((low <= found.incidence[defined]) & (found.incidence[defined] <= high)).all()


def test_cumulative_incidence_when_two_causes_share_a_day() -> None:
    found = risks([(4, 1), (4, 2), (4, 0), (6, 1)])
    assert [one.incidence.tolist() for one in found.causes.values()] == [[0.25, 0.75], [0.25, 0.25]]


def test_cumulative_incidence_when_everybody_is_censored() -> None:
    found = risks([(4, 0), (6, 0)])
    assert (dict(found.causes), found.event_free.tolist()) == ({}, [1.0, 1.0])


def test_cumulative_incidence_when_a_cause_is_negative() -> None:
    with pytest.raises(ValueError, match="positive whole number"):
        risks([(4, -1)])
