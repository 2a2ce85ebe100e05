"""Numbers as files and arguments write them."""

import pytest

from participants.domain.plain_numbers import amount, code, count, number

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), (" 5 ", 5), ("5.", 5), (".5", 0.5), ("+1.5e2", 150), ("-3", -3), ("0012", 12)],
)
def test_number_when_it_is_one(text: str, value: float) -> None:
    assert number(text, "time") == value


@pytest.mark.parametrize(
    "text",
    [
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1_000",
        "５",
        "٥",
        "1,5",
        "0x1f",
        "1e999",
        "1e",
        ".",
        "-",
        "5 days",
        "1 2",
    ],
)
def test_number_when_only_python_or_nobody_reads_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"^time is not a number$"):
        number(text, "time")


def test_number_when_a_million_digits_end_in_a_letter() -> None:
    with pytest.raises(ValueError, match=r"^time is not a number$"):
        number("1" * 1_000_000 + "x", "time")


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_number_when_nothing_is_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"^time is empty$"):
        number(text, "time")


def test_amount_when_negative() -> None:
    with pytest.raises(ValueError, match=r"^time is negative$"):
        amount("-0.5", "time")


def test_amount_when_zero_is_written_negative() -> None:
    assert str(amount("-0", "time")) == "0.0"


@pytest.mark.parametrize(("text", "value"), [("0", 0), (" 17 ", 17), ("007", 7)])
def test_count_when_it_is_one(text: str, value: int) -> None:
    assert count(text, "N") == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "N is empty"),
        ("1.5", "N is not a whole number"),
        ("1_0", "N is not a whole number"),
        ("1e3", "N is not a whole number"),
        ("９", "N is not a whole number"),
        ("1" * 5000, "N is not a whole number"),
        ("-4", "N is negative"),
    ],
)
def test_count_when_it_is_none(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        count(text, "N")


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("1.0", 1), ("2", 2), ("9" * 15, 10**15 - 1)])
def test_code_when_a_table_wrote_it(text: str, value: int) -> None:
    assert code(text, "event") == value


@pytest.mark.parametrize("text", ["0.5", "1e15", "9" * 20])
def test_code_when_it_is_no_code(text: str) -> None:
    with pytest.raises(ValueError, match=r"^event is not a whole number$"):
        code(text, "event")
