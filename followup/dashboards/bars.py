"""Shares as bars: how many of how many, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from followup.dashboards.drawing import Drawing

ROW = 26


@dataclass(frozen=True)
class Bar:
    """One row: its name, the number and what it is a number of."""

    name: str
    part: int
    whole: int

    @property
    def words(self) -> str:
        """The share in whole percent, rounded down so that 100 % means all."""
        return f"{100 * self.part // self.whole} %" if self.whole else "–"


def draw_bars(rows: Sequence[Bar], name: str) -> Drawing:
    """Draw one bar a row, the share and its numbers at the right."""
    drawing = Drawing(420, len(rows) * ROW + 6, name)
    for place, row in enumerate(rows):
        top = place * ROW + 2
        drawing.text("t", 8, top + 13, row.name)
        drawing.text("t t-b t-end", 322, top + 13, row.words)
        drawing.text("t-2 t-end", 416, top + 13, f"{row.part} of {row.whole}")
        drawing.rect("bar-t", 8, top + 18, 408, 4)
        share = row.part / row.whole if row.whole else 0
        drawing.rect("bar-3", 8, top + 18, 408 * share, 4, title=f"{row.name}: {row.part} of {row.whole}")
    return drawing
