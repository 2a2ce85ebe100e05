"""Where the fever trigger stands now: met, one reading high and the clock running, or nothing.

Source: NCT06703216; PACER design, clinical rules, section 2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from participants.domain.fever import MAX_APART, MIN_APART, FeverTrigger, Reading, fever_trigger


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reading is high: a second one meets the trigger between two moments in UTC, both included."""

    first: Reading
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class FeverState:
    """The trigger, or what is still missing for it; both None while no reading is high."""

    trigger: FeverTrigger | None
    waiting: Waiting | None


def fever_state(readings: Iterable[Reading], *, infused_at: datetime, now: datetime) -> FeverState:
    """Say where the trigger stands; moments carry their offset, readings after `now` do not count.

    Of several high readings the earliest counts for which 24 h have not passed: it is the first that can find
    a partner.
    """
    known = [reading for reading in readings if reading.at <= now]
    trigger = fever_trigger(known, infused_at=infused_at)
    if trigger is not None:
        return FeverState(trigger, None)
    high = [reading for reading in known if reading.is_above_trigger and reading.at >= infused_at]
    open_still = [reading for reading in high if now <= reading.at.astimezone(UTC) + MAX_APART]
    if not open_still:
        return FeverState(None, None)
    first = min(open_still, key=lambda reading: reading.at)
    since = first.at.astimezone(UTC)
    return FeverState(None, Waiting(first, since + MIN_APART, since + MAX_APART))
