"""Cumulative incidence of competing causes, by Aalen-Johansen: never one minus Kaplan-Meier.

Sources: Aalen and Johansen, Scand J Stat 1978;5:141-150 (estimate); Dinse and Larson, Biometrika
1986;73:379-386 (delta-method variance, equal to the Greenwood-type one that Allignol, Schumacher
and Beyersmann, Biom J 2010;52:126-137 recommend, and to the infinitesimal jackknife of R's survfit
while everybody enters at time 0); Choudhury, Stat Med 2002;21:1129-1144 (log(-log) interval of an
incidence).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from participants.domain.confidence import normal_quantile
from participants.domain.life_table import Floats, Ints, LifeTable, count_by_time
from participants.domain.survival import kaplan_meier

SE_METHOD = "delta method of Dinse and Larson 1986 (Greenwood type); limits by log(-log)"


@dataclass(frozen=True, eq=False)
class Incidence:
    """Hold one cause: its events and its cumulative incidence just after each time.

    NaN in the band means undefined: the incidence is 0 or 1.
    """

    events: Ints
    incidence: Floats
    se: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class CompetingRisks:
    """Hold the incidence of each cause, ascending, and the survival free of all of them.

    At every time event_free and the incidences add up to 1.
    """

    table: LifeTable
    event_free: Floats
    causes: Mapping[int, Incidence]


def cumulative_incidence(
    times: Sequence[float], causes: Sequence[int], *, conf: float = 0.95
) -> CompetingRisks:
    """Estimate the cumulative incidence of every cause that occurs; cause 0 is censored.

    Events and censorings at the same time: the events come first. Raises ValueError for a negative
    cause, and as LifeTable does.

    Source: Aalen and Johansen 1978; variance and interval as in the module docstring.
    """
    cause = np.asarray(causes, dtype=np.int64)
    if (cause < 0).any():
        raise ValueError("a cause is 0 (censored) or a positive whole number")
    table = count_by_time(times, [bool(code) for code in causes])
    place = np.searchsorted(table.times, np.asarray(times, dtype=np.float64))
    counts = {
        int(code): np.bincount(place[cause == code], minlength=len(table.times)).astype(np.int64)
        for code in np.unique(cause[cause > 0])
    }
    survival = kaplan_meier(table).survival
    z = normal_quantile(conf)
    return CompetingRisks(
        table, survival, {code: _incidence(table, survival, counts[code], z) for code in counts}
    )


def _incidence(table: LifeTable, survival: Floats, events: Ints, z: float) -> Incidence:
    """Return the estimate of one cause among the events of the table."""
    before = np.append(1.0, survival[:-1])
    incidence = np.cumsum(before * (events / table.at_risk))
    se = np.sqrt(_variance(table, before, events))
    # Everybody had this cause: the sum is 1 and its error 0 but for rounding.
    certain = (survival == 0) & (np.cumsum(table.events - events) == 0)
    incidence, se = np.where(certain, 1.0, incidence), np.where(certain, 0.0, se)
    lower, upper = _band(incidence, se, z)
    return Incidence(events, incidence, se, lower, upper)


def _variance(table: LifeTable, before: Floats, events: Ints) -> Floats:
    """Return the variance of the incidence after each time.

    Carries the covariance of (S, F) through the multinomial step of each time: S shrinks by 1 - p
    and F grows by q S, where p and q are the shares of all events and of this cause. The textbook
    double sum gives the same numbers with a work of the square of the times.
    """
    at_risk = table.at_risk.astype(np.float64)
    shares = zip(
        (table.events / at_risk).tolist(),
        (events / at_risk).tolist(),
        (before**2 / at_risk).tolist(),
        strict=True,
    )
    survival_variance = covariance = variance = 0.0
    steps = []
    for p, q, scale in shares:
        variance += 2 * q * covariance + q * q * survival_variance + scale * q * (1 - q)
        covariance = (1 - p) * (covariance + q * survival_variance - scale * q)
        survival_variance = (1 - p) ** 2 * survival_variance + scale * p * (1 - p)
        steps.append(max(variance, 0.0))
    return np.array(steps)


def _band(incidence: Floats, se: Floats, z: float) -> tuple[Floats, Floats]:
    """Return the log(-log) band of an incidence, NaN where it is 0 or 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log_incidence = np.log(incidence)
        stretch = np.exp(z * se / (incidence * -log_incidence))
        lower, upper = np.exp(log_incidence * stretch), np.exp(log_incidence / stretch)
    inside = (incidence > 0) & (incidence < 1)
    return np.where(inside, lower, np.nan), np.where(inside, upper, np.nan)
