"""A proportion with its exact interval, and the posterior probability that a rate is too high."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from participants.domain.confidence import check_confidence


@dataclass(frozen=True)
class Proportion:
    """Hold k of n with the limits of its exact interval."""

    k: int
    n: int
    estimate: float
    lower: float
    upper: float


def exact_proportion(k: int, n: int, *, conf: float = 0.95) -> Proportion:
    """Estimate a proportion with its exact interval; both tails hold (1 - conf) / 2.

    The lower limit of 0 of n is 0, the upper limit of n of n is 1. Raises ValueError unless
    0 <= k <= n and 1 <= n, because nothing can be estimated from nobody.

    Source: Clopper and Pearson, Biometrika 1934;26:404-413, through the beta quantiles.
    """
    return exact_proportions([(k, n)], conf=conf)[0]


def exact_proportions(counts: Sequence[tuple[int, int]], *, conf: float = 0.95) -> list[Proportion]:
    """Estimate each k of n as `exact_proportion` does, all of them in the time of one."""
    from numpy import asarray
    from scipy.stats import beta

    for k, n in counts:
        if n < 1:
            raise ValueError("a proportion needs at least one participant")
        if not 0 <= k <= n:
            raise ValueError(f"{k} of {n} is not a proportion")
    tail = (1 - check_confidence(conf)) / 2
    lower = asarray(beta.ppf(tail, [k or 1 for k, _ in counts], [n - k + 1 for k, n in counts]))
    upper = asarray(beta.isf(tail, [k + 1 for k, _ in counts], [n - k or 1 for k, n in counts]))
    return [
        Proportion(k, n, k / n, low if k else 0.0, high if k < n else 1.0)
        for (k, n), low, high in zip(counts, lower.tolist(), upper.tolist(), strict=True)
    ]


def posterior_above(*, alpha: float, beta: float, events: int, n: int, threshold: float) -> float:
    """Return P(rate > threshold | events of n) under a Beta(alpha, beta) prior.

    The posterior is Beta(alpha + events, beta + n - events). Raises ValueError unless alpha and
    beta are positive, 0 <= events <= n and 0 <= threshold <= 1, and for a prior so extreme (a
    parameter near the smallest float) that the probability cannot be computed.

    Source: Thall and Simon, Biometrics 1994;50:337-349.
    """
    from scipy.stats import beta as distribution

    if not (0 < alpha < math.inf and 0 < beta < math.inf):
        raise ValueError("the parameters of a beta prior are positive numbers")
    if not 0 <= events <= n:
        raise ValueError(f"{events} events of {n} cannot be")
    if not 0 <= threshold <= 1:
        raise ValueError("a threshold of a rate lies between 0 and 1")
    probability = float(distribution.sf(threshold, alpha + events, beta + n - events))
    if math.isnan(probability):
        raise ValueError("the probability cannot be computed for a prior this extreme")
    return probability
