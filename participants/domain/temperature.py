"""Compare body temperatures in the unit in which they were read.

100.4 F is 38.0 C and 101.3 F is 38.5 C exactly. Each reading meets the threshold of its own unit: a
conversion by binary fractions would turn the two boundaries into the wrong answer.
"""

from dataclasses import dataclass
from decimal import Decimal

from participants.domain.decimals import check_range, without_idle_zeros
from participants.domain.refusal import Impossible

LIMITS_C = (Decimal("25"), Decimal("45"))
LIMITS_F = (Decimal("77"), Decimal("113"))
_TOLERANCE_C = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A temperature limit, exact in both units."""

    celsius: Decimal
    fahrenheit: Decimal


CRS_FEVER = Threshold(Decimal("38.0"), Decimal("100.4"))
TRIGGER_FEVER = Threshold(Decimal("38.5"), Decimal("101.3"))


def check_temperature(
    celsius: Decimal | None, fahrenheit: Decimal | None, *, fields: tuple[str, str]
) -> None:
    """Refuse a body temperature that cannot be, or two units that differ by more than 0.1 C.

    A difference of exactly 0.1 C passes. None means not recorded. Raises Impossible.
    """
    check_range(fields[0], celsius, *LIMITS_C)
    check_range(fields[1], fahrenheit, *LIMITS_F)
    if celsius is None or fahrenheit is None:
        return
    # Multiplied by nine, because a ninth has no finite decimal.
    if abs(9 * celsius - 5 * (fahrenheit - 32)) > 9 * _TOLERANCE_C:
        raise Impossible(fields[1], "units_disagree", "The °C and °F values differ by more than 0.1 °C.")


def at_least(celsius: Decimal | None, fahrenheit: Decimal | None, limit: Threshold) -> bool | None:
    """Tell whether a temperature reaches the limit, the limit included; None without a temperature.

    When both units are recorded, either one reaching the limit counts: rounding must not hide a fever.
    """
    if celsius is None and fahrenheit is None:
        return None
    return bool(
        (celsius is not None and celsius >= limit.celsius)
        or (fahrenheit is not None and fahrenheit >= limit.fahrenheit)
    )


def ninths_above_zero_c(celsius: Decimal | None, fahrenheit: Decimal | None) -> Decimal:
    """Give a whole, exact measure (ninths of a degree C) that orders readings of both units."""
    if celsius is not None:
        return 9 * celsius
    if fahrenheit is not None:
        return 5 * (fahrenheit - 32)
    raise Impossible(None, "required", "A reading needs a temperature.")


def in_words(celsius: Decimal | None, fahrenheit: Decimal | None) -> str:
    """Write a temperature as it was recorded, with one place, or with as many as say something."""
    shown = [f"{without_idle_zeros(celsius, places=1)} °C"] if celsius is not None else []
    if fahrenheit is not None:
        shown.append(f"{without_idle_zeros(fahrenheit, places=1)} °F")
    return " / ".join(shown) or "temperature not recorded"
