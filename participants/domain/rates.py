"""Events per 100 person-days with the exact Poisson interval."""

import math
from dataclasses import dataclass

from participants.domain.confidence import check_confidence


@dataclass(frozen=True)
class Rate:
    """Hold a rate and its limits, all three per 100 person-days."""

    events: int
    person_days: float
    per_100_days: float
    lower: float
    upper: float


def exact_rate(events: int, person_days: float, *, conf: float = 0.95) -> Rate:
    """Estimate events per 100 person-days; both tails hold (1 - conf) / 2.

    The lower limit of no event is 0. Raises ValueError for fewer than 0 events, for a time at risk
    that is not positive and finite, and for one so short that the rate leaves the floats.

    Source: Garwood, Biometrika 1936;28:437-442, through the gamma quantiles.
    """
    from scipy.stats import gamma

    if events < 0:
        raise ValueError("a number of events is 0 or more")
    if not 0 < person_days < math.inf:
        raise ValueError("a rate needs a positive time at risk")
    tail = (1 - check_confidence(conf)) / 2
    lower = float(gamma.ppf(tail, events)) if events else 0.0
    upper = float(gamma.isf(tail, events + 1))
    per_100 = tuple(100 * expected / person_days for expected in (events, lower, upper))
    if not math.isfinite(per_100[2]):
        raise ValueError("the time at risk is too short for a rate")
    return Rate(events, person_days, *per_100)
