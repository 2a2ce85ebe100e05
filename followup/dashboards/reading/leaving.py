"""Whom a life table counts on each of its days: at risk, with an event, censored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from followup.dashboards.figure import Cell, Count, Group, Groups, Late, first_of, risk_group
from followup.dashboards.rows import Rows
from participants.domain.life_table import Floats, Ints

BY_TIME = "by-time"
LABELS = {
    "risk": "at risk on day {}",
    "event": "event on day {}",
    "competing": "competing event on day {}",
    "censored": "censored on day {}",
}


@dataclass(frozen=True)
class Leaving:
    """The days after which participants leave, and how: `event`, `competing` or `censored`.

    `marks` are the times, in words, at which a curve counts who is at risk, each with its day.
    """

    title: str
    times: Mapping[int, tuple[int, str]]
    marks: Mapping[str, float]

    def with_days(self, groups: Groups) -> Late:
        """Return groups with those of each day and of each mark."""
        return Late(lambda: groups | self._groups(groups))

    def _groups(self, groups: Groups) -> dict[str, Group]:
        order = sorted(self.times, key=lambda pk: (-self.times[pk][0], pk))
        everybody = Group(f"{self.title}: the longest followed first", lambda: order)
        groups[BY_TIME] = everybody
        found: dict[str, Group] = {}
        leaving: dict[tuple[str, int], list[int]] = defaultdict(list)
        for pk, (day, how) in self.times.items():
            leaving[how, day].append(pk)
        at_risk = len(order)
        for day in sorted({day for day, _ in self.times.values()}):
            found[f"risk-{day}"] = first_of(everybody, self._label("risk", day), at_risk, BY_TIME)
            for how in ("event", "competing", "censored"):
                people = leaving.get((how, day), [])
                at_risk -= len(people)
                found[f"{how}-{day}"] = Group(self._label(how, day), _always(people))
        for words, mark in self.marks.items():
            number = sum(day >= mark for day, _ in self.times.values())
            label = f"{self.title}: at risk at {words}"
            found[risk_group(words)] = first_of(everybody, label, number, BY_TIME)
        return found

    def _label(self, how: str, day: int) -> str:
        return f"{self.title}: {LABELS[how].format(day)}"


def day_rows(
    days: Floats, counts: Mapping[str, Ints], shares: Sequence[Floats], write: Callable[[float], Cell]
) -> Rows[int]:
    """Return a row for each day of a life table: the day, its counts, then its shares."""

    def row(place: int) -> list[Cell]:
        day = int(days[place])
        return [
            day,
            *(Count(int(column[place]), f"{how}-{day}") for how, column in counts.items()),
            *(write(float(column[place])) for column in shares),
        ]

    return Rows(range(len(days)), row)


def _always(people: list[int]) -> Callable[[], list[int]]:
    return lambda: people
