"""Numbers in plain decimal notation."""

from decimal import Decimal

import pytest

from participants.domain.decimals import check_range, decimal_from_text, whole_from_text
from participants.domain.refusal import Impossible

pytestmark = pytest.mark.once


@pytest.mark.parametrize("text", ["38.5", "0", "0.5", "-3", "007", "123456.0123456789"])
def test_plain_decimals_are_read_exactly(text: str) -> None:
    assert decimal_from_text(text, field="x") == Decimal(text)


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
        "1e2",
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
        "1234567",
        "0.12345678901",
        "0x10",
        "9" * 5000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Impossible) as refused:
        decimal_from_text(text, field="x")
    assert (refused.value.field, refused.value.rule) == ("x", "number")


@pytest.mark.parametrize(("text", "whole"), [("5", 5), ("5.0", 5), ("-1", -1), ("0", 0)])
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
