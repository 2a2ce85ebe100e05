"""CRS and ICANS: a ribbon whose steps are as high as the grade."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from followup.timeline.canvas import Canvas, Zoom, position_of
from followup.timeline.facts import Course, GradePoint
from followup.timeline.joins import grade_steps
from followup.timeline.labels import first_fitting, text_width
from followup.timeline.lanes.bars import Span, span_of
from followup.timeline.marks import Lane, Line, Mark, Rect, Shape, Text, in_order

_STRIP = 4.0
_FOOT = 6.0
_AND = re.compile(r", | and ")


@dataclass(frozen=True, slots=True)
class _Step:
    """A grade from one position to another, with its sentence; `first` and `last` as a file says them."""

    began: float
    ended: float
    value: int | None
    why: str
    when: str
    words: str
    first: date | datetime
    last: date | datetime | None


@dataclass(frozen=True, slots=True)
class _Look:
    """How one of the two ribbons looks."""

    name: str
    css: str
    ink: str
    hourly: float = 14.0
    daily: float = 11.0


_CRS, _ICANS = _Look("CRS", "crs", "ct"), _Look("ICANS", "icans", "it")


def crs_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw the grade of CRS over time."""
    return _lane(_CRS, course.crs, canvas)


def icans_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw the grade of ICANS over time."""
    return _lane(_ICANS, course.icans, canvas)


def _lane(look: _Look, points: Sequence[GradePoint], canvas: Canvas) -> Lane:
    steps = _hourly(look, points, canvas) if canvas.zoom is Zoom.HOUR else _daily(look, points, canvas)
    unit = look.hourly if canvas.zoom is Zoom.HOUR else look.daily
    highest = max((point.value or 0 for point in points), default=0)
    base = 12 + max(highest, 2) * unit
    drawn = [(step, span) for step in steps if (span := span_of(canvas, step.began, step.ended))]
    marks = [_mark(look, step, span, base, unit) for step, span in drawn]
    return Lane(
        look.name,
        base + _FOOT,
        in_order(marks),
        sub=_worst(points, canvas),
        ground=(Line("rule", 0, base + 0.5, canvas.width, base + 0.5),),
        is_bare=not points,
    )


def _worst(points: Sequence[GradePoint], canvas: Canvas) -> str:
    graded = [point for point in points if point.value is not None]
    if not graded:
        return "not graded" if points else ""
    worst = max(graded, key=lambda point: (point.value or 0, -point.at.timestamp()))
    if not worst.value:
        return "never above 0"
    return f"max {worst.value}, {canvas.study_day(canvas.day(worst.at))}"


def _hourly(look: _Look, points: Sequence[GradePoint], canvas: Canvas) -> Iterable[_Step]:
    for step in grade_steps(points, now=canvas.now):
        many = f", {step.assessments} assessments" if step.assessments > 1 else ""
        yield _Step(
            position_of(step.began_at, canvas.zone),
            position_of(step.ended_at, canvas.zone),
            step.value,
            step.why,
            canvas.when(step.began_at),
            _sentence(look, step.value, step.why, step.signed) + f" (to {canvas.brief(step.ended_at)}{many})",
            step.began_at,
            step.ended_at,
        )


def _daily(look: _Look, points: Sequence[GradePoint], canvas: Canvas) -> Iterable[_Step]:
    """Yield the worst grade of each day at the site; days in a row with the same one together."""
    worst = worst_of_days(points, canvas)
    for first, last in _stretches(worst):
        point = worst[first]
        until = f" (worst of each day to {canvas.brief_on(last)})" if last > first else " (worst of the day)"
        yield _Step(
            first.toordinal(),
            last.toordinal() + 1,
            point.value,
            point.why,
            canvas.when_on(first),
            _sentence(look, point.value, point.why, point.signed) + until,
            first,
            last if last > first else None,
        )


def _stretches(worst: dict[date, GradePoint]) -> list[tuple[date, date]]:
    """Return the first and last of successive days with the same grade."""
    found: list[tuple[date, date]] = []
    for day in sorted(worst):
        before = found[-1][1] if found else None
        if before and day - before == timedelta(days=1) and _alike(worst, before, day):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _alike(worst: dict[date, GradePoint], one: date, other: date) -> bool:
    return (worst[one].value, worst[one].signed) == (worst[other].value, worst[other].signed)


def worst_of_days(points: Iterable[GradePoint], canvas: Canvas) -> dict[date, GradePoint]:
    """Return the assessment with the worst grade of each day; one without a grade only if it is alone."""
    worst: dict[date, GradePoint] = {}
    for point in points:
        on = canvas.day(point.at)
        if on not in worst or _height(point) > _height(worst[on]):
            worst[on] = point
    return worst


def _height(point: GradePoint) -> int:
    return -1 if point.value is None else point.value


def _sentence(look: _Look, value: int | None, why: str, signed: str) -> str:
    grade = f"{look.name} not graded" if value is None else f"{look.name} grade {value}"
    return f"{grade}: {why}" + (f"; {signed}" if signed else "")


def _mark(look: _Look, step: _Step, span: Span, base: float, unit: float) -> Mark:
    high = _STRIP if step.value == 0 else unit * (step.value or 1)
    top = base - high
    fill = "ungraded" if step.value is None else f"{look.css}-{step.value} {look.css}-e"
    return Mark(
        when=step.when,
        words=step.words,
        hit=Rect("hit", span.left - 1, top - 3, span.width + 2, high + 4, 3),
        shapes=(span.box(fill, top, high), *_words(look, step, span, top, high)),
        begins=step.first,
        ends=step.last,
        value="" if step.value is None else str(step.value),
    )


def _words(look: _Look, step: _Step, span: Span, top: float, high: float) -> list[Shape]:
    numeral = "?" if step.value is None else str(step.value)
    wide = text_width(numeral, 12)
    if span.width < wide + 3:
        return []
    inset = min(6.0, (span.width - wide) / 2)
    if step.value == 0:
        words = first_fitting([f"0 · {short}" for short in _short(step)], span.width - 8) or "0"
        return [Text("t-2", span.left + inset, top - 4, words)]
    ink = f"{look.ink}-{step.value}" if step.value is not None else ""
    shapes: list[Shape] = [Text(f"t t-b {ink}".strip(), span.left + inset, top + 11.5, numeral)]
    is_tall = high >= 27
    room = span.width - 2 * inset - (0 if is_tall else wide + 4)
    if why := first_fitting(_short(step), room):
        x = span.left + inset + (0 if is_tall else wide + 4)
        shapes.append(Text(f"t-2 {ink}".strip(), x, top + (24.5 if is_tall else 11.5), why))
    return shapes


def _short(step: _Step) -> list[str]:
    """Shorten a reason step by step: all of it, what was found, the first finding; or a mere word."""
    kept = step.why.split("; ")[0]
    if step.value == 0:
        word = kept.partition(":")[0]
        return [word[:1].lower() + word[1:]]
    head, _, found = kept.partition(", ")
    if found.startswith("no "):
        return [head, head.split(" ")[0]]
    findings = found or head
    return [kept, findings, *_AND.split(findings)[:1]]
