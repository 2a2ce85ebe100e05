"""The primary endpoint: how many of the evaluable had severe CRS, against rate and boundary."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from followup.dashboards.drawing.svg import Drawing, Point, steps, ticks
from followup.dashboards.figure import (
    FEW,
    Cell,
    Count,
    Figure,
    Groups,
    Measure,
    Table,
    Who,
    interval,
    is_few,
    percent,
)
from followup.dashboards.reading.endpoint import Endpoint, keys, max_crs, read_endpoint
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.people import Person
from followup.dashboards.reading.subset import subset_of_infused, without_limits
from followup.dashboards.rows import Rows
from followup.models import AnalysisPlan
from participants.domain.proportions import Proportion, exact_proportion, exact_proportions

SOURCE = (
    "Lee et al., Biol Blood Marrow Transplant 2019;25:625-638 (grade); Clopper and Pearson 1934 (interval); "
    "comparison rate and boundary as the statistician enters them"
)
LEFT, RIGHT, TOP, BOTTOM = 36.0, 404.0, 84.0, 208.0
HEAD = (
    "n", "Participant", "Counts as", "Max CRS", "Severe", "Cumulative", "Boundary", "Reached", "Estimate",
    "Lower 95 %", "Upper 95 %", "Comparison rate",
)  # fmt: skip


def draw(frame: Frame) -> Figure:
    """Estimate the rate of severe CRS."""
    found, groups = read_endpoint(frame), Groups()
    subset = subset_of_infused(frame) if frame.plan.stop_at or frame.plan.planned_n else ""
    plan = without_limits(frame.plan) if subset else frame.plan
    title = f"Severe CRS (grade ≥ {plan.severe_from_grade})"
    severe = groups.count("severe", title, keys(found.severe))
    evaluable = groups.count("evaluable", "Evaluable for severe CRS", keys(found.evaluable))
    pending = groups.count("pending", "Pending for severe CRS", keys(found.pending))
    ungraded = groups.count("ungraded", "Without any CRS grade", keys(found.ungraded))
    day = f"trial day {plan.evaluable_day}"
    short = groups.count("short", f"Not severe, and not seen in the first course to {day}", keys(found.short))
    died = groups.count("died", f"Died before {day} without severe CRS", keys(found.died))
    share = None if is_few(evaluable.value) else exact_proportion(severe.value, evaluable.value)
    finding: list[str | Count] = [severe, " of ", evaluable, " evaluable"]
    if share is not None:
        finding.append(
            f", {percent(share.estimate)}, exact 95 % interval {interval(share.lower, share.upper)}"
        )
    elif evaluable.value:
        finding.append(f"; fewer than {FEW}: no estimate")
    if plan.comparison_rate is not None:
        finding.append(f"; comparison rate {percent(float(plan.comparison_rate))}")
    finding += [
        "; ", pending, " pending, ", short, " not followed long enough, ", died, " died before, ", ungraded,
        " without a grade. ", _verdict(frame.plan, found, subset),
    ]  # fmt: skip
    return Figure(
        "severe", title, finding, _definition(plan), SOURCE, _table(frame, plan, found),
        _drawing(plan, found, share) if evaluable.value else None,
        "" if evaluable.value else "Nobody is evaluable by the data cut.", groups,
    )  # fmt: skip


def boundary_at(plan: AnalysisPlan, n: int) -> int | None:
    """Return the fewest severe of n that call for a review; None where there is no such number."""
    limit: int | None = plan.stop_at[n - 1] if 1 <= n <= len(plan.stop_at) else None
    return limit


def reached_at(plan: AnalysisPlan, running: Sequence[int]) -> int | None:
    """Return the first n at which the severe reach the boundary; None where they never did.

    `running` holds how many were severe of the first n evaluable. Whoever crossed has crossed: the
    probability of a boundary is that of ever crossing it.
    """
    limits = ((n, boundary_at(plan, n)) for n in range(1, len(running) + 1))
    return next((n for n, limit in limits if limit is not None and running[n - 1] >= limit), None)


def _verdict(plan: AnalysisPlan, found: Endpoint, subset: str) -> str:
    if not plan.stop_at:
        return "No stopping boundary has been entered"
    if subset:
        return f"No verdict: the boundary is of the whole trial, and this counts only {subset}"
    running = _running(found)
    crossed, limit = reached_at(plan, running), boundary_at(plan, len(running))
    if crossed is not None:
        return f"Boundary of {boundary_at(plan, crossed)} reached at n={crossed}: people review"
    if limit is None:
        return "The boundary says nothing at this number, and was not reached before"
    return f"Below the boundary of {limit}, and never reached"


def _definition(plan: AnalysisPlan) -> str:
    return (
        f"Maximum ASTCT CRS grade of at least {plan.severe_from_grade} in the first course [setting]; the "
        "signed grade counts where there is one, and a death whose main cause is CRS is grade 5. Evaluable: "
        f"severe, or graded and known alive on trial day {plan.evaluable_day} or later, once it is over "
        "[setting]. Pending: that day is not over. Who is not known to have been alive on it, was infused "
        "again or died before it, without severe CRS is not evaluable and counted apart. The boundary is "
        "looked at after each evaluable participant in the order of infusion, and stays reached once it was "
        "at any n; who is evaluable later takes their place in that order. It is of the whole trial: where "
        "fewer are counted there is no verdict. Crossing it is an alert for people, never an automatic "
        f"closure. Boundary: {plan.boundary_source or 'none entered'}."
    )


def _running(found: Endpoint) -> list[int]:
    """Return how many were severe among the first n evaluable, for each n."""
    severe = set(keys(found.severe))
    return list(accumulate(int(one.pk in severe) for one in found.evaluable))


def _table(frame: Frame, plan: AnalysisPlan, found: Endpoint) -> Table:
    """List the evaluable with the estimate after each of them, then the others of the infused."""
    severe, running = set(keys(found.severe)), _running(found)
    shares = exact_proportions([(total, n) for n, total in enumerate(running, 1)])
    rate = plan.comparison_rate
    compared = _share(None if rate is None else float(rate))

    def write(row: tuple[int, str, Person]) -> list[Cell]:
        n, standing, one = row
        head: list[Cell] = [n or None, Who(one.pk, one.study_id), standing, max_crs(frame, one)]
        if not n:
            return [*head, None, None, None, None, _share(None), _share(None), _share(None), compared]
        total, limit = running[n - 1], boundary_at(plan, n)
        is_reached = limit is not None and total >= limit
        share = None if is_few(n) else shares[n - 1]
        numbers = (share.estimate, share.lower, share.upper) if share else (None, None, None)
        said = "yes" if one.pk in severe else "no"
        return [*head, said, total, limit, "reached" if is_reached else "", *map(_share, numbers), compared]

    rows = [(n, "evaluable", one) for n, one in enumerate(found.evaluable, 1)]
    others = {
        "pending": found.pending, "not followed long enough": found.short, "died before": found.died,
        "without a grade": found.ungraded,
    }  # fmt: skip
    rows += [(0, standing, one) for standing, people in others.items() for one in people]
    return Table("Infused participants: the evaluable in the order of infusion, then the others", HEAD,
                 Rows(rows, write))  # fmt: skip


def _share(value: float | None) -> Measure:
    return Measure(None, "–") if value is None else Measure(value, percent(value))


def _drawing(plan: AnalysisPlan, found: Endpoint, share: Proportion | None) -> Drawing:
    name = f"Severe CRS {len(found.severe)} of {len(found.evaluable)}"
    if share is not None:
        name += f", {percent(share.estimate)}, 95 % interval {interval(share.lower, share.upper)}"
    drawing = Drawing(420, 248, name)
    if share is None:
        drawing.text("t-3", LEFT, 30, f"fewer than {FEW} evaluable: no estimate, no interval")
    else:
        _interval(drawing, plan, share)
    _course(drawing, plan, found)
    return drawing


def _interval(drawing: Drawing, plan: AnalysisPlan, share: Proportion) -> None:
    def x(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * value

    for quarter in range(5):
        drawing.line("grid", x(quarter / 4), 18, x(quarter / 4), 34)
        anchor, place = ("t-end", 416.0) if quarter == 4 else ("t-mid", x(quarter / 4))
        drawing.text(f"t-3 {anchor}", place, 50, f"{25 * quarter} %")
    drawing.line("axis", LEFT, 26, RIGHT, 26)
    drawing.rect("acc-i", x(share.lower), 22.5, x(share.upper) - x(share.lower), 7)
    if plan.comparison_rate is not None:
        rate = float(plan.comparison_rate)
        drawing.line("ln ldash", x(rate), 14, x(rate), 38)
        drawing.text("t-3 t-mid halo", x(rate), 11, f"comparison {percent(rate)}")
    drawing.circle("acc", x(share.estimate), 26, 6, title=f"{percent(share.estimate)}")


def _course(drawing: Drawing, plan: AnalysisPlan, found: Endpoint) -> None:
    running = _running(found)
    most_n = max(len(plan.stop_at), plan.planned_n or 0, len(running) + len(found.pending), 1)
    limits = [limit for limit in plan.stop_at if limit is not None]
    marks = ticks(max(running[-1], *limits, 3) if limits else max(running[-1], 3), 4)

    def x(n: float) -> float:
        return LEFT + (RIGHT - LEFT) * n / most_n

    def y(number: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * number / marks[-1]

    _boundary(drawing, [(x(n), y(s)) for n, s in enumerate(plan.stop_at, 1) if s is not None])
    for number in marks:
        drawing.line("grid", LEFT, y(number), RIGHT, y(number))
        drawing.text("t-3 t-end", LEFT - 7, y(number) + 4, number)
    for n in ticks(most_n, 6):
        if n <= most_n:
            drawing.text("t-3 t-mid", x(n), BOTTOM + 17, n)
    drawing.text("t-2", 2, TOP - 10, "Severe, cumulative")
    drawing.text(
        "t-3 t-mid", (LEFT + RIGHT) / 2, BOTTOM + 33, "evaluable participants, in the order of infusion"
    )
    drawing.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM)
    corners = steps([(x(n), y(total)) for n, total in enumerate(running, 1)], (LEFT, BOTTOM))
    drawing.path("ln ln-strong", corners)
    if found.pending:
        _pending(drawing, corners[-1], x(len(running) + len(found.pending)), len(found.pending))
    drawing.circle("ink", *corners[-1], 4, title=f"{running[-1]} severe of {len(running)}")
    last_x, last_y = corners[-1]
    is_left = last_x > (LEFT + RIGHT) / 2
    place = last_x + (-6 if is_left else 0)
    anchor = " t-end" if is_left else " t-mid" if last_x > LEFT + 50 else ""
    drawing.text(f"t t-b halo{anchor}", place, max(last_y - 9, TOP + 6), f"{running[-1]} of {len(running)}")


def _pending(drawing: Drawing, last: Point, end: float, number: int) -> None:
    """Draw how far the pending would bring the line."""
    drawing.path("ln-2 dash", [last, (end, last[1])])
    drawing.circle("ink-o", end, last[1], 3.5, title=f"{number} pending")
    if end < RIGHT - 70:
        drawing.text("t-2 halo", end + 8, last[1] + 4, f"{number} pending")
    else:
        # Above the total: below a rising line the words would lie on it.
        drawing.text("t-2 t-end halo", end, max(last[1] - 25, TOP - 10), f"{number} pending")


def _boundary(drawing: Drawing, limits: list[Point]) -> None:
    if limits:
        line = steps(limits[1:], limits[0])
        drawing.path("stopzone", [(limits[0][0], TOP), *line, (limits[-1][0], TOP)], closed=True)
        drawing.path("red-l", line)
        is_narrow = limits[-1][0] - limits[0][0] < 120
        drawing.text("t-2 t-red", limits[-1 if is_narrow else 0][0] + 6, TOP + 14, "stop and review")
