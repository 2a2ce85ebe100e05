"""How fresh the data are: when each living participant was last known to be alive."""

from __future__ import annotations

from followup.dashboards.drawing.bars import Bar, draw_bars
from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Cell, Count, Figure, Groups, Table, Who
from followup.dashboards.reading.courses import heard_on
from followup.dashboards.reading.frame import Frame
from followup.dashboards.rows import Rows

TITLE = "Last known alive"
DEFINITION = (
    "Days between the data cut and the last dated contact (visit, call, laboratory, dose, observation, "
    "admission, discharge, event) up to it, whatever was heard later, of everybody infused who had not died "
    "or left the study. The longest comes first: whom to ask about before a data cut."
)
SOURCE = "PACER design, clinical rules, section 8"
# The bounds of the groups in days, both included [setting].
BOUNDS = ((0, 30), (31, 60), (61, 90), (91, None))
HEAD = ("Participant", "Site", "Last known alive", "Days before the cut")


def draw(frame: Frame) -> Figure:
    """Count the living by how long ago they were seen."""
    living = {
        pk: (frame.ends_on(frame.people[pk].zone) - heard_on(frame, frame.people[pk])).days
        for pk, facts in frame.courses.items()
        if facts.died_on is None and not frame.left(pk)
    }
    groups = Groups()
    bars = []
    for low, high in BOUNDS:
        name = f"{low} to {high} days ago" if high is not None else f"more than {low - 1} days ago"
        people = [pk for pk, days in living.items() if days >= low and (high is None or days <= high)]
        groups.count(f"from-{low}", f"Last known alive {name}", people)
        bars.append(Bar(name[0].upper() + name[1:], len(people), len(living), f"from-{low}"))
    order = sorted(living, key=lambda pk: (-living[pk], frame.people[pk].study_id))
    rows = Rows(order, lambda pk: _row(frame, pk, living[pk]))
    n = groups.count("n", "Living and on study", living)
    longest, _ = BOUNDS[-1]
    silent = Count(len([pk for pk in living if living[pk] >= longest]), f"from-{longest}")
    return Figure(
        "freshness", TITLE, [silent, " of ", n, f" not heard of for more than {longest - 1} days"],
        DEFINITION, SOURCE, Table("The longest ago first", HEAD, rows),
        _drawing(frame, bars) if living else None,
        "" if living else "Nobody who was infused is alive and on study at the data cut.", groups,
    )  # fmt: skip


def _drawing(frame: Frame, bars: list[Bar]) -> Drawing:
    name = f"Last known alive of {bars[0].whole} participants"
    return draw_bars(bars, name, lambda group: frame.people_address("freshness", group))


def _row(frame: Frame, pk: int, days: int) -> list[Cell]:
    one = frame.people[pk]
    return [Who(pk, one.study_id), one.site, heard_on(frame, one), days]
