"""CRS and ICANS grade by day as heat maps: the most severe first, in the order of the swimmer plot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from followup.dashboards.drawing.person_rows import LOW, ROW, PersonRows, words
from followup.dashboards.drawing.svg import NARROW, WIDE, Drawing
from followup.dashboards.figure import Cell, Figure, Groups, Table, Who
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.grades import DAYS, DRAWN, LATER, ROOMY, Grades, daily_grades
from followup.dashboards.reading.people import Person
from followup.dashboards.rows import Rows
from participants.models import Scale

DEFINITION = (
    "Worst {name} grade of each trial day at the site, D0 to D14, and of all days after D14, after the first "
    "infusion and before a further one; the signed grade counts where there is one. A dot is grade 0, blank "
    "a day without a grade on record, grey a day not reached by the data cut or by the last day known alive. "
    "A death whose main cause is {name} is a maximum of 5, marked †, and no grade of a day."
)
SOURCE = "Lee et al., Biol Blood Marrow Transplant 2019;25:625-638; PACER design, clinical rules, section 3"
# Every column of grades: each day, and all that follow.
COLUMNS = (*DAYS, LATER)
AFTER = f"D{DAYS[-1]}"
# The space before the last column, and what the two maxima at the end take.
GAP, MAX, OTHER = 6.0, 38.0, 46.0


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


@dataclass(frozen=True)
class Grid:
    """Where the columns of a heat map stand."""

    rows: PersonRows

    @property
    def step(self) -> float:
        """From one column to the next."""
        return (self.rows.width - self.rows.left - GAP - MAX - OTHER) / len(COLUMNS)

    @property
    def is_narrow(self) -> bool:
        """Whether not every column has room for its name."""
        return self.step < 20

    @property
    def chip(self) -> float:
        """The width of the box that holds the maximum of the other scale."""
        return min(self.step - 1, 30.0)

    def left(self, day: int) -> float:
        """Return the left end of a day's column."""
        return self.rows.left + day * self.step + (GAP if day == LATER else 0)

    @property
    def maximum(self) -> float:
        """The middle of the column of the maximum."""
        return self.rows.width - OTHER - MAX / 2

    @property
    def other(self) -> float:
        """The left end of the box of the other scale."""
        return self.rows.width - OTHER / 2 - self.chip / 2


def drawn(heat: Heat) -> Callable[[Frame], Figure]:
    """Return the figure of one scale."""
    return lambda frame: draw(frame, heat)


def draw(frame: Frame, heat: Heat) -> Figure:
    """Show the days of those with the highest grades."""
    order = frame.by_severity
    shown = order[:DRAWN]
    groups = Groups()
    title = f"{heat.name} grade by day"
    n = groups.count("n", title, frame.infused)
    first = ", the most severe first" if len(shown) > 1 else ""
    more = f"; the {len(shown)} most severe are shown" if len(shown) < n.value else first
    head = (
        "Participant", *(f"D{day}" for day in DAYS), f"After {AFTER}", f"Max {heat.name}",
        f"Max {heat.other.label}",
    )  # fmt: skip
    is_graded = any(frame.daily_grades[heat.scale].values()) or any(
        _known(frame, one).maximum.get(heat.scale) is not None for one in shown
    )
    wide, narrow = (
        _drawing(frame, heat, PersonRows.of(shown, width)) if is_graded else None for width in (WIDE, NARROW)
    )
    return Figure(
        heat.key, title, [n, f" infused{more}"], DEFINITION.format(name=heat.name), SOURCE,
        Table("Worst grade of each day; a dash is no grade on record", head, _rows(frame, heat, order)),
        wide, "" if is_graded else f"No {heat.name} grade is on record after the infusion.", groups, width=6,
        legend=_legend(frame, heat, shown, wide), narrow=narrow,
    )  # fmt: skip


def _legend(frame: Frame, heat: Heat, shown: list[Person], drawing: Drawing | None) -> list[tuple[str, str]]:
    """Explain the signs that were drawn; rows without numerals need the colours too."""
    ramp: list[tuple[str, str]] = []
    if len(shown) > ROOMY:
        ramp = [(f".{heat.scale}-{grade} {heat.scale}-e", f"grade {grade}") for grade in range(1, 5)]
        ramp.append(("▬", "the longer, the higher"))
    died = [("†", f"died of {heat.name}")] if any(_died_of(frame, heat, one) for one in shown) else []
    none = [("·", "grade 0")] if drawing and drawing.has("dot0") else []
    grey = [(".hm-x", "day not reached")] if drawing and drawing.has("hm-x") else []
    return [*ramp, *none, ("", "blank: no grade on record"), *grey, *died]


def _rows(frame: Frame, heat: Heat, order: list[Person]) -> Rows[Person]:
    """Return a row for everybody; the days of who is not drawn are read when a file asks for them."""
    shown = {one.pk for one in order[:DRAWN]}
    everybody = cache(lambda: daily_grades(frame)[heat.scale])

    def write(one: Person) -> list[Cell]:
        days = frame.daily_grades[heat.scale] if one.pk in shown else everybody()
        known = _known(frame, one).maximum
        graded = days.get(one.pk, {})
        return [
            Who(one.pk, one.study_id), *(graded.get(day) for day in COLUMNS),
            known.get(heat.scale), known.get(heat.other),
        ]  # fmt: skip

    return Rows(order, write)


def _known(frame: Frame, one: Person) -> Grades:
    return frame.grades.get(one.pk, Grades())


def _died_of(frame: Frame, heat: Heat, one: Person) -> bool:
    """Say whether the maximum is the death, whatever was graded by day."""
    days = frame.daily_grades[heat.scale].get(one.pk, {})
    return _known(frame, one).maximum.get(heat.scale) == 5 and 5 not in days.values()


def _drawing(frame: Frame, heat: Heat, rows: PersonRows) -> Drawing:
    grid = Grid(rows)
    name = f"{heat.name} grade by day of {len(rows.people)} participants"
    drawing = Drawing(rows.width, rows.height, name)
    _head(drawing, heat, grid)
    if not rows.is_roomy:
        _low_rows(drawing, frame, heat, grid)
    rows.name(drawing, frame)
    if rows.is_roomy:
        for place, one in enumerate(rows.people):
            _row(drawing, frame, heat, grid, one, rows.top(place))
    return drawing


def _head(drawing: Drawing, heat: Heat, grid: Grid) -> None:
    """Name the columns, where there is little room every third."""
    for day in DAYS[:: 3 if grid.is_narrow else 1]:
        drawing.text("t-2 t-mid", grid.left(day) + grid.step / 2, 16, f"D{day}" if day == 0 else day)
    later = f">{AFTER}" if grid.rows.is_roomy and grid.step > 28 else f">{DAYS[-1]}"
    drawing.text("t-2 t-end", grid.left(LATER) + grid.step, 16, later)
    if grid.rows.is_roomy:
        drawing.text("t-2 t-b t-mid", grid.maximum, 16, "max")
    drawing.text("t-2 t-b t-mid", grid.rows.width - OTHER / 2, 16, str(heat.other.label))


def _row(drawing: Drawing, frame: Frame, heat: Heat, grid: Grid, one: Person, top: float) -> None:
    graded, seen = frame.daily_grades[heat.scale].get(one.pk, {}), one.day(frame.seen_until(one))
    for day in COLUMNS:
        grade, left = graded.get(day), grid.left(day)
        if grade:
            when = f"after {AFTER}" if day == LATER else f"D{day}"
            title = f"{one.study_id} {when}: {heat.name}"
            _chip(drawing, heat.scale, grade, left + 0.5, top, grid.step - 1, title)
        elif grade == 0:
            drawing.circle("dot0", left + grid.step / 2, top + ROW / 2, 1.6)
        elif day > seen:
            drawing.rect("hm-x", left + 1, top + 1, grid.step - 2, ROW - 3)
    known = _known(frame, one).maximum
    died = "†" if _died_of(frame, heat, one) else ""
    drawing.text("t t-b t-mid", grid.maximum, top + 15, f"{words(known.get(heat.scale))}{died}")
    other, title = known.get(heat.other), f"{one.study_id}, maximum: {heat.other.label}"
    if other is not None:
        _chip(drawing, heat.other, other, grid.other, top, grid.chip, title)


def _chip(drawing: Drawing, scale: str, grade: int, left: float, top: float, width: float, name: str) -> None:
    drawing.rect(f"{scale}-{grade} {scale}-e", left, top + 1, width, ROW - 2, title=f"{name} grade {grade}")
    drawing.text(f"{scale}-t-{grade}", left + width / 2, top + 15.5, grade)


def _low_rows(drawing: Drawing, frame: Frame, heat: Heat, grid: Grid) -> None:
    """Draw many: rows too low for a number, where length tells a grade as well as colour."""
    rows = grid.rows
    for css, found in sorted(_boxes(frame, heat, grid).items()):
        drawing.rects(css, found)
    for place, one in enumerate(rows.people):
        known = _known(frame, one)
        title = f"{one.study_id}: CRS {words(known.crs)}, ICANS {words(known.icans)}"
        drawing.rect("hm-row", rows.left, rows.top(place), rows.width - 8 - rows.left, LOW, title=title)


def _boxes(frame: Frame, heat: Heat, grid: Grid) -> dict[str, list[tuple[float, float, float, float]]]:
    """Return the boxes of the low rows by their class: left, top, width, height."""
    boxes: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    days, step = frame.daily_grades[heat.scale], grid.step
    for place, one in enumerate(grid.rows.people):
        top, graded, seen = grid.rows.top(place), days.get(one.pk, {}), one.day(frame.seen_until(one))
        for day in COLUMNS:
            left, grade = grid.left(day), graded.get(day)
            if grade:
                boxes[f"{heat.scale}-{grade} {heat.scale}-l"].append(
                    (left + 1, top + 0.5, (step - 2) * grade / 5, LOW - 1)
                )
            elif grade == 0:
                boxes["dot0"].append((left + step / 2 - 1, top + LOW / 2 - 1, 2, 2))
            elif day > seen:
                boxes["hm-x"].append((left + 1, top, step - 2, LOW))
        other = _known(frame, one).maximum.get(heat.other)
        if other:
            css, width = f"{heat.other}-{other} {heat.other}-l", (grid.chip - 1) * other / 5
            boxes[css].append((grid.other, top + 0.5, width, LOW - 1))
    return boxes
