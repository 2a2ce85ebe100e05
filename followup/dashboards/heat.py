"""CRS grade by day as a heat map: the most severe first, in the order of the swimmer plot."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from followup.dashboards.drawing import Drawing
from followup.dashboards.figure import Cell, Figure, Groups, Table, Who
from followup.dashboards.frame import Frame, Person
from followup.dashboards.grades import DAYS, DRAWN, ROOMY, Grades, by_severity, daily_crs
from followup.dashboards.low_rows import LOW, name_runs, words
from followup.dashboards.rows import Rows

TITLE = "CRS grade by day"
DEFINITION = (
    "Worst CRS grade of each trial day at the site, D0 to D14, after the first infusion; the signed grade "
    "counts where there is one. A dot is grade 0, blank a day without a grade on record, grey a day not "
    "reached by the data cut or by the last day known alive."
)
SOURCE = "Lee et al., Biol Blood Marrow Transplant 2019;25:625-638; PACER design, clinical rules, section 3"
ROW, LEFT, STEP = 22.0, 60.0, 31.3


def draw(frame: Frame) -> Figure:
    """Show the days of those with the highest grades."""
    order = by_severity(frame)
    shown = order[:DRAWN]
    days = daily_crs(frame, shown)
    groups = Groups()
    n = groups.count("n", TITLE, frame.infused)
    more = f"; the {len(shown)} most severe are shown" if len(shown) < n.value else ", the most severe first"
    head = ("Participant", *(f"D{day}" for day in DAYS), "Max CRS", "Max ICANS")
    is_roomy = len(shown) <= ROOMY
    draw_days = _drawing if is_roomy else _low_drawing
    grades = [] if is_roomy else [("▬", "the longer and darker, the higher the grade")]
    any_grade = any(days.values())
    return Figure(
        "heat", TITLE, [n, f" infused{more}"], DEFINITION, SOURCE,
        Table("Worst grade of each day; empty is no grade on record", head, _rows(frame, order, days)),
        draw_days(frame, shown, days) if any_grade else None,
        "" if any_grade else "No CRS grade is on record between D0 and D14.", groups, width=6,
        legend=[*grades, ("·", "grade 0"), ("", "blank: no grade on record"),
                ("■", "pale grey: day not reached")],
    )  # fmt: skip


def _rows(frame: Frame, order: list[Person], drawn: dict[int, dict[int, int]]) -> Rows[Person]:
    """Return a row for everybody; the days of who is not drawn are read when a file asks for them."""
    shown = {one.pk for one in order[:DRAWN]}
    everybody = cache(lambda: daily_crs(frame))
    return Rows(
        order, lambda one: _row(frame, one, (drawn if one.pk in shown else everybody()).get(one.pk, {}))
    )


def _known(frame: Frame, one: Person) -> Grades:
    return frame.grades.get(one.pk, Grades())


def _row(frame: Frame, one: Person, days: dict[int, int]) -> list[Cell]:
    known = _known(frame, one)
    return [Who(one.pk, one.study_id), *(days.get(day) for day in DAYS), known.crs, known.icans]


def _drawing(frame: Frame, shown: list[Person], days: dict[int, dict[int, int]]) -> Drawing:
    drawing = Drawing(620, len(shown) * ROW + 30, f"CRS grade by day of {len(shown)} participants")
    for day in DAYS:
        drawing.text("t-2 t-mid", LEFT + (day + 0.5) * STEP, 16, f"D{day}" if day == 0 else day)
    drawing.text("t-2 t-b t-mid", 552, 16, "max")
    drawing.text("t-2 t-b t-mid", 595, 16, "ICANS")
    for place, one in enumerate(shown):
        top, known = 24 + place * ROW, _known(frame, one)
        drawing.text("t", 2, top + 15, one.study_id)
        for day in DAYS:
            _cell(drawing, frame, one, day, days.get(one.pk, {}).get(day), top)
        drawing.text("t t-b t-mid", 552, top + 15, "–" if known.crs is None else known.crs)
        _chip(drawing, "icans", known.icans, 580, top, "ICANS, maximum")
    return drawing


def _low_drawing(frame: Frame, shown: list[Person], days: dict[int, dict[int, int]]) -> Drawing:
    """Draw many: rows too low for a number, where length tells a grade as well as colour."""
    drawing = Drawing(620, len(shown) * LOW + 30, f"CRS grade by day of {len(shown)} participants")
    for day in DAYS:
        drawing.text("t-2 t-mid", LEFT + (day + 0.5) * STEP, 16, f"D{day}" if day == 0 else day)
    drawing.text("t-2 t-b t-mid", 595, 16, "ICANS")
    boxes: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    for place, one in enumerate(shown):
        top, graded, seen = 24 + place * LOW, days.get(one.pk, {}), one.day(frame.seen_until(one))
        for day in DAYS:
            left, grade = LEFT + day * STEP, graded.get(day)
            if grade:
                boxes[f"crs-{grade}"].append((left + 1, top + 0.5, (STEP - 2) * grade / 5, LOW - 1))
            elif grade == 0:
                boxes["dot0"].append((left + STEP / 2 - 1, top + LOW / 2 - 1, 2, 2))
            elif day > seen:
                boxes["hm-x"].append((left + 1, top, STEP - 2, LOW))
        icans = _known(frame, one).icans
        if icans:
            boxes[f"icans-{icans} icans-e"].append((581, top + 0.5, 29 * icans / 5, LOW - 1))
    for css, found in sorted(boxes.items()):
        drawing.rects(css, found)
    for place, one in enumerate(shown):
        known = _known(frame, one)
        title = f"{one.study_id}: CRS {words(known.crs)}, ICANS {words(known.icans)}"
        drawing.rect("hm-row", LEFT, 24 + place * LOW, 612 - LEFT, LOW, title=title)
    name_runs(drawing, frame, shown, 612)
    return drawing


def _cell(drawing: Drawing, frame: Frame, one: Person, day: int, grade: int | None, top: float) -> None:
    left = LEFT + day * STEP
    if grade:
        _chip(drawing, "crs", grade, left + 0.5, top, f"{one.study_id} D{day}: CRS")
    elif grade == 0:
        drawing.circle("dot0", left + STEP / 2, top + ROW / 2, 1.6)
    elif day > one.day(frame.seen_until(one)):
        drawing.rect("hm-x", left + 1, top + 1, STEP - 2, ROW - 3)


def _chip(drawing: Drawing, scale: str, grade: int | None, left: float, top: float, name: str) -> None:
    if grade is None:
        return
    drawing.rect(
        f"{scale}-{grade} {scale}-e", left, top + 1, STEP - 1, ROW - 2, title=f"{name} grade {grade}"
    )
    drawing.text(f"{scale}-t-{grade}", left + (STEP - 1) / 2, top + 15.5, grade)
