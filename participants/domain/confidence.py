"""What every interval shares: the confidence level and the normal quantile it asks for."""

from statistics import NormalDist


def check_confidence(conf: float) -> float:
    """Return the confidence level when it lies strictly between 0 and 1.

    Raises ValueError otherwise; 95 is a percentage, not a level.
    """
    if not 0 < conf < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {conf}")
    return conf


def normal_quantile(conf: float) -> float:
    """Return the standard normal quantile of a two-sided interval: 1.96 for 0.95.

    From the standard library: a page with a curve need not wait for scipy to load. Raises
    ValueError for a level outside (0, 1).

    Source: Wichura, Appl Stat 1988;37:477-484 (algorithm AS 241, good to 16 digits).
    """
    return -NormalDist().inv_cdf((1 - check_confidence(conf)) / 2)
