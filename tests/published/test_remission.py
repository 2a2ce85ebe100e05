"""Survival estimates against numbers printed for two published trials."""

import pytest

from participants.domain.life_table import LifeTable, count_by_time, number_at_risk
from participants.domain.logrank import log_rank
from participants.domain.survival import SurvivalCurve, kaplan_meier
from tests.published.remission import MAINTAINED, MERCAPTOPURINE, NOT_MAINTAINED, PLACEBO

pytestmark = pytest.mark.once


def table(rows: list[tuple[int, bool]]) -> LifeTable:
    """Return the life table of published rows."""
    return count_by_time([time for time, _ in rows], [event for _, event in rows])


def at_events(curve: SurvivalCurve, digits: int) -> list[tuple[float, ...]]:
    """Return (time, S, se, lower, upper) at the event times, rounded as printed."""
    columns = zip(curve.table.times, curve.survival, curve.se, curve.lower, curve.upper, strict=True)
    steps = zip(columns, curve.table.events, strict=True)
    return [(step[0], *(round(value, digits) for value in step[1:])) for step, events in steps if events]


def test_survival_of_freireich_when_interval_is_log_log() -> None:
    """Kalbfleisch and Prentice 2002, section 1.4; the same digits in Stata's manual of `sts list`."""
    assert at_events(kaplan_meier(table(MERCAPTOPURINE)), 4) == [
        (6, 0.8571, 0.0764, 0.6197, 0.9516),
        (7, 0.8067, 0.0869, 0.5631, 0.9228),
        (10, 0.7529, 0.0963, 0.5032, 0.8894),
        (13, 0.6902, 0.1068, 0.4316, 0.8491),
        (16, 0.6275, 0.1141, 0.3675, 0.8049),
        (22, 0.5378, 0.1282, 0.2678, 0.7468),
        (23, 0.4482, 0.1346, 0.1881, 0.6801),
    ]


def test_median_of_freireich_when_each_arm_reaches_it() -> None:
    """Kleinbaum and Klein, Survival Analysis, 3rd ed. 2012, chapter 2: 23 and 8 weeks."""
    medians = [kaplan_meier(table(rows)).median for rows in (MERCAPTOPURINE, PLACEBO)]
    assert medians == [23, 8]


def test_log_rank_of_freireich_when_arms_are_compared() -> None:
    """Kleinbaum and Klein, Survival Analysis, 3rd ed. 2012, chapter 2: chi-squared 16.79, 1 df."""
    test = log_rank([table(MERCAPTOPURINE), table(PLACEBO)])
    assert (round(test.chi2 or 0, 2), test.df) == (16.79, 1)


def test_survival_of_embury_when_interval_is_log() -> None:
    """Miller 1981; the digits are those of the aml example of R's survival package."""
    curve = kaplan_meier(table(MAINTAINED), interval="log")
    printed = [
        (time, round(s, 3), round(low, 3), round(high, 3)) for time, s, _, low, high in at_events(curve, 6)
    ]
    assert printed == [
        (9, 0.909, 0.754, 1.0),
        (13, 0.818, 0.619, 1.0),
        (18, 0.716, 0.488, 1.0),
        (23, 0.614, 0.377, 0.999),
        (31, 0.491, 0.255, 0.946),
        (34, 0.368, 0.155, 0.875),
        (48, 0.184, 0.036, 0.944),
    ]


def test_median_limits_of_embury_when_interval_is_log() -> None:
    """R's survival package prints 31 (18, NA) and 23 (8, NA) for its aml example."""
    curves = [kaplan_meier(table(rows), interval="log") for rows in (MAINTAINED, NOT_MAINTAINED)]
    limits = [(curve.median, curve.median_lower, curve.median_upper) for curve in curves]
    assert limits == [(31, 18, None), (23, 8, None)]


def test_log_rank_of_embury_when_arms_are_compared() -> None:
    """Miller 1981; R's survdiff prints chi-squared 3.4 with p = 0.07 for its aml example."""
    test = log_rank([table(MAINTAINED), table(NOT_MAINTAINED)])
    assert (round(test.chi2 or 0, 1), round(test.p or 0, 2)) == (3.4, 0.07)


def test_number_at_risk_of_freireich_when_printed_under_the_curve() -> None:
    """Kalbfleisch and Prentice 2002, section 1.4: 21 at the start, 17 at week 7, 7 at 22, 6 at 23."""
    assert number_at_risk(table(MERCAPTOPURINE), [0, 7, 22, 23, 36]) == [21, 17, 7, 6, 0]
