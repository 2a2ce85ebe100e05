"""When somebody whom nobody reaches is proposed as lost to follow-up: a proposal, never a step by itself.

Source: PACER design, clinical rules, section 9 ("Lost to follow-up is a ladder").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Attempt:
    """One dated attempt; `reached` says that the family answered."""

    on: date
    reached: bool


@dataclass(frozen=True)
class Ladder:
    """How far up somebody is: days with an unanswered attempt since the family was last reached."""

    days: tuple[date, ...]
    needed: int
    last_reached_on: date | None

    @property
    def proposes_loss(self) -> bool:
        """Say whether enough was tried to propose "lost to follow-up"."""
        return len(self.days) >= self.needed

    @property
    def missing(self) -> int:
        """How many further days are to be tried before that."""
        return max(self.needed - len(self.days), 0)


def climb(attempts: Iterable[Attempt], *, needed: int) -> Ladder:
    """Count the days of unanswered attempts since the last answer; several on one day count once.

    `needed` is how many such days propose the loss, by the study's settings.
    """
    tried = list(attempts)
    reached = [attempt.on for attempt in tried if attempt.reached]
    last = max(reached, default=None)
    days = {attempt.on for attempt in tried if not attempt.reached and (last is None or attempt.on > last)}
    return Ladder(tuple(sorted(days)), needed, last)
