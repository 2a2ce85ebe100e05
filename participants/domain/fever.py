"""Find the fever that triggers anakinra, and conclude that it never came.

Source: NCT06703216 (anakinra is triggered by persistent fever after the infusion); two readings above 38.5 C
at least 4 h apart within 24 h.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from participants.domain.refusal import Impossible
from participants.domain.temperature import TRIGGER_FEVER, check_temperature, ninths_above_zero_c

MIN_APART = timedelta(hours=4)
MAX_APART = timedelta(hours=24)
NEVER_TRIGGERED_FROM_DAY = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A temperature at a moment; `ref` is whatever the caller calls it.

    A moment without an offset is read on a clock that never changes. At least one unit is given.
    Raises Impossible for a reading without a temperature, or one that cannot be.
    """

    at: datetime
    temperature_c: Decimal | None = None
    temperature_f: Decimal | None = None
    ref: str = ""

    def __post_init__(self) -> None:
        check_temperature(self.temperature_c, self.temperature_f, fields=("temperature_c", "temperature_f"))
        ninths_above_zero_c(self.temperature_c, self.temperature_f)

    @property
    def is_above_trigger(self) -> bool:
        """Tell whether either unit is above its limit; 38.5 C and 101.3 F are not."""
        in_c, in_f = self.temperature_c, self.temperature_f
        return bool(
            (in_c is not None and in_c > TRIGGER_FEVER.celsius)
            or (in_f is not None and in_f > TRIGGER_FEVER.fahrenheit)
        )


@dataclass(frozen=True, slots=True)
class FeverTrigger:
    """The pair of readings that met the trigger; it is met at the second."""

    first: Reading
    second: Reading

    @property
    def met_at(self) -> datetime:
        """Give the moment of the later reading, as it was given."""
        return self.second.at


def fever_trigger(readings: Iterable[Reading], *, infused_at: datetime | None = None) -> FeverTrigger | None:
    """Find the earliest two readings above 38.5 C that are 4 h to 24 h apart, both ends included.

    Readings may come in any order. Those before `infused_at` do not count (None: all are after it); readings
    between the two do not matter [interpretation]; of several at one instant the highest is kept, of equal
    ones the first by `ref`. Elapsed time is real time. Returns None when the trigger is not met: after a
    correction, ask again with the readings that stand. Raises Impossible when moments with and without an
    offset are mixed.

    Source: NCT06703216, trigger as configured for PACER.
    """
    kept = list(readings)
    _check_one_clock([*(reading.at for reading in kept), *([] if infused_at is None else [infused_at])])
    high = _highest_by_instant(reading for reading in kept if reading.is_above_trigger)
    start = None if infused_at is None else _instant(infused_at)
    instants = [at for at in sorted(high) if start is None or at >= start]
    for at in instants:
        # The earliest partner within 24 h is the one furthest back: if it is not 4 h back, none is.
        partner = instants[bisect_left(instants, at - MAX_APART)]
        if partner <= at - MIN_APART:
            return FeverTrigger(high[partner], high[at])
    return None


def _instant(at: datetime) -> datetime:
    # Two moments of one zone subtract by the wall clock, which a change of clock makes wrong by an hour.
    return at if at.tzinfo is None else at.astimezone(UTC)


def _check_one_clock(moments: list[datetime]) -> None:
    if len({at.tzinfo is None for at in moments}) > 1:
        raise Impossible("at", "mixed_offsets", "Give all moments an offset from UTC, or none of them.")


def _highest_by_instant(readings: Iterable[Reading]) -> dict[datetime, Reading]:
    highest: dict[datetime, Reading] = {}
    for reading in readings:
        known = highest.setdefault(_instant(reading.at), reading)
        # Of equal ones the name decides, so that the order of entry never does.
        if (_height(reading), known.ref) > (_height(known), reading.ref):
            highest[_instant(reading.at)] = reading
    return highest


def _height(reading: Reading) -> Decimal:
    return ninths_above_zero_c(reading.temperature_c, reading.temperature_f)


def never_triggered_on(
    *,
    trigger: FeverTrigger | None,
    day_zero: date,
    today: date,
    left_on: date | None = None,
    concluded_on: date | None = None,
    from_day: int = NEVER_TRIGGERED_FROM_DAY,
) -> date | None:
    """Give the day on which *never triggered* is concluded; None while it is not.

    The earliest of D+28 [setting], the day of death or of going off study (`left_on`), and the investigator's
    own conclusion. That day itself counts. A trigger that is met leaves nothing to conclude.
    """
    if trigger is not None:
        return None
    days = [day_zero + timedelta(days=from_day), left_on, concluded_on]
    earliest = min(day for day in days if day is not None)
    return earliest if earliest <= today else None
