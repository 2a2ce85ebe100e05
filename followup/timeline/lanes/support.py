"""Organ support: one bar for each vasopressor, so that the eye counts them; oxygen by its flow."""

from __future__ import annotations

import re
from collections.abc import Sequence

from followup.timeline.canvas import Canvas, position_of
from followup.timeline.facts import Course, Support
from followup.timeline.labels import GAP, beside, first_fitting
from followup.timeline.lanes.bars import Span, span_of
from followup.timeline.marks import Lane, Mark, Rect, Shape, Text, in_order

_ROW = 20.0
_HIGH, _LOW = 20.0, 10.0
_FLOW = re.compile(r"[\d.]+ L/min$")


def vasopressor_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw each vasopressor in a row of its own, named once."""
    rows: dict[str, list[tuple[Support, Span]]] = {}
    for support in course.vasopressors:
        if span := _span(support, canvas):
            rows.setdefault(support.name, []).append((support, span))
    marks: list[Mark] = []
    for number, (name, bars) in enumerate(rows.items()):
        top = 5 + _ROW * number
        named, words = _name_once(name, [span for _, span in bars], top, canvas)
        marks += [
            _mark(
                support,
                canvas,
                span.hit(top, 16),
                (span.box("bar-3", top, 16), *(words if span is named else ())),
            )
            for support, span in bars
        ]
    return Lane(
        "Vasopressors", 8 + _ROW * max(len(rows), 1), in_order(marks), is_bare=not course.vasopressors
    )


def _name_once(name: str, spans: Sequence[Span], top: float, canvas: Canvas) -> tuple[Span, list[Shape]]:
    """Write the name into the first bar in which it fits, else after the last or before the first."""
    for span in spans:
        if first_fitting([name], span.width - 2 * GAP):
            return span, [Text("t-2 on-dark", span.left + GAP, top + 12, name)]
    label = beside(name, spans[0].left, spans[-1].left + spans[-1].width, canvas.width)
    css = "t-2 t-end halo" if label.is_left else "t-2 halo"
    return (spans[0] if label.is_left else spans[-1]), [Text(css, label.x, top + 12, label.text)]


def oxygen_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw oxygen: half height is low flow, full height high flow or more."""
    spans = [(support, span) for support in course.oxygen if (span := _span(support, canvas))]
    marks = []
    for number, (support, span) in enumerate(spans):
        following = spans[number + 1][1].left if number + 1 < len(spans) else canvas.width
        high, fill = (_LOW, "bar-1") if support.level == 1 else (_HIGH, "bar-2")
        top = 8 + _HIGH - high
        words = _oxygen_words(support, span, following)
        marks.append(_mark(support, canvas, span.hit(top, high), (span.box(fill, top, high), *words)))
    return Lane("Oxygen", 34, in_order(marks), is_bare=not course.oxygen)


def _oxygen_words(support: Support, span: Span, following: float) -> list[Shape]:
    """Put words above a low bar, into or behind a high one; none where the next bar leaves no room."""
    texts = [support.name, support.name.partition(" ")[2], *_FLOW.findall(support.name)]
    if support.level == 1:
        words = first_fitting(texts, following - span.left - GAP)
        return [Text("t-2 halo", span.left + 3, 15, words)] if words else []
    if inside := first_fitting(texts, span.width - 10):
        return [Text("t-2 on-mid", span.left + 5, 22, inside)]
    behind = first_fitting(texts, following - span.right - 2 * GAP)
    return [Text("t-2 halo", span.right + GAP, 22, behind)] if behind else []


def _span(support: Support, canvas: Canvas) -> Span | None:
    began, ended = position_of(support.began_at, canvas.zone), position_of(support.ended_at, canvas.zone)
    return span_of(canvas, began, ended)


def _mark(support: Support, canvas: Canvas, hit: Rect, shapes: tuple[Shape, ...]) -> Mark:
    until = f"{'last seen, until at most' if support.lasts else 'to'} {canvas.brief(support.ended_at)}"
    return Mark(
        when=canvas.when(support.began_at),
        words=", ".join(filter(None, [support.name, support.detail, until])),
        hit=hit,
        shapes=shapes,
        begins=support.began_at,
        ends=support.ended_at,
        value=support.name,
    )
