"""Accrual: how many were infused by when, against the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import accumulate

from followup.dashboards.drawing.svg import Drawing, steps, ticks
from followup.dashboards.figure import Count, Figure, Group, Groups, Measure, Table
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.people import Person
from followup.dashboards.reading.subset import subset_of_everybody, without_limits
from followup.models import AnalysisPlan

TITLE = "Accrual"
DEFINITION = (
    "A participant counts from the day of the infusion (day zero of the first course). The plan is a "
    "straight line from the first day of accrual to the last, as entered in the analysis plan. It is of the "
    "whole trial: where only some sites or a cohort are counted nothing is compared with it."
)
SOURCE = "PACER design, clinical rules, section 1; the plan as the statistician enters it"
LEFT, RIGHT, TOP, BOTTOM = 38.0, 408.0, 24.0, 206.0
# Up to so many days the marks of the axis are days.
MOST_DAYS = 62
# Under the line of a plan that rises so high its name has room.
STEEP = 90.0


def draw(frame: Frame) -> Figure:
    """Count the infused by day."""
    groups = Groups()
    infused = frame.reached("infused")
    zeros = sorted(one.day_zero for one in infused.values() if one.day_zero is not None)
    subset = subset_of_everybody(frame) if frame.plan.planned_n else ""
    plan = without_limits(frame.plan) if subset else frame.plan
    number = groups.count("infused", "Infused", infused)
    return Figure(
        "accrual", TITLE, _finding(number, plan, frame.cut_on, subset), DEFINITION, SOURCE,
        _table(frame, plan, infused, groups), _drawing(zeros, plan, frame.cut_on),
        "" if zeros else "Nobody has been infused by the data cut.", groups,
    )  # fmt: skip


def planned_by(plan: AnalysisPlan, day: date) -> float | None:
    """Return how many were planned by a day, the day included; None without a complete plan."""
    if plan.planned_n is None or plan.accrual_from_on is None or plan.accrual_to_on is None:
        return None
    whole = (plan.accrual_to_on - plan.accrual_from_on).days + 1
    gone = (day - plan.accrual_from_on).days + 1
    return plan.planned_n * min(max(gone / whole, 0.0), 1.0)


def _finding(number: Count, plan: AnalysisPlan, day: date, subset: str) -> list[str | Count]:
    if subset:
        return [number, f" infused. The plan is of the whole trial, and this counts only {subset}"]
    wanted, today = plan.planned_n, planned_by(plan, day)
    words: list[str | Count] = [number, f" infused of {wanted} planned" if wanted else " infused"]
    if today is not None:
        words.append(f"; plan for {day:%d %b %Y}: {today:.1f}")
    elif not wanted:
        words.append(". No plan has been entered")
    return words


def _quarter(on: date) -> tuple[int, int]:
    return on.year, (on.month - 1) // 3 + 1


def _last_day(quarter: tuple[int, int]) -> date:
    year, number = quarter
    following = date(year + 1, 1, 1) if number == 4 else date(year, number * 3 + 1, 1)
    return following - timedelta(days=1)


def _table(frame: Frame, plan: AnalysisPlan, infused: dict[int, Person], groups: Groups) -> Table:
    quarters = {pk: _quarter(one.day_zero) for pk, one in infused.items() if one.day_zero is not None}
    order = sorted(quarters, key=lambda pk: (infused[pk].day_zero or date.max, pk))
    groups["by-time"] = Group("Infused, the first infused first", lambda: order)
    shown = _span(set(quarters.values()), _quarter(frame.cut_on))
    numbers = Counter(quarters.values())
    rows = []
    for quarter, total in zip(shown, accumulate(numbers[each] for each in shown), strict=True):
        name = f"{quarter[0]} Q{quarter[1]}"
        people = [pk for pk, each in quarters.items() if each == quarter]
        planned = planned_by(plan, min(_last_day(quarter), frame.cut_on))
        words = "–" if planned is None else f"{planned:.1f}"
        count = groups.count(f"in-{name.replace(' ', '-')}", f"Infused in {name}", people)
        so_far = groups.first(
            f"by-{name.replace(' ', '-')}", f"Infused by the end of {name}", total, "by-time"
        )
        rows.append((name, count, so_far, Measure(planned, words)))
    return Table("Infused by quarter, up to the data cut", ("Quarter", "Infused", "Cumulative", "Plan"), rows)


def _span(quarters: set[tuple[int, int]], last: tuple[int, int]) -> list[tuple[int, int]]:
    """List the quarters from the first to the last, those without an infusion included."""
    if not quarters:
        return []
    year, number = min(quarters)
    found = []
    while (year, number) <= max(last, max(quarters)):
        found.append((year, number))
        year, number = (year + 1, 1) if number == 4 else (year, number + 1)
    return found


def _drawing(zeros: list[date], plan: AnalysisPlan, cut_on: date) -> Drawing | None:
    if not zeros:
        return None
    # The days of a plan that is not drawn would only press the others together.
    planned = [plan.accrual_from_on, plan.accrual_to_on] if plan.planned_n else []
    first = min(filter(None, [zeros[0], *planned]))
    last = max(filter(None, [cut_on, *planned, first + timedelta(days=30)]))
    top = ticks(max(len(zeros), plan.planned_n or 0))
    name = f"{len(zeros)} infused by {cut_on:%d %b %Y}"
    drawing = Drawing(420, 236, f"Infused participants over time: {name}")

    def x(on: date) -> float:
        return LEFT + (RIGHT - LEFT) * (on - first).days / max((last - first).days, 1)

    def y(number: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * number / top[-1]

    drawing.rect("future", x(cut_on), TOP, RIGHT - x(cut_on), BOTTOM - TOP)
    for number in top:
        drawing.line("grid", LEFT, y(number), RIGHT, y(number))
        drawing.text("t-3 t-end", LEFT - 7, y(number) + 4, number)
    _dates(drawing, first, last, x)
    if plan.planned_n and plan.accrual_from_on and plan.accrual_to_on:
        drawing.line("ln-2 ldash", x(plan.accrual_from_on), y(0), x(plan.accrual_to_on), y(plan.planned_n))
        said = f"plan: {plan.planned_n} by {plan.accrual_to_on:%d %b %Y}"
        # Below a steep line there is room for its name, else above its end.
        is_steep = y(0) - y(plan.planned_n) > STEEP
        beside = y(plan.planned_n * 0.4) if is_steep else y(plan.planned_n) - 7
        drawing.text("t-2 t-end halo", RIGHT - 4, beside, said)
    drawing.path("ln ln-strong", steps([(x(on), y(i)) for i, on in enumerate(zeros, 1)], (LEFT, BOTTOM)))
    drawing.line("ln ln-strong", x(zeros[-1]), y(len(zeros)), x(cut_on), y(len(zeros)))
    drawing.circle("ink", x(cut_on), y(len(zeros)), 3.5, title=name)
    at_end = x(cut_on) > LEFT + 80
    drawing.text(
        f"t t-b halo{' t-end' if at_end else ''}", x(cut_on) + (-8 if at_end else 8),
        y(len(zeros)) - 6, f"{len(zeros)} infused",
    )  # fmt: skip
    drawing.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM)
    return drawing


def _dates(drawing: Drawing, first: date, last: date, x: Callable[[date], float]) -> None:
    """Mark days along a short axis, months along a long one."""
    if (last - first).days > MOST_DAYS:
        return _months(drawing, first, last, x)
    for days in range(0, (last - first).days + 1, 14):
        on = first + timedelta(days=days)
        drawing.line("axis", x(on), BOTTOM, x(on), BOTTOM + 4)
        drawing.text("t-2 t-mid", min(max(x(on), LEFT + 8), RIGHT - 18), BOTTOM + 17, f"{on:%d %b}")
    return None


def _months(drawing: Drawing, first: date, last: date, x: Callable[[date], float]) -> None:
    """Mark about six months along the axis, with the year at the first and at each January."""
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next(size for size in (1, 2, 3, 6, 12, 24, 60, 600) if months <= 6 * size)
    previous = None
    for number in range(0, months + 1, every):
        year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
        on = date(year, month + 1, 1)
        if on < first:
            continue
        drawing.line("axis", x(on), BOTTOM, x(on), BOTTOM + 4)
        words = f"{on:%b} ’{on:%y}" if previous != year else f"{on:%b}"
        drawing.text("t-2 t-mid", min(x(on), RIGHT - 18), BOTTOM + 17, words)
        previous = year
