"""Numbers of SAS transport files: IBM base-16 floats and SAS's missing values."""

import math
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from followup.exchange import ibm_float

pytestmark = pytest.mark.once

# SAS TS-140 prints 1, -1, 0 and 2; -118.625 is the worked example of IBM's single precision.
PUBLISHED = [
    (1.0, "4110000000000000"),
    (-1.0, "C110000000000000"),
    (0.0, "0000000000000000"),
    (2.0, "4120000000000000"),
    (-118.625, "C276A00000000000"),
]
SMALLEST = 16.0**-65
LARGEST = math.nextafter(16.0**63, 0)


@pytest.mark.parametrize(("number", "digits"), PUBLISHED)
def test_encode_gives_published_bytes(number: float, digits: str) -> None:
    assert ibm_float.encode(number).hex().upper() == digits


@pytest.mark.parametrize(("number", "digits"), PUBLISHED)
def test_decode_gives_published_number(number: float, digits: str) -> None:
    assert ibm_float.decode(bytes.fromhex(digits)) == number


@pytest.mark.parametrize("mark", "._" + string.ascii_uppercase)
def test_decode_gives_none_for_each_missing_value(mark: str) -> None:
    assert ibm_float.decode(mark.encode() + bytes(7)) is None


@pytest.mark.parametrize("first", [0x00, 0x40, 0x5B, 0x61, 0x80])
def test_decode_gives_zero_when_fraction_is_zero_without_a_missing_mark(first: int) -> None:
    assert ibm_float.decode(bytes([first]) + bytes(7)) == 0.0


def test_decode_tells_a_number_from_a_missing_value_that_starts_alike() -> None:
    assert ibm_float.decode(b"A" + bytes([0x10]) + bytes(6)) == 1.0


def test_decode_gives_zero_its_plus_when_the_sign_bit_is_set() -> None:
    assert math.copysign(1, ibm_float.decode(b"\x80" + bytes(7)) or 0.0) == 1


@pytest.mark.parametrize("width", range(2, 9))
def test_decode_reads_leading_bytes_when_a_number_is_short(width: int) -> None:
    assert ibm_float.decode(ibm_float.encode(-3.0)[:width]) == -3.0


@pytest.mark.parametrize("width", range(2, 9))
def test_decode_reads_missing_when_a_number_is_short(width: int) -> None:
    assert ibm_float.decode(ibm_float.MISSING[:width]) is None


@pytest.mark.parametrize("width", [0, 1, 9])
def test_decode_refuses_other_widths(width: int) -> None:
    with pytest.raises(ValueError, match="2 to 8 bytes"):
        ibm_float.decode(bytes(width))


def test_encode_gives_plain_missing_for_none() -> None:
    assert ibm_float.encode(None) == b"." + bytes(7)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_round_trip_is_exact(number: float) -> None:
    assume(number == 0 or SMALLEST <= abs(number) <= LARGEST)
    assert ibm_float.decode(ibm_float.encode(number)) == number


@given(st.binary(min_size=8, max_size=8))
def test_decode_is_within_half_a_bit_of_the_definition(raw: bytes) -> None:
    fraction = int.from_bytes(raw[1:], "big")
    assume(fraction)
    exact_sixteenths = fraction * 16 ** (raw[0] & 0x7F)
    decoded = ibm_float.decode(raw)
    assert decoded is not None
    numerator, denominator = abs(decoded).as_integer_ratio()
    assert (decoded < 0) == (raw[0] >= 0x80)
    assert abs(numerator * 16**64 * 2**56 - exact_sixteenths * denominator) * 2**53 <= (
        exact_sixteenths * denominator
    )


@pytest.mark.parametrize("number", [SMALLEST, -SMALLEST, LARGEST, -LARGEST])
def test_encode_reaches_both_ends_of_the_range(number: float) -> None:
    assert ibm_float.decode(ibm_float.encode(number)) == number


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (16.0**63, "too large"),
        (-(16.0**63), "too large"),
        (math.nextafter(SMALLEST, 0), "too close to zero"),
        (-5e-324, "too close to zero"),
        (math.inf, "not a finite number"),
        (-math.inf, "not a finite number"),
        (math.nan, "not a finite number"),
    ],
)
def test_encode_refuses_what_the_format_lacks(number: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ibm_float.encode(number)
