"""Infections by type, or by site, and period: episodes per 100 person-days with exact intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from followup.dashboards.drawing import Drawing, ticks
from followup.dashboards.figure import Cell, Count, Figure, Groups, Measure, Table
from followup.dashboards.frame import Frame
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
from participants.models import InfectionSite, InfectionType

TITLE = "Infection density"
DEFINITION = (
    "Episodes per 100 person-days with exact Poisson intervals, by days since the infusion [setting]. "
    "Person-days run from day 0, included, to the earliest of the period's end, death, relapse or next "
    "therapy [setting], and last contact; an episode counts if its onset lies at risk. Entries that a person "
    "judged to be part of an earlier episode do not count again."
)
SOURCE = "Hill et al., Blood 2018;131:121-130 (periods, density); Garwood 1936 (interval); clinical rules, 6"
HEAD = (
    "Group", "Period", "Episodes", "Person-days", "Per 100 person-days", "Lower 95 %", "Upper 95 %",
)  # fmt: skip
ANY = "Any infection"
LEFT, RIGHT = 150.0, 500.0

Row = tuple[str, Period, int, int, Rate | None]


def draw(frame: Frame) -> Figure:
    """Estimate densities of any infection, and by type and site."""
    people = _watched(frame)
    episodes = _episodes(frame)
    overall, typed, placed = _rows(people, episodes)
    groups = Groups()
    counted = {pk for pk, *_ in episodes}
    n = groups.count("n", "At risk of infection", [one.participant for one in people])
    infected = groups.count("infected", "With an infection at any time since the infusion", counted)
    finding: list[str | Count] = [infected, " of ", n, " with an infection. "]
    finding.append("; ".join(_words(row) for row in overall))
    return Figure(
        "infections", TITLE, finding if people else ["0 participants"], DEFINITION, SOURCE,
        Table("By type and by site", HEAD, [_cells(row) for row in [*overall, *typed, *placed]]),
        _drawing([*overall, *typed]) if people else None,
        "" if people else "Nobody has been infused by the data cut.", groups, width=6,
        legend=[("●", PERIODS[0].label), ("○", PERIODS[1].label)],
    )  # fmt: skip


def _watched(frame: Frame) -> list[Watched]:
    return [
        Watched(
            pk, facts.day_zero,
            at_risk_until(
                facts.last_alive_on, died_on=facts.died_on, relapsed_on=facts.relapsed_on,
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
        if facts.day_zero <= on <= frame.cut_on
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
    counted = densities(people, named)
    found = {(each.group, each.period): each for each in counted}
    days = {each.period: each.person_days for each in counted}
    known = {each.group for each in named}
    kinds = [("kind", value, str(label)) for value, label in InfectionType.choices]
    sites = [("site", value, str(label)) for value, label in InfectionSite.choices]
    return [
        [_row(ANY, found.get((ANY, period)), period, days[period]) for period in PERIODS],
        *(
            [
                _row(label, found.get((f"{prefix} {value}", period)), period, days[period])
                for prefix, value, label in names
                if f"{prefix} {value}" in known
                for period in PERIODS
            ]
            for names in (kinds, sites)
        ),
    ]


def _row(name: str, found: Density | None, period: Period, days: int) -> Row:
    """Return the row of a group and period, also where no episode happened but one did in the other."""
    if found is not None:
        return name, period, found.episodes, found.person_days, found.rate
    return name, period, 0, days, exact_rate(0, days) if days else None


def _words(row: Row) -> str:
    _, period, episodes, _, rate = row
    if rate is None:
        return f"{period.label}: no time at risk yet"
    limits = f"95 % interval {rate.lower:.2f} to {rate.upper:.2f}"
    return f"{period.label}: {rate.per_100_days:.2f} per 100 person-days ({episodes} episodes, {limits})"


def _cells(row: Row) -> list[Cell]:
    name, period, episodes, days, rate = row
    numbers = (rate.per_100_days, rate.lower, rate.upper) if rate else (None, None, None)
    shown = [Measure(number, "–" if number is None else f"{number:.2f}") for number in numbers]
    return [name, period.label, episodes, days, *shown]


def _marks(highest: float) -> list[float]:
    """Return round numbers from 0 that reach a density, in steps below 1 where it is small."""
    finer = 1
    while highest * finer < 2 and finer < 1000:
        finer *= 10
    return [number / finer for number in ticks(max(highest * finer, 1.0), 5)]


def _drawing(rows: Sequence[Row]) -> Drawing:
    drawing = Drawing(620, 34 + len(rows) * 19 + len(rows) // 2 * 6, "Infection density by type and period")
    highest = max((row[4].per_100_days * 2 for row in rows if row[4]), default=1.0)
    marks = _marks(highest)

    def x(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(value / marks[-1], 1.0)

    for number in marks:
        drawing.line("grid", x(number), 22, x(number), drawing.height)
        drawing.text("t-3 t-mid", x(number), 15, f"{number:g}")
    drawing.text("t-3 t-end", 616, 15, "density (episodes)")
    for place, (name, period, episodes, _, rate) in enumerate(rows):
        middle = 36 + place * 19 + place // 2 * 6
        if period is PERIODS[0]:
            drawing.text("t t-b" if name == ANY else "t", 2, middle + 4, name)
        if rate is None:
            drawing.text("t-2 t-end", 616, middle + 4, "no time at risk")
            continue
        drawing.line("ci", x(rate.lower), middle, x(rate.upper), middle)
        css = "ink" if period is PERIODS[0] else "ink-o"
        title = f"{name}, {period.label}: {rate.per_100_days:.2f} per 100 person-days"
        drawing.circle(css, x(rate.per_100_days), middle, 4.5, title=title)
        drawing.text("t-2 t-end", 616, middle + 4, f"{rate.per_100_days:.2f} ({episodes})")
    return drawing
