"""Figures as SVG: looks come from classes of the style sheet, positions from the caller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Self

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Point = tuple[float, float]
# The height of a line of text above a figure as a file, and about the width of a letter in it.
LINE, LETTER = 16.0, 6.4
# Where two figures stand side by side on a desk, and where one has the width of a phone.
WIDE, NARROW = 620.0, 350.0
# From this height on a page of paper makes a drawing smaller, and its letters have to be larger.
TALL = 900.0


@dataclass(frozen=True)
class Link:
    """Where a link begins, and how it is called."""

    address: str
    name: str


class Drawing:
    """A figure that is drawn from back to front; units are those of the view box."""

    def __init__(self, width: float, height: float, name: str) -> None:
        self.width = width
        self.height = height
        self.name = name
        self._parts: list[str] = []
        # Where a link begins, or ends (None): a figure as a file has none.
        self._links: dict[int, Link | None] = {}

    @classmethod
    def of_marks(cls, width: float, height: float, name: str, marks: Iterable[str | Link | None]) -> Self:
        """Return the drawing whose `marks` these are."""
        drawing = cls(width, height, name)
        for mark in marks:
            if isinstance(mark, Link):
                drawing.open_link(mark.address, mark.name)
            elif mark is None:
                drawing.close_link()
            else:
                drawing._parts.append(mark)
        return drawing

    @property
    def marks(self) -> list[str | Link | None]:
        """Everything that was drawn, from back to front; None ends the link that was opened last."""
        return [self._links.get(place, part) for place, part in enumerate(self._parts)]

    def has(self, css: str) -> bool:
        """Say whether a mark of a class was drawn."""
        return any(f'class="{css}"' in part for part in self._parts)

    def rect(self, css: str, x: float, y: float, width: float, height: float, *, title: str = "") -> None:
        """Draw a rectangle; one of no width stays out."""
        if width > 0 and height > 0:
            shape = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            self._add("rect", css, shape, title)

    def line(self, css: str, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a straight line."""
        self._add("line", css, f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"')

    def path(self, css: str, points: Sequence[Point], *, closed: bool = False) -> None:
        """Draw straight lines from point to point."""
        if points:
            self._add("path", css, f'd="{_route(points)}{"z" if closed else ""}"')

    def rects(self, css: str, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Draw rectangles of one look as one mark; each is given by its place, width and height."""
        outline = "".join(f"M{_n(x)} {_n(y)}h{_n(w)}v{_n(h)}h{_n(-w)}z" for x, y, w, h in boxes)
        if outline:
            self._add("path", css, f'd="{outline}"')

    def strokes(self, css: str, points: Sequence[Point], height: float) -> None:
        """Draw an upright stroke from each point, as one mark: a thousand of them are one."""
        found = dict.fromkeys(f"M{_n(x)} {_n(y)}v{_n(height)}" for x, y in points)
        if found:
            self._add("path", css, f'd="{"".join(found)}"')

    def shape(self, css: str, outline: str, x: float, y: float, *, title: str = "", size: float = 1) -> None:
        """Draw an outline, written around its own origin, at a place, at its size or smaller."""
        scale = "" if size == 1 else f" scale({size:g})"
        self._add("path", css, f'transform="translate({_n(x)} {_n(y)}){scale}" d="{outline}"', title)

    def circle(self, css: str, x: float, y: float, radius: float, *, title: str = "") -> None:
        """Draw a circle."""
        self._add("circle", css, f'cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"', title)

    def text(self, css: str, x: float, y: float, words: str | int) -> None:
        """Write words; their anchor is part of the class."""
        self._parts.append(f'<text class="{css}" x="{_n(x)}" y="{_n(y)}">{escape(str(words))}</text>')

    def open_link(self, address: str, name: str) -> None:
        """Make what is drawn up to close_link() lead to an address of this installation."""
        self._links[len(self._parts)] = Link(address, name)
        self._parts.append(format_html('<a class="fig-link" href="{}" aria-label="{}">', address, name))

    def close_link(self) -> None:
        """End the link that was opened last."""
        self._links[len(self._parts)] = None
        self._parts.append("</a>")

    @property
    def svg(self) -> SafeString:
        """The figure for a page, whose style sheet gives the looks."""
        return self.svg_for("")

    def svg_for(self, css: str) -> SafeString:
        """Return the figure for a page, of a further class."""
        tall = "fig-tall" if self.height > TALL else ""
        return self._svg(" ".join(filter(None, ("fig", css, tall))), mark_safe(""), self._parts)

    def file(self, style: str, heading: Sequence[str], legend: Sequence[tuple[str, str]] = ()) -> str:
        """Return the figure as a file of its own, with the style that it needs.

        Lines of text stand above it, the signs of its legend below.
        """
        inner = format_html("<title>{}</title><style>{}</style>", self.name, mark_safe(style))  # noqa: S308
        parts = [part for place, part in enumerate(self._parts) if place not in self._links]
        above = Drawing(self.width, 0, "")
        lines = [line for words in heading for line in _even(words, int(self.width / LETTER))]
        for place, line in enumerate(lines):
            above.text("t-2" if place else "t t-b", 2, (place - len(lines)) * LINE, line)
        below = Drawing(self.width, 0, "")
        more = below._signs(legend, self.height) - self.height
        whole = [*above._parts, *parts, *below._parts]
        svg = self._svg("fig-file", inner, whole, above=(len(lines) + 1) * LINE, below=more)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}\n'

    def _signs(self, legend: Sequence[tuple[str, str]], top: float) -> float:
        """Write the signs of a legend in as many lines as the width needs; return where they end."""
        x, y = 2.0, top + LINE
        for sign, words in legend:
            wide = LETTER * (len(words) + 3) + 12
            if x > 2 and x + wide > self.width:
                x, y = 2.0, y + LINE
            letter, colour = glyph(sign)
            if letter:
                self.text(f"t t-b {colour}".rstrip(), x, y, letter)
            elif colour:
                self.rect(f"key {colour}", x, y - 10, 11, 11)
            self.text("t-2", x + (16 if sign else 0), y, words)
            x += wide
        return y + LINE / 2 if legend else top

    def _svg(
        self, css: str, head: SafeString, parts: Sequence[str], *, above: float = 0, below: float = 0
    ) -> SafeString:
        return format_html(
            '<svg class="{}" xmlns="http://www.w3.org/2000/svg" viewBox="0 {} {} {}" role="{}"'
            ' aria-label="{}">{}{}</svg>',
            css,
            _n(-above) if above else 0,
            _n(self.width),
            _n(above + self.height + below),
            "group" if self._links and parts is self._parts else "img",
            self.name,
            head,
            mark_safe("".join(parts)),  # noqa: S308 - each part was escaped when it was added
        )

    def _add(self, tag: str, css: str, shape: str, title: str = "") -> None:
        if title:
            said = escape(title)
            self._parts.append(f'<{tag} class="{css}" {shape}><title>{said}</title></{tag}>')
        else:
            self._parts.append(f'<{tag} class="{css}" {shape}/>')


def glyph(sign: str) -> tuple[str, str]:
    """Split a sign of a legend into its letter and its class: one without a letter is a square."""
    letter, _, css = sign.partition(".")
    return letter, css


def _even(words: str, most: int) -> list[str]:
    """Break a line into as few as hold so many letters each, and those about equally long."""
    lines = len(wrap(words, most))
    narrowest = -(-len(words) // max(lines, 1))
    return next(
        (found for width in range(narrowest, most) if len(found := wrap(words, width)) == lines),
        wrap(words, most),
    )


def steps(points: Iterable[Point], start: Point) -> list[Point]:
    """Turn points into a step function: level up to each x, then to its y.

    Of points that fall on one place along the page the last is kept: a million are not a million marks.
    """
    drawn = [start]
    for x, y in {round(x, 1): (x, y) for x, y in points}.values():
        drawn += [(x, drawn[-1][1]), (x, y)]
    return drawn


def ticks(top: float, most: int = 5) -> list[int]:
    """Return round whole numbers from 0 that reach `top`, at most so many steps."""
    size = 1
    while size * most < top:
        size = {"1": size * 2, "2": size * 5 // 2, "5": size * 2}[str(size)[0]]
    last = -(-int(-(-top // 1)) // size) * size
    return list(range(0, max(last, size) + 1, size))


def _route(points: Sequence[Point]) -> str:
    """Write straight lines from point to point; a level or upright one takes one number, not two."""
    was_x, was_y = points[0]
    parts = [f"M{was_x:.1f} {was_y:.1f}"]
    for x, y in points[1:]:
        if y == was_y:
            parts.append(f"H{x:.1f}")
        else:
            parts.append(f"V{y:.1f}" if x == was_x else f"L{x:.1f} {y:.1f}")
        was_x, was_y = x, y
    return "".join(parts).replace(".0", "")


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
