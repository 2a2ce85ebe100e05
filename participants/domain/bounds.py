"""The days between which what is recorded of a participant is probable.

Source: PACER design, clinical rules, section 9 (never refuse the truth).
"""

from dataclasses import dataclass
from datetime import date

AFTER_DEATH = "event after death"
AFTER_WITHDRAWAL = "event after withdrawal"
BEFORE_CONSENT = "procedure before consent"
AFTER_RULES = frozenset({AFTER_DEATH, AFTER_WITHDRAWAL})
DAY_RULES = AFTER_RULES | {BEFORE_CONSENT}


@dataclass(frozen=True)
class Bounds:
    """The first consent, the withdrawal from everything and the death; None where none is recorded."""

    consented_on: date | None = None
    withdrew_on: date | None = None
    died_on: date | None = None

    def improbable(self, day: date) -> list[tuple[str, str]]:
        """List what is improbable about a day as (rule, sentence); the days of the bounds are plain."""
        found = []
        if self.died_on is not None and day > self.died_on:
            found.append((AFTER_DEATH, f"This is after the death on {self.died_on:%d %b %Y}."))
        if self.withdrew_on is not None and day > self.withdrew_on:
            found.append((AFTER_WITHDRAWAL, f"This is after the withdrawal on {self.withdrew_on:%d %b %Y}."))
        if self.consented_on is None or day < self.consented_on:
            found.append((BEFORE_CONSENT, "This is before any consent was signed."))
        return found
