"""From pre-screening to enrolment: what is refused, what asks for a reason, what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from participants.actions.criteria import Answer, check_criteria, check_criterion
from participants.actions.enrol import enrol
from participants.actions.people import edit_participant, record_disease_history
from participants.actions.screen import (
    decide_eligibility,
    pre_screen,
    record_consents,
    remove_consent,
    screen_again,
)
from participants.actions.treat import record_milestone
from participants.anchors import known_dates
from participants.audit import Actor
from participants.domain.enrolment_number import is_valid
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Role
from participants.errors import ActionRefused, NeedsReason, StaleVersion
from participants.models import (
    ConsentKind,
    ConsentVersion,
    Criterion,
    CriterionAnswer,
    CriterionCheck,
    Delegation,
    EligibilityDecision,
    Participant,
    Sex,
)
from tests.at_once import meanwhile
from tests.factories import TEST, as_test, days_ago, make_participant, make_site, make_staff

pytestmark = pytest.mark.django_db


def sign(participant: Participant, *kinds: ConsentKind, days: int = 20) -> None:
    version = ConsentVersion.objects.get(study=participant.site.study)
    record_consents(
        by=TEST,
        participant=participant,
        kinds=kinds or (ConsentKind.PERMISSION, ConsentKind.ASSENT),
        version=version,
        signed_on=days_ago(days, participant.site),
    )


def answers(participant: Participant, *, dated_days_ago: int = 3, **given: CriterionAnswer) -> list[Answer]:
    dated = days_ago(dated_days_ago, participant.site)
    return [
        Answer(
            criterion,
            given.get(criterion.code, CriterionAnswer.MET),
            "as in the chart",
            dated if criterion.evidence_expires else None,
            seen=None,
        )
        for criterion in Criterion.objects.filter(study=participant.site.study)
    ]


@pytest.fixture
def screened() -> Participant:
    """Return an 11-year-old in screening with permission and assent."""
    participant = make_participant()
    sign(participant)
    return participant


@pytest.mark.parametrize("study_id", ["P-901", "p-901", " P-901 "])
def test_a_study_id_in_use_is_refused_whatever_its_case(study_id: str) -> None:
    taken = make_participant(study_id="P-901")
    with pytest.raises(ActionRefused, match="already in use"):
        pre_screen(by=TEST, site=taken.site, study_id=study_id, on=days_ago(1, taken.site))


def test_a_coordinator_of_another_site_is_refused() -> None:
    with pytest.raises(ActionRefused, match="does not work at site"):
        make_participant(coordinator=make_staff(Role.COORDINATOR, make_site()))


def test_the_details_are_edited_although_the_coordinator_named_has_left() -> None:
    site = make_site()
    coordinator = make_staff(Role.COORDINATOR, site)
    participant = make_participant(site, coordinator=coordinator)
    with as_test():
        Delegation.objects.filter(staff=coordinator).update(ends_at=timezone.now())
    now = edit_participant(
        by=TEST,
        participant=participant,
        sex=Sex.FEMALE,
        birth=participant.birth,
        age_at_consent_years=participant.age_at_consent_years,
        coordinator=coordinator,
        version=participant.version,
        reason="",
    )
    assert (now.sex, now.coordinator) == (Sex.FEMALE, coordinator)


def test_a_birth_after_pre_screening_is_refused() -> None:
    site = make_site()
    birth = PartialDate(days_ago(1, site), Precision.DAY)
    with pytest.raises(ActionRefused, match="future"):
        make_participant(site, on=days_ago(2, site), birth=birth)


def test_all_criteria_are_answered_or_none(screened: Participant) -> None:
    given = answers(screened)
    undated = [
        Answer(one.criterion, one.answer, "", None, None) if one.criterion.evidence_expires else one
        for one in given
    ]
    burden = next(one.criterion for one in given if one.criterion.evidence_expires)
    with pytest.raises(ActionRefused) as refused:
        check_criteria(by=TEST, participant=screened, answers=undated)
    assert refused.value.field == f"evidence_on_{burden.pk}"
    assert not CriterionCheck.objects.exists()


def test_answering_the_same_again_writes_nothing(screened: Participant) -> None:
    check_criteria(by=TEST, participant=screened, answers=answers(screened))
    assert check_criteria(by=TEST, participant=screened, answers=answers(screened)) == []


def test_an_answer_that_somebody_else_has_given_is_not_overwritten(screened: Participant) -> None:
    check_criteria(by=TEST, participant=screened, answers=answers(screened))
    other = answers(screened, AGE=CriterionAnswer.NOT_MET)
    with pytest.raises(StaleVersion, match="answered AGE"):
        check_criteria(by=TEST, participant=screened, answers=other, reason="looked again")
    assert CriterionCheck.objects.standing().get(criterion__code="AGE").answer == CriterionAnswer.MET


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_the_second_overwrites_nothing() -> None:
    participant = make_participant()
    sign(participant)
    check_criteria(by=TEST, participant=participant, answers=answers(participant))
    seen = {check.criterion_id: check.pk for check in CriterionCheck.objects.standing()}

    def answer(evidence: str) -> list[CriterionCheck]:
        given = next(one for one in answers(participant) if one.criterion.code == "BALL")
        given = replace(given, evidence=evidence, seen=seen[given.criterion.pk])
        return check_criteria(by=TEST, participant=participant, answers=[given], reason="read again")

    with (
        meanwhile("participants_criterioncheck", lambda: answer("theirs")) as others,
        pytest.raises(StaleVersion),
    ):
        answer("mine")
    assert others[0].result()
    standing = CriterionCheck.objects.standing().get(criterion__code="BALL")
    assert standing.evidence == "theirs"


def test_an_investigator_declares_eligible_and_a_coordinator_does_not(screened: Participant) -> None:
    check_criteria(by=TEST, participant=screened, answers=answers(screened))
    on, site = days_ago(1, screened.site), screened.site
    coordinator, investigator = make_staff(Role.COORDINATOR, site), make_staff(Role.INVESTIGATOR, site)
    with pytest.raises(ActionRefused, match="may not decide on eligibility"):
        decide_eligibility(by=Actor.of(coordinator), participant=screened, is_eligible=True, decided_on=on)
    decide_eligibility(by=Actor.of(investigator), participant=screened, is_eligible=True, decided_on=on)
    assert screened.phase == Phase.ELIGIBLE


def test_a_criterion_not_met_needs_a_reason_and_drafts_a_deviation(screened: Participant) -> None:
    given = answers(screened, BURDEN=CriterionAnswer.NOT_MET)
    check_criteria(by=TEST, participant=screened, answers=given)
    on = days_ago(1, screened.site)
    with pytest.raises(NeedsReason, match="BURDEN: not met"):
        decide_eligibility(by=TEST, participant=screened, is_eligible=True, decided_on=on)
    decide_eligibility(
        by=TEST, participant=screened, is_eligible=True, decided_on=on, reason="sponsor agreed"
    )
    draft = screened.deviations.drafts().get()
    assert (draft.subject, draft.reason) == ("criterion:BURDEN", "sponsor agreed")


def test_a_record_that_contradicts_an_answer_needs_a_reason() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.PERMISSION)
    check_criteria(by=TEST, participant=participant, answers=answers(participant))
    with pytest.raises(NeedsReason, match=r"CONSENT: met, but the record says: .*assent is not recorded"):
        decide_eligibility(
            by=TEST, participant=participant, is_eligible=True, decided_on=days_ago(1, participant.site)
        )


def test_evidence_of_its_last_day_counts_for_the_decision(screened: Participant) -> None:
    check_criteria(by=TEST, participant=screened, answers=answers(screened, dated_days_ago=15))
    decide_eligibility(by=TEST, participant=screened, is_eligible=True, decided_on=days_ago(1, screened.site))
    assert screened.phase == Phase.ELIGIBLE


def test_evidence_that_had_expired_on_the_day_of_the_decision_needs_a_reason(screened: Participant) -> None:
    check_criteria(by=TEST, participant=screened, answers=answers(screened, dated_days_ago=16))
    with pytest.raises(NeedsReason, match="expired"):
        decide_eligibility(
            by=TEST, participant=screened, is_eligible=True, decided_on=days_ago(1, screened.site)
        )


def test_a_second_decision_takes_the_deviation_back(screened: Participant) -> None:
    given = answers(screened, BURDEN=CriterionAnswer.NOT_MET)
    check_criteria(by=TEST, participant=screened, answers=given)
    on = days_ago(1, screened.site)
    decide_eligibility(by=TEST, participant=screened, is_eligible=True, decided_on=on, reason="agreed")
    screen_again(by=TEST, participant=screened, on=on, reason="new marrow")
    again = [
        Answer(one.criterion, one.answer, one.evidence, one.evidence_on, seen=check.pk)
        for one in answers(screened)
        for check in CriterionCheck.objects.standing().filter(criterion=one.criterion)
    ]
    check_criteria(by=TEST, participant=screened, answers=again, reason="new marrow")
    decide_eligibility(by=TEST, participant=screened, is_eligible=True, decided_on=on)
    assert not screened.deviations.drafts().exists()


def test_a_decision_before_screening_began_is_refused(screened: Participant) -> None:
    with pytest.raises(ActionRefused, match="cannot lie before it") as refused:
        decide_eligibility(
            by=TEST, participant=screened, is_eligible=True, decided_on=days_ago(21, screened.site)
        )
    assert refused.value.field == "decided_on"
    assert not EligibilityDecision.objects.exists()


def test_a_screen_failure_can_be_screened_again(screened: Participant) -> None:
    on = days_ago(1, screened.site)
    decide_eligibility(by=TEST, participant=screened, is_eligible=False, decided_on=on, reason="no blasts")
    assert screened.phase == Phase.SCREEN_FAILURE
    screen_again(by=TEST, participant=screened, on=on, reason="relapsed since")
    assert screened.phase == Phase.SCREENING
    assert not EligibilityDecision.objects.standing().exists()


def test_a_screen_failure_without_a_reason_is_refused(screened: Participant) -> None:
    with pytest.raises(ActionRefused, match="say why"):
        decide_eligibility(
            by=TEST, participant=screened, is_eligible=False, decided_on=days_ago(1, screened.site)
        )


def eligible(participant: Participant) -> Participant:
    decide_eligibility(
        by=TEST, participant=participant, is_eligible=True, decided_on=days_ago(2, participant.site)
    )
    return participant


def test_numbers_count_at_the_site_and_carry_their_check(screened: Participant) -> None:
    on = days_ago(1, screened.site)
    first = enrol(by=TEST, participant=eligible(screened), on=on).enrolment_number
    second = make_participant(screened.site)
    sign(second)
    number = enrol(by=TEST, participant=eligible(second), on=on).enrolment_number
    assert first is not None
    assert number is not None
    assert (first[:8], number[:8]) == (f"{screened.site.code}-0001", f"{screened.site.code}-0002")
    assert is_valid(number)


def test_nobody_is_enrolled_who_is_not_eligible(screened: Participant) -> None:
    with pytest.raises(ActionRefused, match="does not follow"):
        enrol(by=TEST, participant=screened, on=days_ago(1, screened.site))


def test_an_assent_alone_is_no_consent_to_enrol_on(screened: Participant) -> None:
    eligible(screened)
    permission = screened.consents.standing().get(kind=ConsentKind.PERMISSION)
    remove_consent(by=TEST, consent=permission, reason="of another child")
    on = days_ago(1, screened.site)
    with pytest.raises(NeedsReason, match="No consent was signed"):
        enrol(by=TEST, participant=screened, on=on)
    enrol(by=TEST, participant=screened, on=on, reason="as the log says")
    assert "procedure before consent" in set(screened.deviations.drafts().values_list("rule", flat=True))


def test_a_procedure_after_an_assent_alone_is_before_consent() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.ASSENT)
    kind, on = MilestoneKind.LD_START, days_ago(2, participant.site)
    record_milestone(by=TEST, participant=participant, kind=kind, on=on, reason="emergency")
    assert "procedure before consent" in set(participant.deviations.drafts().values_list("rule", flat=True))


def test_the_schedule_counts_consent_from_the_permission_and_not_from_an_earlier_assent() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.ASSENT, days=22)
    sign(participant, ConsentKind.PERMISSION, days=20)
    known = known_dates([participant.pk])[participant.pk]
    assert known["consent"].on == days_ago(20, participant.site)


@pytest.mark.parametrize(("dated_before_ld", "drafted"), [(14, False), (15, True)])
def test_lymphodepletion_on_expired_evidence_drafts_a_deviation(
    screened: Participant,
    dated_before_ld: int,
    drafted: bool,
) -> None:
    given = answers(screened, dated_days_ago=2 + dated_before_ld)
    check_criteria(by=TEST, participant=screened, answers=given)
    started_on = days_ago(2, screened.site)
    kind = MilestoneKind.LD_START
    record_milestone(by=TEST, participant=screened, kind=kind, on=started_on, reason="as in the chart")
    rules = set(screened.deviations.drafts().values_list("rule", flat=True))
    assert ("evidence expired at lymphodepletion" in rules) is drafted


def test_correcting_the_start_takes_the_deviation_back(screened: Participant) -> None:
    check_criteria(by=TEST, participant=screened, answers=answers(screened, dated_days_ago=17))
    late, kind = days_ago(2, screened.site), MilestoneKind.LD_START
    record_milestone(by=TEST, participant=screened, kind=kind, on=late, reason="as in the chart")
    record_milestone(
        by=TEST, participant=screened, kind=kind, on=late - timedelta(days=1), reason="was a day earlier"
    )
    drafts = screened.deviations.drafts().filter(rule="evidence expired at lymphodepletion")
    assert not drafts.exists()


def test_disease_history_asks_for_a_reason_only_where_a_value_changes(screened: Participant) -> None:
    values: dict[str, Any] = {"marrow_blasts_percent": Decimal("12.5"), "marrow_on": None}
    sheet = record_disease_history(by=TEST, participant=screened, version=None, **values)
    filled = values | {"marrow_on": days_ago(3, screened.site)}
    sheet = record_disease_history(by=TEST, participant=screened, version=sheet.version, **filled)
    changed = filled | {"marrow_blasts_percent": Decimal("15")}
    with pytest.raises(ActionRefused, match="marrow blasts percent"):
        record_disease_history(by=TEST, participant=screened, version=sheet.version, **changed)


def test_a_stale_disease_history_is_not_overwritten(screened: Participant) -> None:
    record_disease_history(by=TEST, participant=screened, version=None, prior_lines=2)
    with pytest.raises(StaleVersion):
        record_disease_history(by=TEST, participant=screened, version=0, prior_lines=3, reason="counted")


def begun(participant: Participant, *, dated_days_ago: int = 5, **given: CriterionAnswer) -> Participant:
    """Answer, declare eligible 3 days ago, and begin lymphodepletion 2 days ago."""
    check_criteria(
        by=TEST, participant=participant, answers=answers(participant, dated_days_ago=dated_days_ago, **given)
    )
    on = days_ago(3, participant.site)
    decide_eligibility(by=TEST, participant=participant, is_eligible=True, decided_on=on)
    kind = MilestoneKind.LD_START
    started_on = days_ago(2, participant.site)
    record_milestone(by=TEST, participant=participant, kind=kind, on=started_on, reason="as in the chart")
    return participant


def date_burden_again(participant: Participant, days: int) -> None:
    old = CriterionCheck.objects.standing().get(participant=participant, criterion__code="BURDEN")
    check_criterion(
        by=TEST,
        participant=participant,
        criterion=old.criterion,
        answer=CriterionAnswer.MET,
        evidence=old.evidence,
        evidence_on=days_ago(days, participant.site),
        reason="the report says so",
    )


def drafted(participant: Participant) -> set[tuple[str, str]]:
    evidence = {"eligible with a criterion not met", "evidence expired at lymphodepletion"}
    rows = participant.deviations.drafts().filter(rule__in=evidence)
    return set(rows.values_list("rule", "subject"))


def test_evidence_redated_after_lymphodepletion_is_judged_again_and_back(screened: Participant) -> None:
    begun(screened)
    assert drafted(screened) == set()
    date_burden_again(screened, 17)
    assert drafted(screened) == {("evidence expired at lymphodepletion", "ld_start:1")}
    date_burden_again(screened, 16)
    assert drafted(screened) == set()


def test_blasts_corrected_to_below_five_percent_after_lymphodepletion_are_flagged(
    screened: Participant,
) -> None:
    marrow: dict[str, Any] = {
        "marrow_on": days_ago(5, screened.site),
        "peripheral_blasts": False,
        "peripheral_on": days_ago(5, screened.site),
    }
    sheet = record_disease_history(
        by=TEST, participant=screened, version=None, marrow_blasts_percent=Decimal(12), **marrow
    )
    begun(screened)
    corrected: dict[str, Any] = {"marrow_blasts_percent": Decimal("4.9"), "reason": "second reading"}
    sheet = record_disease_history(
        by=TEST, participant=screened, version=sheet.version, **marrow, **corrected
    )
    assert drafted(screened) == {("eligible with a criterion not met", "criterion:BURDEN")}
    corrected = {"marrow_blasts_percent": Decimal(5), "reason": "third reading"}
    record_disease_history(by=TEST, participant=screened, version=sheet.version, **marrow, **corrected)
    assert drafted(screened) == set()


def test_a_marrow_redated_to_before_the_window_is_flagged_at_the_start_once(screened: Participant) -> None:
    marrow: dict[str, Any] = {"marrow_blasts_percent": Decimal(12), "marrow_on": days_ago(5, screened.site)}
    sheet = record_disease_history(by=TEST, participant=screened, version=None, **marrow)
    begun(screened)
    redated = marrow | {"marrow_on": days_ago(17, screened.site), "reason": "the report says so"}
    record_disease_history(by=TEST, participant=screened, version=sheet.version, **redated)
    assert drafted(screened) == {("evidence expired at lymphodepletion", "ld_start:1")}


def test_evidence_after_lymphodepletion_began_blocks_nothing(screened: Participant) -> None:
    begun(screened)
    date_burden_again(screened, 1)
    assert drafted(screened) == {("evidence expired at lymphodepletion", "ld_start:1")}
    assert screened.phase == Phase.LYMPHODEPLETION


def test_an_assent_that_is_taken_back_after_the_decision_is_flagged(screened: Participant) -> None:
    begun(screened)
    assent = screened.consents.standing().get(kind=ConsentKind.ASSENT)
    remove_consent(by=TEST, consent=assent, reason="of another child")
    assert drafted(screened) == {("eligible with a criterion not met", "criterion:CONSENT")}


def test_a_birth_that_makes_somebody_too_old_after_the_decision_is_flagged(screened: Participant) -> None:
    begun(screened)
    edit_participant(
        by=TEST,
        participant=screened,
        sex=screened.sex,
        birth=PartialDate(date(1990, 5, 5), Precision.DAY),
        age_at_consent_years=None,
        coordinator=None,
        version=screened.version,
        reason="the passport says so",
    )
    assert ("eligible with a criterion not met", "criterion:AGE") in drafted(screened)


def treat_before_entry(participant: Participant) -> None:
    """Record lymphodepletion of yesterday for somebody of whom nothing else was entered."""
    on, kind = days_ago(1, participant.site), MilestoneKind.LD_START
    record_milestone(by=TEST, participant=participant, kind=kind, on=on, reason="an emergency")


def enter_late(participant: Participant, *, decided: int, enrolled: int, reason: str = "") -> None:
    sign(participant)
    check_criteria(by=TEST, participant=participant, answers=answers(participant))
    on = days_ago(decided, participant.site)
    decide_eligibility(by=TEST, participant=participant, is_eligible=True, decided_on=on)
    enrol(by=TEST, participant=participant, on=days_ago(enrolled, participant.site), reason=reason)


def test_who_was_treated_first_is_screened_and_enrolled_on_paper_later() -> None:
    participant = make_participant()
    treat_before_entry(participant)
    rules = {"procedure before consent", "event out of order"}
    assert set(participant.deviations.drafts().values_list("rule", flat=True)) == rules
    enter_late(participant, decided=3, enrolled=2)
    assert participant.enrolment_number
    assert Participant.objects.get(pk=participant.pk).phase == Phase.LYMPHODEPLETION
    assert not participant.deviations.drafts().exists()


def test_who_is_enrolled_after_treatment_began_departs_once_and_with_a_reason() -> None:
    participant = make_participant()
    treat_before_entry(participant)
    with pytest.raises(NeedsReason, match="after the treatment had begun"):
        enter_late(participant, decided=3, enrolled=0)
    enrol(by=TEST, participant=participant, on=days_ago(0, participant.site), reason="an emergency")
    drafts = participant.deviations.drafts()
    assert set(drafts.values_list("rule", flat=True)) == {"enrolment after treatment began"}
