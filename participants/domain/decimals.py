"""Read and bound numbers without ever passing through binary floating point."""

import re
from decimal import Context, Decimal

from participants.domain.refusal import Impossible

# Long enough for whatever a spreadsheet writes (37.800000000000004), short enough to calculate with exactly.
MAX_CHARACTERS = 200
EXACT = Context(prec=1_000)

# [0-9] and not \d: \d also matches full-width and Arabic digits, and Decimal() would read them.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")


def decimal_from_text(text: str, *, field: str) -> Decimal:
    """Read a number as JSON writes it: ASCII digits, one point, an exponent of at most two digits.

    Every digit is kept: calculate in the context EXACT with numbers from outside. The result is written
    without an exponent. Raises Impossible for more than MAX_CHARACTERS, signs other than a leading minus,
    separators, spaces, NaN and infinity.
    """
    if len(text) > MAX_CHARACTERS or not _NUMBER.fullmatch(text):
        raise Impossible(field, "number", "Write a decimal number such as 38.5.")
    return Decimal(f"{Decimal(text):f}")


def whole_from_text(text: str, *, field: str) -> int:
    """Read a whole number; 5.0 is whole, 5.5 raises Impossible."""
    number = decimal_from_text(text, field=field)
    if number != number.to_integral_value():
        raise Impossible(field, "whole_number", "Write a whole number.")
    if number.is_signed() and number.is_zero():
        raise Impossible(field, "range", "Write zero without a minus sign.")
    return int(number)


def without_idle_zeros(number: Decimal, *, places: int = 0) -> Decimal:
    """Return a number without the zeros at its end that say nothing, with at least so many places kept.

    15.00 becomes 15, 39.60 with one place 39.6, 38 with one place 38.0. No digit that says something is lost.
    """
    shown = number.normalize(EXACT)
    digits = max(places, -int(shown.as_tuple().exponent))
    return number.quantize(Decimal(1).scaleb(-digits), context=EXACT)


def check_range(field: str, value: Decimal | int | None, low: Decimal | int, high: Decimal | int) -> None:
    """Refuse a value outside low to high, both ends included; None (not recorded) passes.

    Also refuses a minus zero, NaN and infinity, which compare in surprising ways.
    """
    if value is None:
        return
    number = Decimal(value)
    if not number.is_finite() or not low <= number <= high or (number.is_zero() and number.is_signed()):
        raise Impossible(field, "range", f"Must be between {low} and {high}.")
