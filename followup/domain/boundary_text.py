"""A stopping boundary as people write it: the fewest events for n = 1, 2, ..., a dash for none.

Source: PACER design, clinical rules, section 8 (a table the statistician enters).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_PLANNED = 2000
DASHES = frozenset("-–—")


def read_boundary(text: str) -> list[int | None]:
    """Read the fewest events that stop after each participant; blank text is no boundary.

    Numbers stand apart by blanks, commas or lines. Raises ValueError with a sentence for a person:
    for anything but whole numbers and dashes, for a number above its n or below the one before, for
    a dash after a number, and for more than 2000.
    """
    words = re.findall(r"[^\s,;]+", text)
    if len(words) > MOST_PLANNED:
        raise ValueError(f"A boundary has at most {MOST_PLANNED} numbers.")
    found: list[int | None] = []
    for n, word in enumerate(words, start=1):
        before = next((number for number in reversed(found) if number is not None), None)
        found.append(_limit(word, n, before))
    return found


def write_boundary(stop_at: Sequence[int | None]) -> str:
    """Write a boundary as read_boundary reads it."""
    return " ".join("-" if limit is None else str(limit) for limit in stop_at)


def _limit(word: str, n: int, before: int | None) -> int | None:
    if word in DASHES:
        if before is not None:
            raise ValueError(f"For n = {n} a number must follow: a boundary does not end and begin again.")
        return None
    if not re.fullmatch(r"[0-9]{1,4}", word):
        raise ValueError(f"For n = {n} write a whole number, or a dash where there is none.")
    limit = int(word)
    if not 1 <= limit <= n:
        raise ValueError(f"For n = {n} the number lies between 1 and {n}; write a dash where there is none.")
    if before is not None and limit < before:
        raise ValueError(f"For n = {n} the number is below the one before: a boundary does not fall.")
    return limit
