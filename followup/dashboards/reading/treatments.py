"""The high temperatures and the given doses of the first course, of everybody in one statement."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count as Number
from django.db.models import DecimalField, F, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from followup.dashboards.reading.plain import Plain, as_moment
from participants.courses import Course
from participants.domain.dosing import Schedule
from participants.domain.fever import Reading, fever_trigger
from participants.models import AnakinraDose, Observation

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame

Read = QuerySet[Any, Any]
COLUMNS_READ = ("participant_id", "word", "first", "last", "amount", "number")


@dataclass
class Treatment:
    """The doses of one participant in the first course, and each high reading with moment and unit.

    `spans` holds the first and the last dose of each schedule.
    """

    readings: list[tuple[datetime, Decimal, str]] = field(default_factory=list)
    spans: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    doses: int = 0
    total_mg: Decimal = Decimal(0)

    @property
    def first_at(self) -> datetime | None:
        """The first dose, None without any."""
        return min((first_at for first_at, _ in self.spans.values()), default=None)

    @property
    def is_escalated(self) -> bool:
        """Whether a dose every 6 h came after one every 12 h: then one follows the other."""
        before, after = self.spans.get(Schedule.Q12H), self.spans.get(Schedule.Q6H)
        return before is not None and after is not None and before[0] < after[1]

    def add(self, schedule: str, span: tuple[datetime, datetime], total_mg: Decimal, doses: int) -> None:
        """Take doses of one schedule, with the first and the last moment of them."""
        first_at, last_at = self.spans.get(schedule, span)
        self.spans[schedule] = min(first_at, span[0]), max(last_at, span[1])
        self.doses += doses
        self.total_mg += total_mg


def read_treatments(frame: Frame) -> dict[int, Treatment]:
    """Read high readings and given doses of the first course.

    One statement sums the doses of most. Of who was infused again, or had one before the infusion, which is
    rare, each is read.
    """
    high = Q(temperature__gt=Decimal("38.5"), temperature_unit="C")
    high |= Q(temperature__gt=Decimal("101.3"), temperature_unit="F")
    readings = frame.of(Observation.objects.standing().filter(high, frame.by_cut("at")))
    doses = frame.of(AnakinraDose.objects.standing().given().filter(frame.by_cut("at")))
    courses = frame.first_courses
    apart = [pk for pk, course in courses.items() if _has_others(course, frame.dated[pk].dosed_at)]
    first, *others = [
        _single(readings, "temperature_unit", "temperature"),
        _single(doses.filter(participant__in=apart), "schedule", "dose_mg"),
        _summed(doses.exclude(participant__in=apart)),
    ]
    found = defaultdict[int, Treatment](Treatment)
    for pk, word, written, until, amount, number in first.union(*others, all=True):
        at = as_moment(written)
        if pk not in courses or not courses[pk].holds(at):
            continue
        if word in ("C", "F"):
            found[pk].readings.append((at, amount, word))
        else:
            found[pk].add(word, (at, as_moment(until)), amount, number)
    return found


def _has_others(course: Course, dosed_at: datetime | None) -> bool:
    """Say whether the log may hold doses that are not of the course; `dosed_at` is its first."""
    return course.until is not None or (dosed_at is not None and dosed_at < course.began_at)


def _single(rows: Read, word: str, amount: str) -> Read:
    """Return each row."""
    named = rows.order_by().annotate(
        word=F(word),
        first=Plain(F("at")),
        last=Plain(F("at")),
        amount=_decimal(F(amount)),
        number=Value(1),
    )
    found: Read = named.values_list(*COLUMNS_READ)
    return found


def _summed(doses: Read) -> Read:
    """Return the doses of each participant by their schedule."""
    summed = doses.order_by().values("participant_id", word=F("schedule"))
    summed = summed.annotate(
        first=Plain(Min("at")),
        last=Plain(Max("at")),
        amount=_decimal(Sum("dose_mg")),
        number=Number("pk"),
    )
    found: Read = summed.values_list(*COLUMNS_READ)
    return found


def _decimal(amount: F | Sum) -> Cast:
    return Cast(amount, DecimalField(max_digits=12, decimal_places=3))


def _reading(at: datetime, amount: Decimal, unit: str) -> Reading:
    is_celsius = unit == "C"
    return Reading(
        at=at, temperature_c=amount if is_celsius else None, temperature_f=None if is_celsius else amount
    )


def trigger_at(frame: Frame, pk: int, known: Treatment) -> datetime | None:
    """Return when the trigger of the first course was met by the data cut."""
    if len(known.readings) < 2:
        return None
    began_at = frame.first_courses[pk].began_at
    found = fever_trigger([_reading(*each) for each in known.readings], infused_at=began_at)
    return found.met_at if found else None
