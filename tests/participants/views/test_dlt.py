"""The pages of dose-limiting toxicities: the judgement, the list of events, and the file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from participants.actions.settings import change_settings
from participants.domain.roles import Role
from participants.models import AdverseEvent, StaffMember
from tests.factories import TEST, make_infused, make_staff
from tests.factories.safety import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AdverseEvent:
    return make_event(make_infused(day=20))


@pytest.fixture
def investigator(event: AdverseEvent) -> StaffMember:
    return make_staff(Role.INVESTIGATOR, event.participant.site, name="Dana Okoye")


@pytest.fixture
def client(investigator: StaffMember) -> Client:
    browser = Client()
    browser.force_login(investigator)
    return browser


def judge(client: Client, event: AdverseEvent, is_dlt: bool = True) -> None:
    data = {"is_dlt": str(is_dlt), "reason": "hypoxia for 9 days", "version": event.version}
    assert client.post(reverse("participants:event_dlt", args=[event.pk]), data).status_code == 302


def shown(client: Client, name: str, query: str = "") -> str:
    return client.get(reverse(name) + query).getvalue().decode()


def test_the_judgement_is_shown_with_its_reason_and_who_made_it(client: Client, event: AdverseEvent) -> None:
    judge(client, event)
    text = client.get(reverse("participants:event", args=[event.pk])).content.decode()
    assert "<b>Dose-limiting</b>: hypoxia for 9 days" in text
    assert "Dana Okoye, " in text


def test_the_form_shows_the_list_that_the_protocol_sets(client: Client, event: AdverseEvent) -> None:
    address = reverse("participants:event_dlt", args=[event.pk])
    assert "Set by the protocol, not entered" in client.get(address).content.decode()
    study = event.participant.site.study
    change_settings(by=TEST, study=study, version=1, reason="amendment", dlt_list="Hypoxia over 7 days")
    assert "Hypoxia over 7 days" in client.get(address).content.decode()


def test_a_grade_after_the_judgement_is_flagged(client: Client, event: AdverseEvent) -> None:
    judge(client, event)
    page = reverse("participants:event", args=[event.pk])
    assert "graded again since" not in client.get(page).content.decode()
    grade = {"grade": "2", "on": f"{event.participant.site.today(event.grades.get().recorded_at):%Y-%m-%d}"}
    assert client.post(reverse("participants:event_grade", args=[event.pk]), grade).status_code == 302
    assert "graded again since" in client.get(page).content.decode()


@pytest.mark.parametrize(("choice", "listed"), [("yes", True), ("no", False), ("open", False)])
def test_the_list_is_narrowed_to_a_judgement(
    client: Client, event: AdverseEvent, choice: str, listed: bool
) -> None:
    judge(client, event)
    text = shown(client, "participants:all_events", f"?dlt={choice}")
    assert (reverse("participants:event", args=[event.pk]) in text) is listed
    assert "1 dose-limiting, 0 not assessed" in text


def test_the_file_holds_the_judgement(client: Client, event: AdverseEvent) -> None:
    judge(client, event, is_dlt=False)
    row = shown(client, "participants:all_events_csv", "?dlt=no").splitlines()[1]
    assert "hypoxia for 9 days" in row
    assert "Dana Okoye" in row
