"""Serious events: proposed, reported, confirmed, judged and reported on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from participants.actions.body import record_stay, remove_stay
from participants.actions.conclude import record_death, remove_death
from participants.actions.propose import DEATH, INTENSIVE_CARE, STAY, decline_proposal
from participants.actions.report import remove_event
from participants.actions.serious import (
    confirm_serious,
    edit_serious,
    judge_as_sponsor,
    remove_report,
    report_serious,
    send_report,
    withdraw_serious,
)
from participants.actions.serious_death import DEATH_RULE
from participants.audit import Actor
from participants.domain.clocks import ClockKind, ReportKind
from participants.domain.roles import Role
from participants.errors import ActionRefused, StaleVersion
from participants.models import (
    AdverseEvent,
    Death,
    HospitalStay,
    IntensiveCareStay,
    Participant,
    Query,
    SeriousEvent,
    SeriousnessCriterion,
    SeriousProposal,
    Study,
)
from participants.serious_clocks import watched
from tests.factories import TEST, as_test, days_ago, make_infused, make_staff
from tests.factories.safety import make_death, make_event, make_serious

pytestmark = pytest.mark.django_db

BOTH = [SeriousnessCriterion.DEATH, SeriousnessCriterion.HOSPITALISATION]
DISABILITY = [SeriousnessCriterion.DISABILITY]


def actor(role: Role, participant: Participant) -> Actor:
    whole = role is Role.SAFETY
    site = None if whole else participant.site
    return Actor.of(make_staff(role, site=site, study=participant.site.study))


def under_ind(participant: Participant) -> None:
    with as_test():
        Study.objects.filter(pk=participant.site.study_id).update(is_under_ind=True)


def kinds(serious: SeriousEvent) -> list[ClockKind]:
    return [clock.kind for clock in watched(SeriousEvent.objects.get(pk=serious.pk)).clocks]


def intensive_care(participant: Participant) -> IntensiveCareStay:
    entered_at = timezone.now() - timedelta(days=1)
    return record_stay(
        by=TEST, stay=IntensiveCareStay(participant=participant, entered_at=entered_at, reason="shock")
    )


def test_intensive_care_is_proposed_once() -> None:
    participant = make_infused()
    intensive_care(participant)
    record_death(by=TEST, participant=participant, on=days_ago(0, participant.site))
    assert sorted(SeriousProposal.objects.waiting().values_list("rule", flat=True)) == [DEATH, INTENSIVE_CARE]


def test_a_finding_that_is_taken_back_no_longer_proposes() -> None:
    participant = make_infused()
    remove_stay(by=TEST, stay=intensive_care(participant), reason="another participant")
    assert not SeriousProposal.objects.waiting().exists()


def test_a_death_that_is_taken_back_no_longer_proposes() -> None:
    participant = make_infused()
    record_death(by=TEST, participant=participant, on=days_ago(0, participant.site))
    remove_death(by=TEST, death=Death.objects.standing().get(), reason="a mistake")
    assert not SeriousProposal.objects.waiting().exists()


@pytest.mark.parametrize(("from_day", "is_proposed"), [(-1, False), (3, True)])
def test_a_stay_is_proposed_when_it_is_a_new_admission(from_day: int, is_proposed: bool) -> None:
    participant = make_infused(day=10)
    admitted_at = timezone.now() - timedelta(days=10 - from_day)
    record_stay(by=TEST, stay=HospitalStay(participant=participant, admitted_at=admitted_at, reason="fever"))
    assert SeriousProposal.objects.waiting().filter(rule=STAY).exists() is is_proposed


def test_a_stay_is_proposed_when_it_lasts_longer_than_the_study_says() -> None:
    participant = make_infused(day=40)
    admitted_at = timezone.now() - timedelta(days=41)
    record_stay(by=TEST, stay=HospitalStay(participant=participant, admitted_at=admitted_at, reason="LD"))
    assert SeriousProposal.objects.waiting().get().rule == STAY


def test_a_proposal_is_declined_by_an_investigator_with_a_reason() -> None:
    participant = make_infused()
    intensive_care(participant)
    proposal = SeriousProposal.objects.get()
    with pytest.raises(ActionRefused, match="may not"):
        decline_proposal(by=actor(Role.COORDINATOR, participant), proposal=proposal, reason="monitoring")
    investigator = actor(Role.INVESTIGATOR, participant)
    decline_proposal(by=investigator, proposal=proposal, reason="for monitoring only")
    assert not SeriousProposal.objects.waiting().exists()
    with pytest.raises(StaleVersion):
        decline_proposal(by=investigator, proposal=proposal, reason="again")


def test_a_proposal_is_settled_by_its_report() -> None:
    participant = make_infused()
    intensive_care(participant)
    serious = report_serious(
        by=actor(Role.COORDINATOR, participant),
        event=make_event(participant),
        criteria=[SeriousnessCriterion.LIFE_THREATENING],
        site_aware_at=timezone.now(),
        proposal=SeriousProposal.objects.get(),
    )
    assert SeriousProposal.objects.get().serious_event == serious
    assert serious.confirmed_at is None


def test_a_serious_event_needs_a_criterion() -> None:
    with pytest.raises(ActionRefused, match="criterion"):
        report_serious(by=TEST, event=make_event(make_infused()), criteria=[], site_aware_at=timezone.now())


def test_an_event_is_reported_as_serious_once() -> None:
    serious = make_serious(make_infused())
    with pytest.raises(ActionRefused, match="already"):
        report_serious(by=TEST, event=serious.event, criteria=DISABILITY, site_aware_at=timezone.now())


def test_the_living_have_no_event_that_is_serious_because_of_death() -> None:
    event = make_event(make_infused())
    with pytest.raises(ActionRefused, match="recorded death") as refused:
        report_serious(by=TEST, event=event, criteria=BOTH, site_aware_at=timezone.now())
    assert refused.value.field == "criteria"
    assert not SeriousEvent.objects.exists()


def test_an_edit_makes_no_death_of_the_living() -> None:
    serious = make_serious(make_infused())
    aware_at = serious.site_aware_at
    with pytest.raises(ActionRefused, match="recorded death"):
        edit_serious(
            by=TEST, serious=serious, version=1, criteria=BOTH, site_aware_at=aware_at, reason="died of it"
        )


def test_a_death_that_is_taken_back_asks_about_the_event_that_it_made_serious() -> None:
    participant = make_infused()
    death = make_death(participant, days_ago(1, participant.site))
    event = make_event(participant)
    serious = report_serious(by=TEST, event=event, criteria=BOTH, site_aware_at=timezone.now())
    remove_death(by=TEST, death=death, reason="a mistake")
    assert SeriousEvent.objects.standing().get().criteria == sorted(BOTH)
    assert serious.number in Query.objects.unsettled().get(rule=DEATH_RULE).text


@pytest.mark.parametrize("answer", ["the criterion goes", "the death comes back"])
def test_the_question_about_a_death_ends_with_its_answer(answer: str) -> None:
    participant = make_infused()
    on = days_ago(1, participant.site)
    death, event = make_death(participant, on), make_event(participant)
    serious = report_serious(by=TEST, event=event, criteria=BOTH, site_aware_at=timezone.now())
    remove_death(by=TEST, death=death, reason="a mistake")
    if answer == "the death comes back":
        make_death(participant, on)
    else:
        aware_at = serious.site_aware_at
        edit_serious(
            by=TEST, serious=serious, version=1, criteria=DISABILITY, site_aware_at=aware_at, reason=answer
        )
    assert not Query.objects.unsettled().filter(rule=DEATH_RULE).exists()


def test_only_an_investigator_confirms() -> None:
    participant = make_infused()
    serious = make_serious(participant)
    for role in (Role.COORDINATOR, Role.SAFETY):
        with pytest.raises(ActionRefused, match="may not"):
            confirm_serious(by=actor(role, participant), serious=serious, version=1)
    investigator = actor(Role.INVESTIGATOR, participant)
    confirmed = confirm_serious(by=investigator, serious=serious, version=1)
    assert confirmed.confirmed_by == investigator.staff


def test_an_edit_takes_the_confirmation_back() -> None:
    participant = make_infused()
    serious = make_serious(participant)
    confirm_serious(by=actor(Role.INVESTIGATOR, participant), serious=serious, version=1)
    edited = edit_serious(
        by=TEST,
        serious=serious,
        version=2,
        criteria=DISABILITY,
        site_aware_at=serious.site_aware_at,
        reason="the sight did not return",
    )
    assert edited.confirmed_at is None


def test_a_withdrawn_serious_event_can_be_reported_again() -> None:
    participant = make_infused()
    serious = make_serious(participant)
    withdraw_serious(
        by=actor(Role.INVESTIGATOR, participant), serious=serious, version=1, reason="planned admission"
    )
    assert not SeriousEvent.objects.standing().exists()
    again = report_serious(by=TEST, event=serious.event, criteria=DISABILITY, site_aware_at=timezone.now())
    assert again.number == serious.number


def test_a_withdrawn_serious_event_is_not_confirmed() -> None:
    serious = make_serious(make_infused())
    by = actor(Role.INVESTIGATOR, serious.participant)
    serious = withdraw_serious(by=by, serious=serious, version=serious.version, reason="not serious")
    with pytest.raises(ActionRefused, match="taken back"):
        confirm_serious(by=by, serious=serious, version=serious.version)


def test_an_event_that_was_taken_back_meanwhile_is_not_reported() -> None:
    event = make_event(make_infused())
    remove_event(by=TEST, event=AdverseEvent.objects.get(pk=event.pk), reason="entered twice")
    with pytest.raises(ActionRefused, match="taken back"):
        report_serious(by=TEST, event=event, criteria=DISABILITY, site_aware_at=timezone.now())


def test_an_event_is_not_taken_back_while_it_is_serious() -> None:
    serious = make_serious(make_infused())
    with pytest.raises(ActionRefused, match="take that back first"):
        remove_event(by=TEST, event=serious.event, reason="a mistake")


def test_the_sponsors_clocks_wait_for_the_study_to_be_under_an_ind() -> None:
    participant = make_infused()
    serious = make_serious(participant, grave=True)
    send_report(by=TEST, serious=serious, kind=ReportKind.TO_SPONSOR, sent_at=timezone.now())
    assert kinds(serious) == [ClockKind.SITE]
    under_ind(participant)
    assert kinds(serious) == [ClockKind.SITE, ClockKind.SEVEN]


def test_the_sponsor_judges_an_event_as_expected_and_its_clock_stops_mattering() -> None:
    participant = make_infused()
    under_ind(participant)
    serious = make_serious(participant)
    safety = actor(Role.SAFETY, participant)
    judge_as_sponsor(
        by=safety,
        serious=serious,
        version=1,
        sponsor_aware_at=timezone.now(),
        is_expected=True,
        is_suspected_reaction=True,
    )
    assert kinds(serious) == [ClockKind.SITE]


def test_the_sponsor_judges_nothing_before_its_receipt() -> None:
    participant = make_infused()
    with pytest.raises(ActionRefused, match="learned of the event"):
        judge_as_sponsor(
            by=actor(Role.SAFETY, participant),
            serious=make_serious(participant),
            version=1,
            sponsor_aware_at=None,
            is_expected=False,
            is_suspected_reaction=None,
        )


def test_a_report_stops_its_clock_until_it_is_taken_back() -> None:
    serious = make_serious(make_infused())
    report = send_report(by=TEST, serious=serious, kind=ReportKind.TO_SPONSOR, sent_at=timezone.now())
    assert not watched(SeriousEvent.objects.get()).running
    remove_report(by=TEST, report=report, reason="it bounced")
    assert watched(SeriousEvent.objects.get()).running


def test_a_coordinator_sends_nothing_to_the_regulator() -> None:
    participant = make_infused()
    with pytest.raises(ActionRefused, match="may not"):
        send_report(
            by=actor(Role.COORDINATOR, participant),
            serious=make_serious(participant),
            kind=ReportKind.TO_REGULATOR,
            sent_at=timezone.now(),
        )


def test_a_report_before_the_awareness_is_refused() -> None:
    serious = make_serious(make_infused())
    with pytest.raises(ActionRefused, match="before the site became aware"):
        send_report(
            by=TEST,
            serious=serious,
            kind=ReportKind.TO_SPONSOR,
            sent_at=serious.site_aware_at - timedelta(minutes=1),
        )
