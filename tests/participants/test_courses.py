"""The first infusion is the first by its day, wherever it is asked for, whatever the courses are called."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from participants.actions.treat import record_milestone
from participants.anchors import known_dates
from participants.courses import courses_of
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused
from participants.models import Milestone, Participant
from tests.factories import TEST, as_test, days_ago, make_enrolled, make_infused

pytestmark = pytest.mark.django_db

INFUSION = MilestoneKind.INFUSION


def infuse(participant: Participant, course: int, on: date) -> None:
    """Write an infusion as a trial may have come from elsewhere, past what the action refuses."""
    with as_test():
        Milestone.objects.create(participant=participant, kind=INFUSION, course=course, on=on)


@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
def test_day_zero_is_the_earliest_infusion_wherever_it_is_asked_for(numbers: tuple[int, int]) -> None:
    participant = make_enrolled()
    first, second = days_ago(40, participant.site), days_ago(10, participant.site)
    for course, on in zip(numbers, (first, second), strict=True):
        infuse(participant, course, on)
    found = Participant.objects.with_day_zero().get(pk=participant.pk).day_zero_on
    assert found == first
    assert known_dates([participant.pk])[participant.pk][INFUSION].on == first
    assert [course.day_zero for course in courses_of([participant.pk])[participant.pk]] == [first, second]


@pytest.mark.parametrize(("course", "days", "order"), [(2, 11, "before"), (1, 4, "after")])
def test_a_later_course_cannot_be_infused_before_an_earlier_one(course: int, days: int, order: str) -> None:
    participant = make_infused(day=10)
    record_milestone(
        by=TEST, participant=participant, kind=INFUSION, on=days_ago(5, participant.site), course=2
    )
    with pytest.raises(ActionRefused, match=f"cannot lie {order} it") as refused:
        record_milestone(
            by=TEST,
            participant=participant,
            kind=INFUSION,
            on=days_ago(days, participant.site),
            course=course,
            reason="misread",
        )
    assert refused.value.field == "on"


def test_a_second_infusion_on_the_day_of_the_first_is_stored() -> None:
    participant = make_infused(day=10)
    on = days_ago(10, participant.site)
    record_milestone(by=TEST, participant=participant, kind=INFUSION, on=on, course=2)
    assert [course.day_zero for course in courses_of([participant.pk])[participant.pk]] == [on, on]


def test_day_zero_follows_the_first_infusion_and_not_a_later_one() -> None:
    participant = make_infused(day=60)
    record_milestone(
        by=TEST, participant=participant, kind=INFUSION, on=days_ago(20, participant.site), course=2
    )
    day_zero = Participant.objects.with_day_zero().get(pk=participant.pk).day_zero_on
    assert day_zero == days_ago(20, participant.site) - timedelta(days=40)
