"""The same facts as a table: one row for each day of the range on which anything is recorded. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from followup.timeline.canvas import Canvas, position_of
from followup.timeline.facts import Course, Dose, GradePoint, Moment, Support
from followup.timeline.lanes.grades import worst_of_days
from participants.domain.day_words import full_day, study_day

COLUMNS = (
    "Day", "T max", "CRS and why", "ICANS and why", "Vasopressors", "Oxygen", "Anakinra", "Visit", "Other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GradeCell:
    """The worst grade of a day with its reason; `value` "?" where data were missing."""

    value: str
    why: str


@dataclass
class DayRow:
    """One day."""

    day: str
    date: str
    t_max: str = ""
    crs: GradeCell | None = None
    icans: GradeCell | None = None
    vasopressors: str = ""
    oxygen: str = ""
    anakinra: str = ""
    visits: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


def day_rows(course: Course, canvas: Canvas) -> list[DayRow]:
    """Tell each day of the range, worst values first; days without anything are left out."""
    days: dict[date, DayRow] = {}

    def row(on: date) -> DayRow:
        if on not in days:
            label = study_day(on, canvas.day_zero)
            days[on] = DayRow(label or full_day(on), f"{on:%d %b %Y}" if label else "")
        return days[on]

    for fill in (_temperatures, _grades, _supports, _doses, _visits, _others):
        fill(course, canvas, row)
    return [days[on] for on in sorted(days) if canvas.holds_day(on)]


_Row = Callable[[date], DayRow]


def _temperatures(course: Course, canvas: Canvas, row: _Row) -> None:
    highest: dict[date, tuple[Decimal, str]] = {}
    for reading in course.readings:
        on = canvas.day(reading.at)
        highest[on] = max(highest.get(on, (Decimal(0), "")), (reading.celsius, reading.words))
    for on, (_, words) in highest.items():
        row(on).t_max = words


def _grades(course: Course, canvas: Canvas, row: _Row) -> None:
    for on, point in worst_of_days(course.crs, canvas).items():
        row(on).crs = _cell(point)
    for on, point in worst_of_days(course.icans, canvas).items():
        row(on).icans = _cell(point)


def _cell(point: GradePoint) -> GradeCell:
    why = "; ".join(filter(None, [point.why, point.signed]))
    return GradeCell("?" if point.value is None else str(point.value), why if point.value != 0 else "")


def _supports(course: Course, canvas: Canvas, row: _Row) -> None:
    for on, names in _by_day(course.vasopressors, canvas):
        row(on).vasopressors = ", ".join(names)
    for on, names in _by_day(course.oxygen, canvas):
        row(on).oxygen = ", ".join(names)


def _by_day(supports: Sequence[Support], canvas: Canvas) -> Iterator[tuple[date, list[str]]]:
    days: dict[date, list[str]] = {}
    for support in supports:
        first = int(position_of(support.began_at, canvas.zone))
        last = int(position_of(support.ended_at, canvas.zone))
        for ordinal in range(first, last + 1):
            names = days.setdefault(date.fromordinal(ordinal), [])
            if support.name not in names:
                names.append(support.name)
    yield from days.items()


def _doses(course: Course, canvas: Canvas, row: _Row) -> None:
    days: dict[date, list[Dose]] = {}
    for dose in course.doses:
        days.setdefault(canvas.day(dose.at), []).append(dose)
    for on, doses in days.items():
        row(on).anakinra = ", ".join(_amounts(doses))


def _amounts(doses: Sequence[Dose]) -> Iterable[str]:
    counts: dict[str, int] = {}
    for dose in doses:
        said = dose.state if dose.mg is None else f"{dose.mg.normalize():f} mg"
        counts[said] = counts.get(said, 0) + 1
    return [
        f"{count} × {said}" if said.endswith("mg") else f"{count} {said}" for said, count in counts.items()
    ]


def _visits(course: Course, canvas: Canvas, row: _Row) -> None:
    for visit in course.visits:
        if not visit.is_log:
            row(visit.on).visits.append(f"{visit.label}: {visit.words.partition(': ')[2]}")


def _others(course: Course, canvas: Canvas, row: _Row) -> None:
    for phase in course.phases:
        row(phase.began.on).other.append(phase.name)
    for event in course.key_events:
        at = f" {canvas.clock(event.moment.at)}" if event.moment.at else ""
        row(event.moment.on).other.append(f"{event.label}{at}")
    _stays(course, canvas, row)
    for drug in (*course.tocilizumab, *course.steroids, *course.other_drugs):
        row(drug.began.on).other.append(_dated(drug.words, drug.began))
        is_one_month = drug.ended and drug.ended.words and drug.ended.words == drug.began.words
        if drug.ended and drug.ended.on != drug.began.on and not is_one_month:
            row(drug.ended.on).other.append(_dated(f"{drug.name} stopped", drug.ended))
    for infection in course.infections:
        row(infection.began_on).other.append(infection.words)
    _events(course, canvas, row)
    for point in course.outcomes:
        row(point.on).other.append(point.words)


def _dated(words: str, moment: Moment) -> str:
    return f"{words} ({moment.words})" if moment.words else words


def _stays(course: Course, canvas: Canvas, row: _Row) -> None:
    for stay in course.stays:
        into, out = ("to intensive care", "out of intensive care") if stay.is_intensive else (
            "admitted to hospital", "discharged"
        )  # fmt: skip
        row(canvas.day(stay.began_at)).other.append(f"{into} {canvas.clock(stay.began_at)}, {stay.reason}")
        if stay.ended_at:
            row(canvas.day(stay.ended_at)).other.append(f"{out} {canvas.clock(stay.ended_at)}")


def _events(course: Course, canvas: Canvas, row: _Row) -> None:
    for event in course.events:
        graded = dict(event.grades)
        if event.began_on not in graded:
            row(event.began_on).other.append(f"{event.term}, not graded")
        for on, grade in event.grades:
            row(on).other.append(f"{event.term} grade {grade}")
        if event.ended_on:
            row(event.ended_on).other.append(f"{event.term} ended")
        if event.serious:
            row(canvas.day(event.serious.aware_at)).other.append(f"{event.serious.number}: {event.term}")
