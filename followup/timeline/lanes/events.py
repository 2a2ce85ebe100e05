"""Infections and adverse events: bars by grade, with their words, a red diamond for a serious event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from followup.timeline.canvas import Canvas
from followup.timeline.facts import Course, EventSpan, InfectionSpan, SeriousMark
from followup.timeline.labels import GAP, Room, beside, first_fitting, fit, rows_for, text_width
from followup.timeline.lanes.bars import Span, Worded, going_on, in_rows, span_of, worded
from followup.timeline.marks import Lane, Line, Mark, Path, Rect, Shape, Text, in_order

_INFECTION_ROW, _ROW = 24.0, 21.0
# Beyond this many rows the least severe events are told in words only.
MOST_ROWS = 12
# What the numeral of a grade takes at the left of a bar.
_NUMERAL_PX = 18.0


def infections_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw the infection episodes from onset to end."""
    spans = [(row, span) for row in course.infections if (span := _infection_span(row, canvas))]
    bars = [worded(canvas, span, [row.title]) for row, span in spans]
    rows = in_rows(bars)
    marks = [
        _infection(row, bar, 4 + _INFECTION_ROW * place, canvas)
        for (row, _), bar, place in zip(spans, bars, rows, strict=True)
    ]
    height = 4 + _INFECTION_ROW * (max(rows, default=0) + 1) + 2
    return Lane("Infections", height, in_order(marks), is_bare=not course.infections)


def _infection_span(row: InfectionSpan, canvas: Canvas) -> Span | None:
    return span_of(canvas, row.began_on.toordinal(), _end(row, canvas))


def _end(row: InfectionSpan | EventSpan, canvas: Canvas) -> float:
    """Return where a bar ends: after its last day; after its first when only the end's date is missing."""
    if row.ended_on is not None:
        return row.ended_on.toordinal() + 1
    return row.began_on.toordinal() + 1 if row.is_over else canvas.open_end


def _infection(row: InfectionSpan, bar: Worded, top: float, canvas: Canvas) -> Mark:
    span = bar.span
    onset = [] if span.comes_in else [Line("ink-l", span.left, top - 2, span.left, top + 20)]
    return Mark(
        when=canvas.when_on(row.began_on),
        words=f"{row.words}{_until(row.ended_on, canvas, is_over=row.is_over)}",
        hit=span.hit(top, 17),
        shapes=(
            span.box("bar-1", top, 17),
            *onset,
            *bar.text("t-2", "t-2 on-pale", top + 12.5),
            *going_on(span, top + 8.5, canvas),
        ),
        begins=row.began_on,
        ends=row.ended_on,
        value=row.title,
    )


def _until(ended_on: date | None, canvas: Canvas, *, is_over: bool) -> str:
    if ended_on is not None:
        return f", to {canvas.brief_on(ended_on)}"
    if is_over:
        return ", end not recorded"
    return ", goes on" if canvas.died_on is None else ", until death"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An adverse event with its place."""

    event: EventSpan
    bar: Worded
    row: int


def adverse_events_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw adverse events, the worst first when there are more than fit, and serious events under them."""
    spans = [(event, span) for event in course.events if (span := _event_span(event, canvas))]
    drawn, untold = _placed(spans, canvas)
    rows = max((each.row for each in drawn), default=-1) + 1
    marks = [_event(each, 6 + _ROW * each.row, canvas) for each in drawn]
    top = 6 + _ROW * rows
    if untold:
        marks.append(_more(untold, top, canvas))
        top += _ROW
    serious = _serious_marks(course.events, top, canvas)
    top += _ROW * (max((row for row, _ in serious), default=-1) + 1)
    marks += [mark for _, mark in serious]
    versions = sorted({event.version for event in course.events})
    sub = f"CTCAE v{' and v'.join(versions)}" if versions else ""
    return Lane("Adverse events", max(top + 4, 24), in_order(marks), sub=sub, is_bare=not course.events)


def _event_span(event: EventSpan, canvas: Canvas) -> Span | None:
    return span_of(canvas, event.began_on.toordinal(), _end(event, canvas))


def _placed(spans: Sequence[tuple[EventSpan, Span]], canvas: Canvas) -> tuple[list[_Drawn], list[EventSpan]]:
    bars = [_labelled(event, span, canvas) for event, span in spans]
    rows = in_rows(bars)
    if max(rows, default=0) < canvas.rows(MOST_ROWS):
        return [_Drawn(event, bar, row) for (event, _), bar, row in zip(spans, bars, rows, strict=True)], []
    ordered = sorted(
        zip(spans, bars, strict=True),
        key=lambda pair: (pair[0][0].serious is None, -pair[0][0].worst, pair[0][0].began_on),
    )
    rows = in_rows([bar for _, bar in ordered])
    drawn = [_Drawn(event, bar, row) for ((event, _), bar), row in zip(ordered, rows, strict=True)]
    return [each for each in drawn if each.row < MOST_ROWS], [
        each.event for each in drawn if each.row >= MOST_ROWS
    ]


def _labelled(event: EventSpan, span: Span, canvas: Canvas) -> Worded:
    """Put the term beside the bar; into its widest piece where there is no room beside."""
    label = beside(event.term, span.left, span.left + span.width, canvas.width)
    if label.text != event.term:
        left, right, _ = _widest(event, span, canvas)
        if first_fitting([event.term], right - left - _NUMERAL_PX - GAP):
            return Worded(span, inside=event.term)
    return Worded(span, label=label)


def _widest(event: EventSpan, span: Span, canvas: Canvas) -> tuple[float, float, int]:
    return max(_pieces(event, span, canvas), key=lambda piece: piece[1] - piece[0])


def _event(drawn: _Drawn, top: float, canvas: Canvas) -> Mark:
    event, span = drawn.event, drawn.bar.span
    shapes: list[Shape] = []
    for left, right, grade in _pieces(event, span, canvas):
        shapes.append(Rect(_FILLS[grade], left, top, max(right - left, 2), 15))
        if right - left > 12:
            shapes.append(Text(f"t-2 t-b {_INKS[grade]}", left + 4, top + 11.5, str(grade)))
    if drawn.bar.inside:
        left, _, grade = _widest(event, span, canvas)
        shapes.append(Text(f"t-2 {_INKS[grade]}".strip(), left + _NUMERAL_PX, top + 11.5, event.term))
    shapes += drawn.bar.beside("t-2", top + 11.5)
    last = event.grades[-1][1] if event.grades else 0
    shapes += going_on(span, top + 7.5, canvas, is_dark=last > 3)
    until = _until(event.ended_on, canvas, is_over=event.is_over)
    return Mark(
        when=canvas.when_on(event.began_on),
        words=f"{event.term}: {_grades(event, canvas)}{until}",
        hit=span.hit(top, 15),
        shapes=tuple(shapes),
        begins=event.began_on,
        ends=event.ended_on,
        value=str(event.worst or ""),
    )


_FILLS = {0: "bar-o", 1: "bar-o", 2: "bar-1", 3: "bar-2", 4: "bar-3", 5: "ink"}
_INKS = {0: "", 1: "", 2: "on-pale", 3: "on-mid", 4: "on-dark", 5: "on-dark"}


def _pieces(event: EventSpan, span: Span, canvas: Canvas) -> list[tuple[float, float, int]]:
    """Cut a bar where the grade changes; before the first grade it is not graded (0)."""
    changes = [(canvas.scale.x(on.toordinal()), grade) for on, grade in event.grades]
    end = span.left + span.width
    cuts = [(span.left, 0), *((max(x, span.left), grade) for x, grade in changes), (end, 0)]
    return [(left, min(right, end), grade) for (left, grade), (right, _) in pairwise(cuts) if right > left]


def _grades(event: EventSpan, canvas: Canvas) -> str:
    if not event.grades:
        return "not graded"
    return ", ".join(f"grade {grade} from {canvas.study_day(on)}" for on, grade in event.grades)


def _more(untold: Sequence[EventSpan], top: float, canvas: Canvas) -> Mark:
    worst = max(event.worst for event in untold)
    words = f"{len(untold)} more, grade {worst} at most: {', '.join(event.term for event in untold)}"
    first = min(event.began_on for event in untold)
    shown = fit(f"+{words}", canvas.width - 8)
    return Mark(
        when=canvas.when_on(first),
        words=words,
        hit=Rect("hit", 0, top, text_width(shown) + 8, 16, 3),
        shapes=(Text("t-2", 4, top + 11.5, shown),),
        begins=first,
        value=str(worst),
    )


def _serious_marks(events: Sequence[EventSpan], top: float, canvas: Canvas) -> list[tuple[int, Mark]]:
    shown = [
        (event, event.serious) for event in events if event.serious and canvas.holds(event.serious.aware_at)
    ]
    xs = [canvas.x(mark.aware_at) for _, mark in shown]
    labels = [
        beside(f"{mark.number} · {event.term}", x - 8, x + 8, canvas.width)
        for (event, mark), x in zip(shown, xs, strict=True)
    ]
    rows = rows_for(
        [
            Room(min(x - 8, label.room.left), max(x + 8, label.room.right))
            for x, label in zip(xs, labels, strict=True)
        ]
    )
    return [
        (row, _serious(event, mark, label.text, top + _ROW * row, canvas, is_left=label.is_left))
        for (event, mark), label, row in zip(shown, labels, rows, strict=True)
    ]


def _serious(
    event: EventSpan, mark: SeriousMark, label: str, top: float, canvas: Canvas, *, is_left: bool
) -> Mark:
    x, y = canvas.x(mark.aware_at), top + 8
    css = "red" if mark.is_confirmed else "red-l"
    side = ("t-2 t-red t-end halo", x - 14) if is_left else ("t-2 t-red halo", x + 14)
    return Mark(
        when=canvas.when(mark.aware_at),
        words=f"{mark.number}, serious: {event.term}, {mark.words}; site aware {canvas.brief(mark.aware_at)}",
        hit=Rect("hit", x - 10, y - 10, 20, 20, 10),
        shapes=(
            Path(css, f"M{x:.1f} {y - 6.5:g}l6.5 6.5-6.5 6.5-6.5-6.5z"),
            Text(side[0], side[1], y + 4, label),
        ),
        begins=mark.aware_at,
        value=mark.number,
    )
