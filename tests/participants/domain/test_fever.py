"""The fever that triggers anakinra."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.fever import FeverTrigger, Reading, fever_trigger, never_triggered_on
from participants.domain.refusal import Impossible

pytestmark = pytest.mark.once

START = datetime(2026, 3, 10, tzinfo=UTC)
DAY_ZERO = date(2026, 3, 10)
CHICAGO = ZoneInfo("America/Chicago")


def reading(hours: float, celsius: str = "38.6", ref: str = "") -> Reading:
    """Return a reading some hours after the start."""
    return Reading(at=START + timedelta(hours=hours), temperature_c=Decimal(celsius), ref=ref)


def met_after_hours(*readings: Reading) -> float | None:
    """Return when the trigger is met, in hours after the start."""
    trigger = fever_trigger(readings)
    return None if trigger is None else (trigger.met_at - START) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "is_met"),
    [
        (3.99, False),
        (4, True),
        (4.01, True),
        (12, True),
        (23.99, True),
        (24, True),
        (24.01, False),
        (0, False),
    ],
)
def test_two_readings_4_to_24_hours_apart_meet_the_trigger(hours: float, *, is_met: bool) -> None:
    assert (met_after_hours(reading(0), reading(hours)) is not None) is is_met


@pytest.mark.parametrize(
    ("celsius", "is_met"), [("38.5", False), ("38.50", False), ("38.51", True), ("38.6", True)]
)
def test_38_5_c_does_not_count(celsius: str, *, is_met: bool) -> None:
    assert (met_after_hours(reading(0, celsius), reading(6, celsius)) is not None) is is_met


@pytest.mark.parametrize(("fahrenheit", "is_met"), [("101.3", False), ("101.31", True), ("101.4", True)])
def test_101_3_f_does_not_count(fahrenheit: str, *, is_met: bool) -> None:
    readings = [
        Reading(at=START + timedelta(hours=hours), temperature_f=Decimal(fahrenheit)) for hours in (0, 5)
    ]
    assert (fever_trigger(readings) is not None) is is_met


@pytest.mark.parametrize(
    ("hours", "met_at"),
    [
        ((0, 2, 3), None),
        ((0, 2, 5), 5),
        ((0, 2, 4, 8), 4),
        ((0, 25, 30), 30),
        ((0, 3, 25, 26), 25),
        ((0, 30, 60), None),
        ((0, 24, 24.5), 24),
    ],
)
def test_the_trigger_is_met_at_the_later_reading_of_the_earliest_pair(
    hours: tuple[float, ...], met_at: float | None
) -> None:
    assert met_after_hours(*map(reading, hours)) == met_at


def test_a_cool_reading_between_the_two_does_not_matter() -> None:
    assert met_after_hours(reading(0), reading(3, "36.8"), reading(6)) == 6


def test_both_readings_of_the_pair_are_named() -> None:
    trigger = fever_trigger([reading(0, ref="a"), reading(2, ref="b"), reading(7, ref="c")])
    assert trigger is not None
    assert (trigger.first.ref, trigger.second.ref) == ("a", "c")


@pytest.mark.parametrize("celsius", [("38.4", "39.0"), ("39.0", "38.4"), ("38.7", "39.0")])
def test_equal_instants_keep_the_higher_reading(celsius: tuple[str, str]) -> None:
    trigger = fever_trigger([reading(0), *(reading(5, each, ref=each) for each in celsius)])
    assert trigger is not None
    assert trigger.second.ref == "39.0"


@pytest.mark.parametrize("refs", [("a", "b"), ("b", "a")])
def test_of_equal_readings_at_one_instant_the_order_of_entry_decides_nothing(refs: tuple[str, str]) -> None:
    trigger = fever_trigger([reading(0), *(reading(5, ref=ref) for ref in refs)])
    assert trigger is not None
    assert trigger.second.ref == "a"


@pytest.mark.parametrize(("fahrenheit", "kept"), [("103", "f"), ("102.3", "f"), ("102.1", "c")])
def test_equal_instants_compare_celsius_with_fahrenheit(fahrenheit: str, kept: str) -> None:
    other = Reading(at=START + timedelta(hours=5), temperature_f=Decimal(fahrenheit), ref="f")
    trigger = fever_trigger([reading(0), other, reading(5, "39.0", ref="c")])
    assert trigger is not None
    assert trigger.second.ref == kept


@pytest.mark.parametrize(("infused_after", "met_at"), [(0, 5), (0.01, 9), (5.01, None)])
def test_readings_before_the_infusion_do_not_count(infused_after: float, met_at: float | None) -> None:
    trigger = fever_trigger(
        [reading(0), reading(5), reading(9)], infused_at=START + timedelta(hours=infused_after)
    )
    assert (trigger and (trigger.met_at - START) / timedelta(hours=1)) == met_at


def test_a_corrected_reading_withdraws_the_trigger() -> None:
    stands = [reading(0), reading(6, "36.8")]
    assert fever_trigger([*stands, reading(6)]) is not None
    assert fever_trigger(stands) is None


@pytest.mark.parametrize(
    ("first", "second", "is_met"),
    [
        # The clock goes forward at 02:00: 23:30 to 03:30 is 3 h.
        (datetime(2026, 3, 7, 23, 30, tzinfo=CHICAGO), datetime(2026, 3, 8, 3, 30, tzinfo=CHICAGO), False),
        (datetime(2026, 3, 7, 23, 30, tzinfo=CHICAGO), datetime(2026, 3, 8, 4, 30, tzinfo=CHICAGO), True),
        # The clock goes back at 02:00: 23:30 to 02:30 is 4 h, and a day has 25 h.
        (datetime(2026, 10, 31, 23, 30, tzinfo=CHICAGO), datetime(2026, 11, 1, 2, 30, tzinfo=CHICAGO), True),
        (datetime(2026, 10, 31, 12, 0, tzinfo=CHICAGO), datetime(2026, 11, 1, 12, 0, tzinfo=CHICAGO), False),
    ],
)
def test_elapsed_time_is_real_time_over_a_change_of_clock(
    first: datetime, second: datetime, *, is_met: bool
) -> None:
    readings = [Reading(at=at, temperature_c=Decimal("39")) for at in (first, second)]
    assert (fever_trigger(readings) is not None) is is_met


def test_moments_with_and_without_an_offset_are_not_mixed() -> None:
    naive = Reading(at=START.replace(tzinfo=None), temperature_c=Decimal("36.5"))
    with pytest.raises(Impossible, match="offset"):
        fever_trigger([reading(0), naive])


@pytest.mark.parametrize("celsius", ["24.9", "45.1", "NaN"])
def test_a_reading_that_cannot_be_is_refused(celsius: str) -> None:
    with pytest.raises(Impossible):
        reading(0, celsius)


def test_a_reading_without_a_temperature_is_refused() -> None:
    with pytest.raises(Impossible):
        Reading(at=START)


READINGS = st.lists(
    st.builds(
        reading,
        st.integers(0, 400).map(lambda quarters: quarters / 4),
        st.sampled_from(["36.9", "38.5", "38.6", "39.4"]),
    ),
    max_size=12,
)


@given(READINGS, st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(readings: list[Reading], shuffler: object) -> None:
    shuffled = list(readings)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _moments(fever_trigger(shuffled)) == _moments(fever_trigger(readings))


def _moments(trigger: FeverTrigger | None) -> tuple[datetime, datetime] | None:
    return None if trigger is None else (trigger.first.at, trigger.second.at)


@given(READINGS)
def test_the_trigger_is_the_earliest_of_all_pairs(readings: list[Reading]) -> None:
    trigger = fever_trigger(readings)
    assert (trigger and trigger.met_at) == _earliest_of_all_pairs(readings)


def _earliest_of_all_pairs(readings: Sequence[Reading]) -> datetime | None:
    high = [each.at for each in readings if each.temperature_c and each.temperature_c > Decimal("38.5")]
    ends = [b for a, b in product(high, high) if timedelta(hours=4) <= b - a <= timedelta(hours=24)]
    return min(ends, default=None)


@given(READINGS, st.integers(0, 100))
def test_one_more_high_reading_never_takes_the_trigger_back(readings: list[Reading], hours: int) -> None:
    before, after = fever_trigger(readings), fever_trigger([*readings, reading(hours)])
    assert before is None or (after is not None and after.met_at <= before.met_at)


@pytest.mark.parametrize(
    ("today", "left_on", "concluded_on", "expected"),
    [
        (27, None, None, None),
        (28, None, None, 28),
        (40, None, None, 28),
        (12, 10, None, 10),
        (9, 10, None, None),
        (20, None, 14, 14),
        (40, 30, 35, 28),
    ],
)
def test_never_triggered_is_concluded_at_the_earliest_end(
    today: int, left_on: int | None, concluded_on: int | None, expected: int | None
) -> None:
    def day(number: int | None) -> date | None:
        return None if number is None else DAY_ZERO + timedelta(days=number)

    concluded = never_triggered_on(
        trigger=None,
        day_zero=DAY_ZERO,
        today=DAY_ZERO + timedelta(days=today),
        left_on=day(left_on),
        concluded_on=day(concluded_on),
    )
    assert concluded == day(expected)


def test_never_triggered_is_not_concluded_when_the_trigger_is_met() -> None:
    trigger = fever_trigger([reading(0), reading(6)])
    assert never_triggered_on(trigger=trigger, day_zero=DAY_ZERO, today=date(2026, 6, 1)) is None
