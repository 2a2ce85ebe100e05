"""What was entered on the wrong participant is moved: both are derived again, both histories tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from participants.actions.body import record_stay, record_weight
from participants.actions.infect import record_infection
from participants.actions.medicate import record_lab
from participants.actions.move import move_entry
from participants.actions.queries import raise_query
from participants.actions.report import record_event, record_grade
from participants.actions.serious import confirm_serious, report_serious
from participants.audit import Actor
from participants.audit_history import changes_of
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Role
from participants.errors import ActionRefused
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    Deviation,
    DeviationState,
    HospitalStay,
    Infection,
    IntensiveCareStay,
    LabResult,
    Milestone,
    Observation,
    Participant,
    Query,
    SeriousEvent,
    SeriousnessCriterion,
    SeriousProposal,
    Weight,
)
from participants.pages.entries import ENTRIES
from participants.subjects import subject_of
from tests import factories
from tests.participants.bedside_support import assess, dose, give, grades, hour, infused, observe

pytestmark = pytest.mark.django_db
WHY = "entered in the wrong chart"


@pytest.fixture
def wrong() -> Participant:
    return infused()


@pytest.fixture
def right(wrong: Participant) -> Participant:
    return infused(site=wrong.site)


def weigh(person: Participant) -> Weight:
    row = Weight(participant=person, on=hour(person, 30).date(), weight_kg=Decimal("20.5"))
    return record_weight(by=factories.TEST, weight=row)


def admit(person: Participant) -> HospitalStay:
    row = HospitalStay(participant=person, admitted_at=hour(person, 30), reason="fever")
    return record_stay(by=factories.TEST, stay=row)


def watch(person: Participant) -> IntensiveCareStay:
    row = IntensiveCareStay(participant=person, entered_at=hour(person, 30), reason="shock")
    return record_stay(by=factories.TEST, stay=row)


def measure(person: Participant) -> LabResult:
    row = LabResult(participant=person, analyte="crp", value=Decimal(12), unit="mg/L", at=hour(person, 30))
    return record_lab(by=factories.TEST, result=row)


def infect(person: Participant) -> Infection:
    return record_infection(
        by=factories.TEST,
        participant=person,
        onset_on=hour(person, 30).date(),
        kind="viral",
        body_site="urinary",
        outcome="ongoing",
    )


def suffer(person: Participant) -> AdverseEvent:
    on = hour(person, 30).date()
    event = record_event(by=factories.TEST, participant=person, grade=2, term="Rash", onset_on=on)
    record_grade(by=factories.TEST, event=event, on=on + timedelta(days=1), grade=3)
    return event


MAKERS: dict[str, Callable[[Participant], Any]] = {
    "observation": lambda person: observe(person, 30, "39.0"),
    "assessment": lambda person: assess(person, 30, capd_score=4),
    "dose": lambda person: dose(person, 30),
    "drug": lambda person: give(person, 30, "Paracetamol", "antipyretic", dose="15 mg/kg"),
    "weight": weigh,
    "stay": admit,
    "care": watch,
    "lab": measure,
    "infection": infect,
    "event": suffer,
}


def move(entry: Any, to: Participant, *, by: Actor = factories.TEST, reason: str = WHY) -> Any:
    return move_entry(by=by, entry=entry, to=to, reason=reason)


def test_every_entry_of_a_chart_can_be_moved() -> None:
    assert {entry.slug for entry in ENTRIES} <= set(MAKERS)


@pytest.mark.parametrize("kind", MAKERS)
def test_entry_says_the_same_where_it_belongs_and_stands_nowhere_else(
    kind: str, wrong: Participant, right: Participant
) -> None:
    entry = MAKERS[kind](wrong)
    moved = move(entry, right)
    entry.refresh_from_db()
    moved.refresh_from_db()
    own = {"id", "participant", "recorded_at", "version", "stands"}
    said = {f.name: getattr(entry, f.name) for f in entry._meta.concrete_fields if f.name not in own}
    assert {name: getattr(moved, name) for name in said} == said
    assert (entry.stands, moved.stands, moved.participant_id) == (False, True, right.pk)
    assert type(entry)._default_manager.filter(stands=True).count() == 1


@pytest.mark.parametrize("kind", MAKERS)
def test_both_histories_tell_the_move_and_why(kind: str, wrong: Participant, right: Participant) -> None:
    move(MAKERS[kind](wrong), right)
    away, here = changes_of(wrong).latest("id"), changes_of(right).latest("id")
    assert (away.reason, here.reason) == (f"{WHY} (moved to {right})", f"{WHY} (moved from {wrong})")
    assert (away.kind.partition(".")[2], here.kind.partition(".")[2]) == ("moved_away", "moved_here")
    assert away.rows.exists()
    assert here.rows.exists()


def test_grades_are_derived_again_for_both(wrong: Participant, right: Participant) -> None:
    move(observe(wrong, 30, "39.0"), right)
    assert (grades(wrong), grades(right)) == ([], [1])


def test_drug_no_longer_masks_fever_where_it_was_never_given(wrong: Participant, right: Participant) -> None:
    for person in (wrong, right):
        observe(person, 30, "39.0")
        observe(person, 40, "37.0", has_hypotension=True)
    drug = give(wrong, 35, "Paracetamol", "antipyretic")
    assert (grades(wrong), grades(right)) == ([1, 2], [1, 0])
    move(drug, right)
    assert (grades(wrong), grades(right)) == ([1, 0], [1, 2])


def test_first_dose_that_visits_count_from_moves_along(wrong: Participant, right: Participant) -> None:
    row = dose(wrong, 30)
    move(row, right)
    firsts = Milestone.objects.standing().filter(kind=MilestoneKind.ANAKINRA_FIRST)
    assert list(firsts.values_list("participant", flat=True)) == [right.pk]


def test_dose_out_of_plan_only_where_it_belongs_takes_the_reason_of_the_move(
    wrong: Participant, right: Participant
) -> None:
    observe(wrong, 20, "39.0")
    observe(wrong, 26, "39.0")
    moved = move(dose(wrong, 30, note=""), right)
    assert moved.reason_note == WHY
    drafted = Deviation.objects.filter(state=DeviationState.DRAFT)
    assert {(each.participant_id, each.rule) for each in drafted} == {(right.pk, "dose before the trigger")}


def test_what_was_drafted_about_it_is_taken_back(wrong: Participant, right: Participant) -> None:
    row = dose(wrong, 30, note="the trigger was charted elsewhere")
    move(row, right)
    states = dict(Deviation.objects.values_list("participant", "state"))
    assert states == {wrong.pk: DeviationState.WITHDRAWN, right.pk: DeviationState.DRAFT}


def test_question_of_a_person_goes_along_and_that_of_a_rule_is_asked_anew(
    wrong: Participant, right: Participant
) -> None:
    row = observe(wrong, 30, "39.0", o2_device="")
    raise_query(by=factories.TEST, participant=wrong, text="Really?", about=row, field="temperature")
    moved = move(row, right)
    open_now = Query.objects.unsettled().values_list("participant", "subject", "rule")
    subject = subject_of(moved)
    assert set(open_now) == {(right.pk, subject, ""), (right.pk, subject, "CRS grade")}


def serious(event: AdverseEvent, site_of: Participant) -> SeriousEvent:
    investigator = Actor.of(factories.make_staff(Role.INVESTIGATOR, site_of.site))
    report_serious(
        by=investigator,
        event=event,
        criteria=[SeriousnessCriterion.IMPORTANT],
        site_aware_at=hour(site_of, 60),
        proposal=SeriousProposal.objects.filter(participant=site_of).first(),
    )
    row = SeriousEvent.objects.get()
    return confirm_serious(by=investigator, serious=row, version=row.version)


def test_serious_event_keeps_its_number_and_clock_and_waits_to_be_confirmed(
    wrong: Participant, right: Participant
) -> None:
    watch(wrong)
    event = suffer(wrong)
    row = serious(event, wrong)
    moved = move(event, right)
    row.refresh_from_db()
    assert (row.event_id, row.participant_id, row.stands) == (moved.pk, right.pk, True)
    assert (row.number, row.confirmed_at) == (f"SAE-{event.pk:05d}", None)
    proposal = SeriousProposal.objects.get(participant=wrong)
    assert (proposal.settled_at, proposal.serious_event) == (None, None)


def test_course_of_grades_moves_along(wrong: Participant, right: Participant) -> None:
    moved = move(suffer(wrong), right)
    standing = moved.grades.filter(stands=True).values_list("grade", "participant")
    assert list(standing) == [(2, right.pk), (3, right.pk)]


def test_reason_and_another_participant_are_needed(wrong: Participant, right: Participant) -> None:
    row = observe(wrong, 30, "39.0")
    for to, reason, field in ((wrong, WHY, "study_id"), (right, " ", "reason")):
        with pytest.raises(ActionRefused) as refused:
            move(row, to, reason=reason)
        assert refused.value.field == field


def test_what_no_longer_stands_is_not_moved(wrong: Participant, right: Participant) -> None:
    row = observe(wrong, 30, "39.0")
    move(row, right)
    row.refresh_from_db()
    with pytest.raises(ActionRefused, match="move what stands"):
        move(row, right)


@pytest.mark.parametrize("kind", MAKERS)
def test_what_was_moved_meanwhile_is_not_moved_twice(
    kind: str, wrong: Participant, right: Participant
) -> None:
    entry = MAKERS[kind](wrong)
    opened = type(entry)._default_manager.get(pk=entry.pk)
    moved = move(entry, right)

    with pytest.raises(ActionRefused):
        move(opened, right)

    assert type(entry)._default_manager.filter(participant=right, stands=True).get() == moved


@pytest.mark.parametrize("place", ["here", "there"])
def test_right_is_needed_at_both_sites(wrong: Participant, place: str) -> None:
    there = infused(site=factories.make_site(study=wrong.site.study))
    by = Actor.of(factories.make_staff(site=wrong.site if place == "here" else there.site))
    with pytest.raises(ActionRefused, match="may not"):
        move(observe(wrong, 30, "39.0"), there, by=by)


def test_history_of_one_site_does_not_name_a_participant_of_another(wrong: Participant) -> None:
    there = infused(site=factories.make_site(study=wrong.site.study))
    move(observe(wrong, 30, "39.0"), there)
    assert changes_of(wrong).latest("id").reason == f"{WHY} (moved to another site)"
    assert changes_of(there).latest("id").reason == f"{WHY} (moved from another site)"


def test_what_cannot_be_true_of_the_other_is_refused_and_nothing_moves(
    wrong: Participant, right: Participant
) -> None:
    entry = admit(wrong)
    admit(right)
    with pytest.raises(ActionRefused, match="overlaps"):
        move(entry, right)
    entry.refresh_from_db()
    assert entry.stands


def page_of(person: Participant) -> Client:
    client = Client()
    client.force_login(factories.make_staff(site=person.site))
    return client


@pytest.mark.parametrize("kind", MAKERS)
def test_page_moves_and_leads_back(kind: str, wrong: Participant, right: Participant) -> None:
    entry = MAKERS[kind](wrong)
    address = reverse(f"participants:{kind}_move", args=[entry.pk])
    answer = page_of(wrong).post(address, {"study_id": right.study_id.lower(), "reason": WHY})
    assert answer.status_code == 302
    assert type(entry)._default_manager.filter(stands=True, participant=right).exists()


def test_participant_of_another_site_is_answered_like_nobody(wrong: Participant) -> None:
    there = infused(site=factories.make_site(study=wrong.site.study))
    row, client = observe(wrong, 30, "39.0"), page_of(wrong)
    address = reverse("participants:observation_move", args=[row.pk])
    told = {
        client.post(address, {"study_id": name, "reason": WHY}).content.decode().count("nobody of your sites")
        for name in (there.study_id, "P-99999")
    }
    assert told == {1}
    assert Observation.objects.standing().get().participant == wrong


def test_entry_leads_to_the_page(wrong: Participant) -> None:
    row = dose(wrong, 30)
    form = page_of(wrong).get(reverse("participants:dose_correct", args=[row.pk])).content.decode()
    assert reverse("participants:dose_move", args=[AnakinraDose.objects.get().pk]) in form
