"""CRS graded over a course."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.crs_course import Assessed, CourseOfCrs, grade_course
from participants.domain.crs_findings import CrsFindings, OxygenDevice, Vasoactive
from participants.domain.exposure import Exposure, MedicationClass
from participants.domain.grade import Status

pytestmark = pytest.mark.once

ZERO = datetime(2026, 3, 10, tzinfo=UTC)
WELL: dict[str, Any] = {
    "hypotension": False,
    "vasopressors": frozenset(),
    "o2_device": OxygenDevice.NONE,
    "fever_other_cause": False,
    "hypotension_other_cause": False,
    "hypoxia_other_cause": False,
}


def seen(hours: float, temp_c: str, **findings: Any) -> Assessed:
    """Return an assessment some hours after the infusion; its key is the hour."""
    known = CrsFindings(temp_c=Decimal(temp_c), **(WELL | findings))
    return Assessed(int(hours), ZERO + timedelta(hours=hours), known)


def drug(hours: float, *, until: float | None = None) -> Exposure:
    """Return an antipyretic given once, or from an hour until another."""
    end = None if until is None else ZERO + timedelta(hours=until)
    return Exposure(ZERO + timedelta(hours=hours), frozenset({MedicationClass.ANTIPYRETIC}), until=end)


def course(*assessed: Assessed, drugs: tuple[Exposure, ...] = (), now: datetime | None = None) -> CourseOfCrs:
    """Grade a course that begins with the infusion."""
    return grade_course(
        assessed, infused_at=ZERO, day_zero=date(2026, 3, 10), zone=UTC, exposures=drugs, now=now
    )


def test_entries_out_of_order_are_graded_in_the_order_of_time() -> None:
    late = seen(40, "37.0", vasopressors=frozenset({Vasoactive.NOREPINEPHRINE}))
    found = course(late, seen(30, "39.0"), drugs=(drug(35),))
    assert {key: grade.value for key, grade in found.grades.items()} == {30: 1, 40: 3}
    assert found.episodes[0].maximum == 3


def test_drug_that_began_before_onset_and_goes_on_counts() -> None:
    signs = seen(40, "37.0", hypotension=True)
    assert course(seen(30, "39.0"), signs, drugs=(drug(20, until=60),)).grades[40].value == 2
    assert course(seen(30, "39.0"), signs, drugs=(drug(20, until=29),)).grades[40].value == 0


def test_resolved_is_said_only_while_the_episode_lasts() -> None:
    found = course(seen(30, "39.0"), seen(40, "37.0"), seen(80, "36.8"), drugs=(drug(35),))
    assert [found.grades[key].status for key in (30, 40, 80)] == [
        Status.GRADED, Status.RESOLVED, Status.NO_CRS,
    ]  # fmt: skip


def test_signs_that_come_back_while_fever_may_be_masked_reopen_the_episode() -> None:
    back = seen(100, "36.9", hypotension=True)
    found = course(seen(30, "39.0"), seen(40, "37.0"), seen(80, "36.8"), back, drugs=(drug(35),))
    assert found.episodes[0].reopened_at == (back.at,)
    assert (found.grades[100].value, found.episodes[0].maximum) == (2, 2)


@pytest.mark.parametrize(("hours", "is_over"), [(None, False), (63.9, False), (64, True)])
def test_an_episode_is_over_once_a_day_has_passed_since_the_last_sign(
    hours: float | None, *, is_over: bool
) -> None:
    now = None if hours is None else ZERO + timedelta(hours=hours)
    (episode,) = course(seen(30, "39.0"), seen(40, "37.0"), now=now).episodes
    assert (episode.resolved_at is not None) is is_over


def test_onset_later_than_14_days_is_graded_and_flagged() -> None:
    grade = course(seen(15 * 24, "39.0")).grades[360]
    assert (grade.value, grade.flags) == (1, ("late_onset",))


def test_assessment_before_the_infusion_has_no_grade() -> None:
    found = course(seen(-5, "39.0"), seen(0, "38.0"))
    assert {key: grade.value for key, grade in found.grades.items()} == {0: 1}


def month_of(first: float, last: float) -> Exposure:
    """Return an antipyretic of which only a span of hours is known, as of a month without its day."""
    begin, end = ZERO + timedelta(hours=first), ZERO + timedelta(hours=last)
    classes = frozenset({MedicationClass.ANTIPYRETIC})
    return Exposure(begin, classes, given_by=end, until_from=begin, until=end, name="Paracetamol")


@pytest.mark.parametrize(
    ("first", "last", "value"), [(0, 29.9, 0), (0, 30, None), (30, 40, 2), (30, 40.1, None), (40.1, 60, 0)]
)
def test_drug_of_which_the_date_is_open_gives_no_grade_where_it_could_change_one(
    first: float, last: float, value: int | None
) -> None:
    signs = seen(40, "37.0", hypotension=True)
    found = course(seen(30, "39.0"), signs, drugs=(month_of(first, last),)).grades[40]
    assert (found.value, found.query is not None) == (value, value != 2)


def test_question_about_an_open_date_names_the_drug() -> None:
    found = course(seen(30, "39.0"), seen(40, "37.0", hypotension=True), drugs=(month_of(0, 100),))
    assert found.grades[40].query == (
        "Record what the grade depends on: any antipyretic or anticytokine drug since onset. "
        "Not fully dated: Paracetamol."
    )


@pytest.mark.parametrize("temp_c", ["37.0", "39.0"])
def test_open_date_takes_no_grade_that_it_cannot_change(temp_c: str) -> None:
    found = course(seen(30, "39.0"), seen(40, temp_c), drugs=(month_of(0, 100),)).grades[40]
    assert (found.value, found.query) == (0 if temp_c == "37.0" else 1, None)


def test_drug_with_a_full_date_makes_an_open_one_unimportant() -> None:
    signs = seen(40, "37.0", hypotension=True)
    assert course(seen(30, "39.0"), signs, drugs=(month_of(0, 100), drug(35))).grades[40].value == 2


def test_signs_that_only_an_open_date_may_mask_have_no_grade() -> None:
    back = seen(200, "36.9", hypotension=True)
    found = course(
        seen(30, "39.0"), seen(40, "37.0"), seen(80, "36.8"), back, drugs=(drug(31), month_of(0, 100))
    )
    assert found.episodes[0].reopened_at == (back.at,)
    assert (found.grades[200].value, found.grades[200].missing) == (None, ("prior_crs_this_episode",))


HOURS = st.integers(0, 60).map(lambda steps: steps * 10)
SIGNS = st.sampled_from([("36.8", False), ("36.8", True), ("39.0", False)])
SPANS = st.tuples(HOURS, HOURS).map(sorted)


@given(st.dictionaries(HOURS, SIGNS, min_size=1, max_size=12), SPANS, SPANS, st.data())
def test_grade_given_in_spite_of_an_open_date_is_that_of_every_date(
    signs: dict[int, tuple[str, bool]], starts: list[int], ends: list[int], data: st.DataObject
) -> None:
    began = data.draw(st.integers(starts[0], max(starts[0], min(starts[1], ends[1]))))
    ended = data.draw(st.integers(max(began, ends[0]), max(began, ends[1])))
    assessed = [seen(hours, celsius, hypotension=low) for hours, (celsius, low) in signs.items()]
    first, last, stop, end = (ZERO + timedelta(hours=hours) for hours in (*starts, *ends))
    unknown = Exposure(
        first,
        frozenset({MedicationClass.ANTIPYRETIC}),
        given_by=min(last, max(end, first)),
        until_from=max(stop, first),
        until=max(end, first),
    )
    found, known = course(*assessed, drugs=(unknown,)), course(*assessed, drugs=(drug(began, until=ended),))
    given_grades = {ref: grade.value for ref, grade in found.grades.items() if grade.value is not None}
    assert given_grades == {ref: known.grades[ref].value for ref in given_grades}
