"""Who, what and why: changes, actors, nesting and events."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from participants.audit import Actor, audited, current_change, record_event
from participants.domain.roles import Role
from participants.errors import ActionRefused
from participants.log_lines import request_id
from participants.models import AuditChange, AuditRow, Delegation, Site, StaffMember, Study
from tests.participants.audit_support import (
    MACHINE,
    change,
    last_row,
    make_person,
    make_site,
    refused,
    what_triggers_see,
)


@pytest.mark.django_db
def test_change_says_who_when_and_why_when_a_person_acts() -> None:
    person = make_person()
    before = timezone.now()
    with audited(by=Actor.of(person), kind="site.added", reason=" opened by the sponsor ") as made:
        pass
    kept = AuditChange.objects.get(pk=made.pk)
    assert (kept.kind, kept.reason, kept.actor, kept.machine) == (
        "site.added",
        "opened by the sponsor",
        person,
        "",
    )
    assert before <= kept.at <= timezone.now()


@pytest.mark.django_db
def test_change_keeps_the_name_as_of_then_when_the_person_is_renamed() -> None:
    person = make_person(name="Ann Smith")
    made = record_event(by=Actor.of(person), kind="login", reason="signed in")
    with change():
        StaffMember.objects.filter(pk=person.pk).update(name="Ann Jones")
    assert AuditChange.objects.get(pk=made.pk).who == "Ann Smith"


@pytest.mark.django_db
def test_change_keeps_the_roles_as_of_then_when_a_role_has_ended() -> None:
    person, site, now = make_person(), make_site(), timezone.now()
    with change():
        held = {"staff": person, "study": site.study, "starts_at": now - timedelta(days=9)}
        Delegation.objects.create(**held, site=site, role=Role.COORDINATOR)
        Delegation.objects.create(**held, role=Role.SAFETY)
        Delegation.objects.create(**held, site=site, role=Role.MONITOR, ends_at=now - timedelta(days=1))
    made = record_event(by=Actor.of(person), kind="login", reason="signed in")
    assert made.actor_roles == "coordinator@A01; safety@*"


@pytest.mark.django_db
def test_change_names_the_machine_when_no_person_acts() -> None:
    with change() as made:
        pass
    assert (made.machine, made.actor, made.actor_name, made.who) == ("system:test", None, "", "system:test")


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_change_is_refused_when_the_reason_is_empty(reason: str) -> None:
    with pytest.raises(ActionRefused) as refusal, audited(by=MACHINE, kind="site.added", reason=reason):
        pass
    assert refusal.value.field == "reason"


@pytest.mark.django_db
@pytest.mark.parametrize("spoilt", [{"reason": " "}, {"kind": ""}, {"machine": ""}])
def test_database_refuses_a_change_when_reason_kind_or_actor_is_missing(spoilt: dict[str, str]) -> None:
    whole = {"kind": "k", "reason": "r", "machine": "system:test"}
    with refused("audit_change_"):
        AuditChange.objects.create(**(whole | spoilt))


@pytest.mark.django_db
def test_many_rows_are_one_change_when_one_action_writes_them() -> None:
    site = make_site()
    with change() as made:
        Study.objects.filter(pk=site.study_id).update(title="Another title")
        Site.objects.filter(pk=site.pk).update(name="Another name")
    assert sorted(made.rows.values_list("table_name", flat=True)) == [
        "participants_site",
        "participants_study",
    ]


@pytest.mark.django_db
def test_inner_action_joins_the_outer_change_when_nested() -> None:
    site = make_site()
    with change("outer.action") as outer:
        with audited(by=Actor.machine("system:other"), kind="inner.action", reason="called by it") as inner:
            Site.objects.filter(pk=site.pk).update(name="Inside")
        Site.objects.filter(pk=site.pk).update(name="After the inner one")
    assert inner == outer
    assert last_row().change.kind == "outer.action"
    assert not AuditChange.objects.filter(kind="inner.action").exists()


@pytest.mark.django_db
def test_no_change_is_current_when_the_action_has_ended() -> None:
    with change() as made:
        assert what_triggers_see() == made.pk
    assert what_triggers_see() is None
    assert current_change() is None


@pytest.mark.django_db
def test_no_change_is_current_when_the_action_failed() -> None:
    with pytest.raises(ZeroDivisionError), change():
        raise ZeroDivisionError
    assert what_triggers_see() is None
    assert not AuditChange.objects.filter(kind="test.changed").exists()


@pytest.mark.django_db
def test_no_change_is_current_when_the_database_refused_a_statement() -> None:
    site = make_site()
    with pytest.raises((IntegrityError, DataError)), change():
        Site.objects.create(study=site.study, code="A01", name="Twice", zone="UTC")
    assert what_triggers_see() is None


@pytest.mark.django_db
def test_no_change_is_current_when_the_transaction_is_marked_for_rollback() -> None:
    with transaction.atomic(), change():
        transaction.set_rollback(True)
    assert what_triggers_see() is None


@pytest.mark.django_db
def test_change_goes_on_when_a_savepoint_inside_is_rolled_back() -> None:
    site = make_site()
    with change() as made:
        with suppress(ZeroDivisionError), transaction.atomic():
            Site.objects.filter(pk=site.pk).update(name="Rolled back")
            raise ZeroDivisionError
        Site.objects.filter(pk=site.pk).update(name="Kept")
    assert [row.new for row in made.rows.all()] == [{"name": "Kept"}]


@pytest.mark.django_db
def test_write_is_refused_when_a_change_in_a_released_savepoint_has_ended() -> None:
    site = make_site()
    with transaction.atomic():
        with change():
            pass
        with refused():
            Site.objects.filter(pk=site.pk).update(name="By nobody")


@pytest.mark.django_db
def test_nothing_is_kept_when_an_action_fails_after_writing() -> None:
    site, rows = make_site(), AuditRow.objects.count()
    with suppress(ZeroDivisionError), change():
        Site.objects.filter(pk=site.pk).update(name="Never kept")
        raise ZeroDivisionError
    site.refresh_from_db()
    assert (site.name, AuditRow.objects.count()) == ("First hospital", rows)


@pytest.mark.django_db(transaction=True)
def test_other_connection_sees_no_change_when_one_is_going_on_here() -> None:
    seen: dict[str, object] = {}

    def look() -> None:
        seen["triggers"] = what_triggers_see()
        seen["python"] = current_change()
        connection.close()

    with change() as made:
        thread = Thread(target=look)
        thread.start()
        thread.join()
        assert what_triggers_see() == made.pk
    assert seen == {"triggers": None, "python": None}


@pytest.mark.django_db
def test_event_has_no_rows_and_its_own_change_when_recorded_inside_an_action() -> None:
    with change() as around:
        event = record_event(by=MACHINE, kind="password.changed", reason="the person chose a new one")
    assert event.pk != around.pk
    assert not event.rows.exists()


@pytest.mark.django_db
def test_response_and_trail_carry_the_same_id_when_a_request_is_served(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": "forged"})
    other = client.get("/healthz")
    assert len(answer["X-Request-Id"]) == 32
    assert answer["X-Request-Id"] not in ("forged", other["X-Request-Id"])
    assert request_id.get() == ""


@pytest.mark.django_db
def test_change_carries_the_request_id_when_one_is_being_served() -> None:
    token = request_id.set("0123abcd")
    try:
        made = record_event(by=MACHINE, kind="export", reason="asked for")
    finally:
        request_id.reset(token)
    assert AuditChange.objects.get(pk=made.pk).request_id == "0123abcd"
