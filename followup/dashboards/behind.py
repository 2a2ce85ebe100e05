"""The list behind a number: the number that was clicked, and how much of it each participant has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

from followup.dashboards.figure import Group, plural


class Counted(Protocol):
    """A participant of a list."""

    @property
    def pk(self) -> int:
        """The key of the participant."""
        ...


One = TypeVar("One", bound=Counted)


@dataclass(frozen=True)
class Behind(Generic[One]):
    """The participants behind a number, each with how many of it are theirs.

    `unit` is what the number counts, in the singular, "" for participants; `number` is all of it,
    also of those whom the reader may not see.
    """

    label: str
    unit: str
    number: int
    rows: Sequence[tuple[One, int]]
    hidden: int = 0

    @classmethod
    def of(cls, group: Group, people: Iterable[One]) -> Self:
        """Return the list of a group, in the order of `people`."""
        times = group.times
        rows = [(one, times[one.pk]) for one in people if one.pk in times]
        return cls(group.label, group.unit, times.total(), rows)

    def among(self, seen: Collection[int]) -> Self:
        """Keep the participants whom the reader may see, and count the others."""
        rows = [(one, number) for one, number in self.rows if one.pk in seen]
        return replace(self, rows=rows, hidden=len(self.rows) - len(rows))

    @property
    def words(self) -> str:
        """The number in words: `221 visits of 17 participants`."""
        people = len(self.rows) + self.hidden
        whose = f"{people} {plural(people, 'participant')}"
        found = f"{self.number} {plural(self.number, self.unit)} of {whose}" if self.unit else whose
        return f"{found}, of whom you see {len(self.rows)}" if self.hidden else found

    @property
    def column(self) -> str:
        """The head of the column of numbers; "" where each participant counts once."""
        return plural(2, self.unit).capitalize() if self.unit else ""

    @property
    def total(self) -> int:
        """The sum of the column."""
        return sum(number for _, number in self.rows)
