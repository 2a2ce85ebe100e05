"""Relapse and non-relapse mortality as competing risks, by Aalen and Johansen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from followup.dashboards.drawing.curves import (
    Axes,
    Ends,
    Line,
    Scale,
    curve_legend,
    draw_band,
    draw_frame,
    draw_lines,
    lines_legend,
    marks_of,
    step_points,
)
from followup.dashboards.drawing.svg import NARROW, WIDE, Drawing
from followup.dashboards.figure import FEW, Count, Figure, Groups, Table, interval, is_few, percent, plural
from followup.dashboards.figures.survival import TOLD_AT_MONTH, Endpoint, known, share
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.leaving import Leaving, day_rows
from participants.domain.cumulative_incidence import CompetingRisks, cumulative_incidence
from participants.domain.life_table import Floats
from participants.domain.vital_status import (
    DAYS_PER_MONTH,
    Cause,
    CompetingTime,
    non_relapse_mortality,
    relapse_incidence,
)

SOURCE = (
    "PACER design, clinical rules, section 8; Aalen and Johansen 1978; variance after Dinse and Larson 1986; "
    "log(-log) interval after Choudhury 2002"
)
HOW = {Cause.EVENT: "event", Cause.COMPETING: "competing", Cause.CENSORED: "censored"}
ENDS = {
    Cause.EVENT: Ends.EVENT,
    Cause.COMPETING: Ends.COMPETING,
    Cause.CENSORED: Ends.CENSORED,
}
HEAD = ("Days", "At risk", "Events", "Competing", "Censored", "Incidence", "Lower 95 %", "Upper 95 %")


# An endpoint with a competing one.
Risk = Endpoint[CompetingTime]

RELAPSE = Risk(
    "relapse", "Cumulative incidence of relapse", "Relapsed", "the first CR or CRi",
    "From the first CR or CRi, if it came before any next therapy (transplantation, new therapy or a further "
    "infusion [setting]), to a relapse after it; death in remission competes. Censored at the last disease "
    "assessment, on which the remission was last known. Never one minus Kaplan-Meier.",
    relapse_incidence, "Nobody has come into remission by the data cut.",
)  # fmt: skip
NON_RELAPSE = Risk(
    "nrm", "Non-relapse mortality", "Died without relapse", "the infusion",
    "From the infusion to death without relapse or non-response, which compete; censored when last known "
    "alive. A relapse and a death on one day: the relapse came first. No response and relapse are those of "
    "event-free survival.",
    non_relapse_mortality,
)  # fmt: skip


def drawn(risk: Risk) -> Callable[[Frame], Figure]:
    """Return the figure of an endpoint."""
    return lambda frame: draw(frame, risk)


def draw(frame: Frame, risk: Risk) -> Figure:
    """Estimate one endpoint."""
    times = risk.times(frame)
    if not times:
        return Figure(
            risk.key, risk.title, ["0 participants"], risk.definition, SOURCE,
            Table("Competing risks", HEAD, []), None, risk.nobody, width=6,
        )  # fmt: skip
    estimate = cumulative_incidence(
        [one.days for one in times.values()], [int(one.cause) for one in times.values()]
    )
    groups = Groups()
    n = groups.count("n", risk.title, times)
    events = groups.count("events", f"{risk.title}: events", _with(times, Cause.EVENT))
    competing = groups.count("competing", f"{risk.title}: competing events", _with(times, Cause.COMPETING))
    wide, narrow = (_drawing(frame, risk, times, estimate, width) for width in (WIDE, NARROW))
    leaving = Leaving(
        risk.title, {pk: (one.days, HOW[one.cause]) for pk, one in times.items()}, marks_of(estimate.table)
    )
    return Figure(
        risk.key, risk.title, _finding(n, events, competing, estimate), risk.definition, SOURCE,
        _table(estimate), wide, "", leaving.with_days(groups), width=6,
        legend=_legend(times, estimate), narrow=narrow,
    )  # fmt: skip


def _with(times: dict[int, CompetingTime], cause: Cause) -> list[int]:
    return [pk for pk, one in times.items() if one.cause is cause]


def _columns(estimate: CompetingRisks) -> tuple[Floats, Floats, Floats]:
    """Return the incidence and its limits; 0 without limits where no event has happened."""
    found = estimate.causes.get(Cause.EVENT)
    if found is None:
        nothing = np.full(len(estimate.table.times), np.nan)
        return np.zeros(len(nothing)), nothing, nothing
    return found.incidence, found.lower, found.upper


def _finding(n: Count, events: Count, competing: Count, estimate: CompetingRisks) -> list[str | Count]:
    words: list[str | Count] = [
        events, f" {plural(events.value, 'event')}, ", competing, " competing, of ", n,
        f" {plural(n.value, 'participant')}",
    ]  # fmt: skip
    if is_few(n.value):
        return [*words, f"; fewer than {FEW}: one line a participant, no estimate"]
    day, times = TOLD_AT_MONTH * DAYS_PER_MONTH, estimate.table.times
    place = int(np.searchsorted(times, day, side="right")) - 1
    if day > times[-1] or place < 0:
        return words
    incidence, lower, upper = (float(column[place]) for column in _columns(estimate))
    limits = "" if np.isnan(lower) else f", 95 % interval {interval(lower, upper)}"
    return [*words, f". {percent(incidence)} at {TOLD_AT_MONTH} months{limits}"]


def _table(estimate: CompetingRisks) -> Table:
    table = estimate.table
    found = estimate.causes.get(Cause.EVENT)
    events = found.events if found else np.zeros(len(table.times), dtype=np.int64)
    counts = {
        "risk": table.at_risk,
        "event": events,
        "competing": table.events - events,
        "censored": table.censored,
    }
    rows = day_rows(table.times, counts, known(table, _columns(estimate)), share)
    return Table("One row a day on which somebody leaves", HEAD, rows)


def _legend(times: Mapping[int, CompetingTime], estimate: CompetingRisks) -> list[tuple[str, str]]:
    if is_few(len(times)):
        return lines_legend(ENDS[one.cause] for one in times.values())
    return curve_legend(estimate.table, _columns(estimate)[1], has_ticks=False)


def _drawing(
    frame: Frame, risk: Risk, times: Mapping[int, CompetingTime], estimate: CompetingRisks, width: float
) -> Drawing:
    scale = Scale(risk.title, risk.share, risk.since, partial(frame.people_address, risk.key))
    if not is_few(len(times)):
        return _curve(scale, estimate, width)
    lines = [Line(frame.people[pk].study_id, one.days, ENDS[one.cause]) for pk, one in times.items()]
    return draw_lines(scale, lines, width)


def _curve(scale: Scale, estimate: CompetingRisks, width: float) -> Drawing:
    table, axes = estimate.table, Axes.of(float(estimate.table.times[-1]), width)
    drawing = draw_frame(scale, f"{scale.name}: {table.participants} participants", table, axes)
    incidence, lower, upper = _columns(estimate)
    draw_band(drawing, axes, table.times, lower, upper)
    drawing.path("ln ln-strong", step_points(axes, table.times, incidence, 0.0))
    return drawing
