"""Place days on a horizontal axis whose empty stretches are folded.

A position is a day's ordinal with the share of that day which has gone by at the site. Pure: no clock.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

FOLD_WIDTH = 62.0
MOST_FOLDS = 6
# A fold must win clearly more than it takes, else it only breaks the line.
_WORTH = 1.6
# Room around whatever is drawn, in days, so that no mark touches a fold.
ROOM_DAYS = 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days drawn evenly from `left` to `right`; the end position is not included."""

    start: float
    end: float
    left: float
    right: float
    is_fold: bool = False

    @property
    def days(self) -> int:
        """The number of days."""
        return round(self.end - self.start)


@dataclass(frozen=True)
class Scale:
    """Maps positions to places in the figure; beyond either end, to that end.

    `unit` is the width of a day that is not folded.
    """

    stretches: tuple[Stretch, ...]
    unit: float

    @property
    def start(self) -> float:
        """The first position."""
        return self.stretches[0].start

    @property
    def end(self) -> float:
        """The end of the last day."""
        return self.stretches[-1].end

    @property
    def width(self) -> float:
        """The width of the whole axis."""
        return self.stretches[-1].right

    @property
    def folds(self) -> tuple[Stretch, ...]:
        """The folded stretches, in order."""
        return tuple(stretch for stretch in self.stretches if stretch.is_fold)

    def x(self, position: float) -> float:
        """Return the place of a position; a later position is never further left."""
        starts = [stretch.start for stretch in self.stretches]
        stretch = self.stretches[max(bisect_right(starts, position) - 1, 0)]
        share = (position - stretch.start) / (stretch.end - stretch.start)
        return stretch.left + min(max(share, 0.0), 1.0) * (stretch.right - stretch.left)

    def holds(self, position: float) -> bool:
        """Tell whether a position lies on the axis, both ends included."""
        return self.start <= position <= self.end

    def is_folded(self, position: float) -> bool:
        """Tell whether a position lies in a fold."""
        return any(fold.start <= position < fold.end for fold in self.folds)


def scale_of(
    first: int,
    last: int,
    *,
    busy: Iterable[tuple[float, float]],
    width: float,
    comfortable: float,
    least: float,
) -> Scale:
    """Make the scale of the days from `first` to `last`, both included (ordinals).

    `busy` are positions from and to at which something is drawn: no fold comes within two days of
    them. The longest empty stretches are folded until a day is `comfortable` wide. The axis grows
    beyond `width` where a day would be narrower than `least`. Raises ValueError when last is
    before first.
    """
    if last < first:
        raise ValueError("The last day is before the first.")
    end = last + 1
    folded = sorted(_chosen(_gaps(first, end, busy), end - first, width, comfortable))
    days = end - first - sum(stop - start for start, stop in folded)
    unit = max((width - FOLD_WIDTH * len(folded)) / days, least)
    return Scale(tuple(_stretches(first, end, folded, unit)), unit)


def _gaps(first: int, end: int, busy: Iterable[tuple[float, float]]) -> list[tuple[int, int]]:
    """Return the whole days, ends not included, that are far enough from anything busy."""
    taken = sorted((floor(start) - ROOM_DAYS, ceil(stop) + ROOM_DAYS) for start, stop in busy)
    edges: list[tuple[int, int]] = [(first - 1, first + 1)]
    for start, stop in [*taken, (end - 1, end + 1)]:
        edges.append((start, max(stop, edges[-1][1])))
    found = [(before[1], after[0]) for before, after in pairwise(edges)]
    return [(start, stop) for start, stop in found if first < start < stop < end]


def _chosen(
    gaps: Sequence[tuple[int, int]], days: int, width: float, comfortable: float
) -> list[tuple[int, int]]:
    chosen: list[tuple[int, int]] = []
    unit = width / days
    for start, stop in sorted(gaps, key=lambda gap: gap[0] - gap[1]):
        if unit >= comfortable or (stop - start) * unit < FOLD_WIDTH * _WORTH or len(chosen) == MOST_FOLDS:
            break
        chosen.append((start, stop))
        days -= stop - start
        unit = (width - FOLD_WIDTH * len(chosen)) / days
    return chosen


def _stretches(first: int, end: int, folded: Sequence[tuple[int, int]], unit: float) -> Iterable[Stretch]:
    left, at = 0.0, first
    for start, stop in [*folded, (end, end)]:
        if start > at:
            right = left + (start - at) * unit
            yield Stretch(at, start, left, right)
            left = right
        if stop > start:
            yield Stretch(start, stop, left, left + FOLD_WIDTH, is_fold=True)
            left += FOLD_WIDTH
        at = stop
