"""Numbers as JSON writes them."""

from decimal import Decimal

import pytest

from participants.domain.decimals import (
    MAX_CHARACTERS,
    check_range,
    decimal_from_text,
    whole_from_text,
    without_idle_zeros,
)
from participants.domain.refusal import Impossible

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "text",
    ["38.5", "0", "0.5", "-3", "007", "37.800000000000004", "1234567", "37." + "9" * (MAX_CHARACTERS - 3)],
)
def test_decimals_are_read_with_every_digit(text: str) -> None:
    assert decimal_from_text(text, field="x") == Decimal(text)


@pytest.mark.parametrize(("text", "plain"), [("1e2", "100"), ("3.85E+1", "38.5"), ("385e-1", "38.5")])
def test_an_exponent_is_read_and_not_kept(text: str, plain: str) -> None:
    assert str(decimal_from_text(text, field="x")) == plain


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 38.5",
        "38.5 ",
        "38.5\n",
        "38,5",
        "+38.5",
        ".5",
        "5.",
        "1e",
        "e2",
        "1e100",
        "1E+999999",
        "1_000",
        "NaN",
        "Infinity",
        "-Infinity",
        "sNaN",
        "٣٨",
        "３８",
        "38\u200b",
        "--1",
        "0x10",
        "9" * (MAX_CHARACTERS + 1),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Impossible) as refused:
        decimal_from_text(text, field="x")
    assert (refused.value.field, refused.value.rule) == ("x", "number")


@pytest.mark.parametrize(("text", "whole"), [("5", 5), ("5.0", 5), ("-1", -1), ("0", 0), ("1e1", 10)])
def test_whole_numbers_are_read(text: str, whole: int) -> None:
    assert whole_from_text(text, field="x") == whole


@pytest.mark.parametrize("text", ["5.5", "-0", "0.1"])
def test_fractions_and_minus_zero_are_no_whole_numbers(text: str) -> None:
    with pytest.raises(Impossible):
        whole_from_text(text, field="x")


@pytest.mark.parametrize("value", [None, 0, 100, Decimal("0.0"), Decimal("100.0")])
def test_both_ends_of_a_range_are_in_it(value: Decimal | int | None) -> None:
    check_range("x", value, 0, 100)


@pytest.mark.parametrize("value", ["-0.01", "100.01", "-0", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_values_outside_a_range_are_refused(value: str) -> None:
    with pytest.raises(Impossible, match="between 0 and 100"):
        check_range("x", Decimal(value), 0, 100)


@pytest.mark.parametrize(
    ("number", "places", "shown"),
    [
        ("15.00", 0, "15"),
        ("100", 0, "100"),
        ("0.00", 0, "0"),
        ("39.60", 1, "39.6"),
        ("38", 1, "38.0"),
        ("38.5500", 1, "38.55"),
        ("37.800000000000004", 1, "37.800000000000004"),
        ("0." + "1" * 190 + "0", 0, "0." + "1" * 190),
    ],
)
def test_idle_zeros_are_left_away_and_nothing_else(number: str, places: int, shown: str) -> None:
    assert str(without_idle_zeros(Decimal(number), places=places)) == shown
