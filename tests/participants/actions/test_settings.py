"""The settings of a study: who changes them, what is refused, and what follows at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from participants.actions.criteria import Answer, check_criteria
from participants.actions.propose import propose_serious
from participants.actions.screen import decide_eligibility, record_consent
from participants.actions.settings import change_settings
from participants.actions.treat import record_milestone
from participants.audit import Actor
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Role
from participants.errors import ActionRefused, StaleVersion
from participants.models import (
    AuditChange,
    ConsentKind,
    Criterion,
    CriterionAnswer,
    HospitalStay,
    LifecycleStep,
    Participant,
    SeriousProposal,
    Site,
    Study,
)
from tests.factories import TEST, as_test, days_ago, make_infused, make_participant, make_site, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return make_site()


def change(site: Site, by: Actor = TEST, **values: Any) -> Study:
    study = Study.objects.get(pk=site.study_id)
    known: dict[str, Any] = {"version": study.version, "reason": "the protocol says so"}
    return change_settings(by=by, study=study, **(known | values))


def follow_up_of(participant: Participant) -> int | None:
    """Return the trial day on which somebody entered follow-up, None who has not."""
    zero = participant.milestones.standing().get(kind=MilestoneKind.INFUSION, is_planned=False).on
    step = LifecycleStep.objects.standing().filter(participant=participant, phase=Phase.FOLLOW_UP).first()
    return (step.on - zero).days if step else None


def phase_of(participant: Participant) -> str:
    return Participant.objects.get(pk=participant.pk).phase


def test_a_change_is_kept_with_its_reason_as_the_next_version(site: Site) -> None:
    study = change(site, serious_report_hours=12)
    assert (study.serious_report_hours, study.version) == (12, 2)
    kept = AuditChange.objects.get(kind="study.settings_changed")
    assert kept.reason == "the protocol says so"
    assert kept.rows.get().new == {"serious_report_hours": 12, "version": 2}


def test_what_is_not_known_can_be_entered_and_emptied_again(site: Site) -> None:
    assert change(site, is_under_ind=True).is_under_ind is True
    assert change(site, is_under_ind=None).is_under_ind is None


def test_equal_values_change_nothing(site: Site) -> None:
    assert change(site, long_stay_days=30).version == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_change_without_a_reason_is_refused(site: Site, reason: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        change(site, long_stay_days=31, reason=reason)
    assert refused.value.field == "reason"


def test_a_version_that_somebody_else_has_changed_is_refused(site: Site) -> None:
    change(site, long_stay_days=31)
    with pytest.raises(StaleVersion):
        change(site, long_stay_days=32, version=1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minimum_age_years": 25}, "maximum_age_years"),
        ({"maximum_age_years": 1}, "maximum_age_years"),
        ({"assent_to_years": 6}, "assent_to_years"),
        ({"assent_to_years": 18}, "assent_to_years"),
        ({"serious_report_hours": 0}, "serious_report_hours"),
        ({"attempts_before_loss": 21}, "attempts_before_loss"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(site: Site, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        change(site, **values)
    assert refused.value.field == field


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DATA_MANAGER])
def test_nobody_else_changes_the_settings(site: Site, role: Role) -> None:
    with pytest.raises(ActionRefused, match="whole study"):
        change(site, Actor.of(make_staff(role, site)), long_stay_days=31)


def test_a_data_manager_changes_them_only_for_the_whole_study(site: Site) -> None:
    of_a_site = Actor.of(make_staff(Role.DATA_MANAGER, site))
    with pytest.raises(ActionRefused, match="whole study"):
        change(site, of_a_site, long_stay_days=31)
    of_all = Actor.of(make_staff(Role.DATA_MANAGER, study=site.study))
    assert change(site, of_all, long_stay_days=31).version == 2


def test_follow_up_begins_on_the_new_day_for_who_was_in_it(site: Site) -> None:
    participant = make_infused(site, day=60)
    assert follow_up_of(participant) == 29
    change(site, follow_up_from_day=42)
    assert (follow_up_of(participant), phase_of(participant)) == (43, Phase.FOLLOW_UP)


def test_who_has_not_reached_the_new_day_is_no_longer_in_follow_up(site: Site) -> None:
    participant = make_infused(site, day=35)
    change(site, follow_up_from_day=42)
    assert (follow_up_of(participant), phase_of(participant)) == (None, Phase.INFUSED)


@pytest.mark.parametrize(("from_day", "phase"), [(9, Phase.FOLLOW_UP), (10, Phase.INFUSED)])
def test_who_has_reached_the_new_day_enters_follow_up_at_once(
    site: Site, from_day: int, phase: Phase
) -> None:
    participant = make_infused(site, day=10)
    change(site, follow_up_from_day=from_day)
    assert phase_of(participant) == phase


def test_follow_up_never_begins_before_the_last_step_of_the_treatment(site: Site) -> None:
    participant = make_infused(site, day=60)
    zero = days_ago(60, site)
    for kind, day in ((MilestoneKind.ANAKINRA_FIRST, 5), (MilestoneKind.ANAKINRA_LAST, 20)):
        on = zero + timedelta(days=day)
        record_milestone(by=TEST, participant=participant, kind=kind, on=on, reason="as in the chart")
    change(site, follow_up_from_day=14)
    assert (follow_up_of(participant), phase_of(participant)) == (20, Phase.FOLLOW_UP)


@pytest.mark.parametrize(("limit", "proposed"), [(19, True), (20, False)])
def test_a_stay_is_proposed_by_the_new_limit_at_once(site: Site, limit: int, proposed: bool) -> None:
    participant = make_infused(site, day=20)
    with as_test():
        HospitalStay.objects.create(
            participant=participant, admitted_at=timezone.now() - timedelta(days=22), reason="Infusion"
        )
        propose_serious(by=TEST, participant=participant)
    assert not SeriousProposal.objects.waiting().exists()
    change(site, long_stay_days=limit)
    assert SeriousProposal.objects.waiting().exists() is proposed


def screened_with_evidence(site: Site, dated_days_ago: int) -> Participant:
    """Return somebody declared eligible 5 days ago, whose lymphodepletion began 2 days ago."""
    participant = make_participant(site, on=days_ago(30, site))
    dated = days_ago(dated_days_ago, site)
    given = [
        Answer(one, CriterionAnswer.MET, "seen", dated, None)
        for one in Criterion.objects.filter(study=site.study, evidence_expires=True)
    ]
    check_criteria(by=TEST, participant=participant, answers=given)
    record_milestone(
        by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=days_ago(2, site), reason="chart"
    )
    return participant


@pytest.mark.parametrize(("days", "drafted"), [(13, True), (14, False)])
def test_the_start_of_lymphodepletion_is_judged_by_the_new_days_at_once(
    site: Site, days: int, drafted: bool
) -> None:
    participant = screened_with_evidence(site, dated_days_ago=16)
    change(site, evidence_days=20)
    change(site, evidence_days=days)
    rules = participant.deviations.drafts().values_list("rule", flat=True)
    assert ("evidence expired at lymphodepletion" in rules) is drafted


def test_a_decision_is_judged_by_the_new_days_at_once(site: Site) -> None:
    participant = make_participant(site, on=days_ago(30, site))
    given = [
        Answer(one, CriterionAnswer.MET, "seen", days_ago(12, site), None)
        for one in Criterion.objects.filter(study=site.study, evidence_expires=True)
    ]
    check_criteria(by=TEST, participant=participant, answers=given)
    version = site.study.consent_versions.get()
    record_consent(
        by=TEST, participant=participant, kind=ConsentKind.PERMISSION, version=version,
        signed_on=days_ago(20, site),
    )  # fmt: skip
    decide_eligibility(
        by=TEST, participant=participant, is_eligible=True, decided_on=days_ago(1, site), reason="seen"
    )
    rules = participant.deviations.drafts().filter(rule="eligible with a criterion not met")
    before = rules.count()
    change(site, evidence_days=10)
    assert rules.count() == before + len(given)
    change(site, evidence_days=14)
    assert rules.count() == before
