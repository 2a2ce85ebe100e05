"""What a figure is made of: shapes with places, marks that explain themselves, lanes of marks.

Looks come from classes only; every coordinate is in the figure's units. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


def rounded(value: float) -> str:
    """Write a coordinate with at most one decimal place."""
    return f"{round(value, 1) + 0:g}"


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle."""

    tag: ClassVar[str] = "rect"
    css: str
    left: float
    top: float
    wide: float
    high: float
    round: float = 0.0

    @property
    def x(self) -> str:
        """Left edge."""
        return rounded(self.left)

    @property
    def y(self) -> str:
        """Upper edge."""
        return rounded(self.top)

    @property
    def width(self) -> str:
        """Width, at least a hair."""
        return rounded(max(self.wide, 0.5))

    @property
    def height(self) -> str:
        """Height."""
        return rounded(self.high)


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    tag: ClassVar[str] = "line"
    css: str
    from_x: float
    from_y: float
    to_x: float
    to_y: float

    @property
    def ends(self) -> tuple[str, str, str, str]:
        """x1, y1, x2, y2."""
        return rounded(self.from_x), rounded(self.from_y), rounded(self.to_x), rounded(self.to_y)


@dataclass(frozen=True, slots=True)
class Path:
    """Any outline."""

    tag: ClassVar[str] = "path"
    css: str
    d: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle."""

    tag: ClassVar[str] = "circle"
    css: str
    at_x: float
    at_y: float
    radius: float

    @property
    def x(self) -> str:
        """Centre."""
        return rounded(self.at_x)

    @property
    def y(self) -> str:
        """Centre."""
        return rounded(self.at_y)

    @property
    def r(self) -> str:
        """Radius."""
        return rounded(self.radius)


@dataclass(frozen=True, slots=True)
class Text:
    """Words; the class says size, weight, colour and to which side they run."""

    tag: ClassVar[str] = "text"
    css: str
    at_x: float
    at_y: float
    words: str

    @property
    def x(self) -> str:
        """Where the words begin, end, or have their middle."""
        return rounded(self.at_x)

    @property
    def y(self) -> str:
        """Baseline."""
        return rounded(self.at_y)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of the page's sprite, by its centre."""

    tag: ClassVar[str] = "sign"
    name: str
    at_x: float
    at_y: float
    px: float = 16.0

    @property
    def x(self) -> str:
        """Left edge."""
        return rounded(self.at_x - self.px / 2)

    @property
    def y(self) -> str:
        """Upper edge."""
        return rounded(self.at_y - self.px / 2)

    @property
    def size(self) -> str:
        """Width and height."""
        return rounded(self.px)


Shape = Rect | Line | Path | Circle | Text | Sign


@dataclass(frozen=True)
class Mark:
    """Something drawn that explains itself: `when` and `words` are its one sentence.

    `begins` and `ends` are what the file says of it: a day, or a moment; `ends` None for a point in
    time. `value` is its figure, if it has one. `href` leads to the page of its record.
    """

    when: str
    words: str
    hit: Rect
    shapes: tuple[Shape, ...]
    begins: date | datetime
    ends: date | datetime | None = None
    value: str = ""
    href: str = ""
    is_lead: bool = False

    @property
    def x(self) -> float:
        """The middle of the mark, by which arrow keys find their way."""
        return self.hit.left + self.hit.wide / 2


@dataclass(frozen=True)
class Lane:
    """One track: its name and a few words under it, its height, its marks in order of time.

    `ground` lies under the marks and explains nothing; `gutter` stands beside the lane's name.
    `is_bare` says that the whole course has nothing for it.
    """

    name: str
    height: float
    marks: tuple[Mark, ...] = ()
    sub: str = ""
    ground: tuple[Shape, ...] = ()
    gutter: tuple[Shape, ...] = ()
    is_bare: bool = False
    has_rule: bool = True


def in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Sort marks from left to right, the longer first where they begin together."""
    return tuple(sorted(marks, key=lambda mark: (mark.hit.left, -mark.hit.wide)))
