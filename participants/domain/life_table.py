"""Participants counted by time: who left at each time, with an event or censored.

Every survival estimate here works on these counts, so that a million participants cost one
GROUP BY and not a million rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# The square of a risk set must fit 64 bits, or exact integer sums would wrap.
MOST_PARTICIPANTS = 3_000_000_000


@dataclass(frozen=True, eq=False)
class LifeTable:
    """Hold the numbers with an event and censored at each distinct time, ascending.

    A censored participant is still at risk for events of the same time: the event comes first.
    Raises ValueError for times that are negative, not finite or not ascending, for counts below 0,
    for a time at which nobody leaves, and for nobody at all.

    Source: Kaplan and Meier, J Am Stat Assoc 1958;53:457-481, section 2 (deaths before losses).
    """

    times: Floats
    events: Ints
    censored: Ints

    def __post_init__(self) -> None:
        if not len(self.times) == len(self.events) == len(self.censored):
            raise ValueError("times, events and censored differ in length")
        if not len(self.times):
            raise ValueError("nobody to follow: there is no row")
        if not np.isfinite(self.times).all() or (self.times < 0).any():
            raise ValueError("a time is a finite number of 0 or more")
        if (np.diff(self.times) <= 0).any():
            raise ValueError("the times of a life table ascend, each once")
        if (self.events < 0).any() or (self.censored < 0).any():
            raise ValueError("a count of participants is 0 or more")
        if (self.leaving == 0).any():
            raise ValueError("a life table lists only times at which somebody leaves")
        # In floats: a sum of huge integers would wrap round and look small.
        if self.events.sum(dtype=np.float64) + self.censored.sum(dtype=np.float64) > MOST_PARTICIPANTS:
            raise ValueError(f"more than {MOST_PARTICIPANTS} participants")

    @property
    def leaving(self) -> Ints:
        """Return how many leave at each time, with an event or censored."""
        return self.events + self.censored

    @property
    def at_risk(self) -> Ints:
        """Return how many are followed up to each time, those who leave then included."""
        return np.cumsum(self.leaving[::-1])[::-1]

    @property
    def participants(self) -> int:
        """Return how many participants the table counts."""
        return int(self.leaving.sum())


def count_by_time(times: Sequence[float], had_event: Sequence[bool]) -> LifeTable:
    """Count one row a participant into a life table; equal times become one entry.

    Raises ValueError as LifeTable does, and for columns of different length.
    """
    if len(times) != len(had_event):
        raise ValueError("times and events differ in length")
    distinct, place = np.unique(np.asarray(times, dtype=np.float64) + 0.0, return_inverse=True)
    event = np.asarray(had_event, dtype=bool)
    return LifeTable(
        distinct,
        np.bincount(place[event], minlength=len(distinct)).astype(np.int64),
        np.bincount(place[~event], minlength=len(distinct)).astype(np.int64),
    )


def from_counts(rows: Iterable[tuple[float, int, int]]) -> LifeTable:
    """Build a life table from (time, events, censored) in any order, as a GROUP BY answers.

    Rows of the same time are added; a row in which nobody leaves is dropped. Raises ValueError as
    LifeTable does.
    """
    totals: dict[float, tuple[int, int]] = {}
    for time, events, censored in rows:
        if events < 0 or censored < 0:
            raise ValueError("a count of participants is 0 or more")
        if events or censored:
            before = totals.get(time, (0, 0))
            totals[time] = (before[0] + events, before[1] + censored)
    times = sorted(totals)
    return LifeTable(
        np.array(times, dtype=np.float64),
        np.array([totals[time][0] for time in times], dtype=np.int64),
        np.array([totals[time][1] for time in times], dtype=np.int64),
    )


def number_at_risk(table: LifeTable, times: Sequence[float]) -> list[int]:
    """Return how many are still followed just before each time, the row under a survival curve.

    Who leaves exactly at a time is counted at it. After the last time the number is 0.
    """
    followed = np.append(table.at_risk, 0)
    return [int(followed[place]) for place in np.searchsorted(table.times, times, side="left")]
