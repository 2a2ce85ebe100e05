"""Bars: where something that lasted begins and ends in the plot, and where its words stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from followup.timeline.canvas import Canvas
from followup.timeline.labels import Label, Room, beside, first_fitting, rows_for
from followup.timeline.marks import Line, Path, Rect, Shape, Text

LEAST = 3.0
_INSET = 6.0


@dataclass(frozen=True, slots=True)
class Span:
    """The part of something that shows; it may go on beyond either edge of the range."""

    left: float
    right: float
    comes_in: bool = False
    goes_on: bool = False

    @property
    def width(self) -> float:
        """How wide it is, at least wide enough to be seen."""
        return max(self.right - self.left, LEAST)

    def box(self, css: str, top: float, high: float) -> Rect:
        """Return the bar itself."""
        return Rect(css, self.left, top, self.width, high)

    def hit(self, top: float, high: float) -> Rect:
        """Return the outline that shows the focus."""
        return Rect("hit", self.left - 1, top - 1, self.width + 2, high + 2, 3)


def span_of(canvas: Canvas, began: float, ended: float | None) -> Span | None:
    """Return what shows between two positions; `ended` None goes on until now.

    None when nothing of it lies in the range.
    """
    until = canvas.now_position if ended is None else ended
    until = max(until, began)
    if not canvas.meets(began, until):
        return None
    x = canvas.scale.x
    return Span(x(began), x(until), began < canvas.scale.start, until > canvas.scale.end)


@dataclass(frozen=True, slots=True)
class Worded:
    """A bar with its words, inside it or beside it."""

    span: Span
    inside: str = ""
    label: Label | None = None

    @property
    def room(self) -> Room:
        """From where to where the bar and its words take room."""
        left, right = self.span.left, self.span.left + self.span.width
        if self.label and self.label.text:
            left, right = min(left, self.label.room.left), max(right, self.label.room.right)
        return Room(left, right)

    def text(self, css: str, inside_css: str, baseline: float) -> list[Shape]:
        """Return the words at their place."""
        if self.inside:
            return [Text(inside_css, self.span.left + _INSET, baseline, self.inside)]
        return self.beside(css, baseline)

    def beside(self, css: str, baseline: float) -> list[Shape]:
        """Return the words beside the bar, if they stand there."""
        if self.label is None or not self.label.text:
            return []
        side = f"{css} t-end" if self.label.is_left else css
        return [Text(f"{side} halo", self.label.x, baseline, self.label.text)]


def worded(canvas: Canvas, span: Span, texts: Sequence[str]) -> Worded:
    """Put the first text that fits into the bar; else the first of all beside it, shortened if it must be."""
    inside = first_fitting(texts, span.width - 2 * _INSET)
    if inside:
        return Worded(span, inside=inside)
    return Worded(span, label=beside(texts[0], span.left, span.left + span.width, canvas.width))


def in_rows(bars: Sequence[Worded]) -> list[int]:
    """Return the row of each bar, so that no bar or word covers another."""
    return rows_for([bar.room for bar in bars])


def going_on(span: Span, middle: float, canvas: Canvas, *, is_dark: bool = False) -> list[Shape]:
    """Return the arrow of what goes on beyond the right edge."""
    if not span.goes_on:
        return []
    return [Path("on-dark-l" if is_dark else "ink-l", f"M{canvas.width - 7:g} {middle - 4:g}l4 4-4 4")]


def tick(x: float, top: float, bottom: float) -> Line:
    """Return a short upright stroke."""
    return Line("axis", x, top, x, bottom)
