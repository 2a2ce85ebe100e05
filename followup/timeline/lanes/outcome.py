"""Response, relapse, later therapy, death or when somebody last knew of the participant."""

from __future__ import annotations

from collections.abc import Sequence

from followup.timeline.canvas import Canvas
from followup.timeline.facts import Course, OutcomeKind, OutcomePoint
from followup.timeline.labels import Label, Room, beside, rows_for
from followup.timeline.marks import Circle, Lane, Mark, Path, Rect, Shape, Text, in_order

_ROW = 24.0


def outcome_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw the outcomes of the range; what lies outside of it is told in words."""
    shown = [point for point in course.outcomes if canvas.holds_day(point.on)]
    labels = [
        beside(point.label, canvas.x_on(point.on) - 7, canvas.x_on(point.on) + 7, canvas.width)
        for point in shown
    ]
    rows = rows_for([_room(point, label, canvas) for point, label in zip(shown, labels, strict=True)])
    marks = [
        _mark(point, label, 4 + _ROW * row + 9, canvas)
        for point, label, row in zip(shown, labels, rows, strict=True)
    ]
    ground = () if shown else _elsewhere(course.outcomes, canvas)
    height = 4 + _ROW * (max(rows, default=0) + 1)
    return Lane("Outcome", height, in_order(marks), ground=ground, is_bare=not course.outcomes)


def _room(point: OutcomePoint, label: Label, canvas: Canvas) -> Room:
    x = canvas.x_on(point.on)
    return Room(min(x - 9, label.room.left), max(x + 9, label.room.right))


def _elsewhere(points: Sequence[OutcomePoint], canvas: Canvas) -> tuple[Shape, ...]:
    if not points:
        return ()
    told = "; ".join(f"{point.label} {canvas.brief_on(point.on)}" for point in points[-3:])
    return (Text("t-2", 6, 18, f"None in this range. {told[:1].upper()}{told[1:]}."),)


def _mark(point: OutcomePoint, label: Label, y: float, canvas: Canvas) -> Mark:
    x = canvas.x_on(point.on)
    side = "t-2 t-end halo" if label.is_left else "t-2 halo"
    words = (Text(side, label.x, y + 4, label.text),) if label.text else ()
    return Mark(
        when=canvas.when_on(point.on),
        words=point.words,
        hit=Rect("hit", x - 10, y - 10, 20, 20, 10),
        shapes=(_sign(point.kind, x, y), *words),
        begins=point.on,
        value=point.label,
    )


def _sign(kind: OutcomeKind, x: float, y: float) -> Shape:
    if kind is OutcomeKind.RESPONSE:
        return Circle("ink", x, y, 6)
    outlines = {
        OutcomeKind.RELAPSE: f"M{x - 6:.1f} {y + 5:g}L{x:.1f} {y - 6:g} {x + 6:.1f} {y + 5:g}z",
        OutcomeKind.THERAPY: f"M{x - 4:.1f} {y:g}h8m-4-4v8m-6-10h12v12h-12z",
        OutcomeKind.DEATH: f"M{x:.1f} {y - 7:g}v14M{x - 4:.1f} {y - 3:g}h8",
        OutcomeKind.OFF_STUDY: f"M{x:.1f} {y - 7:g}v14M{x:.1f} {y - 7:g}h-5M{x:.1f} {y + 7:g}h-5",
        OutcomeKind.LAST_SEEN: f"M{x - 6:.1f} {y:g}h11M{x + 1:.1f} {y - 4:g}l4 4-4 4",
    }
    thick = "ink-x" if kind is OutcomeKind.DEATH else "ink" if kind is OutcomeKind.RELAPSE else "ink-l"
    return Path(thick, outlines[kind])
