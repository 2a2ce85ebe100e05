"""What follows from one try to hand a mail over: the steps of a reminder as a table of outcomes.

Source: PACER design, reminders, "Two tables, two loops" and "Retries".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MOST_TRIES = 10
MOST_UNKNOWN = 2
SPREAD = 0.1  # of a delay, to either side, so that retries of many do not march in step

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
DELAYS = (
    1 * _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    1 * _HOUR,
    2 * _HOUR,
    4 * _HOUR,
    8 * _HOUR,
    12 * _HOUR,
    24 * _HOUR,
)


class Result(StrEnum):
    """How one try ended, as far as the client can know."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # a 4xx, or a failure before the final dot: certainly not handed over
    REFUSED = "refused"  # a 5xx about this message
    UNKNOWN = "unknown"  # the final dot was sent, its answer was not read
    UNWRITABLE = "unwritable"  # the text or the address could not be made
    NO_SERVER = "no server"  # nothing was said about this message: uses up no try
    ABANDONED = "abandoned"  # claimed and not begun when its worker vanished: uses up no try
    NOT_OURS = "not ours"  # the lease had gone to somebody else before the final dot


# These leave a reminder as it was before it was claimed.
USES_NO_TRY = frozenset({Result.NO_SERVER, Result.ABANDONED})


@dataclass(frozen=True)
class Step:
    """The state that follows a try; `delay` only with "retry"."""

    state: str
    reason: str = ""
    delay: timedelta | None = None


def step_after(result: Result, *, tries: int, unknown: int, jitter: float) -> Step:
    """Decide what becomes of a reminder after a try.

    `tries` and `unknown` include this try; `jitter` lies between -1 and 1. Raises ValueError for a
    result that leaves the reminder as it was.
    """
    if result is Result.ACCEPTED:
        return Step("sent")
    if result is Result.REFUSED:
        return Step("dead", "the mail server refused it")
    if result is Result.UNWRITABLE:
        return Step("dead", "the mail could not be written")
    if result is Result.UNKNOWN and (unknown >= MOST_UNKNOWN or tries >= MOST_TRIES):
        return Step("unconfirmed", "handed over, and no answer was read")
    if result in {Result.UNKNOWN, Result.DEFERRED}:
        if tries >= MOST_TRIES:
            return Step("dead", f"given up after {MOST_TRIES} tries")
        return Step(
            "retry", "no answer read" if result is Result.UNKNOWN else "deferred", delay(tries, jitter)
        )
    raise ValueError(f"{result} decides nothing")


def delay(tries: int, jitter: float) -> timedelta:
    """Return how long to wait after a number of tries (from 1); `jitter` between -1 and 1 spreads it."""
    return DELAYS[min(tries, len(DELAYS)) - 1] * (1 + SPREAD * jitter)
