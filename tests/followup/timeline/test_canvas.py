"""Moments have their place on the site's own days, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.timeline.canvas import position_of
from participants.domain.day_words import lasted

ZONES = ["America/Chicago", "Europe/Berlin", "Asia/Kolkata", "America/Santiago", "Australia/Lord_Howe"]
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(moments, min_size=2), st.sampled_from(ZONES))
def test_a_later_moment_never_lies_further_left(moments: list[datetime], zone: str) -> None:
    places = [position_of(at, ZoneInfo(zone)) for at in sorted(moments)]
    assert all(before <= after for before, after in pairwise(places))


@given(moments, st.sampled_from(ZONES))
def test_a_moment_lies_on_its_day_at_the_site(at: datetime, zone: str) -> None:
    on = at.astimezone(ZoneInfo(zone)).date()
    assert on.toordinal() <= position_of(at, ZoneInfo(zone)) <= on.toordinal() + 1


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)])
def test_a_day_on_which_the_clocks_change_is_as_wide_as_any_other(on: date, hours: int) -> None:
    zone = ZoneInfo("America/Chicago")
    midnight = datetime(on.year, on.month, on.day, tzinfo=zone).astimezone(UTC)
    halfway = position_of(midnight + timedelta(hours=hours / 2), zone)
    assert halfway - on.toordinal() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (45, "45 min"), (72, "1 h 12"), (390, "6 h 30"), (3000, "2 d 2 h")]
)
def test_a_span_of_time_is_written_short(minutes: int, words: str) -> None:
    assert lasted(timedelta(minutes=minutes)) == words
