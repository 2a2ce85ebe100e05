"""Shares as bars: how many of how many, one row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from followup.dashboards.drawing.svg import Drawing

# From one row to the next, and the thickness of its bar: few have more, as they stand beside higher figures.
ROW, THICK = 26, 4
FEW_ROWS, HIGH_ROW, HIGH_THICK = 4, 37, 10
# The width of a letter where a drawing is at its smallest, and the least place of a share.
LETTER, SHARE = 8.9, 322.0


@dataclass(frozen=True)
class Bar:
    """One row: its name, the number and what it is a number of; `group` is whom it opens, "" nobody."""

    name: str
    part: int
    whole: int
    group: str = ""

    @property
    def words(self) -> str:
        """The share in whole percent, halves upwards; 100 % means all, and 0 % none."""
        if not self.whole:
            return "–"
        if self.part in (0, self.whole):
            return "100 %" if self.part else "0 %"
        return f"{min(max((200 * self.part + self.whole) // (2 * self.whole), 1), 99)} %"


def draw_bars(rows: Sequence[Bar], name: str, address: Callable[[str], str] | None = None) -> Drawing:
    """Draw one bar a row, the share and its numbers at the right; `address` says where a group is listed."""
    step, thick = (HIGH_ROW, HIGH_THICK) if len(rows) <= FEW_ROWS else (ROW, THICK)
    drawing = Drawing(420, len(rows) * step + 6, name)
    counts = [f"{row.part} of {row.whole}" for row in rows]
    share_at = min(SHARE, 410 - LETTER * max(map(len, counts), default=0))
    for place, (row, count) in enumerate(zip(rows, counts, strict=True)):
        top, is_link = place * step + 2, bool(address and row.group and row.part)
        if address and is_link:
            drawing.open_link(address(row.group), f"{row.name}: {count}")
            drawing.rect("hit", 0, top, 420, step - 2)
        drawing.text("t", 8, top + 13, row.name)
        drawing.text("t t-b t-end", share_at, top + 13, row.words)
        drawing.text("t-2 t-end", 416, top + 13, count)
        drawing.rect("bar-t", 8, top + 18, 408, thick)
        share = row.part / row.whole if row.whole else 0
        drawing.rect("bar-3", 8, top + 18, 408 * share, thick, title=f"{row.name}: {count}")
        if is_link:
            drawing.close_link()
    return drawing
