"""From a day and hour at a site to a moment, where clocks jump and where they do not."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from followup.domain.local_time import local_moment

CHICAGO, KIRITIMATI, APIA = (
    ZoneInfo("America/Chicago"),
    ZoneInfo("Pacific/Kiritimati"),
    ZoneInfo("Pacific/Apia"),
)


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2026, 3, 7), time(7), CHICAGO, datetime(2026, 3, 7, 13, tzinfo=UTC)),
        (date(2026, 3, 9), time(7), CHICAGO, datetime(2026, 3, 9, 12, tzinfo=UTC)),
        # 02:30 does not exist: 03:00 daylight time is the next minute that does.
        (date(2026, 3, 8), time(2, 30), CHICAGO, datetime(2026, 3, 8, 8, tzinfo=UTC)),
        # 01:30 comes twice: the first is still daylight time.
        (date(2026, 11, 1), time(1, 30), CHICAGO, datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        (date(2028, 2, 29), time(7), KIRITIMATI, datetime(2028, 2, 28, 17, tzinfo=UTC)),
        (date(2026, 12, 31), time(23, 59), CHICAGO, datetime(2027, 1, 1, 5, 59, tzinfo=UTC)),
        # Samoa had no 30 December 2011.
        (date(2011, 12, 30), time(7), APIA, datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_local_hour_is_the_moment_at_which_clocks_first_show_it(
    day: date, at: time, zone: ZoneInfo, expected: datetime
) -> None:
    assert local_moment(day, at, zone) == expected
