"""The daily log in hospital: on which days a temperature and a CRS grade are on record, of those due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from followup.dashboards.drawing import Drawing, ticks
from followup.dashboards.figure import Cell, Count, Figure, Groups, Table, percent
from followup.dashboards.frame import Frame, Person

TITLE = "Daily log in hospital"
DEFINITION = (
    "Due: each trial day D0 to D14 at whose end, midnight at the site, the participant was in hospital, up "
    "to the data cut. Done: a temperature and a CRS grade of that day are on record. A day on which a grade "
    "could not be derived has none."
)
SOURCE = "PACER design, clinical rules, sections 3 and 9 (daily assessments while in hospital)"
HEAD = ("Trial day", "Due", "Temperature", "CRS grade", "Both", "Missing")
DAYS = range(15)
LEFT, RIGHT, TOP, BOTTOM = 30.0, 852.0, 12.0, 190.0


@dataclass(frozen=True)
class Due:
    """A day on which the log of a participant was due."""

    participant: int
    day: int
    has_temperature: bool
    has_grade: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing."""
        return self.has_temperature and self.has_grade


def draw(frame: Frame) -> Figure:
    """Count the days by what is on record."""
    due = [each for one in frame.infused.values() for each in _due(frame, one)]
    groups = Groups()
    shown = [day for day in DAYS if any(each.day == day for each in due)]
    rows = [_row(groups, f"D{day}", [each for each in due if each.day == day]) for day in shown]
    total = _row(groups, "", due)
    _, n, warm, graded, done, missing = total
    share = sum(each.is_done for each in due) / len(due) if due else 0.0
    parts = (done, " of ", n, f" days are complete, {percent(share)}; ", warm, " have a temperature, ",
             graded, " a CRS grade, ", missing, " lack either")  # fmt: skip
    finding = [part for part in parts if isinstance(part, str | Count)]
    return Figure(
        "logs", TITLE, finding if due else ["No day in hospital is due so far"], DEFINITION, SOURCE,
        Table("Participants by trial day", HEAD, [*rows, total] if due else []),
        _drawing(due) if due else None,
        "" if due else "No day in hospital after an infusion is on record by the data cut.", groups, width=8,
        legend=[("■", "complete"), ("□", "due, something missing")],
    )  # fmt: skip


def _due(frame: Frame, one: Person) -> Iterator[Due]:
    if one.pk not in frame.conduct.logs or one.day_zero is None:
        return
    log, until = frame.conduct.logs[one.pk], _until(frame, one)
    for day in DAYS if log.stays else ():
        on = one.day_zero + timedelta(days=day)
        if on < until and _is_in_hospital(frame, one, on):
            yield Due(one.pk, day, on.isoformat() in log.warm, on.isoformat() in log.graded)


def _until(frame: Frame, one: Person) -> date:
    """Return the first day that no longer counts: after the cut, of the death, or of a further course."""
    again = frame.dated[one.pk].infused_again_on
    ends = [frame.cut_on + timedelta(days=1), frame.died_on(one.pk), again]
    return min(on for on in ends if on is not None)


def _is_in_hospital(frame: Frame, one: Person, on: date) -> bool:
    """Say whether a stay covers the midnight that ends a day; a midnight to come covers nothing."""
    midnight = datetime.combine(on + timedelta(days=1), time(), tzinfo=one.zone)
    stays = frame.conduct.logs[one.pk].stays
    return midnight <= frame.now and any(
        since < midnight and (until is None or until >= midnight) for since, until in stays
    )


def _row(groups: Groups, day: str, due: list[Due]) -> list[Cell]:
    """Write one row of the table; day "" is the row of all days."""
    name, key = day or "All days", day.lower() or "all"
    parts = {
        "due": ("due", due),
        "temperature": ("with a temperature", [each for each in due if each.has_temperature]),
        "grade": ("with a CRS grade", [each for each in due if each.has_grade]),
        "both": ("complete", [each for each in due if each.is_done]),
        "missing": ("temperature or grade missing", [each for each in due if not each.is_done]),
    }
    return [name, *(_count(groups, f"{key}-{part}", f"{name}: {words}", found)
                    for part, (words, found) in parts.items())]  # fmt: skip


def _count(groups: Groups, key: str, label: str, found: list[Due]) -> Count:
    known = frozenset(each.participant for each in found)
    return groups.later(key, label, len(found), lambda: known)


def _drawing(due: list[Due]) -> Drawing:
    most = max(sum(each.day == day for each in due) for day in DAYS)
    marks = ticks(most)
    drawing = Drawing(860, 214, f"Daily log: {sum(each.is_done for each in due)} of {len(due)} days complete")
    step = (RIGHT - LEFT) / len(DAYS)

    def y(number: int) -> float:
        return BOTTOM - (BOTTOM - TOP) * number / marks[-1]

    for number in marks:
        drawing.line("grid", LEFT, y(number), RIGHT, y(number))
        drawing.text("t-3 t-end", LEFT - 7, y(number) + 4, number)
    for day in DAYS:
        own = [each for each in due if each.day == day]
        done, left = sum(each.is_done for each in own), LEFT + day * step
        title = f"D{day}: {done} of {len(own)} complete"
        drawing.rect("bar-o", left + 6, y(len(own)), step - 12, BOTTOM - y(len(own)), title=title)
        drawing.rect("bar-3", left + 6, y(done), step - 12, BOTTOM - y(done), title=title)
        drawing.text("t-2 t-mid", left + step / 2, BOTTOM + 17, f"D{day}" if day == 0 else day)
    drawing.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM)
    return drawing
