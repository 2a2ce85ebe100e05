"""The first account of an installation."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from participants.access import holds
from participants.domain.roles import Capability
from participants.management.commands.create_administrator import PASSWORD_VARIABLE
from participants.models import AuditChange, ConsentVersion, StaffMember, Study
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, factories.PASSWORD)


def _create(*more: str, email: str = "ada@example.org") -> str:
    out = io.StringIO()
    call_command("create_administrator", "--email", email, "--name", "Ada", *more, stdout=out)
    return out.getvalue()


def test_first_administrator_opens_the_first_study() -> None:
    _create("--study", "PACER", "--title", "A trial")

    person = StaffMember.objects.get()
    assert person.check_password(factories.PASSWORD)
    assert holds(person, Capability.MANAGE_SITES)
    assert Study.objects.get().code == "PACER"


def test_first_study_has_a_consent_form_of_the_day_it_was_approved() -> None:
    _create("--study", "PACER", "--title", "A trial", "--consent-approved-on", "2025-11-03")

    assert ConsentVersion.objects.get().approved_on == date(2025, 11, 3)


def test_approval_still_to_come_is_refused_and_no_study_kept() -> None:
    with pytest.raises(CommandError, match="lies in the future"):
        _create("--study", "PACER", "--title", "A trial", "--consent-approved-on", "9999-01-01")

    assert not Study.objects.exists()


def test_administrator_works_for_the_only_study_there_is() -> None:
    study = factories.make_study()

    assert study.code in _create()


def test_machine_is_named_in_the_trail() -> None:
    factories.make_study()
    _create()

    assert AuditChange.objects.order_by("-pk")[0].machine == "system:create_administrator"


def test_nothing_is_kept_when_there_is_no_study_to_name() -> None:
    with pytest.raises(CommandError, match="--study CODE"):
        _create()

    assert StaffMember.objects.count() == 0


def test_study_is_asked_for_when_there_are_several() -> None:
    factories.make_study("ONE"), factories.make_study("TWO")

    with pytest.raises(CommandError, match="ONE, TWO"):
        _create()


def test_unknown_study_is_refused_when_others_exist() -> None:
    factories.make_study("ONE")

    with pytest.raises(CommandError, match="no study TWO"):
        _create("--study", "TWO", "--title", "Another")


def test_known_address_is_refused() -> None:
    factories.make_study()
    _create()

    with pytest.raises(CommandError, match="already"):
        _create(email="ADA@example.org")


def test_study_is_not_kept_when_the_password_is_weak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "short")

    with pytest.raises(CommandError, match="Password"):
        _create("--study", "PACER", "--title", "A trial")

    assert Study.objects.count() == 0


def test_password_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_study()
    monkeypatch.setattr("sys.stdin", io.StringIO("another sentence of words\n"))

    _create("--password-stdin")

    assert StaffMember.objects.get().check_password("another sentence of words")


def test_missing_password_is_said_when_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_study()
    monkeypatch.delenv(PASSWORD_VARIABLE)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    with pytest.raises(CommandError, match=PASSWORD_VARIABLE):
        _create()
