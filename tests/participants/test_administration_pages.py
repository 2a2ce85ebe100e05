"""The administration pages: choices that one may make, filters, files, and forms that keep what was typed."""

from __future__ import annotations

import csv
import io

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from participants.actions.sites import edit_site
from participants.audit import Actor
from participants.domain.roles import Role
from participants.models import AuditChange, Delegation, Site, StaffMember
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return factories.make_site(code="A01", name="First Hospital")


@pytest.fixture
def boss(site: Site) -> StaffMember:
    return factories.make_staff(Role.SYSTEM_ADMINISTRATOR, study=site.study, name="Boss")


@pytest.fixture
def local(site: Site) -> StaffMember:
    return factories.make_staff(Role.SITE_ADMINISTRATOR, site=site, name="Local")


def _as(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _get(person: StaffMember, name: str, *args: object, **query: str) -> str:
    return _as(person).get(reverse(f"participants:{name}", args=args), query).content.decode()


def _invite(person: StaffMember, site: Site, **changes: str) -> object:
    typed = {
        "email": "new@example.org",
        "name": "New Person",
        "role": Role.COORDINATOR,
        "place": f"site-{site.pk}",
        "starts_on": "",
        "ends_on": "",
    }
    return _as(person).post(reverse("participants:staff_invite"), typed | changes)


def test_invitation_makes_an_account_and_mails_a_link(local: StaffMember, site: Site) -> None:
    _invite(local, site)

    person = StaffMember.objects.get(email="new@example.org")
    assert person.delegations.get().role == Role.COORDINATOR
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", "a@b.co\nBcc:x@y.z"),
        ("email", "a@b.co\u202e"),
        ("email", "a@[127.0.0.1]"),
        ("name", "A\x00B"),
        ("name", "x" * 151),
        ("role", "emperor"),
        ("place", "site-999999"),
        ("starts_on", "01/02/2027"),
        ("ends_on", "3 Mar 27"),
    ],
)
def test_refused_invitation_names_the_field_and_keeps_what_was_typed(
    local: StaffMember, site: Site, field: str, typed: str
) -> None:
    answer = _invite(local, site, **{field: typed})

    form = answer.context["form"]  # type: ignore[attr-defined]
    assert list(form.errors) == [field]
    assert form[field].value() == typed
    assert not StaffMember.objects.filter(name__startswith="New").exists()
    assert mail.outbox == []


def test_site_administrator_is_offered_own_sites_and_roles_only(local: StaffMember, site: Site) -> None:
    factories.make_site(site.study, name="Second Hospital")

    page = _get(local, "staff_invite")

    assert "First Hospital" in page
    assert "Second Hospital" not in page
    assert "All sites" not in page.split("<form method")[1]
    assert "System administrator" not in page


def test_system_administrator_is_offered_the_whole_study(boss: StaffMember, site: Site) -> None:
    assert f"All sites of {site.study.code}" in _get(boss, "staff_invite")


def test_refusal_of_an_action_stands_beside_its_field(local: StaffMember, site: Site) -> None:
    answer = _invite(local, site, role=Role.MONITOR)
    again = _invite(local, site, role=Role.COORDINATOR)

    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert list(again.context["form"].errors) == ["role"]  # type: ignore[attr-defined]


def test_person_sees_no_way_to_change_their_own_rights(local: StaffMember) -> None:
    page = _get(local, "staff", local.pk)

    assert "Nobody changes their own rights" in page
    assert reverse("participants:staff_disable", args=[local.pk]) not in page


def test_own_account_is_not_disabled_by_a_forged_form(local: StaffMember) -> None:
    _as(local).post(reverse("participants:staff_disable", args=[local.pk]), {"reason": "leaving"})

    local.refresh_from_db()
    assert local.is_active


def test_account_page_shows_only_delegations_that_one_manages(local: StaffMember, site: Site) -> None:
    person = factories.make_staff(Role.COORDINATOR, site=site)
    factories.delegate(person, Role.INVESTIGATOR, site=factories.make_site(site.study, code="B02"))

    page = _get(local, "staff", person.pk)

    assert "Coordinator" in page
    assert "B02" not in page


def test_search_finds_people_by_name_or_address(local: StaffMember, site: Site) -> None:
    factories.make_staff(Role.COORDINATOR, site=site, name="Grace Hopper", email="gh@example.org")
    factories.make_staff(Role.COORDINATOR, site=site, name="Somebody", email="else@example.org")

    page = _get(local, "staff_list", q="hopper")

    assert "Grace Hopper" in page
    assert "Somebody" not in page


def test_delegation_ends_with_a_reason(local: StaffMember, site: Site) -> None:
    row = Delegation.objects.get(staff=factories.make_staff(Role.COORDINATOR, site=site))

    _as(local).post(reverse("participants:delegation_end", args=[row.pk]), {"reason": "left the hospital"})

    row.refresh_from_db()
    assert row.ends_at is not None
    assert AuditChange.objects.filter(kind="delegation.ended", reason="left the hospital", site=site).exists()


def test_log_is_narrowed_by_state(local: StaffMember, site: Site) -> None:
    row = Delegation.objects.get(staff=factories.make_staff(Role.COORDINATOR, site=site, name="Gone"))
    _as(local).post(reverse("participants:delegation_end", args=[row.pk]), {"reason": "left"})

    assert "Gone" in _get(local, "delegation_log", state="ended")
    assert "Gone" not in _get(local, "delegation_log", state="now")


def test_log_offers_no_site_of_others_as_a_filter(local: StaffMember, site: Site) -> None:
    other = factories.make_site(site.study)
    factories.make_staff(Role.COORDINATOR, site=other, name="Foreign")

    page = _get(local, "delegation_log", site=str(other.pk))

    assert "Foreign" not in page


def test_log_goes_on_to_a_next_page(local: StaffMember, site: Site) -> None:
    for number in range(55):
        factories.make_staff(Role.READ_ONLY, site=site, name=f"Reader {number:02d}")

    first = _as(local).get(reverse("participants:delegation_log")).context["page"]
    second = _get(local, "delegation_log", after=first.after)

    assert "Reader 00" in second
    assert "Reader 54" not in second


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))


def test_file_of_the_log_has_the_rows_of_the_filter(local: StaffMember, site: Site) -> None:
    factories.make_staff(Role.COORDINATOR, site=site, name="Grace")
    factories.make_staff(Role.INVESTIGATOR, site=site, name="Ada")

    rows = _rows(_get(local, "delegation_log_csv", role=Role.COORDINATOR))

    assert [row[0] for row in rows] == ["person", "Grace"]


def test_file_runs_nothing_in_a_spreadsheet(local: StaffMember, site: Site) -> None:
    factories.make_staff(Role.COORDINATOR, site=site, name="=HYPERLINK(1)")

    rows = _rows(_get(local, "delegation_log_csv", role=Role.COORDINATOR))

    assert rows[1][0] == "'=HYPERLINK(1)"


def test_file_is_kept_in_the_trail(local: StaffMember) -> None:
    _get(local, "access_report_csv")

    change = AuditChange.objects.order_by("-pk")[0]
    assert (change.kind, change.actor) == ("export", local)


def test_access_report_names_who_reaches_a_site_from_above(local: StaffMember, boss: StaffMember) -> None:
    assert "Boss" in _get(local, "access_report")


def test_access_report_leaves_out_who_has_no_access_now(
    local: StaffMember, boss: StaffMember, site: Site
) -> None:
    person = factories.make_staff(Role.COORDINATOR, site=site, name="Gone")
    _as(local).post(reverse("participants:staff_disable", args=[person.pk]), {"reason": "left"})

    assert "Gone" not in _get(local, "access_report")


def test_stale_site_form_shows_both_versions_and_keeps_what_was_typed(boss: StaffMember, site: Site) -> None:
    edit_site(
        by=Actor.of(boss), site=site, version=1, name="Theirs", zone=site.zone, is_active=True, reason="new"
    )
    typed = {"name": "Mine", "zone": site.zone, "is_active": "yes", "reason": "better", "version": "1"}

    answer = _as(boss).post(reverse("participants:site_edit", args=[site.pk]), typed)

    site.refresh_from_db()
    assert (answer.status_code, site.name) == (409, "Theirs")
    assert {"Mine", "Theirs"} <= {cell for row in answer.context["rows"] for cell in row}


def test_conflict_page_saves_when_it_is_sent_again(boss: StaffMember, site: Site) -> None:
    edit_site(
        by=Actor.of(boss), site=site, version=1, name="Theirs", zone=site.zone, is_active=True, reason="new"
    )
    typed = {"name": "Mine", "zone": site.zone, "is_active": "yes", "reason": "better"}
    client, place = _as(boss), reverse("participants:site_edit", args=[site.pk])
    conflict = client.post(place, typed | {"version": "1"})

    client.post(place, typed | {"version": str(conflict.context["version"])})

    site.refresh_from_db()
    assert site.name == "Mine"


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 30, "\u0661"])
def test_form_without_a_readable_version_changes_nothing(boss: StaffMember, site: Site, version: str) -> None:
    typed = {"name": "Mine", "zone": site.zone, "is_active": "yes", "reason": "better", "version": version}

    answer = _as(boss).post(reverse("participants:site_edit", args=[site.pk]), typed)

    assert answer.status_code == 409


def test_link_is_sent_again_on_request(local: StaffMember, site: Site) -> None:
    person = factories.make_staff(Role.COORDINATOR, site=site)

    _as(local).post(reverse("participants:staff_link", args=[person.pk]))

    assert [message.to for message in mail.outbox] == [[person.email]]


def test_pages_take_as_many_statements_for_many_as_for_few(
    local: StaffMember, site: Site, django_assert_max_num_queries: object
) -> None:
    for _ in range(40):
        factories.make_staff(Role.COORDINATOR, site=site)
    client = _as(local)

    for name in ("administration", "staff_list", "delegation_log", "access_report"):
        with django_assert_max_num_queries(20):  # type: ignore[operator]
            client.get(reverse(f"participants:{name}"))
