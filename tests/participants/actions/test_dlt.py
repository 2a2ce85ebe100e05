"""Dose-limiting toxicities: judged by an investigator, with a reason, and judged again."""

from __future__ import annotations

import pytest

from participants.actions.dlt import assess_dlt
from participants.actions.report import remove_event
from participants.audit import Actor
from participants.audit_history import history
from participants.domain.roles import Role
from participants.errors import ActionRefused, StaleVersion
from participants.models import AdverseEvent
from tests.factories import TEST, make_infused, make_staff
from tests.factories.safety import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AdverseEvent:
    return make_event(make_infused(day=20))


@pytest.fixture
def investigator(event: AdverseEvent) -> Actor:
    return Actor.of(make_staff(Role.INVESTIGATOR, event.participant.site))


@pytest.mark.parametrize("is_dlt", [True, False])
def test_a_judgement_is_kept_with_its_reason_and_who_made_it(
    event: AdverseEvent, investigator: Actor, is_dlt: bool
) -> None:
    assess_dlt(by=investigator, event=event, version=1, is_dlt=is_dlt, reason="lasted 9 days")
    kept = AdverseEvent.objects.get(pk=event.pk)
    assert (kept.is_dlt, kept.dlt_reason, kept.dlt_assessed_by) == (
        is_dlt,
        "lasted 9 days",
        investigator.staff,
    )


def test_a_second_judgement_replaces_the_first_which_stays_in_the_history(
    event: AdverseEvent, investigator: Actor
) -> None:
    assess_dlt(by=investigator, event=event, version=1, is_dlt=True, reason="on the list")
    assess_dlt(by=investigator, event=event, version=2, is_dlt=False, reason="resolved within 7 days")
    told = [change.new for change in history(event, "is_dlt")]
    assert told[:2] == [False, True]


def test_events_are_read_by_their_judgement(event: AdverseEvent, investigator: Actor) -> None:
    assert list(AdverseEvent.objects.not_assessed()) == [event]
    assess_dlt(by=investigator, event=event, version=1, is_dlt=True, reason="on the list")
    assert list(AdverseEvent.objects.dose_limiting()) == [event]
    assert not AdverseEvent.objects.not_assessed().exists()
    remove_event(by=TEST, event=AdverseEvent.objects.get(pk=event.pk), reason="entered twice")
    assert not AdverseEvent.objects.dose_limiting().exists()


def test_a_judgement_without_a_reason_is_refused(event: AdverseEvent, investigator: Actor) -> None:
    with pytest.raises(ActionRefused) as refused:
        assess_dlt(by=investigator, event=event, version=1, is_dlt=True, reason=" ")
    assert refused.value.field == "reason"


def test_an_event_that_was_taken_back_is_not_judged(event: AdverseEvent, investigator: Actor) -> None:
    remove_event(by=TEST, event=event, reason="entered twice")
    with pytest.raises(ActionRefused, match="taken back"):
        assess_dlt(by=investigator, event=event, version=2, is_dlt=True, reason="on the list")


def test_an_event_that_was_changed_meanwhile_is_not_judged(event: AdverseEvent, investigator: Actor) -> None:
    assess_dlt(by=investigator, event=event, version=1, is_dlt=True, reason="on the list")
    with pytest.raises(StaleVersion):
        assess_dlt(by=investigator, event=event, version=1, is_dlt=False, reason="not on the list")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INVESTIGATOR])
def test_nobody_but_an_investigator_judges(event: AdverseEvent, role: Role) -> None:
    by = Actor.of(make_staff(role, event.participant.site))
    with pytest.raises(ActionRefused, match="may not"):
        assess_dlt(by=by, event=event, version=1, is_dlt=True, reason="on the list")


def test_a_machine_does_not_judge(event: AdverseEvent) -> None:
    with pytest.raises(ActionRefused, match="person"):
        assess_dlt(by=TEST, event=event, version=1, is_dlt=True, reason="on the list")
