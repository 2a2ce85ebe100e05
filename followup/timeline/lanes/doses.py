"""Anakinra: a triangle for each dose, hollow where it was not given; by day, a bar of doses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from followup.timeline.canvas import Canvas
from followup.timeline.facts import Course, Dose
from followup.timeline.labels import GAP, beside, first_fitting, text_width
from followup.timeline.marks import Lane, Line, Mark, Path, Rect, Shape, Text, in_order
from participants.domain.day_words import lasted

_Y = 34.0
_BASE, _STEP = 40.0, 7.5


def anakinra_lane(course: Course, canvas: Canvas) -> Lane:
    """Draw the doses of the study drug, with the delay from trigger to first dose."""
    shown = [dose for dose in course.doses if canvas.holds(dose.at)]
    given = [dose for dose in course.doses if dose.mg is not None]
    if not shown:
        return Lane("Anakinra", 34, sub=_sum(given), is_bare=not course.doses)
    if canvas.is_hourly:
        ground, marks = _words(course, shown, canvas), [_triangle(dose, course, canvas) for dose in shown]
    else:
        ground, marks = _rule(shown, course, canvas), _bars(shown, canvas)
    height = 48.0 if canvas.is_hourly else _BASE + 8
    return Lane("Anakinra", height, in_order(marks), sub=_sum(given), ground=tuple(ground))


def _sum(given: Sequence[Dose]) -> str:
    if not given:
        return ""
    total = sum((dose.mg or Decimal(0) for dose in given), Decimal(0))
    amount = f"{total / 1000:.2f} g" if total >= 1000 else f"{total.normalize():f} mg"
    return f"{len(given)} dose{'s' if len(given) > 1 else ''}, {amount}"


def _triangle(dose: Dose, course: Course, canvas: Canvas) -> Mark:
    x = canvas.x(dose.at)
    css = "acc" if dose.mg is not None else "acc-o"
    return Mark(
        when=canvas.when(dose.at),
        words=dose.words + _after_trigger(dose, course),
        hit=Rect("hit", x - 8, _Y - 8, 16, 16, 8),
        shapes=(Path(css, f"M{x - 5:.1f} {_Y - 4.5:g}h10L{x:.1f} {_Y + 5:g}z"),),
        begins=dose.at,
        value="" if dose.mg is None else f"{dose.mg.normalize():f} mg",
    )


def _delay(dose: Dose, course: Course) -> timedelta | None:
    """Return the time from the trigger for the first dose given after it, None for every other dose."""
    met = max((pair.second.at for pair in course.triggers if pair.second.at <= dose.at), default=None)
    if met is None or dose.mg is None:
        return None
    first = next(each for each in course.doses if each.mg is not None and each.at >= met)
    return dose.at - met if first is dose else None


def _after_trigger(dose: Dose, course: Course) -> str:
    delay = _delay(dose, course)
    return "" if delay is None else f"; {lasted(delay)} after the trigger"


def _words(course: Course, shown: Sequence[Dose], canvas: Canvas) -> list[Shape]:
    """Return the line through the doses and the words above and beside it."""
    given = [dose for dose in shown if dose.mg is not None]
    shapes: list[Shape] = []
    if len(given) > 1:
        shapes.append(Line("ln-acc", canvas.x(given[0].at), _Y, canvas.x(given[-1].at), _Y))
    shapes += _above(shown, canvas)
    for dose in shown:
        delay = _delay(dose, course)
        x = canvas.x(dose.at) - 9
        if delay is not None and x > text_width(lasted(delay)):
            shapes.append(Text("t-2 t-acc t-end halo", x, _Y + 4, lasted(delay)))
    last = [dose for dose in course.doses if dose.mg is not None][-1:]
    if last and last[0] in shown:
        x = canvas.x(last[0].at)
        label = beside(f"last dose {canvas.clock(last[0].at)}", x - 6, x + 6, canvas.width)
        if not label.is_left:
            shapes.append(Text("t-2 halo", label.x, _Y + 4, label.text))
    return shapes


def _above(shown: Sequence[Dose], canvas: Canvas) -> list[Shape]:
    """Write each change of schedule or dose, and what was not given, as much as there is room for."""
    changes: list[tuple[float, list[str], str]] = []
    said = ""
    for dose in shown:
        x = canvas.x(dose.at)
        if dose.mg is None:
            changes.append((x - text_width(dose.state) / 2, [dose.state], "t-2 halo"))
            continue
        words = f"{dose.schedule} · {dose.mg.normalize():f} mg"
        if words != said:
            changes.append((x - 4, [words, dose.schedule], "t-2 t-acc halo"))
            said = words
    ends = [left for left, _, _ in changes[1:]] + [canvas.width + 2 * GAP]
    return [
        Text(css, left, 18, text)
        for (left, texts, css), end in zip(changes, ends, strict=True)
        if (text := first_fitting(texts, end - left - GAP))
    ]


def _bars(shown: Sequence[Dose], canvas: Canvas) -> list[Mark]:
    days: dict[date, list[Dose]] = {}
    for dose in shown:
        days.setdefault(canvas.day(dose.at), []).append(dose)
    return [_bar(day, doses, canvas) for day, doses in days.items()]


def _bar(day: date, doses: Sequence[Dose], canvas: Canvas) -> Mark:
    given = [dose for dose in doses if dose.mg is not None]
    total = sum((dose.mg or Decimal(0) for dose in given), Decimal(0))
    left, right = canvas.x_on(day, 0), canvas.x_on(day, 1)
    wide = max(right - left - 2, 2)
    high = min(len(given), 5) * _STEP
    words = f"{len(given)} dose{'' if len(given) == 1 else 's'} of anakinra, {total.normalize():f} mg"
    missing = [dose.words for dose in doses if dose.mg is None]
    css, top = ("acc", _BASE - high) if given else ("acc-o", _BASE - 4)
    return Mark(
        when=canvas.when_on(day),
        words="; ".join([words, *missing]) if given else "; ".join(missing),
        hit=Rect("hit", left - 1, min(top, _BASE - 8) - 1, wide + 4, max(high, 8) + 3, 3),
        shapes=(Rect(css, left + 1, top, wide, high or 4),),
        begins=day,
        value=str(len(given)),
    )


def _rule(shown: Sequence[Dose], course: Course, canvas: Canvas) -> list[Shape]:
    left, right = canvas.x_on(canvas.day(shown[0].at), 0), canvas.x_on(canvas.day(shown[-1].at), 1)
    text = "doses a day"
    delays = [delay for dose in course.doses if (delay := _delay(dose, course)) is not None]
    if delays:
        text += f"; first {lasted(delays[0])} after the trigger"
    label = beside(text, left, right, canvas.width)
    css = "t-2 halo t-end" if label.is_left else "t-2 halo"
    return [Line("rule", left, _BASE + 0.5, right, _BASE + 0.5), Text(css, label.x, _BASE - 1, label.text)]
