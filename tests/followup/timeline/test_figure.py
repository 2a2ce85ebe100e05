"""No label of a lane covers another, and no fact is lost, whatever the course and the zoom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from followup.timeline.canvas import Axis, Zoom
from followup.timeline.choice import Choice
from followup.timeline.facts import (
    Course,
    Drug,
    EventSpan,
    InfectionSpan,
    Moment,
    OutcomeKind,
    OutcomePoint,
    PhaseSpan,
    VisitFact,
)
from followup.timeline.figure import Figure, canvas_of, draw
from followup.timeline.labels import TEXT_PX, Room, text_width
from followup.timeline.marks import Lane, Sign, Text

ZERO = date(2026, 3, 10)
NOW = datetime(2026, 6, 2, 7, 42, tzinfo=UTC)
LANES_IN_ROWS = {"Infections", "Adverse events", "Outcome", "Tocilizumab", "Steroid", "Other drugs", "Visits"}

names = st.sampled_from(["Fever", "Neutrophil count decreased", "Stenotrophomonas maltophilia " * 3])
offsets = st.integers(min_value=-20, max_value=120)
lengths = st.one_of(st.none(), st.integers(min_value=0, max_value=60))


def on(day: int) -> date:
    return ZERO + timedelta(days=day)


def until(day: int, length: int | None) -> date | None:
    return None if length is None else on(day + length)


@st.composite
def infections(draw: st.DrawFn) -> InfectionSpan:
    day, length, name = draw(offsets), draw(lengths), draw(names)
    return InfectionSpan(name, name, on(day), until(day, length), length is not None)


@st.composite
def events(draw: st.DrawFn) -> EventSpan:
    day, length, grade = draw(offsets), draw(lengths), draw(st.integers(1, 5))
    grades = ((on(day), grade), (on(day + 3), draw(st.integers(1, 5))))
    return EventSpan(draw(names), "5.0", on(day), until(day, length), length is not None, grades)


@st.composite
def drugs(draw: st.DrawFn) -> Drug:
    day, length, name = draw(offsets), draw(lengths), draw(names)
    ended = None if length is None else Moment(on(day + length))
    return Drug(name, "10 mg", Moment(on(day)), ended, name)


@st.composite
def visits(draw: st.DrawFn) -> VisitFact:
    day = draw(offsets)
    sign = draw(st.sampled_from(["done", "done-out", "part", "missed", "open", "overdue", "none", "na"]))
    settled = sign not in {"open", "overdue", "none"}
    return VisitFact(
        f"V{day}", f"visit of day {day}", sign, "3 d" if sign == "overdue" else "", on(day - 2), on(day),
        on(day + 3), on(day), "/visits/1/", is_settled=settled, is_unneeded=sign == "na",
    )  # fmt: skip


def response(day: int) -> OutcomePoint:
    return OutcomePoint(OutcomeKind.RESPONSE, on(day), "CR", f"response {day}")


@st.composite
def courses(draw: st.DrawFn) -> Course:
    outcomes = draw(st.lists(offsets, max_size=6))
    return Course(
        "P-014",
        UTC,
        ZERO,
        NOW,
        phases=(PhaseSpan("Infused", Moment(ZERO), None),),
        visits=tuple(draw(st.lists(visits(), max_size=25))),
        steroids=tuple(draw(st.lists(drugs(), max_size=6))),
        infections=tuple(draw(st.lists(infections(), max_size=8))),
        events=tuple(draw(st.lists(events(), max_size=30))),
        outcomes=tuple(
            OutcomePoint(OutcomeKind.RESPONSE, on(day), "CR", f"response {day}") for day in outcomes
        ),
    )


def figure(course: Course, zoom: Zoom, first: int = -30, last: int = 190) -> Figure:
    return draw(course, canvas_of(course, Choice(zoom, Axis.DAYS, on(first), on(last))))


def room_of(text: Text) -> Room:
    width = text_width(text.words, TEXT_PX)
    if "t-mid" in text.css:
        return Room(text.at_x - width / 2, text.at_x + width / 2)
    return Room(text.at_x - width, text.at_x) if "t-end" in text.css else Room(text.at_x, text.at_x + width)


def overlapping(lane: Lane) -> list[tuple[str, str]]:
    """Return the words of different marks that cover each other."""
    words = [
        (number, shape)
        for number, mark in enumerate(lane.marks)
        for shape in mark.shapes
        if isinstance(shape, Text)
    ]
    return [
        (one.words, other.words)
        for (its_mark, one), (other_mark, other) in combinations(words, 2)
        if its_mark != other_mark
        and abs(one.at_y - other.at_y) < TEXT_PX * 0.7
        and room_of(one).left < room_of(other).right
        and room_of(other).left < room_of(one).right
    ]


@settings(max_examples=40)
@given(courses(), st.sampled_from(list(Zoom)))
def test_no_words_of_a_lane_cover_others(course: Course, zoom: Zoom) -> None:
    for placed in figure(course, zoom, last=14 if zoom is Zoom.HOUR else 190).lanes:
        if placed.lane.name in LANES_IN_ROWS:
            assert overlapping(placed.lane) == []


@settings(max_examples=40)
@given(courses(), st.sampled_from([Zoom.DAY, Zoom.MONTH]))
def test_no_fact_of_the_range_is_lost(course: Course, zoom: Zoom) -> None:
    told = "; ".join(mark.words for _, mark in figure(course, zoom).marks)
    for visit in course.visits:
        assert visit.words in told
    for event in course.events:
        assert event.term in told
    for point in course.outcomes:
        assert point.words in told
    drawn = [name for name, _ in figure(course, zoom).marks]
    assert drawn.count("Infections") == len(course.infections)
    assert drawn.count("Steroid") == len(course.steroids)


@settings(max_examples=40)
@given(courses(), st.sampled_from(list(Zoom)))
def test_marks_of_a_lane_are_in_the_order_of_the_arrow_keys(course: Course, zoom: Zoom) -> None:
    for placed in figure(course, zoom).lanes:
        lefts = [mark.hit.left for mark in placed.lane.marks]
        assert lefts == sorted(lefts)


def test_a_missed_visit_in_a_fold_is_shown_there() -> None:
    missed = VisitFact("M2", "missed", "missed", "", on(53), on(60), on(67), on(60), "", is_settled=True)
    course = Course("P-014", UTC, ZERO, NOW, visits=(missed,), outcomes=(response(28),))
    canvas = canvas_of(course, Choice(Zoom.DAY, Axis.DAYS, on(-20), on(105)))
    (fold,) = canvas.scale.folds
    mark = next(mark for name, mark in draw(course, canvas).marks if name == "Visits")
    assert fold.left < mark.x < fold.right


def test_visits_without_room_share_a_column_that_counts_and_shows_the_most_urgent() -> None:
    signs = ("done", "done", "part", "overdue", "done")
    crowd = tuple(
        VisitFact(f"V{n}", f"visit {n}", sign, "", None, None, None, on(3), "", is_settled=True)
        for n, sign in enumerate(signs)
    )
    drawn = figure(Course("P-014", UTC, ZERO, NOW, visits=crowd), Zoom.MONTH)
    shared = [mark for name, mark in drawn.marks if name == "Visits"][-1]
    assert [shape.words for shape in shared.shapes if isinstance(shape, Text)] == ["×3"]
    assert [shape.name for shape in shared.shapes if isinstance(shape, Sign)] == ["overdue"]
    assert shared.words == "V2, visit 2; V3, visit 3; V4, visit 4"


def test_lanes_without_anything_in_the_whole_course_are_named_only() -> None:
    phases = (PhaseSpan("Infused", Moment(ZERO), None),)
    drawn = figure(Course("P-014", UTC, ZERO, NOW, phases=phases), Zoom.DAY)
    assert [placed.lane.name for placed in drawn.lanes] == ["Phase"]
    assert "Temperature" in drawn.bare


def test_what_had_no_end_ends_with_the_death() -> None:
    course = Course(
        study_id="P-001", zone=UTC, day_zero=ZERO, now=NOW,
        infections=(InfectionSpan("Lung", "Lung", on(5), None, is_over=False),),
        events=(EventSpan("Fever", "5.0", on(5), None, is_over=False, grades=((on(5), 2),)),),
        other_drugs=(Drug("Paracetamol", "", Moment(on(5)), None, "paracetamol"),),
        outcomes=(OutcomePoint(OutcomeKind.DEATH, on(20), "death", "death"),),
    )  # fmt: skip
    canvas = canvas_of(course, Choice(Zoom.DAY, Axis.DAYS, on(0), on(60)))
    lanes = {each.lane.name: each.lane for each in draw(course, canvas).lanes}
    for name in ("Infections", "Adverse events", "Other drugs"):
        (mark,) = lanes[name].marks
        assert mark.hit.left + mark.hit.wide < canvas.x_on(on(22)), name
    assert lanes["Infections"].marks[0].words == "Lung, until death"
