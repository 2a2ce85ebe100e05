"""Clocks of serious events as pages show them: words, a bar, and a moment at the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from participants.domain.clocks import Clock, time_left_words
from participants.models import SeriousEvent
from participants.serious_clocks import Watched


@dataclass(frozen=True)
class ClockRow:
    """One clock at a moment; `percent` is how much of its time is used, 0 to 100."""

    serious: SeriousEvent
    clock: Clock
    is_late: bool
    words: str
    percent: int

    @property
    def is_running(self) -> bool:
        """Whether the report is still to be sent."""
        return self.clock.done_at is None


def clock_rows(watched: Watched, now: datetime) -> list[ClockRow]:
    """Return the clocks of a serious event in the order in which they start."""
    return [_row(watched.row, clock, now) for clock in watched.clocks]


def _row(serious: SeriousEvent, clock: Clock, now: datetime) -> ClockRow:
    late = clock.is_late(now)
    if clock.done_at is not None:
        words = "sent late" if late else "sent in time"
    else:
        words = time_left_words(clock.left(now))
    return ClockRow(serious, clock, late, words, round(100 * clock.share_used(now)))
