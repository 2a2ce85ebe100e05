"""Read and bound numbers without ever passing through binary floating point."""

import re
from decimal import Decimal

from participants.domain.refusal import Impossible

# [0-9] and not \d: \d also matches full-width and Arabic digits, and Decimal() would read them.
_PLAIN = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,10})?")


def decimal_from_text(text: str, *, field: str) -> Decimal:
    """Read a number in plain decimal notation: ASCII digits, one point, at most 6 + 10 digits.

    Raises Impossible for exponents, signs other than a leading minus, separators, spaces, NaN and
    infinity.
    """
    if not _PLAIN.fullmatch(text):
        raise Impossible(field, "number", "Write a plain decimal number such as 38.5.")
    return Decimal(text)


def whole_from_text(text: str, *, field: str) -> int:
    """Read a whole number; 5.0 is whole, 5.5 raises Impossible."""
    number = decimal_from_text(text, field=field)
    if number != number.to_integral_value():
        raise Impossible(field, "whole_number", "Write a whole number.")
    if number.is_signed() and number.is_zero():
        raise Impossible(field, "range", "Write zero without a minus sign.")
    return int(number)


def check_range(field: str, value: Decimal | int | None, low: Decimal | int, high: Decimal | int) -> None:
    """Refuse a value outside low to high, both ends included; None (not recorded) passes.

    Also refuses a minus zero, NaN and infinity, which compare in surprising ways.
    """
    if value is None:
        return
    number = Decimal(value)
    if not number.is_finite() or not low <= number <= high or (number.is_zero() and number.is_signed()):
        raise Impossible(field, "range", f"Must be between {low} and {high}.")
