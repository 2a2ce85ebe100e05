"""Courses that leave the plan: postponed, repeated, interrupted and ended, each as one story in the record.

Source: PACER design, clinical rules, section 10.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from followup.actions.contacts import log_contact
from followup.actions.planning import plan
from followup.actions.visits import log_visit
from followup.domain.windows import Outcome, Timing
from followup.models import ContactChannel, ContactResult, Reminder, ReminderState, Visit
from followup.pages.contacts import read_contacts
from followup.pages.my_day import read_day
from followup.vital import sightings
from participants.actions.conclude import come_back, leave_study, record_death
from participants.actions.criteria import check_criterion
from participants.actions.respond import record_relapse, record_response
from participants.actions.screen import record_consent
from participants.actions.treat import plan_milestone, record_milestone
from participants.audit import Actor
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.vital_status import event_free_survival
from participants.models import (
    Consent,
    ConsentKind,
    Criterion,
    CriterionAnswer,
    LifecycleStep,
    OffStudyReason,
    Participant,
    RelapseSite,
    ResponseKind,
)
from participants.vital import course_facts, last_known_alive
from tests.factories import TEST, days_ago, make_enrolled, make_infused, make_site, make_staff

pytestmark = pytest.mark.django_db

LD, INFUSION = MilestoneKind.LD_START, MilestoneKind.INFUSION


def happened(participant: Participant, kind: MilestoneKind, days: int, **given: object) -> date:
    on = days_ago(days, participant.site)
    record_milestone(by=TEST, participant=participant, kind=kind, on=on, **given)  # type: ignore[arg-type]
    return on


def visit_of(participant: Participant, code: str, occurrence: int = 1) -> Visit:
    return Visit.objects.for_pages().get(participant=participant, code=code, occurrence=occurrence)


def drafted(participant: Participant) -> set[tuple[str, str]]:
    return set(participant.deviations.drafts().values_list("rule", "subject"))


def phase_of(participant: Participant) -> str:
    return Participant.objects.get(pk=participant.pk).phase


def test_infusion_postponed_after_lymphodepletion() -> None:
    participant = make_enrolled()
    happened(participant, LD, 20)
    planned = {"by": TEST, "participant": participant, "kind": INFUSION}
    plan_milestone(on=days_ago(5, participant.site), **planned)  # type: ignore[arg-type]
    late = visit_of(participant, "D0")
    assert late.timing(days_ago(0, participant.site)) is not Timing.OVERDUE
    postponed_to = days_ago(1, participant.site)
    plan_milestone(on=postponed_to, reason="the cells were late", **planned)  # type: ignore[arg-type]
    visit = visit_of(participant, "D28")
    assert (visit.target_on, visit.is_projected) == (postponed_to + timedelta(days=28), True)
    assert drafted(participant) == set()
    happened(participant, INFUSION, 1)
    assert not visit_of(participant, "D28").is_projected
    begun = visit_of(participant, "LD1")
    assert drafted(participant) == {("visit out of window", f"visit:{begun.pk}")}


def test_second_lymphodepletion() -> None:
    participant = make_enrolled()
    criterion = Criterion.objects.get(study=participant.site.study, code="BURDEN")
    check_criterion(
        by=TEST,
        participant=participant,
        criterion=criterion,
        answer=CriterionAnswer.MET,
        evidence_on=days_ago(25, participant.site),
    )
    happened(participant, LD, 20)
    assert drafted(participant) == set()
    second = happened(participant, LD, 9, course=2, reason="infusion was postponed")
    assert drafted(participant) == {("evidence expired at lymphodepletion", "ld_start:2")}
    happened(participant, INFUSION, 4)
    assert visit_of(participant, "SCR").target_on == second - timedelta(days=7)
    assert phase_of(participant) == Phase.INFUSED


def test_lost_then_found() -> None:
    participant = make_infused(day=70)
    person = make_staff(site=participant.site)
    for days in (5, 4, 3):
        log_contact(
            by=Actor.of(person),
            participant=participant,
            tried_on=days_ago(days, participant.site),
            channel=ContactChannel.PHONE,
            result=ContactResult.NO_ANSWER,
        )
    assert read_contacts(participant).ladder.proposes_loss
    waiting = set(Visit.objects.filter(participant=participant).open().values_list("pk", flat=True))
    on, lost = days_ago(3, participant.site), OffStudyReason.LOST
    leave_study(by=Actor.of(person), participant=participant, reason=lost, on=on)
    assert not Visit.objects.filter(participant=participant).open().exists()
    come_back(by=Actor.of(person), participant=participant, reason="the family had moved")
    assert set(Visit.objects.filter(participant=participant).open().values_list("pk", flat=True)) == waiting
    assert phase_of(participant) == Phase.FOLLOW_UP


def test_transplantation_in_remission() -> None:
    participant = make_infused(day=120)
    assessed_on = days_ago(92, participant.site)
    record_response(by=TEST, participant=participant, on=assessed_on, response=ResponseKind.CR)
    transplanted_on = happened(participant, MilestoneKind.HSCT, 20)
    assert visit_of(participant, "M6").outcome == Outcome.CANCELLED
    assert visit_of(participant, "D28").outcome == Outcome.OPEN
    assert visit_of(participant, "SURV").target_on == transplanted_on + timedelta(days=90)
    facts = course_facts(sightings([participant.pk]))[participant.pk]
    endpoint = event_free_survival(facts)
    assert (endpoint.is_event, endpoint.days) == (False, 100)


def test_relapse_with_continued_survival_contact() -> None:
    participant = make_infused(day=200)
    person = make_staff(site=participant.site)
    relapsed_on = days_ago(100, participant.site)
    record_relapse(by=TEST, participant=participant, on=relapsed_on, site=RelapseSite.MARROW)
    assert phase_of(participant) == Phase.SURVIVAL_FOLLOW_UP
    contact = visit_of(participant, "SURV")
    called_on = days_ago(9, participant.site)
    log_visit(
        by=Actor.of(person), visit=contact, version=contact.version, occurred_on=called_on, assessments={}
    )
    assert drafted(participant) == set()
    assert last_known_alive(sightings([participant.pk]))[participant.pk].on == called_on
    following = visit_of(participant, "SURV", 2)
    assert (following.outcome, following.target_on) == (Outcome.OPEN, relapsed_on + timedelta(days=180))


def test_turning_eighteen_in_follow_up() -> None:
    site = make_site()
    today = days_ago(0, site)
    birthday = today - timedelta(days=5)
    # Nobody is born on a 29 February in eighteen years' distance of every day.
    born = date(birthday.year - 18, birthday.month, min(birthday.day, 28))
    participant = make_infused(site, day=40, birth=PartialDate(born, Precision.DAY))
    person = make_staff(site=site)
    asked = [task.verb for section in read_day(person, timezone.now()).sections for task in section.tasks]
    assert "Re-consent" in asked
    visit = visit_of(participant, "D28")
    log_visit(
        by=Actor.of(person),
        visit=visit,
        version=visit.version,
        occurred_on=days_ago(12, site),
        assessments={},
    )
    assert drafted(participant) == set()
    permission = Consent.objects.get(participant=participant)
    record_consent(
        by=Actor.of(person),
        participant=participant,
        kind=ConsentKind.CONSENT,
        version=permission.consent_version,
        signed_on=today,
    )
    asked = [task.verb for section in read_day(person, timezone.now()).sections for task in section.tasks]
    assert "Re-consent" not in asked


def _leave_by_death(participant: Participant) -> None:
    record_death(by=TEST, participant=participant, on=days_ago(0, participant.site))


def _die_after_loss(participant: Participant) -> None:
    on, lost = days_ago(1, participant.site), OffStudyReason.LOST
    leave_study(by=TEST, participant=participant, reason=lost, on=on)
    record_death(by=TEST, participant=participant, on=days_ago(0, participant.site))


@pytest.mark.parametrize("die", [_leave_by_death, _die_after_loss])
def test_after_a_death_no_reminder_leaves(die: Callable[[Participant], None]) -> None:
    site = make_site()
    make_staff(site=site)
    participant = make_infused(site, day=28)
    on = days_ago(0, site)
    morning = datetime.combine(on + timedelta(days=1), time(9), tzinfo=site.tz)
    plan(now=morning)
    assert Reminder.objects.filter(participant=participant).exclude(state=ReminderState.CANCELLED).exists()
    die(participant)
    for days in (0, 1, 30):
        plan(now=morning + timedelta(days=days))
    states = set(Reminder.objects.filter(participant=participant).values_list("state", flat=True))
    assert states == {ReminderState.CANCELLED}


def test_death_leaves_the_steps_of_the_course_as_they_were() -> None:
    participant = make_infused(day=28)
    before = list(
        LifecycleStep.objects.standing().filter(participant=participant).values_list("pk", flat=True)
    )
    record_death(by=TEST, participant=participant, on=days_ago(0, participant.site))
    kept = LifecycleStep.objects.standing().filter(pk__in=before)
    assert kept.count() == len(before)
