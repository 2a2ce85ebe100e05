"""The pages about reminders: one's own, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from followup.actions.planning import plan
from followup.models import Reminder, ReminderCycle, Visit
from participants.domain.roles import Role
from participants.models import Delegation, StaffMember
from tests.factories import as_test, delegate, make_infused, make_site, make_staff
from tests.followup.reminder_support import due_visits, make_coordinator, morning, rows

pytestmark = pytest.mark.django_db


def browser_of(person: StaffMember | None) -> Client:
    assert person is not None
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def planned_visit() -> tuple[Visit, Client]:
    """Make a visit whose reminder waits, and the browser of who will get it."""
    visit = due_visits(1)[0]
    plan(now=morning(0))
    return visit, browser_of(visit.participant.coordinator)


def shown(client: Client, address: str = "/reminders/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_person_reads_their_own_reminders_and_nobody_elses() -> None:
    visit, client = planned_visit()
    other = browser_of(make_coordinator(visit.participant.site))
    assert visit.participant.study_id in shown(client)
    assert visit.participant.study_id not in shown(other)


def test_who_has_left_the_site_reads_nothing_about_its_participants() -> None:
    visit, client = planned_visit()
    with as_test():
        Delegation.objects.filter(staff=visit.participant.coordinator).update(ends_at=timezone.now())
    assert visit.participant.study_id not in shown(client)


@pytest.mark.parametrize(
    ("state", "choice"),
    [
        ("due", "waiting"),
        ("held", "waiting"),
        ("sent", "went"),
        ("unconfirmed", "went"),
        ("cancelled", "not"),
        ("dead", "not"),
    ],
)
def test_each_state_is_found_under_its_choice_alone(state: str, choice: str) -> None:
    visit, client = planned_visit()
    Reminder.objects.update(state=state, settled_at=morning(1))
    with as_test():  # so that the participant is not named as coming or held either
        Visit.objects.update(outcome="missed", outcome_reason="no show")
        Delegation.objects.update(role=Role.READ_ONLY)
    found = [
        value
        for value in ("waiting", "went", "not")
        if visit.participant.study_id in shown(client, f"/reminders/?show={value}")
    ]
    assert found == [choice]


def test_an_item_within_a_grouped_mail_shares_its_fate() -> None:
    visits = due_visits(2, with_own_coordinator=False)
    plan(now=morning(0))
    Reminder.objects.filter(rule="group").update(state="sent", sent_at=morning(0))
    client = browser_of(visits[0].participant.coordinator)
    assert "Sent, with others in one mail" in shown(client, "/reminders/?show=went")


def test_the_page_says_why_a_reminder_did_not_go_out() -> None:
    _, client = planned_visit()
    Reminder.objects.update(state="cancelled", state_reason="the visit is attended")
    assert "the visit is attended" in shown(client)


def test_what_will_go_out_is_listed() -> None:
    site = make_site()
    coordinator = make_coordinator(site)
    participant = make_infused(site, day=12, coordinator=coordinator)
    text = shown(browser_of(coordinator))
    assert f"{participant.study_id} D28" in text
    assert "Upcoming" in text


def test_what_will_go_out_to_another_is_not_listed() -> None:
    site = make_site()
    participant = make_infused(site, day=12, coordinator=make_coordinator(site))
    assert participant.study_id not in shown(browser_of(make_coordinator(site)))


def test_what_will_go_out_is_not_listed_once_the_delegation_has_ended() -> None:
    site = make_site()
    coordinator = make_coordinator(site)
    participant = make_infused(site, day=12)
    delegate(coordinator, Role.READ_ONLY, site=site)
    assert participant.study_id in shown(browser_of(coordinator))
    with as_test():
        Delegation.objects.filter(role=Role.COORDINATOR).update(ends_at=timezone.now())
    assert participant.study_id not in shown(browser_of(coordinator))


def test_a_refused_mail_can_be_sent_again_with_a_click() -> None:
    _, client = planned_visit()
    Reminder.objects.update(state="dead", expires_at=timezone.now() + timedelta(days=1))
    reminder = Reminder.objects.get()
    assert "Send again" in shown(client)
    client.post(f"/reminders/{reminder.pk}/again/")
    assert rows() == [("due", "due")]


def test_a_mail_that_is_not_needed_leaves_the_list_with_a_click() -> None:
    _, client = planned_visit()
    Reminder.objects.update(state="unconfirmed")
    client.post(f"/reminders/{Reminder.objects.get().pk}/settle/")
    assert "Could not be handed over" not in shown(client)


@pytest.mark.parametrize("step", ["again", "settle"])
def test_the_mail_of_another_is_not_found(step: str) -> None:
    visit, _ = planned_visit()
    Reminder.objects.update(state="dead")
    other = browser_of(make_coordinator(visit.participant.site))
    assert other.post(f"/reminders/{Reminder.objects.get().pk}/{step}/").status_code == 404
    assert rows() == [("due", "dead")]


def test_what_was_held_is_let_go_with_a_click() -> None:
    visit, client = planned_visit()
    Reminder.objects.update(state="held")
    assert "Let them go" in shown(client)
    client.post(f"/participants/{visit.participant_id}/reminders/release/")
    assert rows() == [("due", "due")]


def test_what_is_held_at_another_site_is_not_shown_and_not_let_go() -> None:
    visit, _ = planned_visit()
    Reminder.objects.update(state="held")
    other = browser_of(make_coordinator(make_site()))
    assert "Held back" not in shown(other)
    assert other.post(f"/participants/{visit.participant_id}/reminders/release/").status_code == 404
    assert rows() == [("due", "held")]


def test_a_link_leads_to_the_visit_and_changes_nothing() -> None:
    visit, client = planned_visit()
    before = list(Reminder.objects.values())
    answer = client.get(f"/r/{Reminder.objects.get().link_reference}/")
    assert answer["Location"] == f"/visits/{visit.pk}/"
    assert list(Reminder.objects.values()) == before


def test_the_link_of_several_items_leads_to_my_day() -> None:
    visits = due_visits(2, with_own_coordinator=False)
    plan(now=morning(0))
    client = browser_of(visits[0].participant.coordinator)
    mail = Reminder.objects.get(rule="group")
    assert client.get(f"/r/{mail.link_reference}/")["Location"] == "/"


def test_a_link_signs_nobody_in() -> None:
    planned_visit()
    answer = Client().get(f"/r/{Reminder.objects.get().link_reference}/")
    assert answer["Location"].startswith(reverse("account_login"))


def test_the_link_of_another_answers_like_one_that_does_not_exist() -> None:
    visit, _ = planned_visit()
    other = browser_of(make_coordinator(visit.participant.site))
    real, unreal = Reminder.objects.get().link_reference, "0" * 32
    assert other.get(f"/r/{real}/").status_code == other.get(f"/r/{unreal}/").status_code == 404


def test_my_day_says_so_when_reminders_have_not_run() -> None:
    person = make_staff(Role.COORDINATOR, site=make_site())
    assert "Reminders are not going out" in shown(browser_of(person), "/")


def test_my_day_says_when_reminders_ran_last() -> None:
    now = timezone.now()
    ReminderCycle.objects.create(started_at=now, ended_at=now, planned_until=now)
    text = shown(browser_of(make_staff(Role.COORDINATOR, site=make_site())), "/")
    assert "Last run" in text
    assert "Reminders are not going out" not in text


def test_the_demo_mailbox_shows_what_was_caught(settings: Settings, tmp_path: Path) -> None:
    mail = b"From: a@x.example\r\nTo: b@x.example\r\nSubject: 2 items need attention\r\n\r\nhttp://localhost/r/1/\r\n"
    (tmp_path / "20260318T120000.000000Z-aa.eml").write_bytes(mail)
    (tmp_path / ".unfinished.eml").write_bytes(b"Subject: half")
    settings.DEMO_MAILBOX = tmp_path
    text = shown(browser_of(make_staff(Role.SYSTEM_ADMINISTRATOR, study=make_site().study)), "/demo/mailbox/")
    assert "2 items need attention" in text
    assert 'href="http://localhost/r/1/"' in text
    assert "half" not in text


def test_there_is_no_demo_mailbox_in_production(settings: Settings) -> None:
    settings.DEMO_MAILBOX = None
    client = browser_of(make_staff(Role.SYSTEM_ADMINISTRATOR, study=make_site().study))
    assert client.get("/demo/mailbox/").status_code == 404


def test_the_demo_mailbox_asks_for_a_login() -> None:
    assert Client().get("/demo/mailbox/").status_code == 302
