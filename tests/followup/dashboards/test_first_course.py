"""Only what belongs to the first course counts, by its dates, whatever the record calls the courses."""

from __future__ import annotations

import pytest
from django.utils import timezone

from followup.dashboards.figures.swimmer import HEAD
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.vital_status import TimeToEvent, event_free_survival
from participants.models import (
    Infection,
    LifecycleStep,
    Medication,
    Milestone,
    Participant,
    Relapse,
    RelapseSite,
    Site,
    StaffMember,
)
from participants.vital import CONTACTS, course_facts, sightings_of
from tests.factories import as_test, make_enrolled, make_infused
from tests.followup.dashboards.support import (
    at,
    behind,
    dose,
    fever,
    figure_of,
    frame_of,
    grade,
    number,
    on_day,
    respond,
    rows_of,
    warm,
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
    assert (before.relapses, before.next_therapy_on) == ((), None)
    assert wanted in (*after.relapses, after.next_therapy_on)
    assert after == course_facts(sightings_of(CONTACTS, [one.pk]))[one.pk]


def test_relapse_in_detail_before_the_infusion_is_none_of_the_endpoints(
    site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=60)
    with as_test():
        for day in (-30, 50):
            Relapse.objects.create(participant=one, on=on_day(one, day), site=RelapseSite.MARROW)
    facts = frame_of(reader).courses[one.pk]
    assert facts.relapses == (on_day(one, 50),)
    assert facts == course_facts(sightings_of(CONTACTS, [one.pk]))[one.pk]


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


@pytest.fixture
def infused_twice(site: Site) -> Participant:
    """Return who had trigger, dose and remission only after a second infusion on D60."""
    one = make_infused(site, day=200)
    event(one, MilestoneKind.INFUSION, 60, course=2)
    for day, hour in ((62, 10), (62, 14)):
        fever(one, day, hour)
    dose(one, 62, 16)
    event(one, MilestoneKind.ANAKINRA_FIRST, 62, course=2)
    event(one, MilestoneKind.ANAKINRA_LAST, 64, course=2)
    for day, response in ((28, "nr"), (88, "cr")):
        respond(one, day, response)
    with as_test():
        LifecycleStep.objects.create(participant=one, phase=Phase.TRIGGER_MET, on=on_day(one, 62), entry=90)
        infected = {"kind": "bacterial", "body_site": "urinary", "severity": "mild"}
        Infection.objects.create(participant=one, onset_on=on_day(one, 70), **infected)
    return one


def test_trigger_and_doses_of_a_further_course_are_none_of_the_first_in_any_figure(
    infused_twice: Participant, reader: StaffMember
) -> None:
    one, flow = infused_twice, rows_of(figure_of(reader, "flow"))
    assert [flow[stage][0] for stage in ("Infused", "Trigger met", "Treated with anakinra")] == [1, 0, 0]
    assert frame_of(reader, denominator="treated").members == {}
    swimmer = rows_of(figure_of(reader, "swimmer"))[one.study_id]
    names = ("First dose", "Last dose", "Infused again")
    assert [swimmer[HEAD.index(name) - 1] for name in names] == [None, None, 60]
    assert one.study_id not in rows_of(figure_of(reader, "dosing"))


def test_first_course_that_a_further_infusion_ended_keeps_its_own_doses(
    infused_twice: Participant, reader: StaffMember
) -> None:
    event(infused_twice, MilestoneKind.ANAKINRA_FIRST, 3)
    event(infused_twice, MilestoneKind.ANAKINRA_LAST, 5)
    swimmer = rows_of(figure_of(reader, "swimmer"))[infused_twice.study_id]
    assert [swimmer[HEAD.index(name) - 1] for name in ("First dose", "Last dose")] == [3, 5]
    assert set(frame_of(reader, denominator="treated").members) == {infused_twice.pk}


def test_remission_after_a_further_infusion_is_no_response_to_the_first(
    infused_twice: Participant, reader: StaffMember
) -> None:
    facts = frame_of(reader).courses[infused_twice.pk]
    assert facts == course_facts(sightings_of(CONTACTS, [infused_twice.pk]))[infused_twice.pk]
    assert event_free_survival(facts) == TimeToEvent(28, is_event=True)
    assert behind(figure_of(reader, "efs"), "events") == {infused_twice.pk}
    assert figure_of(reader, "rfs").empty == "Nobody has come into remission by the data cut."


def test_infection_after_a_further_infusion_is_none_of_the_first_course(
    infused_twice: Participant, reader: StaffMember
) -> None:
    figure = figure_of(reader, "infections")
    # D29 to D60, the day of the second infusion, which is the last day at risk.
    assert [row[3] for row in figure.table.rows][1] == 32
    assert (number(figure, "infected"), len(figure.table.rows)) == (0, 2)


def test_infection_on_the_day_of_a_further_infusion_counts_as_that_day_is_at_risk(
    infused_twice: Participant, reader: StaffMember
) -> None:
    with as_test():
        Infection.objects.create(
            participant=infused_twice, onset_on=on_day(infused_twice, 60), kind="viral", body_site="cns",
            severity="mild",
        )  # fmt: skip
    assert figure_of(reader, "infections").table.file_rows[1][2:4] == [1, 32]


def test_further_infusion_before_the_day_of_the_plan_ends_what_can_be_seen(
    site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=100)
    grade(one, 2, 1)
    warm(one, at(one, 90))
    event(one, MilestoneKind.INFUSION, 20, course=2)
    assert behind(figure_of(reader, "severe"), "short") == {one.pk}


def test_relapse_before_the_remission_is_no_event_of_relapse_free_survival(
    site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=200)
    for day, response in ((28, "nr"), (80, "cr"), (180, "cr")):
        respond(one, day, response)
    event(one, MilestoneKind.RELAPSE, 40)
    found = {key: behind(figure_of(reader, key), "events") for key in ("rfs", "relapse", "efs")}
    assert found == {"rfs": set(), "relapse": set(), "efs": {one.pk}}
    assert rows_of(figure_of(reader, "rfs"))["100"][:3] == [1, 0, 1]


@pytest.mark.parametrize(
    ("doses", "recorded", "first"),
    [
        ([(3, 10)], [3], 3),
        ([(-2, 10), (3, 10)], [-2], 3),
        ([(0, 14), (2, 10)], [0], 2),
        ([(0, 14)], [0], None),
        ([(-2, 10)], [-2], None),
        ([(3, 10), (42, 10)], [42], 3),
        ([(42, 10)], [42], None),
        ([(40, 14)], [40], 40),
        ([], [4], 4),
        ([], [-1], None),
        ([(5, 10)], [3], 5),
        ([], [], None),
    ],
    ids=[
        "after", "before and after", "before on the day and after", "before on the day", "before",
        "entered late", "of the next course", "on the day before the next course", "by its day",
        "by its day before", "log after the recorded day", "none",
    ],
)  # fmt: skip
def test_first_dose_is_the_same_in_every_figure(
    doses: list[tuple[int, int]], recorded: list[int], first: int | None, site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=200)
    event(one, MilestoneKind.INFUSION, 40, course=2)
    with as_test():
        for course, day in ((1, 0), (2, 40)):
            Milestone.objects.filter(participant=one, kind=MilestoneKind.INFUSION, course=course).update(
                at=at(one, day, 15)
            )
    for day, hour in doses:
        dose(one, day, hour)
    for day in recorded:
        event(one, MilestoneKind.ANAKINRA_FIRST, day)
    treated = set() if first is None else {one.pk}
    assert set(frame_of(reader, denominator="treated").members) == treated
    assert behind(figure_of(reader, "flow"), "treated") == treated
    assert (one.study_id in rows_of(figure_of(reader, "dosing"))) == bool(treated)
    assert rows_of(figure_of(reader, "swimmer"))[one.study_id][HEAD.index("First dose") - 1] == first


def test_first_dose_after_the_data_cut_makes_nobody_treated_at_it(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    for day in (-2, 3):
        dose(one, day, 10)
    event(one, MilestoneKind.ANAKINRA_FIRST, -2)
    frames = [frame_of(reader, denominator="treated", cut=on_day(one, day).isoformat()) for day in (2, 3)]
    assert [len(frame.members) for frame in frames] == [0, 1]


def test_dose_without_an_infusion_makes_nobody_treated(site: Site, reader: StaffMember) -> None:
    one = make_enrolled(site)
    with as_test():
        Milestone.objects.create(
            participant=one, kind=MilestoneKind.ANAKINRA_FIRST, on=site.today(timezone.now())
        )
    flow = rows_of(figure_of(reader, "flow"))
    assert [flow[stage][0] for stage in ("Enrolled", "Infused", "Treated with anakinra")] == [1, 0, 0]
