"""The course of each participant since the infusion, in the order of the heat map."""

from __future__ import annotations

from datetime import date, timedelta

from followup.dashboards.drawing.low_rows import LOW, name_runs
from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Cell, Figure, Groups, Table, Who
from followup.dashboards.reading.courses import REMISSION
from followup.dashboards.reading.frame import Frame, Person
from followup.dashboards.reading.grades import DRAWN, ROOMY, Grades, by_severity
from followup.dashboards.rows import Rows
from participants.domain.milestones import MilestoneKind
from participants.domain.vital_status import DAYS_PER_MONTH, relapse_on
from participants.models import ResponseKind

TITLE = "Course of each participant"
DEFINITION = (
    "From the infusion to death or to the last day known alive, at the latest the data cut; darker after a "
    "relapse, or an assessment without remission after one. The strip on a bar is "
    "anakinra from the first to the last dose of the first course, the numeral in colour the maximum CRS "
    "grade. Same order as the heat map."
)
SOURCE = "PACER design, clinical rules, sections 1 and 8"
HEAD = (
    "Participant", "Days", "Ends with", "First dose", "Last dose", "Max CRS", "Responses", "Relapse", "HSCT",
)  # fmt: skip
ROW, LEFT, RIGHT = 22.0, 60.0, 546.0
TRIANGLE_UP, TRIANGLE_DOWN = "M0 -5L5 4L-5 4z", "M0 5L5 -4L-5 -4z"
SQUARE, CROSS = "M-4 -4H4V4H-4z", "M-4 -4L4 4M4 -4L-4 4"
CIRCLE = "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z"
RESPONSE_CSS: dict[str, str] = {ResponseKind.CR: "ink", ResponseKind.CRI: "ink-o", ResponseKind.NR: "ink-x"}
DAGGER, ARROW = "M0 -7V7M-4 -3H4", "M-6 0H4M0 -4L4 0L0 4"


def draw(frame: Frame) -> Figure:
    """Show the courses of those with the highest grades."""
    order = by_severity(frame)
    shown = order[:DRAWN]
    groups = Groups()
    n = groups.count("n", TITLE, frame.infused)
    dead = groups.count("died", "Died", [pk for pk, facts in frame.courses.items() if facts.died_on])
    more = f"; the {len(shown)} with the highest grades are shown" if len(shown) < n.value else ""
    return Figure(
        "swimmer", TITLE, [n, " infused, ", dead, f" died{more}"], DEFINITION, SOURCE,
        Table("Days since the infusion", HEAD, Rows(order, lambda one: _row(frame, one))),
        _drawing(frame, shown) if shown else None,
        "" if shown else "Nobody has been infused by the data cut.", groups, width=6,
        legend=[("●", "CR"), ("○", "CRi"), ("×", "no response"), ("▲", "first anakinra dose"),
                (".acc", "first to last dose"), ("▼", "relapse"), ("■", "HSCT"), ("†", "death"),
                ("→", "last known alive")],
    )  # fmt: skip


def _day(one: Person, on: date | None) -> int | None:
    return None if on is None else one.day(on)


def _row(frame: Frame, one: Person) -> list[Cell]:
    facts, known = frame.courses[one.pk], frame.grades.get(one.pk, Grades())
    responses = [(on, name) for on, name in _responses(frame, one)]
    return [
        Who(one.pk, one.study_id), one.day(frame.seen_until(one)),
        "death" if facts.died_on else "last contact",
        _day(one, one.events.get(MilestoneKind.ANAKINRA_FIRST)),
        _day(one, one.events.get(MilestoneKind.ANAKINRA_LAST)), known.crs,
        ", ".join(f"{ResponseKind(name).label} D{one.day(on)}" for on, name in responses),
        _day(one, relapse_on(facts)), _day(one, _transplanted_on(frame, one)),
    ]  # fmt: skip


def _transplanted_on(frame: Frame, one: Person) -> date | None:
    """Return the first transplantation since the infusion, by the data cut."""
    on = frame.dated[one.pk].first_since(frame.courses[one.pk].day_zero, MilestoneKind.HSCT)
    return on if on is not None and on <= frame.cut_on else None


def _responses(frame: Frame, one: Person) -> list[tuple[date, str]]:
    known = sorted(frame.dated[one.pk].responses)
    return [(on, name) for on, name in known if on <= frame.cut_on and one.day(on) >= 0]


def _drawing(frame: Frame, shown: list[Person]) -> Drawing:
    longest = max(one.day(frame.seen_until(one)) for one in shown)
    months = max(-(-longest // DAYS_PER_MONTH), 1)
    is_roomy = len(shown) <= ROOMY
    row, size = (ROW, 1.0) if is_roomy else (LOW, 0.5)
    drawing = Drawing(620, len(shown) * row + 30, f"Courses of {len(shown)} participants since the infusion")

    def x(day: float) -> float:
        return LEFT + (RIGHT - LEFT) * day / (months * DAYS_PER_MONTH)

    every = next(size for size in (1, 2, 3, 6, 12, 24, 120) if months <= 7 * size)
    for month in range(0, int(months) + 1, every):
        drawing.line("grid", x(month * DAYS_PER_MONTH), 22, x(month * DAYS_PER_MONTH), 24 + len(shown) * row)
        drawing.text("t-2 t-mid", x(month * DAYS_PER_MONTH), 16, f"M{month}" if month else "D0")
    if is_roomy:
        drawing.text("t-2 t-mid", 575, 16, "CRS")
        drawing.text("t-2 t-end", 618, 16, "days")
    else:
        name_runs(drawing, frame, shown, RIGHT)
    for place, one in enumerate(shown):
        top = 24 + place * row
        if is_roomy:
            drawing.text("t", 2, top + 15, one.study_id)
            drawing.text("t-2 t-end", 618, top + 15, one.day(frame.seen_until(one)))
            _grade(drawing, frame.grades.get(one.pk, Grades()).crs, top)
        _bar(drawing, frame, one, [x(day) for day in _ends(frame, one)], top + row / 2, size)
        for first, last in _dosed(frame, one):
            title = f"{one.study_id}: anakinra D{first} to D{last}"
            drawing.rect("acc", x(first), top + row / 2 - 2 * size, x(last) - x(first), 4 * size, title=title)
        for day, outline, css, words in _marks(frame, one):
            title = f"{one.study_id} D{day}: {words}"
            drawing.shape(css, outline, x(day), top + row / 2, title=title, size=size)
    return drawing


def _grade(drawing: Drawing, grade: int | None, top: float) -> None:
    if grade is not None:
        drawing.rect(f"crs-{grade} crs-e", 567, top + 3, 16, ROW - 6, title=f"Maximum CRS grade {grade}")
        drawing.text(f"crs-t-{grade}", 575, top + 15, grade)


def _dosed(frame: Frame, one: Person) -> list[tuple[int, int]]:
    """Return the days of the first and the last dose, at the latest the cut; nothing of a single one."""
    first, last = (
        frame.dated[one.pk].events.get(kind)
        for kind in (MilestoneKind.ANAKINRA_FIRST, MilestoneKind.ANAKINRA_LAST)
    )
    if first is None or last is None or not first < (end := min(last, frame.cut_on)):
        return []
    if one.infused_again_on is not None:
        end = min(end, one.infused_again_on - timedelta(days=1))
    return [(one.day(first), one.day(end))]


def _ends(frame: Frame, one: Person) -> list[int]:
    """Return the days between which the bar is one shade: the infusion, a relapse, the end."""
    relapse, end = relapse_on(frame.courses[one.pk]), one.day(frame.seen_until(one))
    return [0, end] if relapse is None else [0, min(one.day(relapse), end), end]


def _bar(drawing: Drawing, frame: Frame, one: Person, ends: list[float], middle: float, size: float) -> None:
    top, height = middle - 4 * size, 8 * size
    drawing.rect("bar-1", ends[0], top, ends[1] - ends[0], height)
    if len(ends) == 3:
        drawing.rect("bar-2", ends[1], top, ends[2] - ends[1], height)
    facts = frame.courses[one.pk]
    outline, words = (DAGGER, "death") if facts.died_on else (ARROW, "last known alive")
    place = ends[-1] + (0 if facts.died_on else 7 * size)
    drawing.shape("ink-l", outline, place, middle, title=f"{one.study_id}: {words}", size=size)


def _marks(frame: Frame, one: Person) -> list[tuple[int, str, str, str]]:
    """List the marks on a bar: the day, the outline, its class, and what it is."""
    found = [
        (
            one.day(on),
            CROSS if name not in REMISSION else CIRCLE,
            RESPONSE_CSS[name],
            ResponseKind(name).label,
        )
        for on, name in _responses(frame, one)
    ]
    events = (
        (one.events.get(MilestoneKind.ANAKINRA_FIRST), TRIANGLE_UP, "acc", "first anakinra dose"),
        (relapse_on(frame.courses[one.pk]), TRIANGLE_DOWN, "ink", "relapse"),
        (_transplanted_on(frame, one), SQUARE, "ink", "stem cell transplantation"),
    )
    return found + [
        (one.day(on), outline, css, words) for on, outline, css, words in events if on is not None
    ]
