"""Where a visit stands on a coordinator's day."""

from datetime import date, timedelta

import pytest

from followup.domain.urgency import Urgency, urgency_of, urgency_of_day
from followup.domain.windows import VisitDates

OPENS, TARGET, CLOSES = date(2026, 6, 1), date(2026, 6, 15), date(2026, 6, 29)
WINDOW = VisitDates(OPENS, TARGET, CLOSES)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (OPENS - timedelta(days=1), Urgency.LATER),
        (OPENS, Urgency.LATER),
        (TARGET - timedelta(days=1), Urgency.LATER),
        (TARGET, Urgency.TODAY),
        (TARGET + timedelta(days=1), Urgency.WEEK),
        (CLOSES - timedelta(days=2), Urgency.WEEK),
        (CLOSES - timedelta(days=1), Urgency.TODAY),
        (CLOSES, Urgency.NOW),
        (CLOSES + timedelta(days=1), Urgency.NOW),
    ],
)
def test_urgency_grows_as_the_window_closes(today: date, expected: Urgency) -> None:
    assert urgency_of(WINDOW, today) is expected


def test_open_window_that_closes_within_a_week_is_this_week() -> None:
    short = VisitDates(date(2026, 6, 1), date(2026, 6, 6), date(2026, 6, 7))
    assert urgency_of(short, date(2026, 6, 2)) is Urgency.WEEK


@pytest.mark.parametrize("booked", [0, -1])
def test_booked_by_today_is_today_even_before_the_window(booked: int) -> None:
    today = OPENS - timedelta(days=3)
    assert urgency_of(WINDOW, today, booked_on=today + timedelta(days=booked)) is Urgency.TODAY


def test_booked_for_much_later_rests() -> None:
    assert urgency_of(WINDOW, TARGET, booked_on=CLOSES - timedelta(days=1)) is Urgency.LATER


def test_booking_after_the_window_does_not_hide_that_it_closes() -> None:
    today = CLOSES - timedelta(days=5)
    assert urgency_of(WINDOW, today, booked_on=CLOSES + timedelta(days=3)) is Urgency.WEEK


@pytest.mark.parametrize(
    ("left", "expected"),
    [(-3, Urgency.TODAY), (0, Urgency.TODAY), (1, Urgency.WEEK), (7, Urgency.WEEK), (8, Urgency.LATER)],
)
def test_urgency_of_a_single_day(left: int, expected: Urgency) -> None:
    assert urgency_of_day(TARGET + timedelta(days=left), TARGET) is expected
