"""The maximum CRS and ICANS grades: how many participants reached which."""

from __future__ import annotations

from collections.abc import Callable

from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Count, Figure, Groups, Table
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.grades import Grades

TITLE = "Maximum CRS and ICANS grade"
DEFINITION = (
    "The worst ASTCT grade after the first infusion, up to the data cut and before a further course; the "
    "signed grade counts where there is one, and a death whose main cause is CRS or ICANS is grade 5 of it. "
    "Not graded: no grade is on record, which is not grade 0."
)
SOURCE = "Lee et al., Biol Blood Marrow Transplant 2019;25:625-638"
NOT_GRADED = "Not graded"
SCALES: tuple[tuple[str, str, Callable[[Grades], int | None]], ...] = (
    ("crs", "CRS", lambda grades: grades.crs),
    ("icans", "ICANS", lambda grades: grades.icans),
)

# The bar of the most frequent grade.
LONGEST = 120.0
# From one grade to the next, and the thickness of its bar.
STEP, THICK = 32.0, 22.0


def draw(frame: Frame) -> Figure:
    """Count participants by their maximum grades."""
    groups = Groups()
    columns = [_column(frame, groups, key, name, of) for key, name, of in SCALES]
    labels = [*(f"Grade {grade}" for grade in range(6)), NOT_GRADED]
    rows = [(label, *counts) for label, *counts in zip(labels, *columns, strict=True)]
    n = groups.count("n", TITLE, frame.infused)
    graded = groups.count("graded", "With a CRS grade", [pk for pk in frame.infused if _is_graded(frame, pk)])
    return Figure(
        "maximum", TITLE, [graded, " of ", n, " infused have a CRS grade"], DEFINITION, SOURCE,
        Table("Participants by maximum grade", ("Grade", "CRS", "ICANS"), rows),
        _drawing(columns) if graded.value else None,
        "" if graded.value else "Nobody has been graded by the data cut.", groups,
    )  # fmt: skip


def _is_graded(frame: Frame, pk: int) -> bool:
    return pk in frame.grades and frame.grades[pk].crs is not None


def _column(
    frame: Frame, groups: Groups, key: str, name: str, of: Callable[[Grades], int | None]
) -> list[Count]:
    people: dict[int | None, list[int]] = {grade: [] for grade in (*range(6), None)}
    for pk in frame.infused:
        people[of(frame.grades[pk]) if pk in frame.grades else None].append(pk)
    return [
        groups.count(
            f"{key}-{'none' if grade is None else grade}",
            f"{name}, {'not graded' if grade is None else f'maximum grade {grade}'}", found,
        )
        for grade, found in people.items()
    ]  # fmt: skip


def _drawing(columns: list[list[Count]]) -> Drawing:
    drawing = Drawing(420, 26 + 7 * STEP, "Participants by maximum grade of CRS and ICANS")
    most = max(count.value for column in columns for count in column)
    for place, (column, (key, name, _)) in enumerate(zip(columns, SCALES, strict=True)):
        left = 94 + place * 168
        drawing.text("t t-b", left, 14, name)
        for grade, count in enumerate(column):
            top = 22 + grade * STEP
            css = f"{key}-{grade} {key}-e" if grade < 6 else "hm-x"
            drawing.rect(css, left, top, LONGEST * count.value / most, THICK, title=f"{name}: {count}")
            drawing.text("t t-b", left + LONGEST * count.value / most + 6, top + 15.5, count.value)
    for grade in range(7):
        drawing.text("t-2 t-end", 87, 37.5 + grade * STEP, f"Grade {grade}" if grade < 6 else NOT_GRADED)
    return drawing
