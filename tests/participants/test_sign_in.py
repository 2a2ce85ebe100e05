"""Signing in: one answer for every failure, throttled for a while, sessions that end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.actions.administer import disable_account
from participants.actions.passwords import send_password_link, set_password
from participants.audit import Actor
from participants.domain.roles import Role
from participants.forms.accounts import LONGEST_PASSWORD
from participants.models import AuditChange, StaffMember
from tests import factories

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/sign-in/"
ADDRESS = "ada@example.org"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def person() -> StaffMember:
    site = factories.make_site()
    person = factories.make_staff(Role.SITE_ADMINISTRATOR, site=site, email=ADDRESS, name="Ada")
    set_password(by=Actor.of(person), person=person, password=factories.PASSWORD)
    return person


def _try(client: Client, password: str = factories.PASSWORD, login: str = ADDRESS, **more: str) -> object:
    return client.post(SIGN_IN, {"login": login, "password": password, **more})


def _is_in(client: Client) -> bool:
    return client.get(reverse("participants:administration")).status_code == 200


@pytest.mark.parametrize("login", [ADDRESS, "ADA@Example.org", f" {ADDRESS} "])
def test_person_is_in_when_address_and_password_are_right(
    client: Client, person: StaffMember, login: str
) -> None:
    _try(client, login=login)

    assert _is_in(client)


def test_every_failure_has_the_same_answer(person: StaffMember) -> None:
    boss = Actor.of(factories.make_staff(Role.SYSTEM_ADMINISTRATOR, study=person.delegations.get().study))
    disabled = factories.make_staff(
        Role.COORDINATOR, site=person.delegations.get().site, email="off@example.org"
    )
    set_password(by=Actor.of(disabled), person=disabled, password=factories.PASSWORD)
    disable_account(by=boss, person=disabled, reason="left")
    tries = [(ADDRESS, "wrong"), ("who@example.org", "wrong"), ("off@example.org", factories.PASSWORD)]

    answers = []
    for login, password in tries:
        answer = Client().post(SIGN_IN, {"login": login, "password": password})
        answers.append((answer.status_code, TOKEN.sub("", answer.content.decode()).replace(login, "-")))

    assert answers[0][0] == 200
    assert answers == [answers[0]] * 3


def test_failure_leaves_a_mark_without_what_was_typed(client: Client, person: StaffMember) -> None:
    _try(client, password="my secret sentence")

    change = AuditChange.objects.order_by("-pk")[0]
    assert (change.kind, change.machine) == ("login.failed", "system:login")
    assert "secret" not in change.reason


def test_account_is_closed_for_a_while_after_many_failures(client: Client, person: StaffMember) -> None:
    answers = [_try(client, password="wrong") for _ in range(6)]

    assert answers[-1].status_code == 429  # type: ignore[attr-defined]
    _try(client)
    assert not _is_in(client)


def test_account_opens_again_by_itself(client: Client, person: StaffMember) -> None:
    for _ in range(6):
        _try(client, password="wrong")

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        _try(client)
        assert _is_in(client)


def test_trying_on_does_not_prolong_the_closing(client: Client, person: StaffMember) -> None:
    begin = timezone.now()
    for _ in range(6):
        _try(client, password="wrong")
    with time_machine.travel(begin + timedelta(minutes=4)):
        _try(client, password="wrong")

    with time_machine.travel(begin + timedelta(minutes=6)):
        _try(client)
        assert _is_in(client)


def test_other_account_stays_open_when_one_is_closed(client: Client, person: StaffMember) -> None:
    for _ in range(6):
        _try(client, password="wrong", login="who@example.org")

    _try(client)

    assert _is_in(client)


def test_other_spelling_of_an_address_is_no_new_try(client: Client, person: StaffMember) -> None:
    for number in range(6):
        _try(client, password="wrong", login=ADDRESS.upper() if number % 2 else ADDRESS)

    _try(client)

    assert not _is_in(client)


def test_huge_password_is_refused_before_it_is_hashed(client: Client, person: StaffMember) -> None:
    answer = _try(client, password="a" * 1_000_000)

    assert str(LONGEST_PASSWORD) in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "login", ["bob\n2026-01-01 INFO login ok user=alice", "a\x00b@c.org", "a" * 5000 + "@b.org"]
)
def test_strange_login_is_a_failure_like_another(client: Client, login: str) -> None:
    assert _try(client, login=login).status_code == 200  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "place", ["//evil.test", "https://evil.test/", "javascript:alert(1)", "/\\evil.test"]
)
def test_next_page_is_never_on_another_host(client: Client, person: StaffMember, place: str) -> None:
    answer = _try(client, next=place)

    assert answer.headers["Location"] == reverse("participants:administration")  # type: ignore[attr-defined]


def test_next_page_adds_no_header(client: Client, person: StaffMember) -> None:
    answer = _try(client, next="/ok\r\nSet-Cookie:x=1")

    assert "x" not in answer.cookies  # type: ignore[attr-defined]


def test_person_comes_back_to_the_page_that_asked_for_a_sign_in(client: Client, person: StaffMember) -> None:
    wanted = reverse("participants:staff_list") + "?q=ada"
    page = client.get(client.get(wanted).headers["Location"]).content.decode()

    answer = _try(client, next=wanted)

    assert 'name="next"' in page
    assert answer.headers["Location"] == wanted  # type: ignore[attr-defined]


def test_session_has_a_new_id_after_sign_in(client: Client, person: StaffMember) -> None:
    client.cookies["sessionid"] = "a" * 32
    _try(client)

    assert client.cookies["sessionid"].value != "a" * 32


def test_session_ends_when_nothing_happens_for_15_minutes(client: Client, person: StaffMember) -> None:
    _try(client)

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert not _is_in(client)


def test_session_goes_on_while_somebody_works(client: Client, person: StaffMember) -> None:
    _try(client)
    begin = timezone.now()
    for minutes in (10, 20, 30):
        with time_machine.travel(begin + timedelta(minutes=minutes)):
            assert _is_in(client)


def test_session_ends_after_12_hours_however_busy(client: Client, person: StaffMember) -> None:
    begin = timezone.now()
    _try(client)
    for minutes in range(10, 12 * 60, 10):
        with time_machine.travel(begin + timedelta(minutes=minutes)):
            client.get("/accounts/sign-out/")

    with time_machine.travel(begin + timedelta(hours=12, minutes=1)):
        assert not _is_in(client)


def test_session_is_gone_after_sign_out(client: Client, person: StaffMember) -> None:
    _try(client)
    old = client.cookies["sessionid"].value
    client.post("/accounts/sign-out/")
    client.cookies["sessionid"] = old

    assert not _is_in(client)


def test_reading_the_sign_out_page_signs_nobody_out(client: Client, person: StaffMember) -> None:
    _try(client)
    client.get("/accounts/sign-out/")

    assert _is_in(client)


def test_other_sessions_end_when_the_password_is_set(client: Client, person: StaffMember) -> None:
    _try(client)

    set_password(by=Actor.of(person), person=person, password="another sentence of words")

    assert not _is_in(client)


def test_session_ends_when_the_account_is_disabled(client: Client, person: StaffMember) -> None:
    _try(client)
    boss = Actor.of(factories.make_staff(Role.SYSTEM_ADMINISTRATOR, study=person.delegations.get().study))

    disable_account(by=boss, person=person, reason="left")

    assert not _is_in(client)


def test_pages_behind_the_sign_in_are_not_stored(client: Client, person: StaffMember) -> None:
    _try(client)

    assert client.get(reverse("participants:administration")).headers["Cache-Control"] == "no-store"


def test_part_of_a_page_is_not_replaced_by_the_sign_in_page(client: Client) -> None:
    answer = client.get(reverse("participants:administration"), headers={"HX-Request": "true"})

    assert SIGN_IN in answer.headers["HX-Redirect"]


def _link(person: StaffMember) -> str:
    send_password_link(by=factories.TEST, person=person, letter="password_link")
    found = re.search(r"https?://[^/]+(/accounts/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def _choose(client: Client, link: str, password: str) -> object:
    return client.post(client.get(link).headers["Location"], {"password1": password, "password2": password})


def test_link_sets_a_password_once(client: Client, person: StaffMember) -> None:
    link = _link(person)
    _choose(client, link, "a new sentence of words")

    assert "no longer works" in Client().get(link).content.decode()
    _try(client, password="a new sentence of words")
    assert _is_in(client)


def test_link_dies_of_age(client: Client, person: StaffMember) -> None:
    link = _link(person)

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert "no longer works" in client.get(link).content.decode()


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", ADDRESS, "a" * 257])
def test_weak_password_is_refused_at_the_link(client: Client, person: StaffMember, password: str) -> None:
    _choose(client, _link(person), password)

    person.refresh_from_db()
    assert person.check_password(factories.PASSWORD)


@pytest.mark.parametrize("key", ["0-a", "zzzzzzzzzzzzz-abc", "1-set-password"])
def test_forged_link_is_answered_like_an_old_one(client: Client, key: str) -> None:
    assert "no longer works" in client.get(f"/accounts/password/set/{key}/").content.decode()


@pytest.mark.parametrize("address", [ADDRESS, "who@example.org"])
def test_asking_for_a_link_does_not_tell_who_has_an_account(
    client: Client, person: StaffMember, address: str
) -> None:
    answer = client.post("/accounts/password/", {"email": address}, follow=True)

    assert "If an account has this address" in answer.content.decode()
    assert [message.to for message in mail.outbox] == ([[ADDRESS]] if address == ADDRESS else [])


def test_link_never_names_the_host_of_a_request(client: Client, person: StaffMember) -> None:
    client.post("/accounts/password/", {"email": ADDRESS}, headers={"Host": "127.0.0.1"})

    assert "http://localhost:8000/accounts/" in str(mail.outbox[0].body)


def test_foreign_host_is_refused(client: Client) -> None:
    assert (
        client.post("/accounts/password/", {"email": ADDRESS}, headers={"Host": "evil.test"}).status_code
        == 400
    )


@pytest.mark.parametrize("path", ["signup/", "email/", "password/change/", "login/", "reauthenticate/"])
def test_other_pages_of_the_package_are_not_served(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
