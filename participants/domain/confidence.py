"""What every interval shares: the confidence level and the normal quantile it asks for."""


def check_confidence(conf: float) -> float:
    """Return the confidence level when it lies strictly between 0 and 1.

    Raises ValueError otherwise; 95 is a percentage, not a level.
    """
    if not 0 < conf < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {conf}")
    return conf


def normal_quantile(conf: float) -> float:
    """Return the standard normal quantile of a two-sided interval: 1.96 for 0.95.

    Raises ValueError for a level outside (0, 1).
    """
    from scipy.stats import norm

    return float(norm.isf((1 - check_confidence(conf)) / 2))
