"""Nights at the bedside that do not go by the book, each as one story in the record.

Source: PACER design, clinical rules, section 10.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from followup.pages.my_day_bedside import bedside_tasks
from participants.actions.body import record_stay, record_weight
from participants.actions.move import move_entry
from participants.actions.observe import record_finding
from participants.actions.people import record_disease_history
from participants.actions.treat import record_milestone
from participants.audit_history import changes_of
from participants.courses import courses_of
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.models import (
    DerivedGrade,
    HospitalStay,
    IntensiveCareStay,
    LifecycleStep,
    Milestone,
    Observation,
    Participant,
    Query,
    Scale,
    SeriousProposal,
    Weight,
)
from tests.factories import TEST, days_ago, make_site, make_staff
from tests.participants.bedside_support import WELL, assess, dose, give, grades, hour, infused, observe

pytestmark = pytest.mark.django_db


def met_on(participant: Participant) -> list[date]:
    steps = LifecycleStep.objects.standing().filter(participant=participant, phase=Phase.TRIGGER_MET)
    return list(steps.order_by("on").values_list("on", flat=True))


def drafted(participant: Participant) -> set[str]:
    return set(participant.deviations.drafts().values_list("rule", flat=True))


def read_at(participant: Participant, at: datetime, celsius: str) -> Observation:
    finding = Observation(
        participant=participant, at=at, temperature=Decimal(celsius), temperature_unit="C", **WELL
    )
    return record_finding(by=TEST, finding=finding)


def test_infused_again_has_trial_days_grades_and_trigger_of_its_own() -> None:
    participant = infused(day=70)
    observe(participant, 24, "38.8")
    observe(participant, 30, "39.0")
    dose(participant, 31)
    for kind, days in ((MilestoneKind.LD_START, 16), (MilestoneKind.INFUSION, 10)):
        on = days_ago(days, participant.site)
        record_milestone(by=TEST, participant=participant, kind=kind, on=on, course=2)
    assert Participant.objects.get(pk=participant.pk).phase == Phase.INFUSED
    later = 60 * 24
    observe(participant, later + 24, "38.9")
    assert len(met_on(participant)) == 1
    observe(participant, later + 29, "39.1")
    assert len(met_on(participant)) == 2
    dose(participant, later + 31)
    first = Milestone.objects.standing().filter(participant=participant, kind=MilestoneKind.ANAKINRA_FIRST)
    assert set(first.values_list("course", flat=True)) == {1, 2}
    zero = Participant.objects.with_day_zero().get(pk=participant.pk).day_zero_on
    assert zero == days_ago(70, participant.site)
    assert [course.number for course in courses_of([participant.pk])[participant.pk]] == [1, 2]
    assert drafted(participant) == set()


def test_trigger_met_while_the_pharmacy_delays_the_dose_beyond_day_28() -> None:
    participant = infused(day=31)
    observe(participant, 28 * 24 + 2, "38.8")
    second = observe(participant, 28 * 24 + 8, "39.0")
    assert met_on(participant) == [second.at.astimezone(participant.site.tz).date()]
    stay = HospitalStay(participant=participant, admitted_at=hour(participant, 28 * 24), reason="fever")
    record_stay(by=TEST, stay=stay)
    person = make_staff(site=participant.site)
    with time_machine.travel(hour(participant, 29 * 24), tick=False):
        task = bedside_tasks(person, timezone.now())[0]
    assert task.verb.startswith("Give anakinra dose 1")
    assert "trigger met, no dose yet" in task.detail
    dose(participant, 29 * 24 + 14)
    assert drafted(participant) == set()
    assert Participant.objects.get(pk=participant.pk).phase == Phase.FOLLOW_UP


# In Chicago clocks go back on 1 Nov 2026 at 07:00 UTC and forward on 14 Mar 2027 at 08:00 UTC.
@pytest.mark.parametrize(
    ("first", "second", "is_met"),
    [
        (datetime(2026, 11, 1, 6, 0, tzinfo=UTC), datetime(2026, 11, 1, 10, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 1, 6, 0, tzinfo=UTC), datetime(2026, 11, 1, 9, 59, tzinfo=UTC), False),
        (datetime(2027, 3, 14, 6, 0, tzinfo=UTC), datetime(2027, 3, 14, 10, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 14, 6, 0, tzinfo=UTC), datetime(2027, 3, 14, 9, 59, tzinfo=UTC), False),
    ],
)
def test_fever_across_a_change_of_the_clock(first: datetime, second: datetime, is_met: bool) -> None:
    with time_machine.travel(second + timedelta(hours=12), tick=False):
        participant = infused(day=3)
        read_at(participant, first, "38.6")
        read_at(participant, second, "38.6")
        assert bool(met_on(participant)) is is_met


def test_transfer_to_intensive_care_and_to_another_hospital_during_crs() -> None:
    participant = infused()
    first = HospitalStay(participant=participant, admitted_at=hour(participant, -20), reason="CAR-T")
    record_stay(by=TEST, stay=first)
    observe(participant, 30, "39.0")
    observe(participant, 40, "39.4", vasopressors=["norepinephrine"])
    record_stay(
        by=TEST,
        stay=IntensiveCareStay(participant=participant, entered_at=hour(participant, 41), reason="shock"),
    )
    moved_at = hour(participant, 50)
    ended = HospitalStay(
        participant=participant,
        admitted_at=first.admitted_at,
        discharged_at=moved_at,
        reason="CAR-T, transferred to another hospital",
    )
    record_stay(by=TEST, stay=ended, replaces=first, reason="transferred")
    record_stay(by=TEST, stay=HospitalStay(participant=participant, admitted_at=moved_at, reason="transfer"))
    observe(participant, 60, "38.2", vasopressors=["norepinephrine"], o2_device="cpap")
    assert grades(participant) == [1, 3, 4]
    assert SeriousProposal.objects.filter(participant=participant).exists()
    assert drafted(participant) == set()


def test_turning_twelve_between_two_assessments() -> None:
    site = make_site()
    zero = days_ago(10, site)
    birthday = zero + timedelta(days=2)
    born = date(birthday.year - 12, birthday.month, birthday.day)
    participant = infused(10, site=site, birth=PartialDate(born, Precision.DAY))
    record_disease_history(by=TEST, participant=participant, version=None, has_developmental_delay=False)
    assess(participant, 47, capd_score=4)
    assess(participant, 49, capd_score=4)
    assert grades(participant, Scale.ICANS) == [1, None]
    assert Query.objects.unsettled().filter(participant=participant).exists()
    assess(participant, 60, capd_score=None, ice_score=8)
    assert grades(participant, Scale.ICANS) == [1, None, 1]


def test_weight_that_changes_by_more_than_ten_percent_is_a_prompt_only() -> None:
    participant = infused()
    observe(participant, 24, "38.8")
    observe(participant, 30, "39.0")
    for on, kg in ((days_ago(11, participant.site), "20"), (days_ago(9, participant.site), "22.1")):
        record_weight(by=TEST, weight=Weight(participant=participant, on=on, weight_kg=Decimal(kg)))
    dose(participant, 31, note="")
    assert drafted(participant) == set()


def test_a_reading_of_the_wrong_twin_is_moved_with_its_audit() -> None:
    site = make_site()
    born = PartialDate(date(2015, 5, 5), Precision.DAY)
    one, other = (infused(10, site=site, birth=born) for _ in range(2))
    assert one.study_id != other.study_id
    observe(one, 24, "38.8")
    wrong = observe(one, 30, "39.0")
    observe(other, 25, "38.7")
    assert (bool(met_on(one)), bool(met_on(other))) == (True, False)
    moved = move_entry(by=TEST, entry=wrong, to=other, reason="it was the sister's")
    assert (bool(met_on(one)), bool(met_on(other))) == (False, True)
    assert isinstance(moved, Observation)
    assert (moved.participant, moved.at, moved.temperature) == (other, wrong.at, wrong.temperature)
    assert Observation.objects.filter(pk=wrong.pk, stands=False).exists()
    for twin in (one, other):
        assert changes_of(twin).filter(reason__startswith="it was the sister's").exists()


def test_fever_that_an_antipyretic_masks_leaves_the_grade_to_the_signs() -> None:
    participant = infused()
    observe(participant, 30, "39.0")
    give(participant, 31, "Paracetamol", "antipyretic")
    observe(participant, 33, "36.9", has_hypotension=True)
    assert grades(participant) == [1, 2]
    assert DerivedGrade.objects.filter(participant=participant, stands=True).count() == 2
