"""Enrolment numbers with a check character: SSS-NNNN-C.

SSS is the site's code, NNNN counts at the site. C shows every single mistyped character and nearly
every two that were swapped.

Source: ISO/IEC 7064:2003, system MOD 37,36 (letters and digits, one check character).
"""

import re

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHAPE = re.compile(r"[0-9A-Z]{3}-[0-9]{4}-[0-9A-Z]", re.ASCII)
HIGHEST = 9999


def check_character(text: str) -> str:
    """Return the MOD 37,36 check character of capital letters and digits.

    Raises ValueError for any other character.
    """
    product = 36
    for character in text:
        product = (product + _value(character)) % 36 or 36
        product = product * 2 % 37
    return ALPHABET[(37 - product) % 36]


def enrolment_number(site_code: str, number: int) -> str:
    """Build the enrolment number of the nth participant enrolled at a site.

    Raises ValueError for a number that does not fit four digits or a code that is not three
    capital letters or digits.
    """
    if not 1 <= number <= HIGHEST:
        raise ValueError(f"An enrolment number counts from 1 to {HIGHEST}.")
    if len(site_code) != 3:
        raise ValueError("A site code has three characters.")
    digits = f"{number:04d}"
    return f"{site_code}-{digits}-{check_character(site_code + digits)}"


def is_valid(number: str) -> bool:
    """Say whether a text has the shape of an enrolment number and its check character fits."""
    if not SHAPE.fullmatch(number):
        return False
    return check_character(number[:3] + number[4:8]) == number[9]


def _value(character: str) -> int:
    value = ALPHABET.find(character)
    if len(character) != 1 or value < 0:
        raise ValueError(f"{character!r} is not a capital letter or a digit.")
    return value
