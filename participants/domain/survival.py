"""Kaplan-Meier survival with pointwise intervals, and the median with its limits.

Sources: Kaplan and Meier, J Am Stat Assoc 1958;53:457-481 (estimate); Greenwood, Reports on Public
Health and Medical Subjects 1926;33:1-26 (variance); Kalbfleisch and Prentice, The Statistical
Analysis of Failure Time Data, 2nd ed. 2002, section 1.4 (log(-log) interval); Brookmeyer and
Crowley, Biometrics 1982;38:29-41 (limits of the median).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from participants.domain.confidence import normal_quantile
from participants.domain.life_table import Floats, LifeTable

Interval = Literal["log-log", "log", "plain"]
INTERVALS: tuple[Interval, ...] = ("log-log", "log", "plain")

# S = 0.5 is reached through a product of rounded factors; R compares with the same tolerance.
HALF_TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """Hold survival just after each time of a life table.

    `se` is Greenwood's standard error of S itself. NaN stands for what is undefined: the error and
    the band where S is 0, and the log(-log) band where S is 1.
    """

    table: LifeTable
    survival: Floats
    se: Floats
    lower: Floats
    upper: Floats

    @property
    def median(self) -> float | None:
        """Return the median survival time; None means that it is not reached."""
        return time_at_half(self.table.times, self.survival)

    @property
    def median_lower(self) -> float | None:
        """Return the lower limit of the median, where the lower band falls to one half."""
        return time_at_half(self.table.times, self.lower)

    @property
    def median_upper(self) -> float | None:
        """Return the upper limit of the median; None means that the upper band stays above."""
        return time_at_half(self.table.times, self.upper)


def kaplan_meier(table: LifeTable, *, conf: float = 0.95, interval: Interval = "log-log") -> SurvivalCurve:
    """Estimate survival with pointwise intervals at every time of the table.

    An event and a censoring at the same time: the event comes first. The log interval is clipped
    at 1, the plain one to [0, 1]. Raises ValueError for a level outside (0, 1) or an interval that
    is not one of INTERVALS.

    Source: Kaplan and Meier 1958; Greenwood 1926; intervals as in the module docstring.
    """
    if interval not in INTERVALS:
        raise ValueError(f"an interval is one of {', '.join(INTERVALS)}, not {interval}")
    z = normal_quantile(conf)
    events = table.events.astype(np.float64)
    at_risk = table.at_risk.astype(np.float64)
    left = at_risk - events
    survival = np.cumprod(left / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_survival = np.log(survival)
        se_of_log = np.sqrt(np.cumsum(events / (at_risk * left)))
        se = survival * se_of_log
        lower, upper = _band(survival, log_survival, z * se_of_log, interval)
    return SurvivalCurve(table, survival, se, lower, upper)


def _band(
    survival: Floats, log_survival: Floats, margin: Floats, interval: Interval
) -> tuple[Floats, Floats]:
    """Return the lower and upper band for z standard errors of log S, NaN where it is undefined."""
    if interval == "plain":
        lower, upper = survival - survival * margin, survival + survival * margin
    elif interval == "log":
        lower, upper = survival * np.exp(-margin), survival * np.exp(margin)
    else:
        stretch = np.exp(margin / -log_survival)
        lower, upper = np.exp(log_survival * stretch), np.exp(log_survival / stretch)
    undefined = (survival == 0) | ((survival == 1) & (interval == "log-log"))
    return (
        np.where(undefined, np.nan, np.clip(lower, 0, 1)),
        np.where(undefined, np.nan, np.clip(upper, 0, 1)),
    )


def time_at_half(times: Floats, values: Floats) -> float | None:
    """Return the first time at which a falling step function is at or below one half.

    On a flat stretch at exactly one half: the midpoint of its start and the next fall; its start
    when the function never falls again. NaN values are passed over. None means never reached.

    Source: the convention of print.survfit in R's survival package (Therneau and Grambsch,
    Modeling Survival Data, 2000), after Brookmeyer and Crowley 1982.
    """
    reached = np.flatnonzero(values < 0.5 + HALF_TOLERANCE)
    if not len(reached):
        return None
    first = reached[0]
    later_falls = reached[values[reached] < values[first]]
    if abs(values[first] - 0.5) < HALF_TOLERANCE and len(later_falls):
        # Halved before they are added: the sum of two huge times would leave the floats.
        return float(times[first] / 2 + times[later_falls[0]] / 2)
    return float(times[first])
