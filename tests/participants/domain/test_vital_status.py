"""Last known alive, and the times and events of the survival endpoints."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.vital_status import (
    Assessment,
    Cause,
    CompetingTime,
    CourseFacts,
    Sighting,
    TimeToEvent,
    active_disease_on,
    cut_at,
    event_free_survival,
    last_sighting,
    no_response_on,
    non_relapse_mortality,
    overall_survival,
    relapse_free_survival,
    relapse_incidence,
    relapse_on,
)

pytestmark = pytest.mark.once

ZERO = date(2026, 1, 1)


def day(number: int) -> date:
    return ZERO + timedelta(days=number)


def course(alive: int = 200, **facts: Any) -> CourseFacts:
    dated = {name: day(on) for name, on in facts.items() if name not in ("seen", "relapses")}
    seen = tuple(Assessment(day(on), is_remission) for on, is_remission in facts.get("seen", []))
    return CourseFacts(ZERO, day(alive), seen, tuple(map(day, facts.get("relapses", []))), **dated)


IN_REMISSION = [(28, True), (91, True)]
# No response at first, a relapse recorded although there was no remission, then a remission that lasts.
LATE_REMISSION: dict[str, Any] = {"seen": [(28, False), (80, True), (180, True)], "relapses": [40]}
# No response; whatever was given next brought the remission.
RESCUED: dict[str, Any] = {"seen": [(28, False), (88, True), (180, True)], "next_therapy_on": 60}


def test_last_sighting_ignores_what_is_dated_after_the_death() -> None:
    seen = [Sighting(day(10), "visit"), Sighting(day(40), "laboratory"), Sighting(day(25), "call")]
    assert last_sighting(seen, died_on=day(30)) == Sighting(day(25), "call")


def test_last_sighting_when_nobody_has_heard() -> None:
    assert last_sighting([]) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (course(died_on=50), TimeToEvent(50, is_event=True)),
        (course(200), TimeToEvent(200, is_event=False)),
        # Seen alive and died on one day: the death is the event.
        (course(50, died_on=50), TimeToEvent(50, is_event=True)),
    ],
)
def test_overall_survival(facts: CourseFacts, expected: TimeToEvent) -> None:
    assert overall_survival(facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (course(seen=IN_REMISSION), TimeToEvent(91, is_event=False)),
        (course(), TimeToEvent(0, is_event=False)),
        (course(seen=[(28, False)]), TimeToEvent(28, is_event=True)),
        # A remission by month 3 is a response, whatever day 28 said.
        (course(seen=[(28, False), (91, True)]), TimeToEvent(91, is_event=False)),
        (course(seen=[(28, False), (120, True)]), TimeToEvent(28, is_event=True)),
        (course(seen=IN_REMISSION, relapses=[150]), TimeToEvent(150, is_event=True)),
        (course(seen=[(28, True), (91, False)]), TimeToEvent(91, is_event=True)),
        (course(seen=IN_REMISSION, died_on=160), TimeToEvent(160, is_event=True)),
        (course(seen=IN_REMISSION, next_therapy_on=100, relapses=[150]), TimeToEvent(100, is_event=False)),
        (course(seen=IN_REMISSION, next_therapy_on=150, relapses=[150]), TimeToEvent(150, is_event=True)),
        (course(seen=IN_REMISSION, next_therapy_on=100), TimeToEvent(100, is_event=False)),
        (course(**LATE_REMISSION), TimeToEvent(40, is_event=True)),
        # The remission after the next therapy is not one of this infusion.
        (course(**RESCUED), TimeToEvent(28, is_event=True)),
        (course(seen=[(28, True), (88, True)], next_therapy_on=28), TimeToEvent(28, is_event=False)),
        (course(seen=[(88, True)], next_therapy_on=60), TimeToEvent(60, is_event=False)),
        # An assessment that is dated after the death proves nothing.
        (course(seen=[(28, False), (80, True)], died_on=60), TimeToEvent(28, is_event=True)),
    ],
)
def test_event_free_survival(facts: CourseFacts, expected: TimeToEvent) -> None:
    assert event_free_survival(facts) == expected


def test_event_free_survival_when_the_study_does_not_censor_at_transplantation() -> None:
    facts = course(seen=IN_REMISSION, next_therapy_on=100, relapses=[150])
    assert event_free_survival(facts, censors_at_next_therapy=False) == TimeToEvent(150, is_event=True)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (course(seen=[(28, False)]), None),
        (course(seen=IN_REMISSION), TimeToEvent(63, is_event=False)),
        (course(seen=IN_REMISSION, relapses=[128]), TimeToEvent(100, is_event=True)),
        (course(seen=IN_REMISSION, died_on=38), TimeToEvent(10, is_event=True)),
        (course(**LATE_REMISSION), TimeToEvent(100, is_event=False)),
        (course(seen=[(28, False), (80, True)], relapses=[40, 150]), TimeToEvent(70, is_event=True)),
        (course(seen=[(80, True), (180, True)], relapses=[80]), TimeToEvent(100, is_event=False)),
        (course(**RESCUED), None),
        (course(seen=[(80, True)], died_on=60), None),
    ],
)
def test_relapse_free_survival(facts: CourseFacts, expected: TimeToEvent | None) -> None:
    assert relapse_free_survival(facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (course(seen=[(28, False)]), None),
        (course(seen=IN_REMISSION, relapses=[128], died_on=160), CompetingTime(100, Cause.EVENT)),
        (course(seen=IN_REMISSION, died_on=128), CompetingTime(100, Cause.COMPETING)),
        (course(seen=IN_REMISSION), CompetingTime(63, Cause.CENSORED)),
        (course(**LATE_REMISSION), CompetingTime(100, Cause.CENSORED)),
        (course(**LATE_REMISSION, died_on=190), CompetingTime(110, Cause.COMPETING)),
        (course(**RESCUED), None),
    ],
)
def test_relapse_incidence(facts: CourseFacts, expected: CompetingTime | None) -> None:
    assert relapse_incidence(facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (course(seen=IN_REMISSION, died_on=160), CompetingTime(160, Cause.EVENT)),
        (course(seen=IN_REMISSION, relapses=[150], died_on=160), CompetingTime(150, Cause.COMPETING)),
        (course(seen=IN_REMISSION, relapses=[160], died_on=160), CompetingTime(160, Cause.COMPETING)),
        (course(seen=[(28, False)], died_on=60), CompetingTime(28, Cause.COMPETING)),
        (course(200, seen=IN_REMISSION), CompetingTime(200, Cause.CENSORED)),
        (course(died_on=10), CompetingTime(10, Cause.EVENT)),
        (course(**RESCUED, died_on=190), CompetingTime(28, Cause.COMPETING)),
        (course(**LATE_REMISSION, died_on=190), CompetingTime(40, Cause.COMPETING)),
        (course(seen=[(28, True), (80, False)], died_on=60), CompetingTime(60, Cause.EVENT)),
    ],
)
def test_non_relapse_mortality(facts: CourseFacts, expected: CompetingTime) -> None:
    assert non_relapse_mortality(facts) == expected


def test_relapse_before_the_remission_is_active_disease_and_no_relapse() -> None:
    facts = course(**LATE_REMISSION)
    assert (active_disease_on(facts), relapse_on(facts)) == (day(40), None)


def test_assessment_that_fails_after_a_late_remission_is_a_relapse_and_no_missing_response() -> None:
    facts = course(seen=[(120, True), (160, False)])
    assert (no_response_on(facts), relapse_on(facts)) == (None, day(160))


@pytest.mark.parametrize(("remission", "failed_on"), [(105, None), (106, day(28))])
def test_no_response_is_taken_back_by_a_remission_up_to_the_end_of_month_3(
    remission: int, failed_on: date | None
) -> None:
    assert no_response_on(course(seen=[(28, False), (remission, True)])) == failed_on


def test_no_response_when_nobody_assessed_is_not_known() -> None:
    assert no_response_on(course(died_on=20)) is None


def test_cut_at_when_the_death_lies_after_it_knows_the_participant_alive_on_it() -> None:
    facts = cut_at(course(90, died_on=120), day(100))
    assert facts is not None
    assert overall_survival(facts) == TimeToEvent(100, is_event=False)


def test_cut_at_knows_what_was_recorded_for_its_own_day_and_nothing_later() -> None:
    facts = cut_at(course(seen=[(28, True), (100, False), (101, True)], relapses=[100, 101]), day(100))
    assert facts is not None
    assert facts.relapses == (day(100),)
    assert [one.on for one in facts.assessments] == [day(28), day(100)]


def test_cut_at_knows_a_death_and_a_therapy_of_its_own_day() -> None:
    facts = cut_at(course(died_on=100, next_therapy_on=100), day(100))
    assert facts is not None
    assert (facts.died_on, facts.next_therapy_on) == (day(100), day(100))


def test_what_is_dated_on_the_day_of_the_death_still_counts() -> None:
    assert last_sighting([Sighting(day(30), "visit")], died_on=day(30)) is not None
    assert course(seen=[(30, True)], died_on=30).first_remission_on == day(30)


def test_a_relapse_without_a_remission_is_none_of_a_remission() -> None:
    assert relapse_on(course(seen=[(28, False)], relapses=[40])) is None


def test_relapse_incidence_when_the_relapse_is_dated_after_the_death() -> None:
    facts = course(seen=[(28, True)], relapses=[60], died_on=50)
    assert relapse_incidence(facts) == CompetingTime(22, Cause.COMPETING)


def test_no_response_is_told_at_the_first_of_several_failing_assessments() -> None:
    assert no_response_on(course(seen=[(60, False), (28, False)])) == day(28)


def test_what_is_dated_before_it_is_no_relapse_of_this_infusion() -> None:
    assert active_disease_on(course(relapses=[-1])) is None
    assert active_disease_on(course(relapses=[0])) == day(0)


def test_no_response_is_not_read_from_a_remission_that_something_else_brought() -> None:
    assert no_response_on(course(seen=[(28, True)], next_therapy_on=20)) is None
    assert no_response_on(course(seen=[(28, True), (60, False)], next_therapy_on=20)) == day(60)


def test_non_relapse_mortality_when_a_relapse_is_dated_after_the_death() -> None:
    assert non_relapse_mortality(course(relapses=[41], died_on=40)) == CompetingTime(40, Cause.EVENT)
    assert non_relapse_mortality(course(relapses=[40], died_on=40)) == CompetingTime(40, Cause.COMPETING)


def test_cut_at_when_the_infusion_lies_after_it() -> None:
    assert cut_at(course(), day(-1)) is None


days_or_none = st.none() | st.integers(0, 400)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=4),
    days_or_none,
    days_or_none,
    days_or_none,
    st.integers(0, 400),
)
def test_no_time_lies_beyond_the_data_cut(
    seen: list[tuple[int, bool]], relapsed: int | None, therapy: int | None, died: int | None, cut: int
) -> None:
    whole = replace(
        course(300, seen=seen),
        relapses=() if relapsed is None else (day(relapsed),),
        next_therapy_on=None if therapy is None else day(therapy),
        died_on=None if died is None else day(died),
    )
    facts = cut_at(whole, day(cut))
    assert facts is not None
    found = [
        overall_survival(facts),
        event_free_survival(facts),
        relapse_free_survival(facts),
        relapse_incidence(facts),
        non_relapse_mortality(facts),
    ]
    assert all(0 <= one.days <= cut for one in found if one is not None)
