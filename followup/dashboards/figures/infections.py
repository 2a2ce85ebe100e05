"""Infections by type, or by site, and period: episodes per 100 person-days with exact intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from followup.dashboards.drawing.svg import Drawing, ticks
from followup.dashboards.figure import FEW, Cell, Count, Figure, Groups, Measure, Table, is_few, plural
from followup.dashboards.reading.frame import Frame
from participants.domain.infections import (
    PERIODS,
    Density,
    Episode,
    Period,
    Watched,
    at_risk_until,
    densities,
)
from participants.domain.rates import Rate, exact_rate
from participants.domain.vital_status import active_disease_on
from participants.models import InfectionSite, InfectionType

TITLE = "Infection density"
DEFINITION = (
    "Episodes per 100 person-days with exact Poisson intervals, by days since the infusion [setting]. "
    "Person-days run from day 0, included, to the earliest of the period's end, death, relapse or next "
    "therapy [setting], and last contact. A further infusion is a next therapy [setting]. An assessment "
    "without remission after one is a relapse. An episode counts if its onset lies at risk. Entries that a "
    "person judged to be part of an earlier episode do not count again."
)
SOURCE = "Hill et al., Blood 2018;131:121-130 (periods, density); Garwood 1936 (interval); clinical rules, 6"
HEAD = (
    "Group", "Period", "Episodes", "Person-days", "Per 100 person-days", "Lower 95 %", "Upper 95 %",
)  # fmt: skip
ANY = "Any infection"
LEFT, RIGHT, TOP = 14.0, 320.0, 40.0
# The height of a group's name, and of the line of a period below it.
NAME, LANE = 16.0, 16.0
# The axis holds at most so many times the highest density, whatever the widest interval.
MOST_DENSITIES = 5.0


@dataclass(frozen=True)
class Row:
    """A group in a period: its density with the limits, and whose each episode was.

    `key` names the group; `rate` is None without time at risk; of few participants there are no limits.
    """

    name: str
    period: Period
    episodes: int
    days: int
    rate: Rate | None
    key: str
    whom: tuple[int, ...]
    has_limits: bool

    @property
    def numbers(self) -> tuple[float | None, float | None, float | None]:
        """The density and its limits; None where there is none."""
        if self.rate is None:
            return None, None, None
        limits = (self.rate.lower, self.rate.upper) if self.has_limits else (None, None)
        return self.rate.per_100_days, *limits


def draw(frame: Frame) -> Figure:
    """Estimate densities of any infection, and by type and site."""
    people = _watched(frame)
    episodes = _episodes(frame)
    overall, typed, placed = _rows(people, episodes)
    groups = Groups()
    counted = {pk for pk, *_ in episodes}
    n = groups.count("n", "At risk of infection", [one.participant for one in people])
    infected = groups.count("infected", "With an infection since the infusion, before a further one", counted)
    finding: list[str | Count] = [infected, " of ", n, " with an infection. "]
    for place, row in enumerate(overall):
        words, *more = _finding(row, groups)
        finding += [f"; {words}" if place else str(words).capitalize(), *more]
    if people and is_few(len(people)):
        finding.append(f"; fewer than {FEW}: no interval")
    return Figure(
        "infections", TITLE, finding if people else ["0 participants"], DEFINITION, SOURCE,
        Table("By type and by site", HEAD, [_cells(row, groups) for row in [*overall, *typed, *placed]]),
        _drawing([*overall, *typed]) if people else None,
        "" if people else "Nobody has been infused by the data cut.", groups,
        legend=_legend([*overall, *typed]),
    )  # fmt: skip


def _legend(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Explain the signs; few have no interval."""
    periods = [("●", PERIODS[0].label), ("○", PERIODS[1].label)]
    has_limits = any(row.has_limits and row.rate for row in rows)
    return [*periods, ("─", "exact 95 % interval")] if has_limits else periods


def _watched(frame: Frame) -> list[Watched]:
    return [
        Watched(
            pk, facts.day_zero,
            at_risk_until(
                facts.last_alive_on, died_on=facts.died_on, relapsed_on=active_disease_on(facts),
                next_therapy_on=facts.next_therapy_on,
            ),
        )
        for pk, facts in frame.courses.items()
    ]  # fmt: skip


def _episodes(frame: Frame) -> list[tuple[int, date, str, str]]:
    return [
        (pk, on, kind, site)
        for pk, facts in frame.courses.items()
        for on, detail in frame.dated[pk].infections
        for kind, _, site in [detail.partition(" ")]
        if facts.day_zero <= on <= (frame.infused[pk].infused_again_on or frame.cut_on)
    ]


def _rows(people: Sequence[Watched], episodes: Sequence[tuple[int, date, str, str]]) -> list[list[Row]]:
    """Return the rows of any infection, of each type and of each site that has an episode, by period.

    Each episode is counted thrice, under a name of each kind, so that the days at risk are counted once.
    """
    named = [
        Episode(pk, on, name)
        for pk, on, kind, site in episodes
        for name in (ANY, f"kind {kind}", f"site {site}")
    ]
    counted, has_limits = densities(people, named), not is_few(len(people))
    found = {(each.group, each.period): each for each in counted}
    days = {each.period: each.person_days for each in counted}
    known = {group for group, _ in found}
    kinds = [("kind", value, str(label)) for value, label in InfectionType.choices]
    sites = [("site", value, str(label)) for value, label in InfectionSite.choices]

    def row(group: str, label: str, period: Period) -> Row:
        return _row(group, label, found.get((group, period)), period, days[period], has_limits=has_limits)

    return [
        [row(ANY, ANY, period) for period in PERIODS],
        *(
            [
                row(f"{prefix} {value}", label, period)
                for prefix, value, label in names
                if f"{prefix} {value}" in known
                for period in PERIODS
            ]
            for names in (kinds, sites)
        ),
    ]


def _row(group: str, name: str, found: Density | None, period: Period, days: int, *, has_limits: bool) -> Row:
    """Return the row of a group and period, also where no episode happened but one did in the other."""
    key = f"{group.lower().replace(' ', '-')}-from-{period.first_day}"
    if found is None:
        rate = exact_rate(0, days) if days else None
        return Row(name, period, 0, days, rate, key, (), has_limits)
    return Row(
        name, period, found.episodes, found.person_days, found.rate, key, found.whom, has_limits
    )  # fmt: skip


def _count(row: Row, groups: Groups) -> Count:
    """Return the number of episodes, which opens the participants who had them."""
    return groups.events(row.key, f"{row.name}, {row.period.label}", "episode", row.whom)


def _finding(row: Row, groups: Groups) -> list[str | Count]:
    if row.rate is None:
        return [f"{row.period.label}: no time at risk yet"]
    limits = f", 95 % interval {row.rate.lower:.2f} to {row.rate.upper:.2f}" if row.has_limits else ""
    density = f"{row.period.label}: {row.rate.per_100_days:.2f} per 100 person-days ("
    return [density, _count(row, groups), f" {plural(row.episodes, 'episode')}{limits})"]


def _cells(row: Row, groups: Groups) -> list[Cell]:
    shown = [Measure(number, "–" if number is None else f"{number:.2f}") for number in row.numbers]
    return [row.name, row.period.label, _count(row, groups), row.days, *shown]


def _marks(highest: float) -> list[float]:
    """Return round numbers from 0 that reach a density, in steps below 1 where it is small."""
    finer = 1
    while highest * finer < 2 and finer < 1000:
        finer *= 10
    return [number / finer for number in ticks(max(highest * finer, 1.0), 4)]


def _highest(rows: Sequence[Row]) -> float:
    """Return what the axis has to hold: every limit, but of wide intervals no more than a few densities."""
    found = [row.numbers for row in rows if row.rate]
    densities = [density for density, _, _ in found if density is not None]
    limits = [upper for _, _, upper in found if upper is not None]
    most = max(densities, default=0.0)
    return max(min(max(limits, default=most), MOST_DENSITIES * most if most else 10.0), most) or 1.0


def _drawing(rows: Sequence[Row]) -> Drawing:
    """Draw each group under its name, a line for each period."""
    groups = [rows[place : place + len(PERIODS)] for place in range(0, len(rows), len(PERIODS))]
    step = NAME + LANE * len(PERIODS) + 4
    drawing = Drawing(420, TOP + len(groups) * step, "Infection density by type and period")
    marks = _marks(_highest(rows))

    def x(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(value / marks[-1], 1.0)

    drawing.text("t-2", 2, 13, "Episodes per 100 person-days")
    drawing.text("t-2 t-end", 416, 31, "(episodes)")
    decimals = max(len(f"{number:g}".partition(".")[2]) for number in marks)
    for number in marks:
        drawing.line("grid", x(number), TOP - 4, x(number), drawing.height)
        drawing.text("t-3 t-mid", x(number), 31, f"{number:.{decimals}f}")
    for place, group in enumerate(groups):
        top = TOP + place * step
        drawing.text("t t-b" if group[0].name == ANY else "t", 2, top + 11, group[0].name)
        for lane, row in enumerate(group):
            _interval(drawing, row, top + NAME + LANE * (lane + 0.5), x)
    return drawing


def _interval(drawing: Drawing, row: Row, middle: float, x: Callable[[float], float]) -> None:
    """Draw a density with its limits; a point of an arrow says that the upper one lies beyond the axis."""
    density, lower, upper = row.numbers
    if density is None:
        drawing.text("t-2 t-end", 416, middle + 4, "no time at risk")
        return
    title = f"{row.name}, {row.period.label}: {density:.2f} per 100 person-days"
    if lower is not None and upper is not None:
        title += f", 95 % interval {lower:.2f} to {upper:.2f}"
        drawing.line("ci", x(lower), middle, x(upper), middle)
        if x(upper) == RIGHT:
            drawing.shape("ci-a", "M0 -4L6 0L0 4", RIGHT, middle)
    css = "ink" if row.period is PERIODS[0] else "ink-o"
    drawing.circle(css, x(density), middle, 4.5, title=title)
    drawing.text("t-2 t-end", 416, middle + 4, f"{density:.2f} ({row.episodes})")
