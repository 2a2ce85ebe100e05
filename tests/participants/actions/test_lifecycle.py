"""The phase follows the events: corrected, removed, repeated in a second course, entered by two people."""

import pytest

from participants.actions.conclude import come_back, leave_study, record_death, record_withdrawal
from participants.actions.enrol import enrol
from participants.actions.follow_up import conclude_triggers
from participants.actions.screen import record_consent
from participants.actions.treat import record_milestone, remove_milestone
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused
from participants.models import (
    Consent,
    ConsentKind,
    Deviation,
    LifecycleStep,
    Milestone,
    OffStudy,
    OffStudyReason,
    Participant,
    WithdrawalScope,
)
from tests.factories import TEST, days_ago, make_enrolled, make_infused, make_participant

pytestmark = pytest.mark.django_db

LD, INFUSION = MilestoneKind.LD_START, MilestoneKind.INFUSION


def record(participant: Participant, kind: MilestoneKind, days: int, **given: object) -> Milestone:
    on = days_ago(days, participant.site)
    return record_milestone(by=TEST, participant=participant, kind=kind, on=on, **given)  # type: ignore[arg-type]


def remove(milestone: Milestone) -> None:
    remove_milestone(by=TEST, milestone=milestone, reason="it never happened")


def phase_of(participant: Participant) -> str:
    return Participant.objects.get(pk=participant.pk).phase


def steps_to(participant: Participant, phase: Phase) -> list[int]:
    steps = LifecycleStep.objects.standing().filter(participant=participant, phase=phase)
    return [(days_ago(0, participant.site) - step.on).days for step in steps]


def test_the_first_of_two_lymphodepletions_that_is_taken_back_leaves_the_second() -> None:
    participant = make_enrolled()
    first = record(participant, LD, 20)
    record(participant, LD, 9, course=2)
    remove(first)
    assert phase_of(participant) == Phase.LYMPHODEPLETION
    assert steps_to(participant, Phase.LYMPHODEPLETION) == [9]


def test_the_relapse_that_is_taken_back_leaves_the_transplantation() -> None:
    participant = make_infused(day=60)
    relapse = record(participant, MilestoneKind.RELAPSE, 20)
    record(participant, MilestoneKind.HSCT, 10)
    remove(relapse)
    assert phase_of(participant) == Phase.SURVIVAL_FOLLOW_UP


def test_the_first_infusion_that_is_taken_back_leaves_the_step_of_the_second() -> None:
    participant = make_infused(day=100)
    record(participant, LD, 16, course=2)
    record(participant, INFUSION, 10, course=2)
    remove(Milestone.objects.standing().get(participant=participant, kind=INFUSION, course=1))
    assert steps_to(participant, Phase.INFUSED) == [10]


def test_an_infusion_corrected_to_before_day_28_takes_follow_up_back() -> None:
    participant = make_infused(day=40)
    record(participant, INFUSION, 20, reason="the month was wrong")
    assert phase_of(participant) == Phase.INFUSED
    assert steps_to(participant, Phase.FOLLOW_UP) == []


def test_follow_up_moves_with_a_corrected_infusion() -> None:
    participant = make_infused(day=40)
    record(participant, INFUSION, 35, reason="the chart says so")
    assert phase_of(participant) == Phase.FOLLOW_UP
    assert steps_to(participant, Phase.FOLLOW_UP) == [6]


def test_follow_up_of_the_first_course_moves_and_that_of_the_second_stays() -> None:
    participant = make_infused(day=150)
    record(participant, LD, 66, course=2)
    record(participant, INFUSION, 60, course=2)
    record(participant, INFUSION, 148, reason="the chart says so")
    assert steps_to(participant, Phase.FOLLOW_UP) == [119, 31]


def test_an_infusion_that_is_taken_back_takes_follow_up_with_it() -> None:
    participant = make_infused(day=40)
    remove(Milestone.objects.standing().get(participant=participant, kind=INFUSION))
    assert phase_of(participant) == Phase.LYMPHODEPLETION


def test_who_ends_treatment_after_day_28_is_in_follow_up_and_not_concluded_each_night() -> None:
    participant = make_infused(day=40)
    record(participant, MilestoneKind.ANAKINRA_FIRST, 35)
    record(participant, MilestoneKind.ANAKINRA_LAST, 8)
    assert phase_of(participant) == Phase.FOLLOW_UP
    assert conclude_triggers(by=TEST) == []


def test_an_event_out_of_order_stays_one_when_its_note_is_corrected() -> None:
    participant = make_participant()
    record(participant, LD, 3, reason="emergency")
    record(participant, LD, 3, note="at night", reason="completed")
    drafted = Deviation.objects.drafts().filter(participant=participant)
    assert "event out of order" in set(drafted.values_list("rule", flat=True))


def test_two_who_enrol_at_once_give_one_number() -> None:
    participant = make_enrolled()
    with pytest.raises(ActionRefused, match="does not follow"):
        enrol(by=TEST, participant=_as_read_before(participant), on=days_ago(0, participant.site))
    current = Participant.objects.get(pk=participant.pk)
    assert current.enrolment_number == participant.enrolment_number


def _as_read_before(participant: Participant) -> Participant:
    """Return the participant as a page that was opened before the enrolment holds it."""
    earlier = Participant.objects.select_related("site__study").get(pk=participant.pk)
    earlier.phase, earlier.enrolment_number = Phase.ELIGIBLE, None
    return earlier


def test_a_consent_corrected_to_after_enrolment_leaves_the_participant_enrolled() -> None:
    participant = make_enrolled()
    consent = Consent.objects.get(participant=participant)
    record_consent(
        by=TEST,
        participant=participant,
        kind=ConsentKind.PERMISSION,
        version=consent.consent_version,
        signed_on=days_ago(50, participant.site),
        replaces=consent,
        reason="the form says so",
    )
    assert phase_of(participant) == Phase.ENROLLED


def test_who_died_after_being_lost_does_not_come_back_to_life() -> None:
    participant = make_infused(day=60)
    leave_study(
        by=TEST, participant=participant, reason=OffStudyReason.LOST, on=days_ago(20, participant.site)
    )
    record_death(by=TEST, participant=participant, on=days_ago(2, participant.site))
    come_back(by=TEST, participant=participant, reason="had moved house")
    assert phase_of(participant) == Phase.OFF_STUDY
    left = OffStudy.objects.standing().get(participant=participant)
    assert (left.reason, left.on) == (OffStudyReason.DIED, days_ago(2, participant.site))


def test_a_withdrawal_taken_back_after_a_death_leaves_the_death() -> None:
    participant = make_infused(day=60)
    record_death(by=TEST, participant=participant, on=days_ago(2, participant.site))
    scope, on = WithdrawalScope.EVERYTHING, days_ago(9, participant.site)
    record_withdrawal(by=TEST, participant=participant, scope=scope, on=on, reason="found in the post")
    come_back(by=TEST, participant=participant, reason="of another family")
    assert OffStudy.objects.standing().get(participant=participant).reason == OffStudyReason.DIED
