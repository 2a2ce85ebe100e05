"""Numbers as people and programs write them: ASCII digits, and nothing that Python alone would accept.

Python reads `1_000`, full-width digits, `nan` and `inf` as numbers; in a data file each of them is
a mistake that must be seen.
"""

import math
import re

# Digits can be read in one way only, or a long cell that is no number would take minutes to refuse.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]{1,15}")


def number(text: str, name: str) -> float:
    """Read a finite number of either sign; blanks around it do not count.

    Raises ValueError with a sentence about `name` that does not repeat the text.
    """
    written = text.strip()
    if not written:
        raise ValueError(f"{name} is empty")
    if not _NUMBER.fullmatch(written) or not math.isfinite(float(written)):
        raise ValueError(f"{name} is not a number")
    return float(written)


def amount(text: str, name: str) -> float:
    """Read a finite number of 0 or more. Raises ValueError as number does, and for a negative one."""
    value = number(text, name)
    if value < 0:
        raise ValueError(f"{name} is negative")
    return value + 0.0


def count(text: str, name: str) -> int:
    """Read a whole number of 0 or more, of at most 15 digits. Raises ValueError otherwise."""
    written = text.strip()
    if not written:
        raise ValueError(f"{name} is empty")
    if not _WHOLE.fullmatch(written):
        raise ValueError(f"{name} is not a whole number")
    if written.startswith("-"):
        raise ValueError(f"{name} is negative")
    return int(written)


def code(text: str, name: str) -> int:
    """Read a code that is a whole number of 0 or more, also when a table wrote it as 1.0.

    Raises ValueError as amount does, and for a fraction or more than 15 digits.
    """
    value = amount(text, name)
    if not value.is_integer() or value >= 10**15:
        raise ValueError(f"{name} is not a whole number")
    return int(value)
