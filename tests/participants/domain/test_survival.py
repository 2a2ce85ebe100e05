"""Kaplan-Meier, its bands and its median."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from lifelines import KaplanMeierFitter

from participants.domain.life_table import count_by_time, from_counts
from participants.domain.survival import INTERVALS, Interval, SurvivalCurve, kaplan_meier, time_at_half
from tests.participants.domain.strategies import Rows, rows

pytestmark = pytest.mark.once


def curve(data: Rows, *, conf: float = 0.95, interval: Interval = "log-log") -> SurvivalCurve:
    """Return the curve of rows."""
    table = count_by_time([time for time, _ in data], [event for _, event in data])
    return kaplan_meier(table, conf=conf, interval=interval)


def lived(*times: int) -> Rows:
    """Return rows that all end in an event."""
    return [(time, True) for time in times]


@given(rows)
def test_survival_and_band_when_compared_with_lifelines(data: Rows) -> None:
    fitted = KaplanMeierFitter(alpha=0.1).fit([time for time, _ in data], [event for _, event in data])
    found = curve(data, conf=0.9)
    at = [fitted.timeline.tolist().index(time) for time in found.table.times]
    survival = fitted.survival_function_.to_numpy()[at, 0]
    band = fitted.confidence_interval_.to_numpy()[at]
    inside = (survival > 0) & (survival < 1)
    np.testing.assert_allclose(found.survival, survival, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.lower[inside], band[inside, 0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.upper[inside], band[inside, 1], rtol=0, atol=1e-12)


@given(rows)
def test_se_when_nobody_is_censored_is_binomial(data: Rows) -> None:
    found = curve([(time, True) for time, _ in data])
    alive = found.survival[:-1]
    np.testing.assert_allclose(found.se[:-1], np.sqrt(alive * (1 - alive) / len(data)), rtol=0, atol=1e-14)


@given(rows)
def test_band_when_defined_holds_the_estimate(data: Rows) -> None:
    for interval in INTERVALS:
        found = curve(data, interval=interval)
        defined = ~np.isnan(found.lower)
        low, high = found.lower[defined], found.upper[defined]
        assert ((low <= found.survival[defined]) & (found.survival[defined] <= high)).all()
        assert ((low >= 0) & (high <= 1)).all()


@given(rows)
def test_survival_when_counted_by_day_is_that_of_the_rows(data: Rows) -> None:
    by_row = curve(data)
    table = by_row.table
    by_day = kaplan_meier(
        from_counts(zip(table.times.tolist(), table.events.tolist(), table.censored.tolist(), strict=True))
    )
    np.testing.assert_array_equal(by_row.survival, by_day.survival)


def test_survival_when_event_and_censoring_share_a_day() -> None:
    assert curve([(5, True), (5, False), (9, True)]).survival[0] == pytest.approx(2 / 3)


def test_steps_when_a_time_has_only_censorings() -> None:
    assert curve([(3, False), (5, True)]).survival.tolist() == [1.0, 0.0]


def test_se_and_band_when_everybody_has_died() -> None:
    last = [curve(lived(1, 2), interval=interval) for interval in INTERVALS]
    assert all(math.isnan(value) for one in last for value in (one.se[-1], one.lower[-1], one.upper[-1]))


def test_log_log_band_when_nobody_has_died_is_undefined() -> None:
    found = curve([(3, False), (5, True), (8, False)])
    assert (found.se[0], math.isnan(found.lower[0]), math.isnan(found.upper[0])) == (0.0, True, True)


@pytest.mark.parametrize("interval", ["log", "plain"])
def test_other_bands_when_nobody_has_died_have_no_width(interval: Interval) -> None:
    found = curve([(3, False), (5, True), (8, False)], interval=interval)
    assert (found.lower[0], found.upper[0]) == (1.0, 1.0)


def test_log_band_when_it_would_exceed_one_is_clipped() -> None:
    found = curve([*lived(1), *[(9, False)] * 4], interval="log")
    assert (found.lower[0], found.upper[0]) == (pytest.approx(0.5161, abs=5e-5), 1.0)


def test_plain_band_when_it_would_leave_the_scale_is_clipped() -> None:
    found = curve(lived(1, 2, 3), interval="plain")
    assert (found.upper[0], found.lower[1]) == (1.0, 0.0)


def test_plain_band_when_inside_is_symmetrical() -> None:
    found = curve([(day, day % 2 == 0) for day in range(1, 41)], interval="plain")
    middle = (found.lower[19] + found.upper[19]) / 2
    assert middle == pytest.approx(found.survival[19], abs=1e-15)


def test_band_when_one_of_a_million_has_died_keeps_its_digits() -> None:
    """For one event of n the log(-log) margin is z / sqrt(n (n - 1)) / -log(1 - 1/n)."""
    n = 1_000_000
    found = kaplan_meier(from_counts([(1, 1, 0), (2, 0, n - 1)]))
    with localcontext() as precise:
        precise.prec = 50
        log_survival = (1 - 1 / Decimal(n)).ln()
        stretch = (Decimal("1.959963984540054") / (Decimal(n) * (n - 1)).sqrt() / -log_survival).exp()
        lost = [float(1 - (log_survival * power).exp()) for power in (stretch, 1 / stretch)]
    assert [1 - found.lower[0], 1 - found.upper[0]] == pytest.approx(lost, rel=1e-9)


def test_kaplan_meier_when_counts_reach_billions() -> None:
    found = kaplan_meier(from_counts([(1, 10**9, 0), (2, 10**9, 0), (3, 0, 10**9)]))
    assert found.survival.tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3], abs=1e-15)


@pytest.mark.parametrize("conf", [0, 1, 95, -0.5, float("nan")])
def test_kaplan_meier_when_the_level_is_no_level(conf: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        curve(lived(1), conf=conf)


def test_kaplan_meier_when_the_interval_is_unknown() -> None:
    with pytest.raises(ValueError, match="one of log-log, log, plain"):
        curve(lived(1), interval="arcsine")  # type: ignore[arg-type]


def test_median_when_survival_passes_one_half() -> None:
    assert curve(lived(1, 2, 3)).median == 2


def test_median_when_survival_rests_at_one_half_is_the_midpoint() -> None:
    assert curve(lived(1, 2, 6, 8)).median == 4


def test_median_when_a_censoring_stands_in_the_flat_stretch() -> None:
    """The stretch ends with the next event, not with the censoring."""
    assert curve([*lived(1, 2), (5, False), (7, True)]).median == 4.5


def test_median_when_survival_ends_at_one_half_is_where_it_got_there() -> None:
    assert curve([*lived(1, 2), (5, False), (7, False)]).median == 2


def test_median_when_one_half_is_reached_through_rounding() -> None:
    """(19/20)(18/19)...(10/11) is not 0.5 in binary digits."""
    assert curve(lived(*range(1, 21))).median == 10.5


def test_median_when_it_is_not_reached() -> None:
    found = curve([(1, True), (5, False), (6, False)])
    assert (found.median, found.median_upper) == (None, None)


@given(rows)
def test_median_when_compared_with_lifelines(data: Rows) -> None:
    """lifelines takes the first time at or below one half, without a midpoint."""
    found = curve(data)
    first = KaplanMeierFitter().fit([t for t, _ in data], [e for _, e in data]).median_survival_time_
    exact_half = np.isclose(found.survival, 0.5, rtol=0, atol=1e-9).any()
    assert exact_half or (math.inf if found.median is None else found.median) == first


def test_median_limits_when_bands_cross_one_half() -> None:
    found = curve([(day, True) for day in range(1, 31)])
    lower = found.table.times[np.flatnonzero(found.lower <= 0.5)[0]]
    upper = found.table.times[np.flatnonzero(found.upper <= 0.5)[0]]
    assert (found.median_lower, found.median_upper) == (lower, upper)


def test_time_at_half_when_values_are_undefined_between() -> None:
    assert time_at_half(np.array([1.0, 2, 3]), np.array([np.nan, np.nan, 0.4])) == 3


def test_time_at_half_when_the_sum_of_the_times_leaves_the_floats() -> None:
    assert time_at_half(np.array([1e308, 1.5e308]), np.array([0.5, 0.2])) == 1.25e308


def test_kaplan_meier_when_one_participant_is_censored_at_zero() -> None:
    found = curve([(0, False)])
    assert (found.survival.tolist(), found.median) == ([1.0], None)


def test_kaplan_meier_when_one_participant_dies_at_zero() -> None:
    found = curve(lived(0))
    assert (found.survival.tolist(), found.median) == ([0.0], 0.0)
