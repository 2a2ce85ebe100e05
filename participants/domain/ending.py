"""What ended participation, and what each end takes.

Source: PACER design, clinical rules, sections 1 and 9.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum


class Reach(IntEnum):
    """How much an end takes of what is planned; each takes what those before it take."""

    # Follow-up that counts from day zero: survival contacts replace it.
    FOLLOW_UP = 1
    # All but contact, which is kept.
    VISITS = 2
    EVERYTHING = 3


@dataclass(frozen=True)
class End:
    """A dated end: why, from which day, and how far it reaches."""

    words: str
    on: date
    reach: Reach = Reach.EVERYTHING


@dataclass(frozen=True)
class Ending:
    """What is known of the end of participation.

    `ends` are all that happened, the weightiest first. `trigger_is_past` means that a trigger not met by
    now can no longer be, `was_triggered` that it has been met.
    """

    ends: tuple[End, ...] = ()
    trigger_is_past: bool = False
    was_triggered: bool = False

    @property
    def ended(self) -> str:
        """Why nothing is wanted any more, "" while something is."""
        return next((end.words for end in self.ends if end.reach is Reach.EVERYTHING), "")
