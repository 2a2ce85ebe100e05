"""Translate numbers between Python floats and the IBM base-16 floats of SAS transport files.

Source: SAS Institute, TS-140, "Record Layout of a SAS Version 5 or 6 Data Set in SAS Transport
(XPORT) Format": sign bit, exponent of 16 in excess 64 (7 bits), fraction of 56 bits without a
hidden bit; a missing value is its letter in the first byte, zeros behind it.
"""

import math

WIDTH = 8
MIN_WIDTH = 2
_FRACTION_BITS = 56
_EXCESS = 64
_MISSING_MARKS = frozenset(b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ")
MISSING = b".".ljust(WIDTH, b"\0")


def decode(raw: bytes) -> float | None:
    """Return the number in 2 to 8 big-endian bytes; None for `.`, `._` and `.A` to `.Z`.

    Shorter numbers are the leading bytes of the full eight. Every value fits a Python float;
    of the 56 bits the nearest 53 are kept. Raises ValueError for another number of bytes.
    """
    if not MIN_WIDTH <= len(raw) <= WIDTH:
        raise ValueError(f"a number takes {MIN_WIDTH} to {WIDTH} bytes, not {len(raw)}")
    fraction = int.from_bytes(raw[1:].ljust(WIDTH - 1, b"\0"), "big")
    if fraction == 0:
        return None if raw[0] in _MISSING_MARKS else 0.0
    power_of_16 = (raw[0] & 0x7F) - _EXCESS
    magnitude = math.ldexp(fraction, 4 * power_of_16 - _FRACTION_BITS)
    return -magnitude if raw[0] & 0x80 else magnitude


def encode(number: float | None) -> bytes:
    """Return the eight bytes of a number, exactly; None becomes the plain missing value `.`.

    Raises ValueError where the format has no such number: NaN, infinity, a magnitude from 16**63
    up (7.2e75), or one that is not zero and below 16**-65 (5.4e-79).
    """
    if number is None:
        return MISSING
    if not math.isfinite(number):
        raise ValueError("not a finite number; a missing value is None")
    if number == 0:
        return bytes(WIDTH)
    binary_fraction, power_of_2 = math.frexp(abs(number))
    power_of_16 = -(-power_of_2 // 4)
    if not -_EXCESS <= power_of_16 < _EXCESS:
        too_what = "large" if power_of_16 > 0 else "close to zero"
        raise ValueError(f"the number is too {too_what} for a SAS transport file")
    fraction = math.ldexp(binary_fraction, power_of_2 - 4 * power_of_16 + _FRACTION_BITS)
    sign = 0x80 if number < 0 else 0
    return bytes([sign | power_of_16 + _EXCESS]) + int(fraction).to_bytes(WIDTH - 1, "big")
