"""Accounts and delegations: who may give what to whom, and what stays in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from participants.access import holds
from participants.actions.administer import (
    Task,
    create_administrator,
    delegate,
    disable_account,
    enable_account,
    end_delegation,
    invite_staff,
)
from participants.actions.passwords import send_password_link, set_password
from participants.audit import Actor
from participants.domain.roles import Capability, Role
from participants.errors import ActionRefused
from participants.models import AuditChange, AuditRow, Delegation, Site, StaffMember, Study
from tests import factories

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Office:
    """A study of two sites, each with an administrator, and one over all."""

    study: Study
    site: Site
    other: Site
    boss: Actor
    local: Actor


@pytest.fixture
def office() -> Office:
    study = factories.make_study()
    site, other = factories.make_site(study), factories.make_site(study)
    boss = factories.make_staff(Role.SYSTEM_ADMINISTRATOR, study=study)
    local = factories.make_staff(Role.SITE_ADMINISTRATOR, site=site)
    return Office(study, site, other, Actor.of(boss), Actor.of(local))


def _coordinator(office: Office, site: Site | None = None) -> StaffMember:
    return factories.make_staff(Role.COORDINATOR, site=site or office.site)


def test_delegation_acts_at_once(office: Office) -> None:
    person = factories.make_staff(None)

    delegate(by=office.local, person=person, task=Task(Role.COORDINATOR, office.study, office.site))

    assert holds(person, Capability.WRITE_RECORDS, office.site)


def test_delegation_gives_nothing_at_another_site(office: Office) -> None:
    person = _coordinator(office)

    assert not holds(person, Capability.READ_PARTICIPANTS, office.other)


def test_delegation_does_not_hold_before_its_first_day(office: Office) -> None:
    person, today = factories.make_staff(None), office.site.today(timezone.now())
    task = Task(Role.COORDINATOR, office.study, office.site, starts_on=today + timedelta(days=1))

    delegate(by=office.local, person=person, task=task)

    assert not holds(person, Capability.WRITE_RECORDS, office.site)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MONITOR])
def test_role_that_was_taken_back_before_it_began_stands_in_no_way(office: Office, role: Role) -> None:
    person, today = factories.make_staff(None), office.site.today(timezone.now())
    later = Task(Role.COORDINATOR, office.study, office.site, starts_on=today + timedelta(days=7))
    row = delegate(by=office.local, person=person, task=later)
    end_delegation(by=office.local, delegation=row, reason="the wrong day")

    given = delegate(by=office.local, person=person, task=Task(role, office.study, office.site))

    assert Delegation.objects.valid_at(timezone.now()).get(staff=person) == given


def test_last_day_of_a_delegation_is_included(office: Office) -> None:
    person, today = factories.make_staff(None), office.site.today(timezone.now())
    task = Task(Role.COORDINATOR, office.study, office.site, ends_on=today)

    row = delegate(by=office.local, person=person, task=task)

    assert row.ends_at is not None
    assert row.ends_at.astimezone(office.site.tz).date() == today + timedelta(days=1)
    assert holds(person, Capability.WRITE_RECORDS, office.site)


@pytest.mark.parametrize(("starts", "ends", "field"), [(-1, None, "starts_on"), (3, 2, "ends_on")])
def test_delegation_is_refused_when_its_days_are_impossible(
    office: Office, starts: int, ends: int | None, field: str
) -> None:
    today = office.site.today(timezone.now())
    ends_on = None if ends is None else today + timedelta(days=ends)
    task = Task(Role.COORDINATOR, office.study, office.site, today + timedelta(days=starts), ends_on)

    with pytest.raises(ActionRefused) as refused:
        delegate(by=office.local, person=factories.make_staff(None), task=task)

    assert refused.value.field == field


def test_nobody_delegates_to_themselves(office: Office) -> None:
    assert office.boss.staff is not None
    with pytest.raises(ActionRefused, match="own rights"):
        delegate(
            by=office.boss, person=office.boss.staff, task=Task(Role.COORDINATOR, office.study, office.site)
        )


def test_nobody_ends_their_own_delegation(office: Office) -> None:
    with pytest.raises(ActionRefused, match="own rights"):
        end_delegation(
            by=office.boss, delegation=Delegation.objects.get(staff=office.boss.staff), reason="leaving"
        )


def test_nobody_disables_their_own_account(office: Office) -> None:
    assert office.boss.staff is not None
    with pytest.raises(ActionRefused, match="own rights"):
        disable_account(by=office.boss, person=office.boss.staff, reason="leaving")


def test_nobody_invites_themselves_to_another_role(office: Office) -> None:
    assert office.local.staff is not None
    with pytest.raises(ActionRefused, match="own rights"):
        invite_staff(
            by=office.local,
            email=office.local.staff.email.upper(),
            name="Me",
            task=Task(Role.INVESTIGATOR, office.study, office.site),
        )


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.SYSTEM_ADMINISTRATOR, "site"),
        (Role.COORDINATOR, "other"),
        (Role.DATA_MANAGER, "study"),
        (Role.SYSTEM_ADMINISTRATOR, "study"),
    ],
)
def test_site_administrator_is_refused_when_a_right_lies_beyond_their_own(
    office: Office, role: Role, place: str
) -> None:
    site = {"site": office.site, "other": office.other, "study": None}[place]

    with pytest.raises(ActionRefused) as refused:
        delegate(by=office.local, person=factories.make_staff(None), task=Task(role, office.study, site))

    assert refused.value.field == "role"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INVESTIGATOR, Role.DATA_MANAGER, Role.READ_ONLY])
def test_who_does_not_administer_delegates_nothing(office: Office, role: Role) -> None:
    by = Actor.of(factories.make_staff(role, site=office.site))

    with pytest.raises(ActionRefused, match="may not delegate"):
        delegate(
            by=by, person=factories.make_staff(None), task=Task(Role.READ_ONLY, office.study, office.site)
        )


def test_role_for_all_sites_is_refused_when_it_belongs_to_one_site(office: Office) -> None:
    with pytest.raises(ActionRefused, match="may not delegate"):
        delegate(by=office.boss, person=factories.make_staff(None), task=Task(Role.COORDINATOR, office.study))


def test_administrator_of_one_study_gives_nothing_in_another(office: Office) -> None:
    elsewhere = factories.make_site()

    with pytest.raises(ActionRefused, match="may not delegate"):
        delegate(
            by=office.boss,
            person=factories.make_staff(None),
            task=Task(Role.READ_ONLY, elsewhere.study, elsewhere),
        )


def test_same_role_is_refused_when_it_is_held_for_that_time(office: Office) -> None:
    person = _coordinator(office)

    with pytest.raises(ActionRefused, match="already"):
        delegate(by=office.local, person=person, task=Task(Role.COORDINATOR, office.study, office.site))


def test_monitor_is_refused_when_the_person_enters_data(office: Office) -> None:
    person = _coordinator(office)

    with pytest.raises(ActionRefused, match="never monitor and coordinator"):
        delegate(by=office.local, person=person, task=Task(Role.MONITOR, office.study, office.site))


def test_data_manager_of_all_sites_is_refused_when_the_person_signs_at_one(office: Office) -> None:
    person = factories.make_staff(Role.INVESTIGATOR, site=office.other)

    with pytest.raises(ActionRefused, match="never data manager and investigator"):
        delegate(by=office.boss, person=person, task=Task(Role.DATA_MANAGER, office.study))


def test_role_is_given_again_when_the_other_has_ended(office: Office) -> None:
    person = _coordinator(office)
    end_delegation(
        by=office.local, delegation=Delegation.objects.get(staff=person), reason="moves to the monitors"
    )

    delegate(by=office.local, person=person, task=Task(Role.MONITOR, office.study, office.site))

    assert holds(person, Capability.READ_PARTICIPANTS, office.site)
    assert not holds(person, Capability.WRITE_RECORDS, office.site)


def test_ended_delegation_stays_in_the_log(office: Office) -> None:
    person = _coordinator(office)
    row = end_delegation(by=office.local, delegation=Delegation.objects.get(staff=person), reason="left")

    assert row.ends_at is not None
    assert Delegation.objects.filter(staff=person).count() == 1


def test_delegation_is_ended_once(office: Office) -> None:
    row = Delegation.objects.get(staff=_coordinator(office))
    end_delegation(by=office.local, delegation=row, reason="left")

    with pytest.raises(ActionRefused, match="already"):
        end_delegation(by=office.local, delegation=row, reason="left")


def test_delegation_of_another_site_is_not_ended(office: Office) -> None:
    row = Delegation.objects.get(staff=_coordinator(office, office.other))

    with pytest.raises(ActionRefused, match="Only who may give"):
        end_delegation(by=office.local, delegation=row, reason="left")


def test_ending_is_refused_without_a_reason(office: Office) -> None:
    row = Delegation.objects.get(staff=_coordinator(office))

    with pytest.raises(ActionRefused, match="Say why"):
        end_delegation(by=office.local, delegation=row, reason="  ")


def test_disabled_account_holds_nothing(office: Office) -> None:
    person = _coordinator(office)

    disable_account(by=office.local, person=person, reason="left the hospital")

    assert not holds(person, Capability.READ_PARTICIPANTS)


def test_enabled_account_holds_its_running_delegations_again(office: Office) -> None:
    person = _coordinator(office)
    disable_account(by=office.local, person=person, reason="on leave")

    enable_account(by=office.local, person=person, reason="back")

    assert holds(person, Capability.READ_PARTICIPANTS, office.site)


def test_account_is_not_disabled_when_it_also_works_at_another_site(office: Office) -> None:
    person = _coordinator(office)
    factories.delegate(person, Role.COORDINATOR, site=office.other)

    with pytest.raises(ActionRefused, match="not yours alone"):
        disable_account(by=office.local, person=person, reason="left")


def test_account_is_not_disabled_when_it_never_worked_here(office: Office) -> None:
    with pytest.raises(ActionRefused, match="not yours alone"):
        disable_account(by=office.local, person=factories.make_staff(None), reason="left")


def test_invited_person_has_no_password(office: Office) -> None:
    task = Task(Role.COORDINATOR, office.study, office.site)

    person = invite_staff(by=office.local, email="New@Example.org", name="New Person", task=task)

    assert (person.email, person.has_usable_password()) == ("new@example.org", False)


def test_known_address_gets_the_role_under_the_name_it_has(office: Office) -> None:
    known = factories.make_staff(Role.COORDINATOR, site=office.other, name="Known")
    task = Task(Role.COORDINATOR, office.study, office.site)

    person = invite_staff(by=office.local, email=known.email.upper(), name="Somebody Else", task=task)

    assert (person.pk, person.name) == (known.pk, "Known")


@pytest.mark.parametrize("email", ["a@b.co\nBcc:x@y.z", "a@b.co\u202e", "a@[127.0.0.1]", "nobody"])
def test_invitation_keeps_nothing_when_the_address_is_refused(office: Office, email: str) -> None:
    before = StaffMember.objects.count(), AuditRow.objects.count()

    with pytest.raises(ActionRefused) as refused:
        invite_staff(
            by=office.local, email=email, name="X", task=Task(Role.COORDINATOR, office.study, office.site)
        )

    assert refused.value.field == "email"
    assert (StaffMember.objects.count(), AuditRow.objects.count()) == before


def test_invitation_keeps_nothing_when_the_role_is_refused(office: Office) -> None:
    before = StaffMember.objects.count(), AuditRow.objects.count()

    with pytest.raises(ActionRefused):
        invite_staff(
            by=office.local,
            email="a@b.org",
            name="X",
            task=Task(Role.COORDINATOR, office.study, office.other),
        )

    assert (StaffMember.objects.count(), AuditRow.objects.count()) == before


def test_invitation_is_one_change_of_the_trail(office: Office) -> None:
    before = AuditChange.objects.count()

    invite_staff(
        by=office.local, email="a@b.org", name="X", task=Task(Role.COORDINATOR, office.study, office.site)
    )

    (change,) = AuditChange.objects.order_by("pk")[before:]
    assert (change.kind, change.actor) == ("staff.invited", office.local.staff)


def test_link_says_nothing_of_person_site_or_study(office: Office) -> None:
    task = Task(Role.COORDINATOR, office.study, office.site)
    person = invite_staff(by=office.local, email="a@b.org", name="Zzyzx Person", task=task)

    send_password_link(by=office.local, person=person, letter="invitation")

    text = mail.outbox[0].message().as_string()
    assert not [
        word for word in ("Zzyzx", office.site.name, office.study.title, "coordinator") if word in text
    ]


def test_link_is_not_sent_twice_in_a_row(office: Office) -> None:
    person = _coordinator(office)

    sent = [send_password_link(by=office.local, person=person, letter="password_link") for _ in range(2)]

    assert (sent, len(mail.outbox)) == ([True, False], 1)


def test_link_is_not_sent_to_a_disabled_account(office: Office) -> None:
    person = _coordinator(office)
    disable_account(by=office.local, person=person, reason="left")

    assert not send_password_link(by=office.local, person=person, letter="password_link")
    assert mail.outbox == []


def test_link_may_be_sent_again_when_the_mail_server_failed(office: Office, settings: object) -> None:
    person = _coordinator(office)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]
    first = send_password_link(by=office.local, person=person, letter="password_link")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]

    assert (first, send_password_link(by=office.local, person=person, letter="password_link")) == (
        False,
        True,
    )


def test_password_is_set_only_by_its_owner(office: Office) -> None:
    with pytest.raises(ActionRefused):
        set_password(by=office.boss, person=_coordinator(office), password="a sentence of words")


def test_trail_holds_the_fact_of_a_password_and_never_its_hash(office: Office) -> None:
    person = _coordinator(office)

    set_password(by=Actor.of(person), person=person, password="a sentence of words")

    change = AuditChange.objects.order_by("-pk")[0]
    assert change.kind == "password.set"
    assert "argon2" not in str(list(AuditRow.objects.values_list("old", "new")))


def test_administrator_is_not_made_by_a_person(office: Office) -> None:
    with pytest.raises(ActionRefused, match="command line"):
        create_administrator(
            by=office.boss, email="a@b.org", name="A", password="a sentence of words", study=office.study
        )


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "ada.l@b.org"])
def test_administrator_is_refused_when_the_password_is_weak(office: Office, password: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        create_administrator(
            by=factories.TEST, email="ada.l@b.org", name="Ada L", password=password, study=office.study
        )

    assert refused.value.field == "password"
