"""How long dated evidence counts for the start of lymphodepletion, in the words of a worklist.

Source: PACER design, clinical rules, sections 0 (trap 1: the evidence expires when lymphodepletion
slips) and 1 (within 14 days before its start, both ends included).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from participants.domain.day_words import short_day
from participants.domain.eligibility import expires_on
from participants.domain.milestones import KnownDate

# [setting] the days before the end of the evidence from which it is called soon.
SOON_DAYS = 3


class Standing(StrEnum):
    """Where a piece of evidence stands against lymphodepletion."""

    COUNTS = "counts"
    SOON = "soon"
    ENDS_BEFORE_PLAN = "ends_before_plan"
    EXPIRED = "expired"
    COUNTED = "counted"
    TOO_LATE = "too_late"


# What a person has to renew before lymphodepletion, or should have.
NEEDS_RENEWAL = frozenset({Standing.ENDS_BEFORE_PLAN, Standing.EXPIRED, Standing.TOO_LATE})


@dataclass(frozen=True)
class Validity:
    """The last day on which lymphodepletion may start for the evidence to count, and what that means."""

    last_on: date
    standing: Standing
    words: str


def validity(evidence_on: date, ld_start: KnownDate | None, today: date, *, valid_days: int) -> Validity:
    """Say until when evidence counts, and whether it does for the recorded or planned lymphodepletion.

    `ld_start` None means that no date is known: then the evidence is held against `today` alone. A
    planned date that has passed says nothing more either.
    """
    last = expires_on(evidence_on, valid_days)
    if ld_start is not None and not ld_start.is_planned:
        return _at_start(evidence_on, last, ld_start.on)
    if today > last:
        return Validity(last, Standing.EXPIRED, f"expired {_weekday(last)}")
    if ld_start is not None and ld_start.on > last:
        return Validity(
            last,
            Standing.ENDS_BEFORE_PLAN,
            f"expires {_weekday(last)}, before the planned lymphodepletion {short_day(ld_start.on)}",
        )
    standing = Standing.SOON if (last - today).days <= SOON_DAYS else Standing.COUNTS
    return Validity(last, standing, f"expires {_weekday(last)}")


def _at_start(evidence_on: date, last: date, started_on: date) -> Validity:
    if evidence_on > started_on:
        return Validity(last, Standing.TOO_LATE, "dated after lymphodepletion began")
    if started_on > last:
        return Validity(last, Standing.EXPIRED, f"had expired {_weekday(last)}, before lymphodepletion")
    return Validity(last, Standing.COUNTED, f"counted for lymphodepletion {short_day(started_on)}")


def _weekday(on: date) -> str:
    return f"{on:%a %d %b}"
