"""Grades out of parts of which some are not known."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.grade import (
    ABSENT,
    Grade,
    Part,
    Status,
    certain,
    settle,
    ungraded,
    unless_other_cause,
)

pytestmark = pytest.mark.once


def part(*grades: int) -> Part:
    """Return a part that misses an input named after its grades when there are several."""
    return Part(frozenset(grades), "", ("/".join(map(str, grades)),) if len(grades) > 1 else ())


@pytest.mark.parametrize(
    ("parts", "possible", "missing"),
    [
        ([part(2), part(3)], {3}, ()),
        ([part(2, 3), part(3)], {3}, ()),
        ([part(2, 3), part(2)], {2, 3}, ("2/3",)),
        ([part(0, 4), part(2, 3)], {2, 3, 4}, ("0/4", "2/3")),
        ([part(0, 1), part(2, 3)], {2, 3}, ("2/3",)),
        ([part(0, 1), part(0, 4), part(4)], {4}, ()),
    ],
)
def test_only_a_part_that_makes_a_difference_is_missing(
    parts: list[Part], possible: set[int], missing: tuple[str, ...]
) -> None:
    found, wanted = settle(parts, max)
    assert (set(found), wanted) == (possible, missing)


PARTS = st.lists(
    st.frozensets(st.integers(0, 4), min_size=1).map(lambda grades: part(*grades)), min_size=1, max_size=4
)


@given(PARTS)
def test_something_is_missing_exactly_when_several_grades_are_possible(parts: list[Part]) -> None:
    possible, missing = settle(parts, max)
    assert (len(possible) > 1) == bool(missing)


def test_parts_are_combined_in_their_order() -> None:
    def first_minus_second(chosen: Sequence[int]) -> int:
        return chosen[0] - chosen[1]

    assert settle([part(4), part(1, 2)], first_minus_second)[0] == {2, 3}


@pytest.mark.parametrize(
    ("other_cause", "grades", "missing"),
    [(True, {0}, ()), (False, {2, 3}, ("flow",)), (None, {0, 2, 3}, ("flow", "cause"))],
)
def test_another_cause_takes_a_sign_away(
    other_cause: bool | None, grades: set[int], missing: tuple[str, ...]
) -> None:
    sign = Part(frozenset({2, 3}), "oxygen", ("flow",))
    result = unless_other_cause(sign, other_cause=other_cause, field="cause")
    assert (set(result.grades), result.missing) == (grades, missing)


def test_the_cause_of_an_absent_sign_is_not_missing() -> None:
    assert unless_other_cause(certain(0), other_cause=None, field="cause") == ABSENT


@pytest.mark.parametrize(
    ("value", "status"),
    [(None, Status.GRADED), (0, Status.INSUFFICIENT_DATA), (0, Status.GRADED), (2, Status.NO_CRS)],
)
def test_a_grade_that_contradicts_its_status_is_refused(value: int | None, status: Status) -> None:
    with pytest.raises(ValueError, match="grade"):
        Grade(value, status, "", "test")


def test_a_long_list_of_what_is_missing_is_cut_in_the_sentence_only() -> None:
    labels = {name: f"the {name}" for name in "abcdef"}
    grade = ungraded({0, 2, 3}, tuple(labels), labels, rule_version="test")
    assert grade.reason == "Grade 0, 2 or 3 is possible; missing: the a, the b, the c, the d and 2 more."
    assert grade.missing == tuple(labels)
