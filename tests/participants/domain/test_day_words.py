"""Days in words."""

from datetime import date

import pytest

from participants.domain.day_words import age_words, away, dated, days, full_day, signed, study_day

ZERO = date(2026, 3, 3)


def test_dated_shows_weekday_and_study_day() -> None:
    assert dated(date(2026, 3, 10), ZERO) == "10 Mar 2026 (Tue) · D+7"


def test_dated_without_day_zero_shows_the_date_only() -> None:
    assert dated(date(2026, 3, 10), None) == "10 Mar 2026 (Tue)"


def test_full_day_of_nothing_is_empty() -> None:
    assert full_day(None) == ""


@pytest.mark.parametrize(("day", "words"), [(3, "D0"), (8, "D+5"), (1, "D−2")])
def test_study_day_uses_the_true_minus(day: int, words: str) -> None:
    assert study_day(date(2026, 3, day), ZERO) == words


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (3, "+3"), (-3, "−3")])
def test_signed(number: int, words: str) -> None:
    assert signed(number) == words


@pytest.mark.parametrize(("number", "words"), [(1, "1 day"), (2, "2 days")])
def test_days(number: int, words: str) -> None:
    assert days(number) == words


@pytest.mark.parametrize(
    ("day", "words"), [(3, "today"), (4, "tomorrow"), (2, "yesterday"), (9, "in 6 d"), (1, "2 d ago")]
)
def test_away(day: int, words: str) -> None:
    assert away(date(2026, 3, day), ZERO) == words


@pytest.mark.parametrize(
    ("born_on", "words"),
    [
        (date(2016, 11, 3), "9 y 4 mo"),
        (date(2016, 11, 4), "9 y 3 mo"),
        (date(2025, 12, 1), "3 mo"),
        (date(2027, 1, 1), ""),
    ],
)
def test_age_words_count_completed_months(born_on: date, words: str) -> None:
    assert age_words(born_on, ZERO) == words
