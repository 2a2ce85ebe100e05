"""Dated events: recorded, corrected, planned, flagged where they are improbable."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from participants.actions.treat import plan_milestone, record_milestone, remove_milestone
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused, NeedsReason
from participants.models import AuditChange, Deviation, LifecycleStep, Milestone, Participant
from tests.factories import TEST, days_ago, make_enrolled, make_infused, make_participant

pytestmark = pytest.mark.django_db

LD, INFUSION, DOSE = MilestoneKind.LD_START, MilestoneKind.INFUSION, MilestoneKind.ANAKINRA_FIRST


def record(participant: Participant, kind: MilestoneKind, days: int, **given: object) -> Milestone:
    on = days_ago(days, participant.site)
    return record_milestone(by=TEST, participant=participant, kind=kind, on=on, **given)  # type: ignore[arg-type]


def test_an_event_moves_the_participant_into_its_phase() -> None:
    participant = make_enrolled()
    record(participant, LD, 6)
    assert participant.phase == Phase.LYMPHODEPLETION
    record(participant, INFUSION, 0)
    assert participant.phase == Phase.INFUSED


def test_an_event_in_the_future_of_the_site_is_refused() -> None:
    participant = make_enrolled()
    with pytest.raises(ActionRefused, match="future"):
        record(participant, LD, -1)
    assert not Milestone.objects.exists()


def test_an_event_before_birth_is_refused() -> None:
    participant = make_enrolled()
    assert participant.birth_on
    with pytest.raises(ActionRefused, match="birth"):
        record_milestone(
            by=TEST, participant=participant, kind=LD, on=participant.birth_on - timedelta(days=1)
        )


def test_a_correction_needs_a_reason_and_keeps_the_old_row() -> None:
    participant = make_infused(day=5)
    with pytest.raises(ActionRefused, match="say why"):
        record(participant, INFUSION, 4)
    new = record(participant, INFUSION, 4, reason="the chart says so")
    assert new.replaces is not None
    assert not Milestone.objects.get(pk=new.replaces.pk).stands
    assert AuditChange.objects.filter(kind="milestone.recorded", reason="the chart says so").exists()


def test_saying_the_same_again_changes_nothing() -> None:
    participant = make_infused(day=5)
    before = Milestone.objects.count()
    record(participant, INFUSION, 5)
    assert Milestone.objects.count() == before


def test_a_corrected_event_moves_its_step_and_leaves_the_phase() -> None:
    participant = make_infused(day=5)
    record(participant, LD, 12, reason="the chart says so")
    steps = LifecycleStep.objects.standing().filter(participant=participant, phase=Phase.LYMPHODEPLETION)
    assert [step.on for step in steps] == [days_ago(12, participant.site)]
    assert participant.phase == Phase.INFUSED


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (INFUSION, "infusion before ld_start"),
        (DOSE, "anakinra_first before infusion"),
    ],
)
def test_an_event_out_of_order_is_saved_with_a_reason_and_a_deviation(kind: MilestoneKind, rule: str) -> None:
    participant = make_enrolled()
    with pytest.raises(NeedsReason):
        record(participant, kind, 1)
    assert not Milestone.objects.exists()
    record(participant, kind, 1, reason="given elsewhere")
    drafted = Deviation.objects.filter(participant=participant, state="draft")
    assert rule in set(drafted.values_list("rule", flat=True))


def test_a_procedure_before_consent_is_saved_with_a_reason_and_a_deviation() -> None:
    participant = make_participant()
    record(participant, LD, 3, reason="emergency")
    rules = set(Deviation.objects.values_list("rule", flat=True))
    assert rules == {"procedure before consent", "event out of order"}


def test_an_infusion_entered_after_the_first_dose_of_its_day_is_in_order() -> None:
    participant = make_enrolled()
    record(participant, LD, 6)
    record(participant, DOSE, 1, reason="the infusion is entered by another ward")
    assert Deviation.objects.filter(participant=participant, state="draft").exists()
    record(participant, INFUSION, 1)
    assert not Deviation.objects.filter(participant=participant, state="draft").exists()


def test_a_late_entry_does_not_take_the_phase_back() -> None:
    participant = make_infused(day=40)
    assert participant.phase == Phase.FOLLOW_UP
    record(participant, DOSE, 36)
    assert participant.phase == Phase.FOLLOW_UP


def drafted_rules(participant: Participant) -> set[str]:
    return set(Deviation.objects.drafts().filter(participant=participant).values_list("rule", flat=True))


def test_a_treatment_that_ends_after_day_28_is_in_order() -> None:
    participant = make_infused(day=40)
    record(participant, DOSE, 15)
    record(participant, MilestoneKind.ANAKINRA_LAST, 5)
    assert drafted_rules(participant) == set()
    assert participant.phase == Phase.FOLLOW_UP


def test_a_treatment_that_ends_after_a_relapse_leaves_the_participant_in_survival_follow_up() -> None:
    participant = make_infused(day=40)
    record(participant, DOSE, 36)
    record(participant, MilestoneKind.RELAPSE, 20)
    record(participant, MilestoneKind.ANAKINRA_LAST, 18)
    assert drafted_rules(participant) == set()
    assert participant.phase == Phase.SURVIVAL_FOLLOW_UP


def test_a_last_dose_without_a_first_is_out_of_order_after_day_28_too() -> None:
    participant = make_infused(day=40)
    record(participant, MilestoneKind.ANAKINRA_LAST, 5, reason="as in the chart")
    assert drafted_rules(participant) == {"anakinra_last before anakinra_first"}


def test_a_note_longer_than_its_column_is_refused_in_words() -> None:
    participant = make_enrolled()
    with pytest.raises(ActionRefused, match="Note: ") as refused:
        record(participant, LD, 3, note="x" * 301)
    assert refused.value.field == "note"
    assert not Milestone.objects.exists()


def test_only_what_people_plan_can_be_planned() -> None:
    participant = make_enrolled()
    with pytest.raises(ActionRefused, match="not planned"):
        plan_milestone(
            by=TEST, participant=participant, kind=MilestoneKind.RELAPSE, on=days_ago(0, participant.site)
        )


def test_planning_again_needs_a_reason() -> None:
    participant = make_enrolled()
    plan_milestone(by=TEST, participant=participant, kind=INFUSION, on=days_ago(-9, participant.site))
    with pytest.raises(ActionRefused, match="say why"):
        plan_milestone(by=TEST, participant=participant, kind=INFUSION, on=days_ago(-10, participant.site))


def test_a_time_on_another_day_at_the_site_is_refused() -> None:
    participant = make_enrolled()
    on = days_ago(1, participant.site)
    at = datetime.combine(on, timezone.now().time(), participant.site.tz) + timedelta(days=1)
    with pytest.raises(ActionRefused, match="another day"):
        record_milestone(by=TEST, participant=participant, kind=LD, on=on, at=at)


def test_removing_an_event_takes_its_step_back() -> None:
    participant = make_infused(day=5)
    infusion = Milestone.objects.standing().get(participant=participant, kind=INFUSION)
    remove_milestone(by=TEST, milestone=infusion, reason="entered for the wrong participant")
    participant.refresh_from_db()
    assert participant.phase == Phase.LYMPHODEPLETION
    assert not Milestone.objects.standing().filter(kind=INFUSION).exists()
