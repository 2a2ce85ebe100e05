"""Deviations come and go with the facts that they rest on."""

from datetime import date

import pytest

from participants.actions.conclude import come_back, record_death, record_withdrawal
from participants.actions.criteria import check_criterion
from participants.actions.deviations import classify_deviation
from participants.actions.enrol import enrol
from participants.actions.screen import (
    decide_eligibility,
    record_consent,
    screen_again,
)
from participants.actions.treat import record_milestone, remove_milestone
from participants.audit import Actor
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Role
from participants.errors import ActionRefused
from participants.models import (
    AuditChange,
    Consent,
    ConsentKind,
    Criterion,
    CriterionAnswer,
    Deviation,
    DeviationClass,
    EligibilityDecision,
    LifecycleStep,
    Milestone,
    Participant,
    WithdrawalScope,
)
from tests.factories import TEST, days_ago, make_enrolled, make_infused, make_participant, make_staff

pytestmark = pytest.mark.django_db

LD, INFUSION, DOSE = MilestoneKind.LD_START, MilestoneKind.INFUSION, MilestoneKind.ANAKINRA_FIRST


def record(participant: Participant, kind: MilestoneKind, days: int, **given: object) -> Milestone:
    on = days_ago(days, participant.site)
    return record_milestone(by=TEST, participant=participant, kind=kind, on=on, **given)  # type: ignore[arg-type]


def drafts(participant: Participant) -> set[tuple[str, str]]:
    rows = Deviation.objects.drafts().filter(participant=participant)
    return set(rows.values_list("rule", "subject"))


def test_an_infusion_entered_after_the_dose_takes_the_wrong_order_back() -> None:
    participant = make_enrolled()
    record(participant, LD, 20)
    record(participant, DOSE, 5, reason="infused elsewhere, papers to come")
    assert ("anakinra_first before infusion", "anakinra_first:1") in drafts(participant)
    record(participant, INFUSION, 9)
    assert ("anakinra_first before infusion", "anakinra_first:1") not in drafts(participant)


def test_a_lymphodepletion_that_is_taken_back_leaves_the_infusion_without_one() -> None:
    participant = make_infused(day=10)
    started = Milestone.objects.standing().get(participant=participant, kind=LD)
    remove_milestone(by=TEST, milestone=started, reason="another child")
    assert drafts(participant) == {("infusion before ld_start", "infusion:1")}


def test_cells_collected_before_consent_ask_for_no_reason() -> None:
    participant = make_participant()
    record(participant, MilestoneKind.LEUKAPHERESIS, 10)
    assert not drafts(participant)


def test_a_death_that_becomes_known_late_flags_the_events_after_it() -> None:
    participant = make_infused(day=10)
    record_death(by=TEST, participant=participant, on=days_ago(13, participant.site), reason="told late")
    assert drafts(participant) == {("event after death", "infusion:1")}
    on, reason = days_ago(3, participant.site), "the certificate says so"
    record_death(by=TEST, participant=participant, on=on, reason=reason)
    assert not drafts(participant)


def test_a_withdrawal_that_is_taken_back_takes_what_came_after_it_back() -> None:
    participant = make_infused(day=10)
    scope, on = WithdrawalScope.EVERYTHING, days_ago(12, participant.site)
    record_withdrawal(by=TEST, participant=participant, scope=scope, on=on, reason="found in the post")
    assert drafts(participant) == {("event after withdrawal", "infusion:1")}
    come_back(by=TEST, participant=participant, reason="of another family")
    assert not drafts(participant)


def test_an_enrolment_before_consent_is_judged_again_with_the_consent() -> None:
    participant = make_enrolled()
    consent = Consent.objects.get(participant=participant)
    later = _signed(consent, days_ago(50, participant.site))
    assert ("procedure before consent", "enrolment") in drafts(participant)
    _signed(later, days_ago(60, participant.site))
    assert not drafts(participant)


def _signed(consent: Consent, on: date) -> Consent:
    return record_consent(
        by=TEST,
        participant=consent.participant,
        kind=ConsentKind.PERMISSION,
        version=consent.consent_version,
        signed_on=on,
        replaces=consent,
        reason="the form says so",
    )


def test_who_is_screened_again_is_no_longer_eligible_against_a_criterion() -> None:
    participant = make_participant()
    check_criterion(
        by=TEST,
        participant=participant,
        criterion=Criterion.objects.filter(study=participant.site.study, evidence_expires=False)[0],
        answer=CriterionAnswer.NOT_MET,
    )
    consent_and_decide(participant)
    assert len(drafts(participant)) == 1
    screen_again(by=TEST, participant=participant, on=days_ago(5, participant.site), reason="new marrow")
    assert not drafts(participant)


def consent_and_decide(participant: Participant) -> EligibilityDecision:
    form = participant.site.study.consent_versions.get()
    on = days_ago(20, participant.site)
    record_consent(by=TEST, participant=participant, kind=ConsentKind.PERMISSION, version=form, signed_on=on)
    return decide_eligibility(
        by=TEST, participant=participant, is_eligible=True, decided_on=on, reason="sponsor agreed"
    )


def test_the_day_of_a_decision_is_corrected_and_its_step_moves() -> None:
    participant = make_participant()
    consent_and_decide(participant)
    on = days_ago(18, participant.site)
    decide_eligibility(by=TEST, participant=participant, is_eligible=True, decided_on=on, reason="misread")
    step = LifecycleStep.objects.standing().get(participant=participant, phase=Phase.ELIGIBLE)
    assert (step.on, EligibilityDecision.objects.standing().get().decided_on) == (on, on)


@pytest.mark.parametrize("days", [18, 12])
def test_the_day_of_a_decision_can_be_corrected_after_the_enrolment(days: int) -> None:
    participant = make_participant()
    consent_and_decide(participant)
    enrol(by=TEST, participant=participant, on=days_ago(15, participant.site))
    on = days_ago(days, participant.site)
    decide_eligibility(by=TEST, participant=participant, is_eligible=True, decided_on=on, reason="misread")
    assert participant.phase == Phase.ENROLLED


def test_another_judgement_of_a_deviation_asks_why_and_keeps_the_answer() -> None:
    participant = make_infused(day=10)
    record_death(by=TEST, participant=participant, on=days_ago(13, participant.site), reason="told late")
    person = Actor.of(make_staff(Role.INVESTIGATOR, site=participant.site))
    draft = Deviation.objects.get(participant=participant)
    minor, important = DeviationClass.MINOR, DeviationClass.IMPORTANT
    first = classify_deviation(
        by=person, deviation=draft, classification=minor, comment="", version=draft.version
    )
    with pytest.raises(ActionRefused) as refused:
        classify_deviation(
            by=person, deviation=first, classification=important, comment=" ", version=first.version
        )
    assert refused.value.field == "comment"
    classify_deviation(
        by=person, deviation=first, classification=important, comment="a signature", version=first.version
    )
    assert AuditChange.objects.filter(kind="deviation.classified", reason="a signature").exists()
