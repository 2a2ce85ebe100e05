"""A clock time at a site becomes a moment, or is asked again where the clocks change.

Source: PACER design, access and audit ("Bad input"); IANA time zone database.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# [0-9] and not \d: \d also matches full-width and Arabic digits.
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?: ?([+\-−])([0-9]{2}):?([0-9]{2}))?")


def read_clock(text: str) -> tuple[time, timedelta | None]:
    """Return hours and minutes, and the offset from UTC if one was written (01:30-05:00).

    Raises ValueError with a sentence for a person.
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError("Write hours and minutes, such as 14:30.")
    if int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError("The clock goes from 00:00 to 23:59.")
    if found[3] is None:
        return time(int(found[1]), int(found[2])), None
    distance = timedelta(hours=int(found[4]), minutes=int(found[5]))
    if distance > timedelta(hours=14):
        raise ValueError("No place lies that far from UTC.")
    return time(int(found[1]), int(found[2])), distance if found[3] == "+" else -distance


def moment_at_site(on: date, clock: time, zone: ZoneInfo, offset: timedelta | None = None) -> datetime:
    """Return the moment, in UTC, of a clock time on a day in a zone.

    Raises ValueError for a time that the clocks skip, and for one that comes twice when no
    `offset` says which of the two is meant, or when the zone never has that offset then.
    """
    local = datetime.combine(on, clock, tzinfo=zone)
    readings = [local.replace(fold=fold) for fold in (0, 1)]
    real = [reading for reading in readings if reading.astimezone(UTC).astimezone(zone).time() == clock]
    if not real:
        raise ValueError("This time does not exist: the clocks go forward that night.")
    moments = {reading.utcoffset() or timedelta(): reading.astimezone(UTC) for reading in real}
    if offset is not None:
        if offset not in moments:
            raise ValueError("The site does not have this offset from UTC at that time.")
        return moments[offset]
    if len(moments) > 1:
        choices = " or ".join(f"{clock:%H:%M}{_signed(found)}" for found in sorted(moments, reverse=True))
        raise ValueError(f"This time comes twice: the clocks go back that night. Write {choices}.")
    return next(iter(moments.values()))


def clock_words(local: datetime) -> str:
    """Write the hours and minutes of a moment in its zone, `14:30`.

    Where the clocks show that time twice the offset tells which, as it is typed: `01:30-05:00`.
    """
    offset = local.utcoffset() or timedelta()
    is_twice = local.replace(fold=1 - local.fold).utcoffset() != offset
    return f"{local:%H:%M}{_signed(offset)}" if is_twice else f"{local:%H:%M}"


def _signed(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
