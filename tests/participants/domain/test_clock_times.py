"""A clock time at a site is one moment, or asked again."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from participants.domain.clock_times import clock_words, moment_at_site, read_clock

NEW_YORK = ZoneInfo("America/New_York")
SPRING, AUTUMN = date(2025, 3, 9), date(2025, 11, 2)


def test_read_clock_reads_hours_and_minutes() -> None:
    assert read_clock(" 14:30 ") == (time(14, 30), None)
    assert read_clock("23:59") == (time(23, 59), None)


def test_read_clock_reads_an_offset() -> None:
    assert read_clock("01:30-05:00") == (time(1, 30), timedelta(hours=-5))
    assert read_clock("01:30+05:45") == (time(1, 30), timedelta(hours=5, minutes=45))
    assert read_clock("01:30+14:00") == (time(1, 30), timedelta(hours=14))


@pytest.mark.parametrize(
    "written", ["24:00", "23:60", "2:3", "noon", "１４:30", "14:30:60", "01:30+15:00", ""]
)
def test_read_clock_refuses_what_no_clock_shows(written: str) -> None:
    with pytest.raises(ValueError, match=r"Write hours|The clock goes|No place"):
        read_clock(written)


def test_moment_at_site_is_in_utc() -> None:
    assert moment_at_site(date(2026, 1, 5), time(9, 0), NEW_YORK) == datetime(2026, 1, 5, 14, 0, tzinfo=UTC)


def test_moment_at_site_refuses_an_hour_that_is_skipped() -> None:
    with pytest.raises(ValueError, match="does not exist"):
        moment_at_site(SPRING, time(2, 30), NEW_YORK)


def test_moment_at_site_asks_which_of_two_hours() -> None:
    with pytest.raises(ValueError, match=r"01:30-04:00 or 01:30-05:00"):
        moment_at_site(AUTUMN, time(1, 30), NEW_YORK)


@pytest.mark.parametrize(("hours", "expected"), [(-4, 5), (-5, 6)])
def test_moment_at_site_takes_the_hour_of_an_offset(hours: int, expected: int) -> None:
    found = moment_at_site(AUTUMN, time(1, 30), NEW_YORK, timedelta(hours=hours))
    assert found == datetime(2025, 11, 2, expected, 30, tzinfo=UTC)


def test_moment_at_site_refuses_an_offset_that_the_site_never_has() -> None:
    with pytest.raises(ValueError, match="does not have this offset"):
        moment_at_site(date(2026, 1, 5), time(9, 0), NEW_YORK, timedelta(hours=2))


@pytest.mark.parametrize(
    ("hour_utc", "words"),
    [(4, "00:30"), (5, "01:30-04:00"), (6, "01:30-05:00"), (7, "02:30")],
)
def test_clock_words_tell_the_two_times_of_one_name_apart(hour_utc: int, words: str) -> None:
    local = datetime(2025, 11, 2, hour_utc, 30, tzinfo=UTC).astimezone(NEW_YORK)
    assert clock_words(local) == words
    # As it is written it is typed again.
    clock, offset = read_clock(words)
    assert moment_at_site(AUTUMN, clock, NEW_YORK, offset) == local.astimezone(UTC)


def test_clock_words_of_the_night_when_the_clocks_go_forward_are_plain() -> None:
    local = datetime(2025, 3, 9, 7, 30, tzinfo=UTC).astimezone(NEW_YORK)
    assert clock_words(local) == "03:30"
