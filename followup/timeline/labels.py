"""Find room for words: how wide a text is, what fits, and rows in which nothing overlaps.

Widths are estimates for the system's sans-serif fonts, on the generous side: a label that is
thought to fit does fit. Pure.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, takewhile

TEXT_PX = 11.5
# A bold text of 12 px is as wide as a plain one of this size.
BOLD_PX = 13.4
GAP = 6.0
# Shares of the font size, after the widest of the usual fonts.
_SHARES = {
    **dict.fromkeys("iljI|'", 0.3),
    **dict.fromkeys(" ,.:;!/·", 0.35),
    **dict.fromkeys("frt()[]-", 0.42),
    **dict.fromkeys("mwMWQ@%", 0.99),
    **dict.fromkeys("GOCDHNUK+=<>≥≤×→−", 0.84),
}
_LOWER, _UPPER, _FULL = 0.63, 0.72, 1.05


def text_width(text: str, size: float = TEXT_PX) -> float:
    """Estimate the width of a text at a font size."""
    return sum(_share(char) for char in text) * size


@lru_cache(maxsize=1024)
def _share(char: str) -> float:
    if char in _SHARES:
        return _SHARES[char]
    if unicodedata.east_asian_width(char) in "WF":
        return _FULL
    return _UPPER if char.isupper() else _LOWER


def fit(text: str, width: float, size: float = TEXT_PX) -> str:
    """Return the text, or as much of its beginning as fits with an ellipsis; "" when hardly any does."""
    if text_width(text, size) <= width:
        return text
    room = width - text_width("…", size)
    ends = accumulate(_share(char) * size for char in text)
    kept = text[: sum(1 for _ in takewhile(lambda end: end <= room, ends))].rstrip(" ,;·(")
    return f"{kept}…" if len(kept) >= 3 else ""


def first_fitting(texts: Iterable[str], width: float) -> str:
    """Return the first text that fits whole; "" when none does."""
    return next((text for text in texts if text_width(text) <= width), "")


@dataclass(frozen=True, slots=True)
class Room:
    """From where to where something takes room in its row."""

    left: float
    right: float


def rows_for(rooms: Sequence[Room], *, gap: float = GAP) -> list[int]:
    """Return for each room the topmost row in which it overlaps none that came before it.

    The order of the rooms is their precedence; any two in one row are at least `gap` apart.
    """
    taken: list[list[Room]] = []
    chosen = []
    for room in rooms:
        row = next((n for n, row in enumerate(taken) if _is_free(room, row, gap)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append(room)
        chosen.append(row)
    return chosen


def _is_free(room: Room, taken: Iterable[Room], gap: float) -> bool:
    return all(room.right + gap <= other.left or other.right + gap <= room.left for other in taken)


@dataclass(frozen=True, slots=True)
class Label:
    """A label beside a mark: what it says, where the mark ends, and whether it stands to its left."""

    text: str
    x: float
    is_left: bool = False

    @property
    def room(self) -> Room:
        """The room that the words take."""
        width = text_width(self.text)
        return Room(self.x - width, self.x) if self.is_left else Room(self.x, self.x + width)


def beside(text: str, left: float, right: float, end: float) -> Label:
    """Put a label to the right of a mark, to its left where that has more room, shortened if it must.

    `left` and `right` are the mark's own ends, `end` the width of the figure.
    """
    after, before = end - right - GAP, left - GAP
    if text_width(text) <= after or after >= before:
        return Label(fit(text, max(after, 0.0)), right + GAP)
    return Label(fit(text, max(before, 0.0)), left - GAP, is_left=True)
