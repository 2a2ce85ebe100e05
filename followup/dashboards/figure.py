"""What every figure hands over: its finding, its numbers as a table, its drawing, and whom it counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString

from followup.dashboards.drawing.svg import Drawing

# From these heights on a drawing is higher than any curve, and as high as two and as three of them.
ROWS = (440.0, 600.0, 900.0)
# Rows that a page shows of a table; the file holds all.
SHOWN_ROWS = 40
# Below this number a band, an interval or a percentage would pretend to know more than there is [setting].
FEW = 5
NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Count:
    """A number that opens the list of the participants behind it; `group` is its key among the groups."""

    value: int
    group: str

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Who:
    """A participant, as a row's head; opens their record."""

    pk: int
    study_id: str

    def __str__(self) -> str:
        return self.study_id


@dataclass(frozen=True)
class Measure:
    """A computed number: the page shows the words, the file the number; None could not be computed."""

    value: float | None
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Phrase:
    """Words with numbers that open participants, as one cell; the file holds the words."""

    parts: tuple[str | Count, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))


Cell = str | int | date | Decimal | Count | Who | Measure | Phrase | None


@dataclass(frozen=True)
class Table:
    """The numbers of a figure; `head` names the columns, for people and in the file."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def hidden(self) -> int:
        """How many rows only the file holds."""
        return max(len(self.rows) - SHOWN_ROWS, 0)

    @property
    def file_head(self) -> list[str]:
        """The columns as a file names them."""
        return ["_".join(re.findall(r"\w+", name.lower())) for name in self.head]

    @property
    def file_rows(self) -> list[list[object]]:
        """All rows as a file holds them."""
        return [[file_value(cell) for cell in row] for row in self.rows]


def file_value(cell: Cell) -> object:
    """Return a cell as a file holds it: numbers unrounded, dates ISO."""
    if isinstance(cell, Count | Measure):
        return cell.value
    if isinstance(cell, Phrase):
        return str(cell)
    return cell.study_id if isinstance(cell, Who) else cell


@dataclass(frozen=True)
class Group:
    """The participants behind a number, read only when somebody asks for them.

    `unit` names in the singular what the number counts where that is not participants, such as
    "visit": then `people` holds each participant once for each of it. `first` says that they are
    the first so many of another group, in its order: those at risk on a day are the first of
    everybody in the order of how long they were followed.
    """

    label: str
    people: Callable[[], Collection[int]]
    first: tuple[str, int] | None = None
    unit: str = ""

    @cached_property
    def times(self) -> Counter[int]:
        """How many of the number each participant has; one each where it counts participants."""
        return Counter(self.people() if self.unit else set(self.people()))


@dataclass(frozen=True)
class Figure:
    """A figure of the dashboard.

    `finding` is the sentence under the title, of words and numbers that open participants. `empty`
    says why there is nothing to show; then there is no drawing. A sign of the `legend` is a letter, with
    the class of its colour after a dot (`▲.t-acc`); the class of a mark alone is a square. `definition`
    says what is counted, `source` where the definition comes from. `width` is in twelfths of the page.
    `narrow` is the same drawing laid out for a phone; None where the one drawing suits both. `n` is how
    many participants the figure is about; None where it was not kept.
    """

    key: str
    title: str
    finding: Sequence[str | Count]
    definition: str
    source: str
    table: Table
    drawing: Drawing | None = None
    empty: str = ""
    groups: Mapping[str, Group] = field(default_factory=dict)
    width: int = 4
    legend: Sequence[tuple[str, str]] = ()
    narrow: Drawing | None = None
    n: int | None = None

    @property
    def drawings(self) -> list[SafeString]:
        """The drawings of a page; the style sheet shows the one that fits."""
        if self.drawing is None:
            return []
        if self.narrow is None:
            return [self.drawing.svg]
        return [self.drawing.svg_for("fig-wide"), self.narrow.svg_for("fig-narrow")]

    @property
    def rows(self) -> int:
        """How high it is: 1 like a curve, 2 higher, 3 and 4 like two and three curves."""
        height = 0 if self.drawing is None else self.drawing.height
        return sum(height > limit for limit in (0, *ROWS)) or 1

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.drawing is None


class Groups(dict[str, Group]):
    """The groups of a figure as it is being computed."""

    def count(self, key: str, label: str, people: Iterable[int]) -> Count:
        """Remember who stands behind a number, and return the number."""
        found = frozenset(people)
        self[key] = Group(label, lambda: found)
        return Count(len(found), key)

    def events(self, key: str, label: str, unit: str, whose: Iterable[int]) -> Count:
        """Count what happened to participants, `whose` once for each, and return the number."""
        found = sorted(whose)
        return self.later(key, label, unit, len(found), lambda: found)

    def later(
        self, key: str, label: str, unit: str, number: int, people: Callable[[], Collection[int]]
    ) -> Count:
        """Return a number that the database counted, with the query for whose each of it is."""
        self[key] = Group(label, people, unit=unit)
        return Count(number, key)

    def first(self, key: str, label: str, number: int, of: str) -> Count:
        """Return how many the first of another group are, in its order."""
        self[key] = first_of(self[of], label, number, of)
        return Count(number, key)


class Late(Mapping[str, Group]):
    """Groups that are gathered when somebody asks for one: a page of figures asks for none."""

    def __init__(self, gather: Callable[[], Mapping[str, Group]]) -> None:
        self._gather = gather

    @cached_property
    def _known(self) -> Mapping[str, Group]:
        return self._gather()

    def __getitem__(self, key: str) -> Group:
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def first_of(everybody: Group, label: str, number: int, of: str) -> Group:
    """Return the group of the first so many of another, whose key is `of`, in its order."""
    return Group(label, lambda: list(everybody.people())[:number], (of, number))


def risk_group(when: str) -> str:
    """Return the key of the group at risk at a mark of the axis, such as `3 months`."""
    return f"risk-at-{when.replace(' ', '-')}"


def is_few(participants: int) -> bool:
    """Say whether so few carry no estimate and no interval, in drawing, table and file."""
    return participants < FEW


def plural(number: int, noun: str) -> str:
    """Write a noun after a number: `event` after 1, else `events`; `query`, `queries`."""
    if number == 1:
        return noun
    return f"{noun[:-1]}ies" if re.search("[^aeiou]y$", noun) else f"{noun}s"


def percent(share: float) -> str:
    """Write a share as a percentage with one decimal."""
    return f"{100 * share:.1f}{NBSP}%"


def interval(lower: float, upper: float) -> str:
    """Write two shares as the limits of a 95 % interval, in percent."""
    return f"{100 * lower:.1f} to {100 * upper:.1f}{NBSP}%"
