"""Only what belongs to the first course counts, by its dates, whatever the record calls the courses."""

from __future__ import annotations

import pytest

from followup.dashboards.figures.swimmer import HEAD
from participants.domain.milestones import MilestoneKind
from participants.models import (
    Medication,
    Milestone,
    Participant,
    Relapse,
    RelapseSite,
    Site,
    StaffMember,
)
from participants.vital import course_facts, sightings_in_record
from tests.factories import as_test, make_infused
from tests.followup.dashboards.support import (
    at,
    behind,
    dose,
    fever,
    figure_of,
    frame_of,
    grade,
    on_day,
    respond,
    rows_of,
)

pytestmark = pytest.mark.django_db


def event(one: Participant, kind: MilestoneKind, day: int, course: int = 1) -> None:
    """Record an event on a trial day."""
    with as_test():
        Milestone.objects.create(participant=one, kind=kind, on=on_day(one, day), course=course)


@pytest.fixture
def postponed(site: Site) -> Participant:
    """Return somebody whose first infusion is of course 2: lymphodepletion had to be given again."""
    one = make_infused(site, day=40)
    with as_test():
        Milestone.objects.filter(participant=one, kind=MilestoneKind.INFUSION).update(course=2)
    return one


def test_only_infusion_is_the_first_when_it_is_of_course_2(
    postponed: Participant, reader: StaffMember
) -> None:
    grade(postponed, 3, 3)
    assert rows_of(figure_of(reader, "maximum"))["Grade 3"][0] == 1
    assert rows_of(figure_of(reader, "heat"))[postponed.study_id][3] == 3


def test_trigger_counts_when_the_only_infusion_is_of_course_2(
    postponed: Participant, reader: StaffMember
) -> None:
    fever(postponed, 2, 10)
    fever(postponed, 2, 14)
    dose(postponed, 2, 16)
    assert rows_of(figure_of(reader, "dosing"))[postponed.study_id][:2] == [2.0, 1]


def test_grades_before_and_after_the_first_course_do_not_count(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    event(one, MilestoneKind.INFUSION, 40, course=2)
    for day, value in ((-2, 4), (3, 1), (43, 4)):
        grade(one, day, value)
    assert rows_of(figure_of(reader, "maximum"))["Grade 1"][0] == 1


def test_grade_before_an_infusion_with_a_time_does_not_count(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    with as_test():
        Milestone.objects.filter(participant=one, kind=MilestoneKind.INFUSION).update(at=at(one, 0, 15))
    grade(one, 0, 2, hour=14)
    grade(one, 0, 1, hour=16)
    assert rows_of(figure_of(reader, "maximum"))["Grade 1"][0] == 1
    assert rows_of(figure_of(reader, "heat"))[one.study_id][0] == 1


def test_doses_of_a_further_course_do_not_count(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    event(one, MilestoneKind.INFUSION, 40, course=2)
    dose(one, 3, 10)
    dose(one, 42, 10, schedule="q6h")
    assert rows_of(figure_of(reader, "dosing"))[one.study_id][1:4] == [1, 50, "no"]


def test_doses_before_the_infusion_do_not_count(site: Site, reader: StaffMember) -> None:
    one, only_before = make_infused(site, day=60), make_infused(site, day=60)
    for day, schedule in ((-2, "q12h"), (-1, "q12h"), (3, "q12h"), (4, "q6h"), (5, "q6h")):
        dose(one, day, 10, schedule=schedule)
    dose(only_before, -1, 10)
    figure = figure_of(reader, "dosing")
    assert rows_of(figure)[one.study_id][1:4] == [3, 150, "yes"]
    assert behind(figure, "apart") == {one.pk}


@pytest.mark.parametrize("kind", [MilestoneKind.HSCT, MilestoneKind.NEW_THERAPY, MilestoneKind.RELAPSE])
def test_event_before_the_infusion_does_not_hide_the_one_after(
    kind: MilestoneKind, site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=60)
    event(one, kind, -30)
    before = frame_of(reader).courses[one.pk]
    event(one, kind, 50, course=2)
    after = frame_of(reader).courses[one.pk]
    wanted = on_day(one, 50)
    assert (before.relapsed_on, before.next_therapy_on) == (None, None)
    assert wanted in (after.relapsed_on, after.next_therapy_on)
    assert after == course_facts(sightings_in_record([one.pk]))[one.pk]


def test_relapse_in_detail_before_the_infusion_is_none_of_the_endpoints(
    site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=60)
    with as_test():
        for day in (-30, 50):
            Relapse.objects.create(participant=one, on=on_day(one, day), site=RelapseSite.MARROW)
    facts = frame_of(reader).courses[one.pk]
    assert facts.relapsed_on == on_day(one, 50)
    assert facts == course_facts(sightings_in_record([one.pk]))[one.pk]


def test_rescue_whose_day_is_not_known_counts_when_it_can_lie_after_the_infusion(
    site: Site, reader: StaffMember
) -> None:
    one, other = make_infused(site, day=40), make_infused(site, day=400)
    with as_test():
        for each, day in ((one, 0), (other, -60)):
            Medication.objects.create(
                participant=each, name="Tocilizumab", started_on=on_day(each, day).replace(day=1),
                started_precision="month", is_rescue=True,
            )  # fmt: skip
    assert behind(figure_of(reader, "dosing"), "rescued") == {one.pk}


def test_relapse_known_by_assessment_is_one_in_every_figure(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=120)
    for day, response in ((28, "cr"), (60, "nr")):
        respond(one, day, response)
    grade(one, 100, 0)
    relapse = HEAD.index("Relapse") - 1
    assert rows_of(figure_of(reader, "swimmer"))[one.study_id][relapse] == 60
    days = [row[3] for row in figure_of(reader, "infections").table.rows][:2]
    # D0 to D28, and D29 to the relapse, which is the last day at risk.
    assert days == [29, 32]


def test_transplantation_before_the_infusion_is_not_drawn(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    event(one, MilestoneKind.HSCT, -30)
    event(one, MilestoneKind.HSCT, 50, course=2)
    assert rows_of(figure_of(reader, "swimmer"))[one.study_id][HEAD.index("HSCT") - 1] == 50
