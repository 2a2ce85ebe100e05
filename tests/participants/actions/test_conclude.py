"""Withdrawal, death, loss and coming back."""

import pytest

from participants.actions.conclude import (
    come_back,
    leave_study,
    record_death,
    record_withdrawal,
    remove_death,
    remove_withdrawal,
)
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused
from participants.models import (
    Death,
    Milestone,
    OffStudy,
    OffStudyReason,
    Participant,
    Withdrawal,
    WithdrawalScope,
)
from tests.factories import TEST, days_ago, make_infused

pytestmark = pytest.mark.django_db


def test_a_death_ends_participation() -> None:
    participant = make_infused(day=30)
    record_death(by=TEST, participant=participant, on=days_ago(2, participant.site))
    assert participant.phase == Phase.OFF_STUDY
    assert OffStudy.objects.standing().get(participant=participant).reason == OffStudyReason.DIED


def test_a_corrected_date_of_death_needs_a_reason_and_moves_the_end() -> None:
    participant = make_infused(day=30)
    record_death(by=TEST, participant=participant, on=days_ago(2, participant.site))
    with pytest.raises(ActionRefused, match="say why"):
        record_death(by=TEST, participant=participant, on=days_ago(3, participant.site))
    on = days_ago(3, participant.site)
    record_death(by=TEST, participant=participant, on=on, reason="the certificate says so")
    assert Death.objects.standing().get(participant=participant).on == on
    assert OffStudy.objects.standing().get(participant=participant).on == on


def test_somebody_who_dies_after_leaving_keeps_the_reason_of_leaving() -> None:
    participant = make_infused(day=60)
    leave_study(
        by=TEST, participant=participant, reason=OffStudyReason.LOST, on=days_ago(20, participant.site)
    )
    record_death(by=TEST, participant=participant, on=days_ago(2, participant.site))
    assert OffStudy.objects.standing().get(participant=participant).reason == OffStudyReason.LOST
    assert Death.objects.standing().filter(participant=participant).exists()


def test_a_death_in_the_future_is_refused_and_nothing_is_kept() -> None:
    participant = make_infused(day=30)
    with pytest.raises(ActionRefused, match="future"):
        record_death(by=TEST, participant=participant, on=days_ago(-1, participant.site))
    assert not Death.objects.exists()
    assert participant.phase != Phase.OFF_STUDY


@pytest.mark.parametrize(
    ("scope", "phase"),
    [
        (WithdrawalScope.TREATMENT, Phase.FOLLOW_UP),
        (WithdrawalScope.VISITS, Phase.SURVIVAL_FOLLOW_UP),
        (WithdrawalScope.EVERYTHING, Phase.OFF_STUDY),
    ],
)
def test_a_withdrawal_reaches_as_far_as_its_scope(scope: WithdrawalScope, phase: Phase) -> None:
    participant = make_infused(day=60)
    on = days_ago(1, participant.site)
    record_withdrawal(by=TEST, participant=participant, scope=scope, on=on, reason="the family's wish")
    assert participant.phase == phase
    ended = Milestone.objects.standing().filter(participant=participant, kind=MilestoneKind.VISITS_ENDED)
    assert ended.exists() == (scope == WithdrawalScope.VISITS)


def test_a_withdrawal_without_a_reason_is_refused() -> None:
    participant = make_infused(day=60)
    with pytest.raises(ActionRefused) as refused:
        record_withdrawal(
            by=TEST,
            participant=participant,
            scope=WithdrawalScope.VISITS,
            on=days_ago(1, participant.site),
            reason=" ",
        )
    assert refused.value.field == "reason"


@pytest.mark.parametrize("reason", [OffStudyReason.DIED, OffStudyReason.WITHDRAWN])
def test_death_and_withdrawal_are_recorded_as_what_they_are(reason: OffStudyReason) -> None:
    participant = make_infused(day=60)
    with pytest.raises(ActionRefused):
        leave_study(by=TEST, participant=participant, reason=reason, on=days_ago(1, participant.site))
    assert not OffStudy.objects.exists()


def test_coming_back_takes_the_end_and_its_cause_back() -> None:
    participant = make_infused(day=60)
    on = days_ago(1, participant.site)
    scope = WithdrawalScope.EVERYTHING
    record_withdrawal(by=TEST, participant=participant, scope=scope, on=on, reason="the family's wish")
    come_back(by=TEST, participant=participant, reason="the family asked to return")
    assert participant.phase == Phase.FOLLOW_UP
    assert not OffStudy.objects.standing().exists()
    assert not Withdrawal.objects.standing().exists()
    assert Withdrawal.objects.exists()


def test_nobody_comes_back_who_has_not_left() -> None:
    participant = make_infused(day=60)
    with pytest.raises(ActionRefused, match="has not left"):
        come_back(by=TEST, participant=participant, reason="found")


def test_a_death_recorded_late_ends_participation_although_follow_up_was_entered_after_it() -> None:
    participant = make_infused(day=60)
    assert participant.phase == Phase.FOLLOW_UP
    record_death(by=TEST, participant=participant, on=days_ago(40, participant.site))
    assert participant.phase == Phase.OFF_STUDY


def test_a_withdrawal_from_visits_that_is_taken_back_lets_visits_go_on() -> None:
    participant = make_infused(day=60)
    on, scope = days_ago(3, participant.site), WithdrawalScope.VISITS
    withdrawal = record_withdrawal(by=TEST, participant=participant, scope=scope, on=on, reason="too far")
    remove_withdrawal(by=TEST, withdrawal=withdrawal, reason="the family changed its mind")
    assert not Withdrawal.objects.standing().exists()
    assert not Milestone.objects.standing().filter(kind=MilestoneKind.VISITS_ENDED).exists()
    assert Participant.objects.get(pk=participant.pk).phase == Phase.FOLLOW_UP


def test_a_full_withdrawal_that_is_taken_back_brings_the_participant_back() -> None:
    participant = make_infused(day=60)
    on, scope = days_ago(3, participant.site), WithdrawalScope.EVERYTHING
    withdrawal = record_withdrawal(by=TEST, participant=participant, scope=scope, on=on, reason="too far")
    remove_withdrawal(by=TEST, withdrawal=withdrawal, reason="wrong participant")
    assert not OffStudy.objects.standing().exists()
    assert Participant.objects.get(pk=participant.pk).phase == Phase.FOLLOW_UP


def test_a_death_that_is_taken_back_leaves_an_earlier_end_as_it_was() -> None:
    participant = make_infused(day=60)
    on, lost = days_ago(20, participant.site), OffStudyReason.LOST
    leave_study(by=TEST, participant=participant, reason=lost, on=on)
    death = record_death(by=TEST, participant=participant, on=days_ago(2, participant.site))
    remove_death(by=TEST, death=death, reason="wrong participant")
    assert not Death.objects.standing().exists()
    assert OffStudy.objects.standing().get().reason == lost
