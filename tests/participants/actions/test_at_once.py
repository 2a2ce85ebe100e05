"""What stands once stands once, whoever records it at the same time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from participants.actions.body import record_stay
from participants.actions.respond import record_relapse, record_response
from participants.errors import ActionRefused
from participants.models import HospitalStay, Participant, Relapse, RelapseSite, Response, ResponseKind
from participants.models.base import Fact
from tests.at_once import meanwhile
from tests.factories import TEST, days_ago, make_infused


def admit(participant: Participant) -> HospitalStay:
    stay = HospitalStay(
        participant=participant, admitted_at=timezone.now() - timedelta(hours=9), reason="fever"
    )
    return record_stay(by=TEST, stay=stay)


def respond(participant: Participant) -> Response:
    on = days_ago(2, participant.site)
    return record_response(by=TEST, participant=participant, on=on, response=ResponseKind.CR)


def relapse(participant: Participant) -> Relapse:
    on = days_ago(2, participant.site)
    return record_relapse(by=TEST, participant=participant, on=on, site=RelapseSite.MARROW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "record"), [(HospitalStay, admit), (Response, respond), (Relapse, relapse)]
)
def test_of_two_who_record_the_same_at_once_one_is_refused(
    model: type[Fact], record: Callable[[Participant], Any]
) -> None:
    made = make_infused(day=40)

    def act() -> object:
        return record(Participant.objects.select_related("site__study").get(pk=made.pk))

    with meanwhile(model._meta.db_table, act) as others:
        mine = act()
    assert isinstance(others[0].exception(), ActionRefused)
    assert list(model._default_manager.filter(participant=made, stands=True)) == [mine]
