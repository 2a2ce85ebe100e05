"""Visit adherence: done, and done inside the window, of what is due so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as Number
from django.db.models import F, Q

from followup.dashboards.drawing.bars import Bar, draw_bars
from followup.dashboards.figure import Count, Figure, Groups, Table
from followup.dashboards.reading.frame import Frame
from followup.domain.windows import Outcome
from followup.models import REMINDED_MODES, PlannedVisit, Visit

TITLE = "Visits done of those due so far"
DEFINITION = (
    "Due so far: visits and contacts that took place by the data cut, were recorded as missed, or whose "
    "window had closed; never windows still open, planned dates, or what is cancelled or not applicable. "
    "Done: attended or in part. In window: between opening and closing, both days included."
)
SOURCE = "PACER design, clinical rules, section 9"
# Bars on the page, those with the smallest share; the table has every visit.
SHOWN = 9
HEAD = ("Visit", "Due", "Done", "In window", "Missed", "Overdue")


@dataclass(frozen=True)
class Conditions:
    """What a visit must fulfil to be counted, at a data cut."""

    done: Q
    in_window: Q
    missed: Q
    overdue: Q

    @classmethod
    def at(cls, frame: Frame) -> Conditions:
        """Return the conditions at the data cut."""
        cut = frame.cut_on
        took_place = Q(outcome__in=[Outcome.ATTENDED, Outcome.PARTIAL])
        done = took_place & Q(occurred_on__lte=cut)
        inside = Q(occurred_on__gte=F("opens_on"), occurred_on__lte=F("closes_on"))
        still_open = Q(outcome=Outcome.OPEN) | (took_place & Q(occurred_on__gt=cut))
        return cls(
            done=done,
            in_window=done & inside,
            missed=Q(outcome=Outcome.MISSED, opens_on__lte=cut),
            overdue=still_open & Q(closes_on__lt=cut, is_projected=False),
        )

    @property
    def named(self) -> dict[str, tuple[str, Q]]:
        """The conditions by the key and the words of their columns."""
        due = self.done | self.missed | self.overdue
        return {
            "due": ("due so far", due),
            "done": ("done", self.done),
            "in_window": ("done in window", self.in_window),
            "missed": ("missed", self.missed),
            "overdue": ("overdue", self.overdue),
        }


def draw(frame: Frame) -> Figure:
    """Count visits by code."""
    groups, conditions = Groups(), Conditions.at(frame)
    found = _read(frame, conditions)
    counted = [row for row in found if row["due"]]
    total = {name: sum(row[name] for row in counted) for name in conditions.named}
    rows = [_row(frame, groups, row["code"], row) for row in counted]
    rows += [_row(frame, groups, "", total)] if counted else []
    bars = [
        Bar("All visits", total["done"], total["due"]),
        Bar("In window", total["in_window"], total["done"]),
    ]
    least = sorted(counted, key=lambda row: row["done"] / row["due"])[: SHOWN - len(bars)]
    bars += [Bar(row["code"], row["done"], row["due"]) for row in least]
    finding: list[str | Count] = ["No visit is due so far"]
    if rows:
        _, due, done, in_window, *_ = rows[-1]
        finding = [done, " of ", due, " visits due so far are done, ", in_window, " in their window"]
    return Figure(
        "visits", TITLE, finding, DEFINITION, SOURCE,
        Table("Visits and contacts by code", HEAD, rows),
        draw_bars(bars, f"Visits: {total['done']} of {total['due']} due so far are done") if rows else None,
        "" if rows else "No visit is due by the data cut.", groups,
    )  # fmt: skip


def _read(frame: Frame, conditions: Conditions) -> list[dict[str, Any]]:
    """Count the visits of each code by column, in the order of the schedule.

    Counted by planned visit, whose place in the schedule is looked up afterwards: several versions of a
    schedule have visits of the same code.
    """
    visits = frame.of_members(Visit.objects.filter(mode__in=REMINDED_MODES)).order_by()
    asked = {name: Number("pk", filter=one) for name, (_, one) in conditions.named.items() if name != "due"}
    counted = {
        planned: dict(zip(asked, numbers, strict=True))
        for planned, *numbers in visits.values_list("planned_visit").annotate(**asked)
    }
    found: dict[str, Counter[str]] = {}
    planned = PlannedVisit.objects.filter(pk__in=counted).order_by("position", "code")
    for pk, code in planned.values_list("pk", "code"):
        found.setdefault(code, Counter()).update(counted[pk])
    return [
        {"code": code, "due": one["done"] + one["missed"] + one["overdue"], **one}
        for code, one in found.items()
    ]


def _row(frame: Frame, groups: Groups, code: str, numbers: dict[str, int]) -> list[str | Count]:
    """Write one row of the table; code "" is the row of all visits."""
    row: list[str | Count] = [code or "All visits"]
    for name, (words, condition) in Conditions.at(frame).named.items():
        label = f"{code or 'All visits'}: {words}"
        row.append(
            groups.later(f"{code or 'all'}-{name}", label, numbers[name], _people(frame, code, condition))
        )
    return row


def _people(frame: Frame, code: str, condition: Q) -> Callable[[], Collection[int]]:
    def read() -> Collection[int]:
        rows = frame.of_members(Visit.objects.filter(condition, mode__in=REMINDED_MODES))
        return set((rows.filter(code=code) if code else rows).values_list("participant_id", flat=True))

    return read
