"""Other drugs that grading reads, or that were given as rescue: a sign at the start and at the stop."""

from __future__ import annotations

from collections.abc import Sequence

from followup.timeline.canvas import Canvas
from followup.timeline.facts import Course, Drug, Moment
from followup.timeline.labels import beside
from followup.timeline.lanes.bars import Span, Worded, in_rows
from followup.timeline.marks import Lane, Line, Mark, Path, Rect, Shape, in_order

_ROW = 22.0
_SIGN = 12.0


def tocilizumab_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw a square for each dose of tocilizumab."""
    return _lane("Tocilizumab", course.tocilizumab, canvas, is_square=True)


def steroid_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw a diamond where steroids begin and where they stop, a line between."""
    return _lane("Steroid", course.steroids, canvas)


def other_drugs_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw antipyretics, anticytokine drugs and other rescue."""
    return _lane("Other drugs", course.other_drugs, canvas)


def _lane(name: str, drugs: Sequence[Drug], canvas: Canvas, *, is_square: bool = False) -> Lane:
    drawn = [(drug, span) for drug in drugs if (span := _span(drug, canvas))]
    labels = [_labelled(_label(drug, name), span, canvas) for drug, span in drawn]
    rows = in_rows(labels)
    marks = [
        _mark(drug, bar, 4 + _ROW * row + 8, canvas, is_square=is_square)
        for (drug, _), bar, row in zip(drawn, labels, rows, strict=True)
    ]
    height = 4 + _ROW * (max(rows, default=0) + 1)
    return Lane(name, height, in_order(marks), is_bare=not drugs, has_rule=False)


def _labelled(text: str, span: Span, canvas: Canvas) -> Worded:
    """Put the words beside the line; over it where it runs through the whole range."""
    label = beside(text, span.left - _SIGN / 2, span.right + _SIGN / 2, canvas.width)
    return Worded(span, label=label) if label.text else Worded(span, inside=text)


def _label(drug: Drug, lane: str) -> str:
    if drug.name.lower() == lane.lower():
        return drug.dose or drug.name
    return f"{drug.name} {drug.dose}".strip()


def _span(drug: Drug, canvas: Canvas) -> Span | None:
    began = canvas.position(drug.began, 0.5)
    ended = canvas.position(drug.ended, 0.5) if drug.ended else canvas.open_end
    if drug.ended and drug.ended.words:
        # The month goes on; the drug was stopped in it, and has been recorded as such.
        ended = min(ended, canvas.now_position)
    ended = max(ended, began)
    if not canvas.meets(began, ended):
        return None
    x = canvas.scale.x
    return Span(x(began), x(ended), began < canvas.scale.start, ended > canvas.scale.end)


def _mark(drug: Drug, bar: Worded, y: float, canvas: Canvas, *, is_square: bool) -> Mark:
    span = bar.span
    shapes: list[Shape] = []
    # Start and stop closer than a sign are one sign: an infusion of an hour.
    is_long = span.right - span.left > _SIGN
    if is_long:
        is_sure = drug.ended and not drug.began.words and not drug.ended.words
        shapes.append(Line("ink-l" if is_sure else "ink-l dash", span.left, y, span.right, y))
    # A sign stands where the day is known; a month is the dashed line alone, where it is long enough to see.
    if not span.comes_in and not (drug.began.words and is_long):
        shapes.append(_sign(span.left, y, is_square=is_square))
    if drug.ended and is_long and not span.goes_on and not drug.ended.words:
        shapes.append(_sign(span.right, y, is_square=is_square))
    # Words on the line itself would look struck out.
    shapes += bar.text("t-2", "t-2 halo", y - 3 if bar.inside else y + 4)
    return Mark(
        when=canvas.when_of(drug.began),
        words=drug.words + _until(drug.began, drug.ended, canvas),
        hit=Rect("hit", span.left - 8, y - 8, span.right - span.left + 16, 16, 3),
        shapes=tuple(shapes),
        begins=drug.began.at or drug.began.on,
        ends=(drug.ended.at or drug.ended.on) if drug.ended else None,
        value=drug.dose,
    )


def _until(began: Moment, ended: Moment | None, canvas: Canvas) -> str:
    if ended is None:
        return ", no stop recorded"
    is_said = ended == began or (ended.words and ended.words == began.words)
    return "" if is_said else f", to {canvas.brief_of(ended)}"


def _sign(x: float, y: float, *, is_square: bool) -> Shape:
    if is_square:
        return Rect("ink", x - 5, y - 5, 10, 10)
    return Path("ink", f"M{x:.1f} {y - 5.5:g}l5.5 5.5-5.5 5.5-5.5-5.5z")
