"""A date is read as it was meant, or not at all."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.day_words import study_day
from participants.domain.written_dates import EARLIEST_YEAR, LATEST_YEAR, read_date

ZERO = date(2026, 3, 10)
DAYS = st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))


@pytest.mark.parametrize(
    "written",
    ["2026-03-03", "3 Mar 2026", "03 MAR 2026", "03MAR2026", "3 March 2026", "3-Mar-2026", " 3 Mar 2026 "],
)
def test_read_date_in_every_spelling(written: str) -> None:
    assert read_date(written) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("written", "days"), [("D+28", 28), ("d+28", 28), ("D−5", -5), ("D-5", -5), ("D0", 0), ("Day +7", 7)]
)
def test_read_date_as_a_study_day(written: str, days: int) -> None:
    assert read_date(written, day_zero=ZERO) == ZERO + timedelta(days=days)


def test_read_date_as_a_study_day_before_day_zero_is_known() -> None:
    with pytest.raises(ValueError, match="no day zero yet"):
        read_date("D+28")


def test_read_date_shows_both_readings_of_slashes() -> None:
    with pytest.raises(ValueError, match="01 Feb 2026 or 02 Jan 2026"):
        read_date("01/02/2026")


def test_read_date_refuses_slashes_even_with_one_reading() -> None:
    with pytest.raises(ValueError, match=r"read as 13 Feb 2026\. Write"):
        read_date("13.02.2026")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2026-02-29", "no such day"),
        ("31 Apr 2026", "no such day"),
        ("3 Mar 26", "four digits"),
        ("1/2/26", "four digits"),
        ("45292", "spreadsheet"),
        ("03032026", "two ways"),
        ("2026-03-03T10:00", "without a time"),
        ("２０２６-０３-０３", "plain letters"),
        ("2026-03-03\x00", "not a date"),
        ("0000-01-01", "between 1900"),
        ("9999-12-31", "between 1900"),
        ("10000-01-01", "not a date"),
        ("3 Foo 2026", "month is not known"),
        ("D+99999", "too far"),
        ("", "not a date"),
    ],
)
def test_read_date_refuses_what_cannot_be_meant(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_date(written, day_zero=ZERO)


@given(DAYS)
def test_read_date_reads_back_what_pages_show(on: date) -> None:
    assert read_date(f"{on:%d %b %Y}") == read_date(on.isoformat()) == on


@given(DAYS.filter(lambda on: abs((on - ZERO).days) < 22000))
def test_read_date_reads_back_the_study_day_that_pages_show(on: date) -> None:
    assert read_date(study_day(on, ZERO), day_zero=ZERO) == on


@given(st.text(max_size=40))
def test_read_date_answers_any_text(written: str) -> None:
    try:
        found = read_date(written, day_zero=ZERO)
    except ValueError as refused:
        assert str(refused)  # noqa: PT017 - any other exception fails the test
    else:
        assert EARLIEST_YEAR - 100 < found.year < LATEST_YEAR + 100
