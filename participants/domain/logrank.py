"""The log-rank test of equal survival in two or more groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from participants.domain.life_table import Floats, Ints, LifeTable


@dataclass(frozen=True)
class LogRank:
    """Hold the test: chi-squared, its degrees of freedom and the p value.

    chi2 and p are None when no event leaves anything to compare; df is then the groups less one.
    """

    chi2: float | None
    df: int
    p: float | None


def log_rank(groups: Sequence[LifeTable]) -> LogRank:
    """Test whether the groups share one survival curve, every event weighted alike.

    Ties take the hypergeometric variance. A group with nobody at risk at the first event expects
    no event and gives no degree of freedom. Raises ValueError for fewer than two groups.

    Source: Mantel, Cancer Chemother Rep 1966;50:163-170; Peto and Peto, J R Stat Soc A
    1972;135:185-207.
    """
    if len(groups) < 2:
        raise ValueError("a log-rank test compares at least two groups")
    at_risk, events = _at_event_times(groups)
    all_at_risk, all_events = at_risk.sum(axis=0), events.sum(axis=0)
    compared = at_risk[:, 0] > 0 if at_risk.shape[1] else np.zeros(len(groups), dtype=bool)
    # Risk sets only shrink: where the first event leaves nothing to compare, no later one does.
    if compared.sum() < 2 or all_events[0] == all_at_risk[0]:
        return LogRank(None, len(groups) - 1, None)
    scores = ((events * all_at_risk - all_events * at_risk) / all_at_risk).sum(axis=1)
    variance = _covariance(at_risk, all_at_risk, all_events)
    # The scores sum to 0, so one group is redundant; leaving out the largest keeps the most digits.
    kept = compared & (np.arange(len(groups)) != at_risk[:, 0].argmax())
    chi2 = float(scores[kept] @ np.linalg.solve(variance[np.ix_(kept, kept)], scores[kept]))
    return _test(chi2, int(kept.sum()))


def _test(chi2: float, df: int) -> LogRank:
    """Return the test with the upper tail of chi-squared."""
    from scipy.stats import chi2 as distribution

    return LogRank(chi2, df, float(distribution.sf(chi2, df)))


def _at_event_times(groups: Sequence[LifeTable]) -> tuple[Ints, Ints]:
    """Return the numbers at risk and with an event, a row a group, a column an event time of any."""
    times = np.unique(np.concatenate([table.times[table.events > 0] for table in groups]))
    at_risk = np.empty((len(groups), len(times)), dtype=np.int64)
    events = np.zeros_like(at_risk)
    for row, table in enumerate(groups):
        at_risk[row] = np.append(table.at_risk, 0)[np.searchsorted(table.times, times)]
        dying = table.events > 0
        events[row, np.searchsorted(times, table.times[dying])] = table.events[dying]
    return at_risk, events


def _covariance(at_risk: Ints, all_at_risk: Ints, all_events: Ints) -> Floats:
    """Return the hypergeometric covariance of the scores, summed over the event times."""
    several = all_at_risk > 1
    n, d = all_at_risk[several].astype(np.float64), all_events[several]
    in_group = at_risk[:, several].astype(np.float64)
    weight = d * (n - d) / (n - 1) / n**2
    covariance = -(in_group * weight) @ in_group.T
    # n_i (N - n_i), not n_i N - n_i^2: the difference loses its digits when a group is nearly all.
    np.fill_diagonal(covariance, (in_group * (n - in_group) * weight).sum(axis=1))
    return np.asarray(covariance)
