"""Temperatures in two units."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.refusal import Impossible
from participants.domain.temperature import (
    CRS_FEVER,
    TRIGGER_FEVER,
    Threshold,
    at_least,
    check_temperature,
    in_words,
)

pytestmark = pytest.mark.once

FIELDS = ("c", "f")


def _read(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("limit", [CRS_FEVER, TRIGGER_FEVER])
def test_a_threshold_is_the_same_temperature_in_both_units(limit: Threshold) -> None:
    assert 9 * limit.celsius == 5 * (limit.fahrenheit - 32)


@pytest.mark.parametrize(
    ("celsius", "fahrenheit"), [("37.9", "100.4"), ("38.1", "100.4"), ("25", None), ("45", "113")]
)
def test_units_may_differ_by_0_1_c(celsius: str, fahrenheit: str | None) -> None:
    check_temperature(Decimal(celsius), _read(fahrenheit), fields=FIELDS)


@pytest.mark.parametrize(
    ("celsius", "fahrenheit", "field"),
    [("24.99", None, "c"), ("45.01", None, "c"), (None, "76.99", "f"), (None, "113.01", "f")],
)
def test_a_temperature_that_nobody_has_is_refused(
    celsius: str | None, fahrenheit: str | None, field: str
) -> None:
    with pytest.raises(Impossible) as refused:
        check_temperature(_read(celsius), _read(fahrenheit), fields=FIELDS)
    assert (refused.value.field, refused.value.rule) == (field, "range")


def test_a_temperature_at_the_limits_of_either_unit_can_be() -> None:
    for fahrenheit in ("77", "113"):
        check_temperature(None, Decimal(fahrenheit), fields=FIELDS)


@pytest.mark.parametrize(("celsius", "fahrenheit"), [("37.89", "100.4"), ("38.11", "100.4"), ("38", "99")])
def test_units_that_differ_by_more_are_refused(celsius: str, fahrenheit: str) -> None:
    with pytest.raises(Impossible) as refused:
        check_temperature(Decimal(celsius), Decimal(fahrenheit), fields=FIELDS)
    assert (refused.value.field, refused.value.rule) == ("f", "units_disagree")


@given(st.decimals(36, 40, places=4))
def test_a_temperature_is_a_fever_alike_in_both_units(celsius: Decimal) -> None:
    fahrenheit = celsius * 9 / 5 + 32
    assert at_least(celsius, None, CRS_FEVER) == at_least(None, fahrenheit, CRS_FEVER)


def test_no_temperature_is_neither_fever_nor_its_absence() -> None:
    assert at_least(None, None, CRS_FEVER) is None


@pytest.mark.parametrize(
    ("celsius", "fahrenheit", "words"),
    [
        ("38.0", None, "38.0 °C"),
        ("38", None, "38.0 °C"),
        ("39.60", None, "39.6 °C"),
        ("38.55", None, "38.55 °C"),
        ("40.00", None, "40.0 °C"),
        (None, "100.4", "100.4 °F"),
        (None, "102.00", "102.0 °F"),
        ("38.00", "100.40", "38.0 °C / 100.4 °F"),
    ],
)
def test_a_temperature_is_shown_as_recorded(celsius: str | None, fahrenheit: str | None, words: str) -> None:
    shown = in_words(_read(celsius), _read(fahrenheit))
    assert shown == words
