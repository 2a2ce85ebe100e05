"""The days of pre-screening and enrolment are corrected with a reason, and what rests on them follows."""

from __future__ import annotations

from datetime import date

import pytest

from participants.actions.correct_step import correct_step
from participants.actions.treat import record_milestone
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused, StaleVersion
from participants.models import AuditChange, LifecycleStep, Participant
from tests.factories import TEST, days_ago, make_enrolled, make_infused, make_participant

pytestmark = pytest.mark.django_db


def step_of(participant: Participant, phase: Phase) -> LifecycleStep:
    steps = LifecycleStep.objects.standing().select_related("participant__site__study")
    return steps.get(participant=participant, phase=phase)


def correct(participant: Participant, phase: Phase, days: int, reason: str = "misread") -> date:
    on = days_ago(days, participant.site)
    correct_step(by=TEST, step=step_of(participant, phase), on=on, reason=reason)
    return on


def drafts(participant: Participant) -> set[str]:
    return set(participant.deviations.drafts().values_list("rule", flat=True))


@pytest.mark.parametrize(("phase", "days"), [(Phase.PRE_SCREENED, 64), (Phase.ENROLLED, 58)])
def test_a_corrected_day_stands_and_the_former_one_is_kept(phase: Phase, days: int) -> None:
    participant = make_enrolled()
    old = step_of(participant, phase)
    on = correct(participant, phase, days, "the log says so")
    assert step_of(participant, phase).on == on
    assert LifecycleStep.objects.filter(pk=old.pk, stands=False, on=old.on).exists()
    assert AuditChange.objects.filter(kind="step.corrected", reason="the log says so").exists()
    assert Participant.objects.get(pk=participant.pk).phase == Phase.ENROLLED


def test_a_correction_without_a_reason_is_refused() -> None:
    with pytest.raises(ActionRefused) as refused:
        correct(make_enrolled(), Phase.ENROLLED, 58, " ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize(
    ("phase", "days", "sentence"),
    [
        (Phase.PRE_SCREENED, 59, "cannot lie after it"),
        (Phase.ENROLLED, 61, "cannot lie before it"),
        (Phase.ENROLLED, -1, "future"),
        (Phase.PRE_SCREENED, 40000, "birth"),
    ],
)
def test_a_day_on_the_wrong_side_is_refused(phase: Phase, days: int, sentence: str) -> None:
    participant = make_enrolled()
    with pytest.raises(ActionRefused, match=sentence) as refused:
        correct(participant, phase, days)
    assert refused.value.field == "on"


def test_the_day_of_the_next_step_itself_is_stored() -> None:
    participant = make_enrolled()
    correct(participant, Phase.PRE_SCREENED, 64)
    on = correct(participant, Phase.PRE_SCREENED, 60)
    assert step_of(participant, Phase.PRE_SCREENED).on == on


def test_a_step_that_follows_a_consent_is_corrected_there() -> None:
    with pytest.raises(ActionRefused, match="follows what it rests on"):
        correct(make_enrolled(), Phase.SCREENING, 61)


def test_a_day_corrected_meanwhile_is_not_overwritten() -> None:
    participant = make_enrolled()
    seen = step_of(participant, Phase.ENROLLED)
    correct(participant, Phase.ENROLLED, 58)
    with pytest.raises(StaleVersion):
        correct_step(by=TEST, step=seen, on=days_ago(57, participant.site), reason="misread")


def test_an_enrolment_after_treatment_began_is_drafted_and_leaves_the_phase() -> None:
    participant = make_infused(day=10)
    correct(participant, Phase.ENROLLED, 12)
    assert drafts(participant) == {"enrolment after treatment began"}
    assert Participant.objects.get(pk=participant.pk).phase == Phase.INFUSED
    correct(participant, Phase.ENROLLED, 16)
    assert drafts(participant) == set()


def test_lymphodepletion_corrected_to_before_enrolment_is_judged_too() -> None:
    participant = make_enrolled()
    kind = MilestoneKind.LD_START
    for days in (50, 61):
        on = days_ago(days, participant.site)
        record_milestone(by=TEST, participant=participant, kind=kind, on=on, reason="misread")
    assert "enrolment after treatment began" in drafts(participant)


def test_a_pre_screening_can_be_corrected_before_anything_follows() -> None:
    participant = make_participant()
    correct(participant, Phase.PRE_SCREENED, 3)
    assert step_of(participant, Phase.PRE_SCREENED).on == days_ago(3, participant.site)
