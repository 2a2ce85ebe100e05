"""The course of each participant since the infusion, in the order of the heat map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from followup.dashboards.drawing.person_rows import ROW, PersonRows
from followup.dashboards.drawing.svg import NARROW, WIDE, Drawing
from followup.dashboards.drawing.time_axis import TimeAxis
from followup.dashboards.figure import Cell, Figure, Groups, Table, Who
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.grades import DRAWN, Grades
from followup.dashboards.reading.people import Person
from followup.dashboards.rows import Rows
from participants.domain.milestones import MilestoneKind
from participants.domain.vital_status import active_disease_on
from participants.models import ResponseKind

TITLE = "Course of each participant"
DEFINITION = (
    "From the infusion to death or to the last day known alive, at the latest the data cut; darker after a "
    "relapse, or an assessment without remission after one. The strip on a bar is anakinra from the first to "
    "the last dose of the first course; a dose before the infusion, or from the day of a further one on, is "
    "not part of it. The numeral in colour is the maximum CRS grade. M1 is one month of 30.4375 days after "
    "D0. Same order as the heat map."
)
SOURCE = "PACER design, clinical rules, sections 1 and 8"
HEAD = (
    "Participant", "Days", "Ends with", "First dose", "Last dose", "Max CRS", "Responses", "Relapse", "HSCT",
    "Infused again",
)  # fmt: skip
# What the numbers at the end of each row take, and the middle of the box of the grade from the right.
NUMBERS, GRADE = 92.0, 52.0
TRIANGLE_UP, TRIANGLE_DOWN = "M0 -5L5 4L-5 4z", "M0 5L5 -4L-5 -4z"
SQUARE, CROSS = "M-4 -4H4V4H-4z", "M-4 -4L4 4M4 -4L-4 4"
DIAMOND = "M0 -5.5L5.5 0L0 5.5L-5.5 0z"
CIRCLE = "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z"
DAGGER, ARROW = "M0 -7V7M-4 -3H4", "M-6 0H4M0 -4L4 0L0 4"


@dataclass(frozen=True)
class Sign:
    """A mark on a bar: its outline, its class, what it is, and how a legend writes it."""

    outline: str
    css: str
    words: str
    sign: str


RESPONSES: dict[str, Sign] = {
    ResponseKind.CR: Sign(CIRCLE, "ink", "CR", "●"),
    ResponseKind.CRI: Sign(CIRCLE, "ink-o", "CRi", "○"),
    ResponseKind.NR: Sign(CROSS, "ink-x", "no response", "×"),
}
FIRST_DOSE = Sign(TRIANGLE_UP, "acc", "first anakinra dose", "▲.t-acc")
RELAPSE = Sign(TRIANGLE_DOWN, "ink", "relapse", "▼")
HSCT = Sign(SQUARE, "ink", "stem cell transplantation", "■")
AGAIN = Sign(DIAMOND, "ink-o", "further infusion", "◇")
DEATH = Sign(DAGGER, "ink-l", "death", "†")
ALIVE = Sign(ARROW, "ink-l", "last known alive", "→")
SIGNS = (*RESPONSES.values(), FIRST_DOSE, RELAPSE, HSCT, AGAIN, DEATH, ALIVE)


@dataclass(frozen=True)
class Course:
    """What is drawn of one participant, in trial days.

    The bar is one shade from each of `turns` to the next: the infusion, a relapse, the end. `dosed` holds
    the first and the last day of anakinra where they are two. The last of the `marks` ends the bar.
    """

    person: Person
    grade: int | None
    turns: list[int]
    dosed: tuple[int, int] | None
    marks: list[tuple[int, Sign]]

    @property
    def last_day(self) -> int:
        """The last day of the bar."""
        return self.turns[-1]


def draw(frame: Frame) -> Figure:
    """Show the courses of those with the highest grades."""
    order = frame.by_severity
    shown = [_course(frame, one) for one in order[:DRAWN]]
    groups = Groups()
    n = groups.count("n", TITLE, frame.infused)
    dead = groups.count("died", "Died", [pk for pk, facts in frame.courses.items() if facts.died_on])
    more = f"; the {len(shown)} with the highest grades are shown" if len(shown) < n.value else ""
    wide, narrow = (
        _drawing(frame, shown, PersonRows.of(order[:DRAWN], width)) if shown else None
        for width in (WIDE, NARROW)
    )
    return Figure(
        "swimmer", TITLE, [n, " infused, ", dead, f" died{more}"], DEFINITION, SOURCE,
        Table("Days since the infusion", HEAD, Rows(order, lambda one: _row(frame, one))),
        wide, "" if shown else "Nobody has been infused by the data cut.", groups, width=6,
        legend=_legend(shown), narrow=narrow,
    )  # fmt: skip


def _legend(shown: list[Course]) -> list[tuple[str, str]]:
    """Explain the signs that were drawn."""
    drawn = {sign for course in shown for _, sign in course.marks}
    found = [(sign.sign, sign.words) for sign in SIGNS if sign in drawn]
    if any(course.dosed for course in shown):
        found.append((".acc", "first to last dose"))
    if any(len(course.turns) > 2 for course in shown):
        found.append((".bar-2", "after a relapse"))
    return found


def _day(one: Person, on: date | None) -> int | None:
    return None if on is None else one.day(on)


def _row(frame: Frame, one: Person) -> list[Cell]:
    facts, known = frame.courses[one.pk], frame.grades.get(one.pk, Grades())
    responses = [(on, name) for on, name in _responses(frame, one)]
    return [
        Who(one.pk, one.study_id), one.day(frame.seen_until(one)),
        "death" if facts.died_on else "last contact",
        _day(one, one.dosed_from_on), _day(one, frame.if_by_cut(_dosed_to_on(frame, one))), known.crs,
        ", ".join(f"{ResponseKind(name).label} D{one.day(on)}" for on, name in responses),
        _day(one, active_disease_on(facts)), _day(one, _transplanted_on(frame, one)),
        _day(one, one.infused_again_on),
    ]  # fmt: skip


def _transplanted_on(frame: Frame, one: Person) -> date | None:
    """Return the first transplantation since the infusion, by the data cut."""
    on = frame.dated[one.pk].first_since(frame.courses[one.pk].day_zero, MilestoneKind.HSCT)
    return on if on is not None and on <= frame.cut_on else None


def _responses(frame: Frame, one: Person) -> list[tuple[date, str]]:
    known = sorted(frame.dated[one.pk].responses)
    return [(on, name) for on, name in known if on <= frame.cut_on and one.day(on) >= 0]


def _dosed_to_on(frame: Frame, one: Person) -> date | None:
    """Return the day of the last dose of the first course, after the cut too; None while it is not known."""
    on = frame.dated[one.pk].first_since(frame.courses[one.pk].day_zero, MilestoneKind.ANAKINRA_LAST)
    return on if one.in_first_course(on) else None


@dataclass(frozen=True)
class Lanes:
    """Where the rows lie, and the days along them."""

    rows: PersonRows
    axis: TimeAxis

    @property
    def right(self) -> float:
        """The end of the time axis."""
        return self.rows.width - (NUMBERS if self.rows.is_roomy else 18)

    @property
    def size(self) -> float:
        """The size of the marks."""
        return 1.0 if self.rows.is_roomy else 0.5

    def x(self, day: float) -> float:
        """Return the place of a day."""
        return self.rows.left + (self.right - self.rows.left) * day / self.axis.last_day

    def middle(self, place: int) -> float:
        """Return the middle of a row."""
        return self.rows.top(place) + (ROW if self.rows.is_roomy else self.rows.step) / 2


def _drawing(frame: Frame, shown: list[Course], rows: PersonRows) -> Drawing:
    longest = max(course.last_day for course in shown)
    lanes = Lanes(rows, TimeAxis.of(longest, 7 if rows.width > NARROW else 5))
    drawing = Drawing(rows.width, rows.height, f"Courses of {len(shown)} participants since the infusion")
    letter = "D" if lanes.axis.unit == "days" else "M"
    for number, day in lanes.axis.marks:
        drawing.line("grid", lanes.x(day), 22, lanes.x(day), rows.bottom)
        drawing.text("t-2 t-mid", lanes.x(day), 16, f"{letter}{number}" if number else "D0")
    if rows.is_roomy:
        drawing.text("t-2 t-b t-mid", rows.width - GRADE, 16, "CRS")
        drawing.text("t-2 t-end", rows.width - 2, 16, "days")
    rows.name(drawing, frame)
    for place, course in enumerate(shown):
        if rows.is_roomy:
            _numbers(drawing, rows, course, rows.top(place))
        _bar(drawing, lanes, course, lanes.middle(place))
    return drawing


def _numbers(drawing: Drawing, rows: PersonRows, course: Course, top: float) -> None:
    """Write the maximum CRS grade and the days of follow-up at the end of a row."""
    grade, middle = course.grade, rows.width - GRADE
    drawing.text("t-2 t-end", rows.width - 2, top + 15, course.last_day)
    if grade is not None:
        title = f"Maximum CRS grade {grade}"
        drawing.rect(f"crs-{grade} crs-e", middle - 8, top + 3, 16, ROW - 6, title=title)
        drawing.text(f"crs-t-{grade}", middle, top + 15, grade)


def _bar(drawing: Drawing, lanes: Lanes, course: Course, middle: float) -> None:
    """Draw a course: the bar, the strip of doses on it, and its marks."""
    size, name = lanes.size, course.person.study_id
    for css, begin, end in zip(("bar-1", "bar-2"), course.turns[:-1], course.turns[1:], strict=False):
        drawing.rect(css, lanes.x(begin), middle - 4 * size, lanes.x(end) - lanes.x(begin), 8 * size)
    if course.dosed:
        first, last = course.dosed
        title, width = f"{name}: anakinra D{first} to D{last}", lanes.x(last) - lanes.x(first)
        drawing.rect("acc", lanes.x(first), middle - 2 * size, width, 4 * size, title=title)
    for day, sign in course.marks:
        place, title = lanes.x(day) + (7 * size if sign is ALIVE else 0), f"{name} D{day}: {sign.words}"
        drawing.shape(sign.css, sign.outline, place, middle, title=title, size=size)


def _course(frame: Frame, one: Person) -> Course:
    """Gather what is drawn of one participant."""
    facts, end = frame.courses[one.pk], one.day(frame.seen_until(one))
    relapse_on = active_disease_on(facts)
    turns = [0, end] if relapse_on is None else [0, min(one.day(relapse_on), end), end]
    events = [
        *((on, RESPONSES[name]) for on, name in _responses(frame, one)),
        (one.dosed_from_on, FIRST_DOSE), (relapse_on, RELAPSE),
        (_transplanted_on(frame, one), HSCT), (one.infused_again_on, AGAIN),
    ]  # fmt: skip
    marks = [(one.day(on), sign) for on, sign in events if on is not None]
    marks.append((end, DEATH if facts.died_on else ALIVE))
    grade = frame.grades.get(one.pk, Grades()).crs
    return Course(one, grade, turns, _dosed(frame, one), marks)


def _dosed(frame: Frame, one: Person) -> tuple[int, int] | None:
    """Return the days of the first and the last dose, at the latest the cut; None for a single one."""
    first, last = one.dosed_from_on, _dosed_to_on(frame, one)
    if first is None or last is None or not first < (end := min(last, frame.cut_on)):
        return None
    return one.day(first), one.day(end)
