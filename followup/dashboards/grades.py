"""The maximum grades of each participant, and the grades of each day for those who are drawn.

A signed grade counts instead of the derived one that it stands beside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from participants.models import DerivedGrade, Scale, SignedGrade

if TYPE_CHECKING:
    from followup.dashboards.frame import Frame, Person

# Participants whom a drawing shows, the most severe first; above the second number rows are low.
DRAWN, ROOMY = 200, 40
DAYS = range(15)


@dataclass
class Grades:
    """What one participant was graded after the first infusion; None is never graded."""

    maximum: dict[str, int] = field(default_factory=dict)
    first_on: dict[str, date] = field(default_factory=dict)

    @property
    def crs(self) -> int | None:
        """The maximum CRS grade."""
        return self.maximum.get(Scale.CRS)

    @property
    def icans(self) -> int | None:
        """The maximum ICANS grade."""
        return self.maximum.get(Scale.ICANS)


def read_grades(frame: Frame) -> dict[int, Grades]:
    """Read the maximum of each scale of everybody infused, and the day on which it was first reached."""
    columns = ("participant_id", "scale", "value")
    derived, signed = (
        rows.values(*columns).annotate(first=Min("at"), last=Max("at")) for rows in _graded(frame)
    )
    found: dict[int, Grades] = defaultdict(Grades)
    for row in derived.union(signed, all=True).values_list(*columns, "first", "last"):
        pk, scale, value, first, last = row
        one = frame.infused.get(pk)
        if one is None or one.day_zero is None:
            continue
        first_on, last_on = first.astimezone(one.zone).date(), last.astimezone(one.zone).date()
        if last_on < one.day_zero or first_on >= _until(frame, one):
            continue
        grades = found[pk]
        if value > grades.maximum.get(scale, -1):
            grades.maximum[scale], grades.first_on[scale] = value, max(first_on, one.day_zero)
    return found


def by_severity(frame: Frame) -> list[Person]:
    """Return the infused, those with the highest CRS grade first, then ICANS, then by study id."""

    def order(one: Person) -> tuple[int, int, str]:
        known = frame.grades.get(one.pk, Grades())
        return -(-1 if known.crs is None else known.crs), -(known.icans or 0), one.study_id

    return sorted(frame.infused.values(), key=order)


def daily_crs(frame: Frame, people: Collection[Person] | None = None) -> dict[int, dict[int, int]]:
    """Return the worst CRS grade of each trial day, D0 to D14, of some of the infused, or of all."""
    columns = ("participant_id", "at", "value")
    rows = [rows.filter(scale=Scale.CRS) for rows in _graded(frame)]
    if people is not None:
        rows = [each.filter(participant__in=[one.pk for one in people]) for each in rows]
    derived, signed = (each.values_list(*columns) for each in rows)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for pk, at, value in derived.union(signed, all=True):
        one = frame.infused.get(pk)
        if one is None:
            continue
        on = at.astimezone(one.zone).date()
        if one.day(on) in DAYS and on < _until(frame, one):
            found[pk][one.day(on)] = max(value, found[pk].get(one.day(on), 0))
    return found


def _graded(frame: Frame) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return the derived grades that nobody signed, and of the signed ones the last of each.

    Two reads of one table each: to ask about each of millions of derived grades whether it was signed
    takes twice as long.
    """
    standing = SignedGrade.objects.standing().order_by()
    derived = DerivedGrade.objects.filter(stands=True, value__isnull=False, at__lt=frame.cut_before)
    unsigned = derived.filter(~Exists(standing.filter(derived=OuterRef("pk"))))
    later = standing.filter(derived=OuterRef("derived"), pk__gt=OuterRef("pk"))
    signed = standing.filter(~Exists(later), derived__stands=True, at__lt=frame.cut_before)
    return frame.of(unsigned.order_by()), frame.of(signed)


def _until(frame: Frame, one: Person) -> date:
    """Return the day from which grades belong to a further course, or lie beyond the data cut."""
    beyond = frame.cut_on + timedelta(days=1)
    again = frame.dated[one.pk].infused_again_on
    return min(again, beyond) if again else beyond
