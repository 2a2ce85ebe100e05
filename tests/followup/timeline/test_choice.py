"""The address chooses zoom, range and axis; what it does not say or says wrongly takes a default."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from followup.timeline.canvas import Axis, Zoom
from followup.timeline.choice import read_choice
from followup.timeline.facts import Course

ZERO = date(2026, 3, 10)


def course(today: int = 5, day_zero: date | None = ZERO) -> Course:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp() + today * 86400
    return Course("P-014", UTC, day_zero, datetime.fromtimestamp(now, UTC))


@pytest.mark.parametrize("last", ["D14", "D+14", "D 14", "d14", "2026-03-24", "24 Mar 2026"])
def test_a_range_is_read_in_study_days_or_dates(last: str) -> None:
    choice = read_choice({"from": "D-1", "to": last}, course())
    assert (choice.first_on, choice.last_on, choice.notes) == (date(2026, 3, 9), date(2026, 3, 24), ())


@pytest.mark.parametrize(
    ("today", "zoom"),
    [(-2, Zoom.DAY), (-1, Zoom.HOUR), (21, Zoom.HOUR), (22, Zoom.DAY), (397, Zoom.DAY), (398, Zoom.MONTH)],
)
def test_the_first_weeks_open_by_the_hour_later_ones_by_the_day_or_month(today: int, zoom: Zoom) -> None:
    assert read_choice({}, course(today)).zoom is zoom


@pytest.mark.parametrize(
    ("last", "zoom"), [("D19", Zoom.HOUR), ("D20", Zoom.DAY), ("D118", Zoom.DAY), ("D119", Zoom.MONTH)]
)
def test_a_range_without_a_zoom_takes_the_one_in_which_it_can_be_read(last: str, zoom: Zoom) -> None:
    assert read_choice({"from": "D-1", "to": last}, course()).zoom is zoom


def test_hours_show_the_first_two_weeks() -> None:
    choice = read_choice({"zoom": "hour"}, course())
    assert (choice.first_on, choice.last_on) == (date(2026, 3, 9), date(2026, 3, 24))


def test_one_end_alone_keeps_the_usual_length() -> None:
    choice = read_choice({"zoom": "hour", "from": "D20"}, course())
    assert (choice.first_on, choice.days) == (date(2026, 3, 30), 16)


def test_an_ambiguous_date_is_refused_with_both_readings() -> None:
    (note,) = read_choice({"from": "03/04/2026"}, course()).notes
    assert "03 Apr 2026" in note
    assert "04 Mar 2026" in note


def test_a_range_that_ends_before_it_begins_is_turned_round() -> None:
    choice = read_choice({"from": "D9", "to": "D2"}, course())
    assert (choice.first_on, choice.last_on, len(choice.notes)) == (date(2026, 3, 12), date(2026, 3, 19), 1)


def test_too_long_a_range_by_the_hour_is_cut_and_said() -> None:
    choice = read_choice({"zoom": "hour", "from": "D0", "to": "D365"}, course())
    assert choice.days == 45
    assert choice.notes == ("By the hour, 45 days are shown at most.",)


def test_before_day_zero_there_are_only_dates() -> None:
    choice = read_choice({"axis": "days"}, course(day_zero=None))
    assert (choice.axis, choice.zoom) == (Axis.CLOCK, Zoom.DAY)


def test_a_study_day_before_day_zero_is_refused_in_words() -> None:
    (note,) = read_choice({"from": "D5"}, course(day_zero=None)).notes
    assert "no day zero yet" in note


@pytest.mark.parametrize("values", [{"zoom": "year"}, {"axis": "up"}, {"from": "D+99999"}, {"to": "\x00"}])
def test_nonsense_takes_the_default(values: dict[str, str]) -> None:
    choice = read_choice(values, course())
    assert (choice.zoom, choice.first_on) == (Zoom.HOUR, date(2026, 3, 9))
