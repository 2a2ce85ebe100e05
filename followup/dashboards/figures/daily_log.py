"""The daily log in hospital: on which days a temperature and a CRS grade are on record, of those due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain

from followup.dashboards.drawing.svg import Drawing, ticks
from followup.dashboards.figure import Cell, Count, Figure, Groups, Table, percent
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.people import Person

TITLE = "Daily log in hospital"
DEFINITION = (
    "Due: each trial day D0 to D14 at whose end, midnight at the site, the participant was in hospital, up "
    "to the data cut. Done: a temperature and a CRS grade of that day are on record. A day on which a grade "
    "could not be derived has none until an investigator signs one."
)
SOURCE = "PACER design, clinical rules, sections 3 and 9 (daily assessments while in hospital)"
HEAD = ("Trial day", "Due", "Temperature", "CRS grade", "Both", "Missing")
# What a column counts, by its key.
PARTS = {
    "due": "due",
    "temperature": "with a temperature",
    "grade": "with a CRS grade",
    "both": "complete",
    "missing": "temperature or grade missing",
}
DAYS = range(15)
# When somebody was admitted, and discharged if they were.
Stay = tuple[datetime, datetime | None]
LEFT, RIGHT, TOP, BOTTOM = 36.0, 416.0, 26.0, 196.0


@dataclass
class Day:
    """Whose log was due on a trial day, and who has a temperature and a grade of it."""

    due: set[int] = field(default_factory=set)
    warm: set[int] = field(default_factory=set)
    graded: set[int] = field(default_factory=set)

    @property
    def parts(self) -> tuple[set[int], ...]:
        """Who stands behind each column of the table."""
        done = self.warm & self.graded
        return self.due, self.warm, self.graded, done, self.due - done


def draw(frame: Frame) -> Figure:
    """Count the days by what is on record."""
    days = {day: one for day, one in enumerate(read_days(frame)) if one.due}
    groups = Groups()
    rows = [_row(groups, f"D{day}", [one]) for day, one in days.items()]
    total = _row(groups, "", list(days.values()))
    numbers = [cell for cell in total if isinstance(cell, Count)]
    finding = _finding(numbers) if days else ["No day in hospital is due so far"]
    return Figure(
        "logs", TITLE, finding, DEFINITION, SOURCE,
        Table("Participants by trial day", HEAD, [*rows, total] if days else []),
        _drawing(days, numbers) if days else None,
        "" if days else "No day in hospital after an infusion is on record by the data cut.", groups,
        legend=[(".bar-3", "complete"), (".bar-o", "due, something missing")],
    )  # fmt: skip


def _finding(numbers: Sequence[Count]) -> list[str | Count]:
    due, warm, graded, done, missing = numbers
    return [
        done, " of ", due, f" days are complete, {percent(done.value / due.value)}; ", warm,
        " have a temperature, ", graded, " a CRS grade, ", missing, " lack either",
    ]  # fmt: skip


def read_days(frame: Frame) -> list[Day]:
    """Return the days from D0 on."""
    found = [Day() for _ in DAYS]
    today = {one.zone: frame.now.astimezone(one.zone).date() for one in frame.infused.values()}
    for one in frame.infused.values():
        if one.pk not in frame.conduct.logs or one.day_zero is None:
            continue
        log, until = frame.conduct.logs[one.pk], min(_until(frame, one), today[one.zone])
        for day in _in_hospital(one, one.day_zero, log.stays, until):
            written = (one.day_zero + timedelta(days=day)).isoformat()
            found[day].due.add(one.pk)
            if written in log.warm:
                found[day].warm.add(one.pk)
            if written in log.graded:
                found[day].graded.add(one.pk)
    return found


def _in_hospital(one: Person, zero: date, stays: Iterable[Stay], until: date) -> set[int]:
    """Return the trial days before a day whose midnight a stay covers."""
    nights = (_nights(one, *stay) for stay in stays)
    spans = ((since - zero, min(left, until) - zero) for since, left in nights)
    return {day for since, left in spans for day in DAYS[max(since.days, 0) : max(left.days, 0)]}


def _nights(one: Person, admitted_at: datetime, discharged_at: datetime | None) -> tuple[date, date]:
    """Return the first day whose midnight a stay covers, and the first whose it does not."""
    left = discharged_at.astimezone(one.zone).date() if discharged_at is not None else date.max
    return admitted_at.astimezone(one.zone).date(), left


def _until(frame: Frame, one: Person) -> date:
    """Return the first day that no longer counts: after the cut, of the death, or of a further course."""
    ends = [frame.cut_on + timedelta(days=1), frame.died_on(one.pk), one.infused_again_on]
    return min(on for on in ends if on is not None)


def _row(groups: Groups, name: str, days: Sequence[Day]) -> list[Cell]:
    """Write one row of the table; name "" is the row of all days, whose numbers are days."""
    label, key = name or "All days", name.lower() or "all"
    columns = zip(*(day.parts for day in days), strict=True) if days else ([] for _ in PARTS)
    counts = [
        groups.events(f"{key}-{part}", f"{label}: {words}", "day", chain.from_iterable(column))
        for (part, words), column in zip(PARTS.items(), columns, strict=True)
    ]
    return [label, *counts]


def _drawing(days: dict[int, Day], numbers: Sequence[Count]) -> Drawing:
    marks = ticks(max(len(one.due) for one in days.values()))
    due, _, _, done, _ = numbers
    drawing = Drawing(420, 220, f"Daily log: {done} of {due} days complete")
    step = (RIGHT - LEFT) / len(DAYS)

    def y(number: int) -> float:
        return BOTTOM - (BOTTOM - TOP) * number / marks[-1]

    drawing.text("t-2", 2, 12, "Participants in hospital")
    for number in marks:
        drawing.line("grid", LEFT, y(number), RIGHT, y(number))
        drawing.text("t-3 t-end", LEFT - 7, y(number) + 4, number)
    for day in DAYS:
        one, left = days.get(day, Day()), LEFT + day * step
        whole, complete = len(one.due), len(one.warm & one.graded)
        title = f"D{day}: {complete} of {whole} complete"
        drawing.rect("bar-o", left + 4, y(whole), step - 8, BOTTOM - y(whole), title=title)
        drawing.rect("bar-3", left + 4, y(complete), step - 8, BOTTOM - y(complete), title=title)
        if day % 2 == 0:
            drawing.text("t-2 t-mid", left + step / 2, BOTTOM + 17, f"D{day}" if day == 0 else day)
    drawing.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM)
    return drawing
