"""The consent tab: what is still to sign."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from participants.actions.screen import record_consent
from participants.domain.partial_dates import PartialDate, Precision
from participants.models import ConsentKind, ConsentVersion, Participant
from participants.pages.consents import ConsentTask, read_consents
from tests.factories import TEST, as_test, days_ago, make_participant, make_site

pytestmark = pytest.mark.django_db


def turning_18(in_days: int) -> Participant:
    site = make_site()
    birthday = days_ago(-in_days, site)
    born = date(birthday.year - 18, birthday.month, min(birthday.day, 28))
    participant = make_participant(site, birth=PartialDate(born, Precision.DAY))
    sign(participant, ConsentKind.PERMISSION, days=60)
    return participant


def sign(participant: Participant, kind: ConsentKind, days: int, label: str = "1.0") -> None:
    version = ConsentVersion.objects.get(study=participant.site.study, label=label)
    on = days_ago(days, participant.site)
    record_consent(by=TEST, participant=participant, kind=kind, version=version, signed_on=on)


def tasks(participant: Participant) -> list[ConsentTask]:
    return read_consents(participant, timezone.now()).tasks


def amend(participant: Participant, days: int) -> None:
    approved = days_ago(days, participant.site)
    with as_test():
        ConsentVersion.objects.create(
            study=participant.site.study, label="2.0", approved_on=approved, asks_for_reconsent=True
        )


def test_own_consent_is_asked_for_from_the_birthday_on() -> None:
    (task,) = tasks(turning_18(in_days=-10))
    assert task.is_due
    assert task.text.startswith("Turned 18")


def test_a_birthday_to_come_is_announced_and_not_due() -> None:
    (task,) = tasks(turning_18(in_days=60))
    assert not task.is_due


def test_a_birthday_in_years_is_not_spoken_of() -> None:
    assert tasks(turning_18(in_days=2000)) == []


def test_own_consent_settles_it() -> None:
    participant = turning_18(in_days=-30)
    sign(participant, ConsentKind.CONSENT, days=0)
    assert tasks(participant) == []


def test_an_amendment_asks_for_consent_to_it_until_it_is_signed() -> None:
    participant = make_participant()
    sign(participant, ConsentKind.PERMISSION, days=20)
    amend(participant, days=10)
    assert [task.title for task in tasks(participant)] == ["Consent to version 2.0"]
    sign(participant, ConsentKind.PERMISSION, days=5, label="2.0")
    assert tasks(participant) == []


def test_an_earlier_version_asks_nobody_who_signed_after_it() -> None:
    participant = make_participant()
    amend(participant, days=30)
    sign(participant, ConsentKind.PERMISSION, days=20)
    assert tasks(participant) == []
