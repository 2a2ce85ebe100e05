"""Keys that are sent in a form: of another participant, site or study they choose nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followup.models import ContactAttempt, Visit
from participants.actions.body import record_stay, record_weight
from participants.domain.roles import Role
from participants.models import (
    AnakinraDose,
    Consent,
    ConsentVersion,
    Criterion,
    Delegation,
    DerivedGrade,
    EligibilityDecision,
    IntensiveCareStay,
    Participant,
    SeriousProposal,
    SignedGrade,
    Weight,
)
from tests.factories import PASSWORD, TEST, days_ago, make_participant, make_site, make_staff
from tests.factories.safety import make_event
from tests.participants.bedside_support import infused, observe

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """A form that is sent: the address name, its row, what is sent, and what it must not write."""

    name: str
    row: Model
    sent: Mapping[str, object]
    written: type[Model]
    role: Role = Role.COORDINATOR


def contact(mine: Participant, other: Participant) -> Case:
    visit = Visit.objects.filter(participant=other, opens_on__isnull=False).first()
    sent = {"tried_on": "D+1", "channel": "phone", "result": "reached", "visit": visit and visit.pk}
    return Case("followup:contact_log", mine, sent, ContactAttempt)


def dose(mine: Participant, other: Participant) -> Case:
    row = Weight(participant=other, on=days_ago(1, other.site), weight_kg=Decimal(20))
    weight = record_weight(by=TEST, weight=row)
    sent = {"state": "given", "dose_mg": "50", "schedule": "q12h", "route": "iv", "because": "trigger"}
    return Case("participants:dose_add", mine, sent | {"weight": weight.pk, "reason_note": "x"}, AnakinraDose)


def signature(mine: Participant, other: Participant) -> Case:
    observe(other, 30, "39.0")
    keys = DerivedGrade.objects.filter(participant=other).values_list("pk", flat=True)
    sent = {"grades": ",".join(map(str, keys)), "password": PASSWORD}
    return Case("participants:sign_all", mine, sent, SignedGrade, Role.INVESTIGATOR)


def consent(mine: Participant, other: Participant) -> Case:
    version = ConsentVersion.objects.filter(study=other.site.study).first()
    sent = {"kinds": "assent", "signed_on": "D+1", "version": version and version.pk}
    return Case("participants:consent_add", mine, sent, Consent)


def failure(mine: Participant, other: Participant) -> Case:
    criterion = Criterion.objects.filter(study=other.site.study).first()
    sent = {"reason": "x", "failed_criterion": criterion and criterion.pk}
    sent |= {"decided_on": f"{days_ago(1, mine.site):%d %b %Y}"}
    return Case("participants:screen_failure", make_participant(mine.site), sent, EligibilityDecision)


def delegation(mine: Participant, other: Participant) -> Case:
    person = make_staff(site=mine.site)
    sent = {"role": "investigator", "place": f"site-{other.site.pk}"}
    return Case("participants:staff_delegate", person, sent, Delegation, Role.SITE_ADMINISTRATOR)


def browser(role: Role, at: Participant) -> Client:
    person = make_staff(role, at.site)
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.force_login(person)
    return client


OF_A_PARTICIPANT, OF_A_STUDY = (contact, dose, signature, delegation), (consent, failure)
Make = Callable[[Participant, Participant], Case]


def writes(make: Make, mine: Participant, other: Participant) -> bool:
    """Send a form with a key that belongs to another, and say whether anything was written."""
    case = make(mine, other)
    client, before = browser(case.role, mine), list(case.written._default_manager.values())
    client.post(reverse(case.name, args=[case.row.pk]), case.sent)
    return list(case.written._default_manager.values()) != before


@pytest.mark.parametrize("make", [*OF_A_PARTICIPANT, *OF_A_STUDY])
def test_own_key_is_taken(make: Make) -> None:
    mine = infused()
    assert writes(make, mine, mine)


@pytest.mark.parametrize("make", OF_A_PARTICIPANT)
def test_key_of_another_site_chooses_nothing(make: Make) -> None:
    mine = infused()
    assert not writes(make, mine, infused(site=make_site(mine.site.study)))


@pytest.mark.parametrize("make", OF_A_STUDY)
def test_key_of_another_study_chooses_nothing(make: Make) -> None:
    assert not writes(make, infused(), infused())


def test_coordinator_of_another_site_is_not_chosen() -> None:
    mine = infused()
    stranger = make_staff(site=make_site(mine.site.study))
    sent = {"sex": "F", "birth": "5 May 2015", "coordinator": stranger.pk, "version": mine.version}

    browser(Role.COORDINATOR, mine).post(reverse("participants:edit_details", args=[mine.pk]), sent)

    assert Participant.objects.get(pk=mine.pk).coordinator is None


def test_proposal_of_another_is_not_settled() -> None:
    mine, other = infused(), infused()
    stay = IntensiveCareStay(
        participant=other, entered_at=timezone.now() - timedelta(hours=5), reason="shock"
    )
    record_stay(by=TEST, stay=stay)
    proposal = SeriousProposal.objects.get(participant=other)
    event = make_event(mine)
    sent = {
        "criteria": "disability",
        "aware_on": f"{days_ago(1, mine.site):%d %b %Y}",
        "aware_clock": "12:00",
    }

    address = reverse("participants:serious_add", args=[event.pk])
    answer = browser(Role.COORDINATOR, mine).post(f"{address}?proposal={proposal.pk}", sent)

    assert answer.status_code == 302
    assert SeriousProposal.objects.get(pk=proposal.pk).settled_at is None
