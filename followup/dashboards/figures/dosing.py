"""From the fever trigger to the first anakinra dose; doses, escalations, and who never needed them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import quantiles
from typing import Any

from django.db.models import Count as Number
from django.db.models import DecimalField, F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from followup.dashboards.drawing.svg import Drawing, ticks
from followup.dashboards.figure import FEW, Cell, Count, Figure, Groups, Measure, Table, Who
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.people import Person
from followup.dashboards.reading.plain import Plain, as_moment
from followup.dashboards.rows import Rows
from participants.courses import Course
from participants.domain.fever import Reading, fever_trigger
from participants.models import AnakinraDose, Observation

Read = QuerySet[Any, Any]

TITLE = "Trigger to first anakinra dose"
DEFINITION = (
    "Trigger: two readings above 38.5 °C, at least 4 h and at most 24 h apart, after the infusion; it is met "
    "at the later of the earliest such pair. Time runs to the first given dose. Escalated: a given dose "
    "every 6 h. Readings and doses before the infusion, or of a further course, do not count. Who was "
    "treated without the trigger on record, or before it, has no time: counted apart."
)
SOURCE = "NCT06703216, trigger and dosing as configured for PACER; clinical rules, sections 1 and 2"
# Where more than these would stand on one another, columns count them instead.
MOST_STACKED, COLUMNS = 11, 30
LEFT, RIGHT = 24.0, 404.0
COLUMNS_READ = ("participant_id", "word", "first", "amount", "number")
HEAD = ("Participant", "Hours to first dose", "Doses given", "Total mg", "Escalated", "Rescue therapy")


@dataclass
class Treatment:
    """The doses of one participant in the first course, and each high reading with moment and unit."""

    readings: list[tuple[datetime, Decimal, str]] = field(default_factory=list)
    first_at: datetime | None = None
    doses: int = 0
    total_mg: Decimal = Decimal(0)
    is_escalated: bool = False

    def add(self, schedule: str, first_at: datetime, total_mg: Decimal, doses: int) -> None:
        """Take doses of one schedule."""
        self.first_at = min(first_at, self.first_at or first_at)
        self.doses += doses
        self.total_mg += total_mg
        self.is_escalated |= schedule == "q6h"


def draw(frame: Frame) -> Figure:
    """Measure the times, and count who was treated how."""
    known = _read(frame)
    trigger = {pk: _trigger_at(frame, pk, known[pk]) for pk in frame.infused}
    hours = {
        pk: time for pk in frame.infused if (time := _hours(trigger[pk], known[pk].first_at)) is not None
    }
    treated = [pk for pk in frame.infused if known[pk].doses]
    groups = Groups()
    rows = Rows(_order(treated, hours), lambda pk: _row(frame, frame.infused[pk], known[pk], hours.get(pk)))
    return Figure(
        "dosing", TITLE, _finding(frame, groups, known, trigger, hours), DEFINITION, SOURCE,
        Table("Treated participants, the shortest time first", HEAD, rows),
        _drawing(frame, hours) if hours else None,
        "" if hours else "Nobody with a trigger has been treated by the data cut.", groups,
        legend=_legend(hours),
    )  # fmt: skip


def _order(treated: Sequence[int], hours: dict[int, float]) -> list[int]:
    return sorted(treated, key=lambda pk: (hours.get(pk, float("inf")), pk))


def _read(frame: Frame) -> dict[int, Treatment]:
    """Read high readings and given doses of the first course.

    One statement sums the doses of most. Of who had one before the infusion, which is rare, each is
    read again; of who was infused again, each was read at once.
    """
    high = Q(temperature__gt=Decimal("38.5"), temperature_unit="C")
    high |= Q(temperature__gt=Decimal("101.3"), temperature_unit="F")
    readings = frame.of(Observation.objects.standing().filter(high, frame.by_cut("at")))
    doses = frame.of(AnakinraDose.objects.standing().given().filter(frame.by_cut("at")))
    again = [pk for pk, one in frame.infused.items() if one.infused_again_on]
    arms = [
        _single(readings, "temperature_unit", "temperature"),
        _single(doses.filter(participant__in=again), "schedule", "dose_mg"),
        _summed(doses.exclude(participant__in=again)),
    ]
    found, spans = defaultdict[int, Treatment](Treatment), frame.first_courses
    early = _take(found, spans, arms[0].union(*arms[1:], all=True))
    if early:
        found.update({pk: Treatment(found[pk].readings) for pk in early})
        _take(found, spans, _single(doses.filter(participant__in=early), "schedule", "dose_mg"))
    return found


def _take(found: dict[int, Treatment], spans: Mapping[int, Course], rows: Read) -> list[int]:
    """Take what lies in the first course; return of whom several doses were one row that began before it."""
    early = []
    for pk, word, at, amount, number in rows:
        moment = as_moment(at)
        if pk not in spans:
            continue
        if not spans[pk].holds(moment):
            early += [pk] if number > 1 and moment < spans[pk].began_at else []
        elif word in ("C", "F"):
            found[pk].readings.append((moment, amount, word))
        else:
            found[pk].add(word, moment, amount, number)
    return early


def _single(rows: Read, word: str, amount: str) -> Read:
    """Return each row."""
    named = rows.order_by().annotate(
        word=F(word), first=Plain(F("at")), amount=_decimal(F(amount)), number=Value(1)
    )
    found: Read = named.values_list(*COLUMNS_READ)
    return found


def _summed(doses: Read) -> Read:
    """Return the doses of each participant by their schedule."""
    summed = doses.order_by().values("participant_id", word=F("schedule"))
    summed = summed.annotate(first=Plain(Min("at")), amount=_decimal(Sum("dose_mg")), number=Number("pk"))
    found: Read = summed.values_list(*COLUMNS_READ)
    return found


def _decimal(amount: F | Sum) -> Cast:
    return Cast(amount, DecimalField(max_digits=12, decimal_places=3))


def _hours(trigger_at: datetime | None, first_at: datetime | None) -> float | None:
    """Return the hours from the trigger to the first dose; None without either, or for a dose before it."""
    if trigger_at is None or first_at is None or first_at < trigger_at:
        return None
    return (first_at - trigger_at).total_seconds() / 3600


def _reading(at: datetime, amount: Decimal, unit: str) -> Reading:
    is_celsius = unit == "C"
    return Reading(
        at=at, temperature_c=amount if is_celsius else None, temperature_f=None if is_celsius else amount
    )


def _trigger_at(frame: Frame, pk: int, known: Treatment) -> datetime | None:
    """Return when the trigger of the first course was met by the data cut."""
    if len(known.readings) < 2:
        return None
    began_at = frame.first_courses[pk].began_at
    found = fever_trigger([_reading(*each) for each in known.readings], infused_at=began_at)
    return found.met_at if found else None


def _finding(
    frame: Frame,
    groups: Groups,
    known: dict[int, Treatment],
    trigger: dict[int, datetime | None],
    hours: dict[int, float],
) -> list[str | Count]:
    met = {pk for pk, at in trigger.items() if at is not None}
    treated = {pk for pk in frame.infused if known[pk].doses}
    n = groups.count("n", "Treated after the trigger", hours)
    never = groups.count("never", "No trigger on record", set(frame.infused) - met)
    waiting = groups.count("waiting", "Trigger met, no dose given", met - treated)
    early = groups.count("apart", "Treated before or without a trigger on record", treated - set(hours))
    escalated = [pk for pk in treated if known[pk].is_escalated]
    rescued = [pk for pk in frame.infused if _rescue(frame, pk)]
    return [
        *_middle(hours), n, " treated after it, ", waiting, " met and not treated, ", never,
        " without a trigger, ", early, " treated before or without it; ",
        groups.count("escalated", "Escalated to every 6 h", escalated), " escalated, ",
        groups.count("rescued", "With rescue therapy", rescued), " with rescue therapy",
    ]  # fmt: skip


def _middle(hours: dict[int, float]) -> list[str | Count]:
    if len(hours) < FEW:
        return []
    low, middle, high = quantiles(hours.values(), n=4, method="inclusive")
    return [f"Median {words(middle)} (quartiles {words(low)} to {words(high)}); "]


def words(hours: float) -> str:
    """Write a time as hours and minutes, `1 h 20`, to the whole minute."""
    minutes = round(timedelta(hours=hours).total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02d}"


def _rescue(frame: Frame, pk: int) -> list[str]:
    """Return the rescue drugs since the infusion, up to the data cut.

    Of a start known to the month or the year some day may lie in between; then it counts.
    """
    zero, given = frame.infused[pk].day_zero, frame.dated[pk].rescues
    if zero is None:
        return []
    return sorted({name for on, name in given if zero <= on.latest and on.earliest <= frame.cut_on})


def _row(frame: Frame, one: Person, known: Treatment, hours: float | None) -> list[Cell]:
    time = Measure(hours, "–" if hours is None else words(hours))
    escalated = "yes" if known.is_escalated else "no"
    rescue = ", ".join(_rescue(frame, one.pk))
    return [Who(one.pk, one.study_id), time, known.doses, known.total_mg, escalated, rescue]


def _drawing(frame: Frame, hours: dict[int, float]) -> Drawing:
    marks, x, bottom = ticks(max(hours.values()), 6), _scale(hours), 166.0
    drawing = Drawing(420, 200, f"Hours from the trigger to the first dose of {len(hours)} participants")
    for number in marks:
        drawing.line("grid", x(number), 10, x(number), bottom)
        drawing.text("t-2 t-mid", x(number), bottom + 17, f"{number} h")
    drawing.line("axis", LEFT, bottom, RIGHT, bottom)
    if len(hours) >= FEW:
        low, middle, high = quantiles(hours.values(), n=4, method="inclusive")
        drawing.rect("acc-i", x(low), bottom - 24, x(high) - x(low), 8)
        drawing.line("ln-acc ev-w", x(middle), bottom - 28, x(middle), bottom - 12)
    if _is_crowded(hours, x):
        _columns(drawing, hours, x, bottom - 34)
    else:
        _marks(drawing, frame, hours, x, bottom - 42)
    return drawing


def _legend(hours: dict[int, float]) -> list[tuple[str, str]]:
    """Explain the signs; few have no median."""
    middle = [("|", "median"), (".acc-i", "quartiles")] if len(hours) >= FEW else []
    return [("▼", "participant"), *middle] if hours and not _is_crowded(hours, _scale(hours)) else middle


def _scale(hours: dict[int, float]) -> Callable[[float], float]:
    last = ticks(max(hours.values()), 6)[-1]
    return lambda time: LEFT + (RIGHT - LEFT) * time / last


def _is_crowded(hours: dict[int, float], x: Callable[[float], float]) -> bool:
    """Say whether marks would stand on one another, so that columns count them instead."""
    return max(Counter(_stack(x(time)) for time in hours.values()).values()) > MOST_STACKED


def _stack(place: float) -> int:
    """Return the column in which marks stand one above the other."""
    return round(place / 9)


def _marks(
    drawing: Drawing, frame: Frame, hours: dict[int, float], x: Callable[[float], float], bottom: float
) -> None:
    """Draw a mark for each participant, one above the other where times are close."""
    stacked: dict[int, int] = defaultdict(int)
    for pk, time in sorted(hours.items(), key=lambda item: (item[1], item[0])):
        column = _stack(x(time))
        height = bottom - stacked[column] * 10
        stacked[column] += 1
        title = f"{frame.infused[pk].study_id}: {words(time)}"
        drawing.shape("acc", "M0 5L4.5 -4L-4.5 -4z", x(time), height, title=title)


def _columns(drawing: Drawing, hours: dict[int, float], x: Callable[[float], float], bottom: float) -> None:
    """Draw how many had their first dose in each of about thirty steps of time."""
    step = max(hours.values()) / COLUMNS or 1.0
    numbers = Counter(min(int(time / step), COLUMNS - 1) for time in hours.values())
    most = max(numbers.values())
    drawing.text("t-3 halo", x(0) + 4, 14, f"participants in each column, at most {most}")
    for place, number in sorted(numbers.items()):
        left, height = x(place * step), 108 * number / most
        said = f"{words(place * step)} to {words((place + 1) * step)}: {number}"
        drawing.rect("acc", left, bottom - height, x((place + 1) * step) - left - 1, height, title=said)
