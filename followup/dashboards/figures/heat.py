"""CRS and ICANS grade by day as heat maps: the most severe first, in the order of the swimmer plot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from followup.dashboards.drawing.low_rows import LOW, name_runs, words
from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Cell, Figure, Groups, Table, Who
from followup.dashboards.reading.frame import Frame, Person
from followup.dashboards.reading.grades import DAYS, DRAWN, ROOMY, Grades, by_severity, daily_grades
from followup.dashboards.rows import Rows
from participants.models import Scale

DEFINITION = (
    "Worst {name} grade of each trial day at the site, D0 to D14, after the first infusion; the signed grade "
    "counts where there is one. A dot is grade 0, blank a day without a grade on record, grey a day not "
    "reached by the data cut or by the last day known alive. A maximum of a later day is "
    "marked >D14, of a death †."
)
SOURCE = "Lee et al., Biol Blood Marrow Transplant 2019;25:625-638; PACER design, clinical rules, section 3"
ROW, LEFT, STEP = 22.0, 60.0, 31.3


@dataclass(frozen=True)
class Heat:
    """A scale to draw by day; the maximum of the `other` stands at the end of each row."""

    key: str
    scale: Scale
    other: Scale

    @property
    def name(self) -> str:
        """The name of the scale."""
        return str(self.scale.label)


CRS = Heat("heat", Scale.CRS, Scale.ICANS)
ICANS = Heat("heat-icans", Scale.ICANS, Scale.CRS)


def drawn(heat: Heat) -> Callable[[Frame], Figure]:
    """Return the figure of one scale."""
    return lambda frame: draw(frame, heat)


def draw(frame: Frame, heat: Heat) -> Figure:
    """Show the days of those with the highest grades."""
    order = by_severity(frame)
    shown = order[:DRAWN]
    days = frame.daily_grades[heat.scale]
    groups = Groups()
    title = f"{heat.name} grade by day"
    n = groups.count("n", title, frame.infused)
    more = f"; the {len(shown)} most severe are shown" if len(shown) < n.value else ", the most severe first"
    head = ("Participant", *(f"D{day}" for day in DAYS), f"Max {heat.name}", f"Max {heat.other.label}")
    is_roomy = len(shown) <= ROOMY
    draw_days = _drawing if is_roomy else _low_drawing
    grades = [] if is_roomy else [("▬", "the longer and darker, the higher the grade")]
    any_grade = any(days.values())
    return Figure(
        heat.key, title, [n, f" infused{more}"], DEFINITION.format(name=heat.name), SOURCE,
        Table("Worst grade of each day; empty is no grade on record", head, _rows(frame, heat, order)),
        draw_days(frame, heat, shown) if any_grade else None,
        "" if any_grade else f"No {heat.name} grade is on record between D0 and D14.", groups, width=6,
        legend=[*grades, ("·", "grade 0"), ("", "blank: no grade on record"),
                (".hm-x", "pale grey: day not reached")],
    )  # fmt: skip


def _rows(frame: Frame, heat: Heat, order: list[Person]) -> Rows[Person]:
    """Return a row for everybody; the days of who is not drawn are read when a file asks for them."""
    shown = {one.pk for one in order[:DRAWN]}
    everybody = cache(lambda: daily_grades(frame)[heat.scale])

    def write(one: Person) -> list[Cell]:
        days = frame.daily_grades[heat.scale] if one.pk in shown else everybody()
        known = _known(frame, one).maximum
        graded = days.get(one.pk, {})
        return [
            Who(one.pk, one.study_id), *(graded.get(day) for day in DAYS),
            known.get(heat.scale), known.get(heat.other),
        ]  # fmt: skip

    return Rows(order, write)


def _known(frame: Frame, one: Person) -> Grades:
    return frame.grades.get(one.pk, Grades())


def _head(drawing: Drawing, other: str) -> None:
    for day in DAYS:
        drawing.text("t-2 t-mid", LEFT + (day + 0.5) * STEP, 16, f"D{day}" if day == 0 else day)
    drawing.text("t-2 t-b t-mid", 595, 16, other)


def _drawing(frame: Frame, heat: Heat, shown: list[Person]) -> Drawing:
    name = f"{heat.name} grade by day of {len(shown)} participants"
    drawing = Drawing(620, len(shown) * ROW + 30, name)
    _head(drawing, str(heat.other.label))
    drawing.text("t-2 t-b t-mid", 552, 16, "max")
    days = frame.daily_grades[heat.scale]
    for place, one in enumerate(shown):
        top, known = 24 + place * ROW, _known(frame, one).maximum
        drawing.text("t", 2, top + 15, one.study_id)
        for day in DAYS:
            _cell(drawing, frame, heat, one, day, days.get(one.pk, {}).get(day), top)
        worst = known.get(heat.scale)
        late = _late(frame, one, worst, days.get(one.pk, {}))
        drawing.text("t t-b t-mid", 552 - (10 if late else 0), top + 15, "–" if worst is None else worst)
        if late:
            drawing.text("t-3", 549, top + 15, late)
        _chip(drawing, heat.other, known.get(heat.other), 580, top, f"{heat.other.label}, maximum")
    return drawing


def _low_drawing(frame: Frame, heat: Heat, shown: list[Person]) -> Drawing:
    """Draw many: rows too low for a number, where length tells a grade as well as colour."""
    name = f"{heat.name} grade by day of {len(shown)} participants"
    drawing = Drawing(620, len(shown) * LOW + 30, name)
    _head(drawing, str(heat.other.label))
    for css, found in sorted(_boxes(frame, heat, shown).items()):
        drawing.rects(css, found)
    for place, one in enumerate(shown):
        known = _known(frame, one)
        title = f"{one.study_id}: CRS {words(known.crs)}, ICANS {words(known.icans)}"
        drawing.rect("hm-row", LEFT, 24 + place * LOW, 612 - LEFT, LOW, title=title)
    name_runs(drawing, frame, shown, 612)
    return drawing


def _boxes(
    frame: Frame, heat: Heat, shown: list[Person]
) -> dict[str, list[tuple[float, float, float, float]]]:
    """Return the boxes of the low rows by their class: left, top, width, height."""
    boxes: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    days = frame.daily_grades[heat.scale]
    for place, one in enumerate(shown):
        top, graded, seen = 24 + place * LOW, days.get(one.pk, {}), one.day(frame.seen_until(one))
        for day in DAYS:
            left, grade = LEFT + day * STEP, graded.get(day)
            if grade:
                boxes[f"{heat.scale}-{grade}"].append((left + 1, top + 0.5, (STEP - 2) * grade / 5, LOW - 1))
            elif grade == 0:
                boxes["dot0"].append((left + STEP / 2 - 1, top + LOW / 2 - 1, 2, 2))
            elif day > seen:
                boxes["hm-x"].append((left + 1, top, STEP - 2, LOW))
        other = _known(frame, one).maximum.get(heat.other)
        if other:
            boxes[f"{heat.other}-{other} {heat.other}-e"].append((581, top + 0.5, 29 * other / 5, LOW - 1))
    return boxes


def _late(frame: Frame, one: Person, worst: int | None, drawn: dict[int, int]) -> str:
    """Say why the maximum is on none of the drawn days: it lies later, or is the death; "" if one has it."""
    if worst is None or worst in drawn.values():
        return ""
    return "†" if worst == 5 and frame.died_on(one.pk) else f">D{DAYS[-1]}"


def _cell(
    drawing: Drawing, frame: Frame, heat: Heat, one: Person, day: int, grade: int | None, top: float
) -> None:
    left = LEFT + day * STEP
    if grade:
        _chip(drawing, heat.scale, grade, left + 0.5, top, f"{one.study_id} D{day}: {heat.name}")
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
