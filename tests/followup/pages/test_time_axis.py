"""The axis on which windows are drawn."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from followup.pages.time_axis import DAYS_WIDTH, WIDTH, axis_for

ZERO = date(2026, 3, 3)
DAYS = st.lists(st.integers(-60, 5500).map(lambda day: ZERO + timedelta(days=day)), min_size=1, max_size=12)


@given(DAYS)
def test_every_day_has_a_place_in_its_order(days: list[date]) -> None:
    axis = axis_for(days, ZERO)
    places = [axis.x(day) for day in sorted(days)]
    assert places == sorted(places)
    assert all(0 <= place <= WIDTH for place in places)


def test_first_weeks_get_more_room() -> None:
    axis = axis_for([ZERO + timedelta(days=395)], ZERO)
    assert axis.x(axis.bend_on) == DAYS_WIDTH


def test_axis_without_later_visits_has_one_scale() -> None:
    axis = axis_for([ZERO + timedelta(days=10)], ZERO)
    week = axis.x(ZERO + timedelta(days=7)) - axis.x(ZERO)
    assert abs(axis.x(ZERO + timedelta(days=28)) - axis.x(ZERO + timedelta(days=21)) - week) < 0.2


def test_ticks_name_study_days() -> None:
    labels = [tick.label for tick in axis_for([ZERO + timedelta(days=395)], ZERO).ticks if tick.label]
    assert labels == ["D0", "D+14", "D+28", "D+91", "D+183", "D+365"]
