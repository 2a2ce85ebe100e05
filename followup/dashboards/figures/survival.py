"""Overall, event-free and relapse-free survival by Kaplan and Meier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import numpy as np

from followup.dashboards.drawing.curves import (
    HEIGHT,
    Axes,
    Ends,
    Line,
    Scale,
    curve_legend,
    draw_band,
    draw_frame,
    draw_lines,
    draw_median,
    lines_legend,
    marks_of,
    step_points,
)
from followup.dashboards.drawing.person_rows import height_of
from followup.dashboards.drawing.svg import NARROW, WIDE, Drawing
from followup.dashboards.figure import (
    FEW,
    ROWS,
    Count,
    Figure,
    Groups,
    Measure,
    Table,
    interval,
    is_few,
    percent,
    plural,
)
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.leaving import Leaving, day_rows
from participants.domain.life_table import Floats, LifeTable, count_by_time
from participants.domain.survival import SurvivalCurve, kaplan_meier
from participants.domain.vital_status import (
    DAYS_PER_MONTH,
    CourseFacts,
    TimeToEvent,
    event_free_survival,
    overall_survival,
    relapse_free_survival,
)

SOURCE = (
    "PACER design, clinical rules, section 8; Kaplan and Meier 1958; pointwise log(-log) interval after "
    "Kalbfleisch and Prentice 2002; limits of the median after Brookmeyer and Crowley 1982"
)
# The month at which the finding is told.
TOLD_AT_MONTH = 6
HEAD = ("Days", "At risk", "Events", "Censored", "Survival", "Lower 95 %", "Upper 95 %")


Time = TypeVar("Time")


@dataclass(frozen=True)
class Endpoint(Generic[Time]):
    """One endpoint: what counts as its event, with or without a competing one, and from when time runs.

    `share` names what a curve has up the page, `since` what its time runs from.
    """

    key: str
    title: str
    share: str
    since: str
    definition: str
    time: Callable[[CourseFacts], Time | None]
    nobody: str = "Nobody has been infused by the data cut."

    def times(self, frame: Frame) -> dict[int, Time]:
        """Return the times of whom the endpoint counts."""
        found = {pk: self.time(facts) for pk, facts in frame.courses.items()}
        return {pk: one for pk, one in found.items() if one is not None}


OVERALL = Endpoint(
    "os", "Overall survival", "Alive", "the infusion",
    "From the infusion to death of any cause; censored when last known alive, at the latest at the data "
    "cut, and at no therapy. A month has 30.4375 days.",
    overall_survival,
)  # fmt: skip
EVENT_FREE = Endpoint(
    "efs", "Event-free survival", "Alive without an event", "the infusion",
    "From the infusion to no response, relapse or death; censored at the last disease assessment, and at the "
    "next therapy [setting]: transplantation, new therapy or a further infusion. No response counts at the "
    "date of the first failing assessment, for who is in no remission by month 3, or by the data cut "
    "[setting]; a remission after the next therapy is none. A relapse counts also where no remission was "
    "recorded before it.",
    event_free_survival,
)  # fmt: skip
RELAPSE_FREE = Endpoint(
    "rfs", "Relapse-free survival", "Alive without relapse", "the first CR or CRi",
    "From the first CR or CRi to a relapse after it, or death; censored at the last disease assessment. Only "
    "participants who came into remission count, and before any next therapy: transplantation, new therapy "
    "or a further infusion [setting]. A therapy given in remission does not censor.",
    relapse_free_survival, "Nobody has come into remission by the data cut.",
)  # fmt: skip


def drawn(endpoint: Endpoint[TimeToEvent]) -> Callable[[Frame], Figure]:
    """Return the figure of an endpoint."""
    return lambda frame: draw(frame, endpoint)


def draw(frame: Frame, endpoint: Endpoint[TimeToEvent]) -> Figure:
    """Estimate one endpoint."""
    times = endpoint.times(frame)
    if not times:
        nothing = Table("Life table", HEAD, [])
        return Figure(
            endpoint.key, endpoint.title, ["0 participants"], endpoint.definition, SOURCE, nothing,
            None, endpoint.nobody, width=6,
        )  # fmt: skip
    curve = kaplan_meier(
        count_by_time([one.days for one in times.values()], [one.is_event for one in times.values()])
    )
    groups = Groups()
    n = groups.count("n", endpoint.title, times)
    events = groups.count("events", f"{endpoint.title}: events", [pk for pk in times if times[pk].is_event])
    wide, narrow = (_drawing(frame, endpoint, times, curve, width) for width in (WIDE, NARROW))
    leaving = Leaving(
        endpoint.title,
        {pk: (one.days, "event" if one.is_event else "censored") for pk, one in times.items()},
        marks_of(curve.table),
    )
    return Figure(
        endpoint.key, endpoint.title, _finding(n, events, curve), endpoint.definition, SOURCE,
        _table(curve), wide, "", leaving.with_days(groups), width=6,
        legend=_legend(times, curve), narrow=narrow,
    )  # fmt: skip


def at_month(curve: SurvivalCurve, month: int) -> tuple[float, float, float] | None:
    """Return survival and its limits after some months; None where nobody is followed that long."""
    day = month * DAYS_PER_MONTH
    if day > curve.table.times[-1]:
        return None
    place = int(np.searchsorted(curve.table.times, day, side="right")) - 1
    if place < 0:
        return 1.0, float("nan"), float("nan")
    return float(curve.survival[place]), float(curve.lower[place]), float(curve.upper[place])


def _finding(n: Count, events: Count, curve: SurvivalCurve) -> list[str | Count]:
    words: list[str | Count] = [
        events, f" {plural(events.value, 'event')} of ", n, f" {plural(n.value, 'participant')}"
    ]  # fmt: skip
    if is_few(n.value):
        return [*words, f"; fewer than {FEW}: one line a participant, no estimate"]
    told = at_month(curve, TOLD_AT_MONTH)
    if told is not None:
        share, lower, upper = told
        limits = "" if np.isnan(lower) else f", 95 % interval {interval(lower, upper)}"
        words.append(f". {percent(share)} at {TOLD_AT_MONTH} months{limits}")
    return [*words, f"; median {_median(curve)}"]


def _median(curve: SurvivalCurve) -> str:
    """Write the median with its limits.

    An upper band that stays above one half does not reach a limit; one that ends undefined, as nobody is
    left, has none, and where survival falls to 0 at once there is no lower one either.
    """
    if curve.median is None:
        return "not reached"
    months = f"{curve.median / DAYS_PER_MONTH:.1f} months"
    if curve.median_lower is None:
        return f"{months}, its 95 % interval is not defined"
    lower = f"{curve.median_lower / DAYS_PER_MONTH:.1f}"
    if curve.median_upper is not None:
        return f"{months}, 95 % interval {lower} to {curve.median_upper / DAYS_PER_MONTH:.1f}"
    if np.isnan(curve.upper[-1]):
        return f"{months}, 95 % interval from {lower}, its upper limit not defined"
    return f"{months}, 95 % interval {lower} to not reached"


def share(value: float) -> Measure:
    """Write a share for a table; one that is undefined is empty."""
    return Measure(None, "–") if np.isnan(value) else Measure(value, percent(value))


def known(table: LifeTable, shares: Sequence[Floats]) -> Sequence[Floats]:
    """Return estimates and their limits; of few participants every one is undefined."""
    nothing = np.full(len(table.times), np.nan)
    return [nothing for _ in shares] if is_few(table.participants) else shares


def _table(curve: SurvivalCurve) -> Table:
    table = curve.table
    counts = {"risk": table.at_risk, "event": table.events, "censored": table.censored}
    shares = (curve.survival, curve.lower, curve.upper)
    rows = day_rows(table.times, counts, known(table, shares), share)
    return Table("Life table, one row a day on which somebody leaves", HEAD, rows)


def _ending(one: TimeToEvent) -> Ends:
    return Ends.EVENT if one.is_event else Ends.CENSORED


def _legend(times: Mapping[int, TimeToEvent], curve: SurvivalCurve) -> list[tuple[str, str]]:
    if is_few(len(times)):
        return lines_legend(_ending(one) for one in times.values())
    return curve_legend(curve.table, curve.lower, has_ticks=True)


def _drawing(
    frame: Frame,
    endpoint: Endpoint[TimeToEvent],
    times: Mapping[int, TimeToEvent],
    curve: SurvivalCurve,
    width: float,
) -> Drawing:
    address = partial(frame.people_address, endpoint.key)
    scale = Scale(endpoint.title, endpoint.share, endpoint.since, address)
    if not is_few(len(times)):
        is_beside = endpoint is OVERALL and width == WIDE
        return _curve(scale, curve, width, _beside(len(frame.infused)) if is_beside else HEIGHT)
    lines = [Line(frame.people[pk].study_id, one.days, _ending(one)) for pk, one in times.items()]
    return draw_lines(scale, lines, width)


def _beside(number: int) -> float:
    """Return the height of a curve that stands beside the rows of so many participants, and fills it.

    Beside more rows than that stand two curves, one below the other.
    """
    height = height_of(number)
    return min(max(height, HEIGHT), ROWS[0]) if height <= ROWS[1] else HEIGHT


def _curve(scale: Scale, curve: SurvivalCurve, width: float, height: float) -> Drawing:
    table, axes = curve.table, Axes.of(float(curve.table.times[-1]), width, height=height)
    name = f"{scale.name}: {table.participants} participants, {int(table.events.sum())} events"
    drawing = draw_frame(scale, name, table, axes)
    draw_band(drawing, axes, table.times, curve.lower, curve.upper)
    if curve.median is not None:
        draw_median(drawing, axes, curve.median)
    drawing.path("ln ln-strong", step_points(axes, table.times, curve.survival, 1.0))
    left = table.censored > 0
    places = zip(table.times[left].tolist(), curve.survival[left].tolist(), strict=True)
    drawing.strokes("ink-l", [(axes.x(days), axes.y(survival)) for days, survival in places], -5)
    return drawing
