"""Phase and place: where a participant stands in the trial, and in the hospital."""

from __future__ import annotations

from collections.abc import Sequence

from followup.timeline.canvas import Canvas, position_of
from followup.timeline.facts import Course, PhaseSpan, Stay
from followup.timeline.labels import BOLD_PX, TEXT_PX, fit
from followup.timeline.lanes.bars import Span, span_of
from followup.timeline.marks import Lane, Mark, Shape, Text, in_order

_INSET = 6.0


def phase_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw the lifecycle as one band; it ends now, because nobody knows what follows."""
    marks = [mark for phase in course.phases if (mark := _phase(phase, canvas))]
    return Lane("Phase", 26, in_order(marks), is_bare=not course.phases, has_rule=False)


def _phase(phase: PhaseSpan, canvas: Canvas) -> Mark | None:
    began = canvas.position(phase.began)
    ended = canvas.position(phase.ended) if phase.ended else None
    if ended is not None and ended <= began:
        return None
    span = span_of(canvas, began, ended)
    if span is None:
        return None
    fill, ink = ("acc", "t on-acc t-b") if phase.is_on_drug else ("bar-o", "t-2")
    until = f" to {canvas.brief_of(phase.ended)}" if phase.ended else ", since then"
    return Mark(
        when=canvas.when_of(phase.began),
        words=f"{phase.name}{until}",
        hit=span.hit(4, 20),
        shapes=(span.box(fill, 4, 20), *_inside(span, phase.name, ink, 18)),
        begins=phase.began.at or phase.began.on,
        ends=(phase.ended.at or phase.ended.on) if phase.ended else None,
    )


def place_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw stays in hospital, with intensive care on top of them."""
    ordered = sorted(course.stays, key=lambda stay: (stay.is_intensive, stay.began_at))
    drawn = [(stay, span) for stay in ordered if (span := _span(stay, canvas))]
    covers = [span for stay, span in drawn if stay.is_intensive]
    marks = [_stay(stay, span, covers, canvas) for stay, span in drawn]
    return Lane("Place", 24, tuple(marks), is_bare=not course.stays)


def _span(stay: Stay, canvas: Canvas) -> Span | None:
    ended = position_of(stay.ended_at, canvas.zone) if stay.ended_at else canvas.open_end
    return span_of(canvas, position_of(stay.began_at, canvas.zone), ended)


def _stay(stay: Stay, span: Span, covers: Sequence[Span], canvas: Canvas) -> Mark:
    name = "Intensive care" if stay.is_intensive else "Hospital"
    fill, ink = ("bar-3", "t-2 on-dark") if stay.is_intensive else ("bar-o", "t-2")
    free = span if stay.is_intensive else _uncovered(span, covers)
    until = f" to {canvas.brief(stay.ended_at)}" if stay.ended_at else ", not discharged"
    return Mark(
        when=canvas.when(stay.began_at),
        words=f"{name}{until}: {stay.reason}",
        hit=span.hit(3, 16),
        shapes=(span.box(fill, 3, 16), *_inside(free, name, ink, 15)),
        begins=stay.began_at,
        ends=stay.ended_at,
    )


def _uncovered(span: Span, covers: Sequence[Span]) -> Span:
    """Return the widest part of a bar that nothing covers."""
    edges = sorted(
        (max(cover.left, span.left), min(cover.right, span.right))
        for cover in covers
        if cover.right > span.left and cover.left < span.right
    )
    starts = [span.left, *(right for _, right in edges)]
    ends = [*(left for left, _ in edges), span.right]
    free = [Span(left, right) for left, right in zip(starts, ends, strict=True) if right > left]
    return max(free, key=lambda part: part.width, default=Span(span.left, span.left))


def _inside(span: Span, name: str, css: str, baseline: float) -> list[Shape]:
    words = fit(name, span.width - 2 * _INSET, BOLD_PX if "t-b" in css else TEXT_PX)
    return [Text(css, span.left + _INSET, baseline, words)] if words else []
