"""The rows of a long table, each written when somebody asks for it: a page shows few of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

from followup.dashboards.figure import Cell

T = TypeVar("T")
Row = Sequence[Cell]


class Rows(Sequence[Row], Generic[T]):
    """One row for each of what a figure lists, such as participants or days."""

    def __init__(self, of: Sequence[T], write: Callable[[T], Row]) -> None:
        self._of = of
        self._write = write

    def __len__(self) -> int:
        return len(self._of)

    def __iter__(self) -> Iterator[Row]:
        return map(self._write, self._of)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._write(one) for one in self._of[place]]
        return self._write(self._of[place])
