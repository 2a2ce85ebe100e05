"""Attacks on the audit trail: every way of writing without a name, and of editing what is written."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, models, transaction

from participants import audit_triggers
from participants.audit import UNAUDITED, UNRECORDED_COLUMNS, making_current
from participants.audit_tables import audited_models
from participants.models import AuditChange, AuditRow, Site, StaffMember, Study
from tests.participants.audit_support import (
    audited_table,
    change,
    last_row,
    make_person,
    make_site,
    refused,
    what_triggers_see,
)

BASE_DIR = Path(__file__).resolve().parents[2]


def run(sql: str) -> None:
    """Run SQL as somebody would who sits at the database."""
    # PostgreSQL empties and alters no table whose foreign keys are still to be checked.
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(sql)


WRITES: dict[str, Callable[[Site], object]] = {
    "create": lambda site: Study.objects.create(code="NEW", title="New"),
    "save": lambda site: Site(pk=site.pk, study=site.study, code="A02", name="x", zone="UTC").save(),
    "update": lambda site: Site.objects.update(name="x"),
    "bulk_create": lambda site: Study.objects.bulk_create([Study(code="NEW", title="New")]),
    "bulk_create ignoring conflicts": lambda site: Study.objects.bulk_create(
        [Study(code="NEW", title="New")], ignore_conflicts=True
    ),
    "bulk_update": lambda site: Site.objects.bulk_update([Site(pk=site.pk, name="x")], ["name"]),
    "delete": lambda site: site.delete(),
    "queryset delete": lambda site: Site.objects.all()._raw_delete("default"),
    "raw update": lambda site: run("UPDATE participants_site SET name = 'x'"),
    "raw delete": lambda site: run("DELETE FROM participants_site"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_write_is_refused_when_nobody_answers_for_it(write: Callable[[Site], object]) -> None:
    site = make_site()
    with refused("audited"):
        write(site)


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_write_leaves_a_row_when_somebody_answers_for_it(write: Callable[[Site], object]) -> None:
    site = make_site()
    with change() as made:
        write(site)
    assert made.rows.count() == 1


EDITS = ["UPDATE {0} SET id = id", "DELETE FROM {0}", "DELETE FROM {0} WHERE id < 0 OR id > 0"]
EDITS_OF_ENGINE = {
    "sqlite": [
        "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
        "REPLACE INTO {0} SELECT * FROM {0}",
        "UPDATE OR IGNORE {0} SET id = id + 100",
        "UPDATE OR REPLACE {0} SET id = id + 100",
    ],
    "postgresql": [
        "TRUNCATE {0} CASCADE",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
        "SET LOCAL session_replication_role = replica; DELETE FROM {0}",
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_change", "audit_row"])
def test_trail_refuses_every_edit_when_attacked_with_sql(table: str) -> None:
    make_site()
    for edit in EDITS + EDITS_OF_ENGINE[connection.vendor]:
        with refused("append-only"), change():
            run(edit.format(table))


@pytest.mark.django_db
def test_trail_refuses_every_edit_when_attacked_through_the_models() -> None:
    make_site()
    row, made = AuditRow.objects.first(), AuditChange.objects.first()
    assert row is not None
    assert made is not None
    for attack in (row.save, made.save, lambda: AuditRow.objects.update(new=None), row.delete):
        with refused("append-only"), change():
            attack()


EMPTYINGS = {
    "sqlite": "INSERT OR REPLACE INTO participants_study SELECT * FROM participants_study",
    "postgresql": "TRUNCATE participants_study CASCADE",
}


@pytest.mark.django_db
def test_audited_rows_cannot_be_emptied_or_replaced_when_nobody_answers_for_it() -> None:
    make_site()
    with refused("audited"):
        run(EMPTYINGS[connection.vendor])


@pytest.mark.django_db
def test_row_that_is_pushed_out_is_recorded_when_a_statement_replaces_it() -> None:
    """SQLite fires no delete trigger for REPLACE by default; PostgreSQL has no REPLACE, and updates."""
    site = make_site()
    others = [
        field.column for field in Site._meta.local_concrete_fields if field.column not in ("id", "name")
    ]
    columns = ", ".join(others)
    replacing = {
        "sqlite": f"INSERT OR REPLACE INTO participants_site (name, {columns}) "
        f"SELECT 'Replaced', {columns} FROM participants_site",  # noqa: S608 the names of columns
        "postgresql": "UPDATE participants_site SET name = 'Replaced'",
    }
    with change() as made:
        run(replacing[connection.vendor])
    gone = [row.old for row in made.rows.all() if row.old and row.row_pk == str(site.pk)]
    assert [old["name"] for old in gone] == ["First hospital"]


@pytest.mark.django_db
def test_insert_holds_the_whole_row_when_recorded() -> None:
    site = make_site(name='O\'Hara "Memorial" \\ ünïcode')
    row = AuditRow.objects.get(table_name="participants_site")
    assert (row.operation, row.row_pk, row.old) == ("insert", str(site.pk), None)
    assert row.new == {
        field.column: getattr(site, field.attname) for field in Site._meta.local_concrete_fields
    }


@pytest.mark.django_db
def test_update_holds_changed_columns_only_when_recorded() -> None:
    site = make_site()
    site.name, site.is_active = "Second name", False
    with change():
        site.save()
    row = last_row()
    assert (row.operation, row.row_pk) == ("update", str(site.pk))
    assert row.old == {"name": "First hospital", "is_active": True}
    assert row.new == {"name": "Second name", "is_active": False}


@pytest.mark.django_db
def test_delete_holds_the_whole_row_when_recorded() -> None:
    site = make_site()
    pk = site.pk
    with change():
        site.delete()
    row = last_row()
    assert (row.operation, row.row_pk, row.new) == ("delete", str(pk), None)
    assert row.old is not None
    assert row.old["code"] == "A01"


@pytest.mark.django_db
def test_nothing_is_recorded_when_a_save_changes_nothing() -> None:
    site, rows = make_site(), AuditRow.objects.count()
    site.save()
    assert AuditRow.objects.count() == rows


@pytest.mark.django_db
def test_null_becoming_a_value_and_back_is_recorded_when_compared() -> None:
    person, site = make_person(), make_site()
    with change():
        held = person.delegations.create(study=site.study, site=site, role="monitor")
    for ends_at in (held.starts_at, None):
        with change():
            held.ends_at = ends_at
            held.save()
        row = last_row()
        assert row.old is not None
        assert row.new is not None
        assert (row.old.keys(), row.new.keys()) == ({"ends_at"}, {"ends_at"})
        assert (row.old["ends_at"] is None, row.new["ends_at"] is None) == (bool(ends_at), not ends_at)


@pytest.mark.django_db
def test_password_stays_out_of_the_trail_when_staff_are_recorded() -> None:
    person = make_person()
    row = AuditRow.objects.get(table_name="participants_staffmember")
    assert row.new is not None
    assert row.new["email"] == person.email
    assert not {"password", "last_login"} & row.new.keys()


@pytest.mark.django_db
def test_sign_in_needs_no_change_when_only_the_last_login_moves() -> None:
    person, rows = make_person(), AuditRow.objects.count()
    StaffMember.objects.filter(pk=person.pk).update(
        last_login="2026-03-03T00:00:00Z", password="another hash"
    )
    assert AuditRow.objects.count() == rows


@pytest.mark.django_db
def test_change_is_not_kept_when_the_trail_cannot_be_written() -> None:
    make_site()
    run("CREATE UNIQUE INDEX one_row_a_table ON audit_row (table_name)")
    with pytest.raises(IntegrityError, match=r"audit_row|one_row_a_table"), change():
        Site.objects.update(name="Without a trail")
    assert Site.objects.values_list("name").get() == ("First hospital",)


@pytest.mark.django_db
def test_change_is_not_kept_when_a_conflict_policy_would_skip_the_trail() -> None:
    """INSERT OR IGNORE reaches into SQLite's triggers and would skip a refused line of the trail."""
    run("CREATE UNIQUE INDEX one_row_a_change ON audit_row (change_id)")
    with refused("could not be written|one_row_a_change"), change():
        Study.objects.bulk_create(
            [Study(code="S-1", title="One"), Study(code="S-2", title="Two")], ignore_conflicts=True
        )
    assert not Study.objects.exists()


@pytest.mark.django_db
def test_write_is_refused_when_it_belongs_to_a_change_that_is_not_there() -> None:
    never_made = AuditChange(pk=1000)
    with making_current(never_made, connections[DEFAULT_DB_ALIAS]):
        Study.objects.create(code="S-1", title="One")
    with pytest.raises(IntegrityError):
        connection.check_constraints()
    transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_every_column_is_recorded_when_a_table_has_more_than_sqlites_functions_take() -> None:
    names = [f"column_{number:03}" for number in range(150)]
    with audited_table(**{name: models.IntegerField(null=True) for name in names}) as wide:
        with change():
            record = wide._default_manager.create(**dict.fromkeys(names[:149], 1))
        inserted = last_row().new
        with change():
            wide._default_manager.filter(pk=record.pk).update(column_000=None, column_149=7)
        updated = last_row()
    assert inserted == {"id": record.pk, **dict.fromkeys(names[:149], 1), "column_149": None}
    assert (updated.old, updated.new) == (
        {"column_000": 1, "column_149": None},
        {"column_000": None, "column_149": 7},
    )


def migrate_like_django(alter: Callable[[], None]) -> None:
    """Change the schema between the two signals that `migrate` sends."""
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    alter()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)


def remake(model: type[models.Model], field_name: str) -> None:
    """Alter a column and alter it back, each of which remakes the table on SQLite."""
    old = model._meta.get_field(field_name)
    assert isinstance(old, models.Field)
    new = old.clone()
    new.set_attributes_from_name(field_name)
    new.model = model
    new.null = not old.null
    with connection.schema_editor() as editor:
        editor.alter_field(model, old, new, strict=False)
        editor.alter_field(model, new, old, strict=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("label", "field"), [("Site", "is_active"), ("AuditChange", "request_id"), ("AuditRow", "table_name")]
)
def test_triggers_stand_again_when_a_migration_has_remade_a_table(label: str, field: str) -> None:
    site = make_site()
    migrate_like_django(lambda: remake(apps.get_model("participants", label), field))
    assert audit_triggers.missing_triggers(DEFAULT_DB_ALIAS) == []
    with refused("audited"):
        Site.objects.filter(pk=site.pk).update(name="x")
    with refused("append-only"):
        AuditRow.objects.all()._raw_delete(DEFAULT_DB_ALIAS)


@pytest.mark.django_db(transaction=True)
def test_rows_can_be_rewritten_when_a_migration_fills_a_new_column() -> None:
    with audited_table(label=models.CharField(max_length=10, null=True)) as model:
        with change():
            record = model._default_manager.create(label=None)
        old = model._meta.get_field("label")
        assert isinstance(old, models.Field)
        new = models.CharField(max_length=10, default="filled")
        new.set_attributes_from_name("label")
        new.model = model

        def alter() -> None:
            with connection.schema_editor() as editor:
                editor.alter_field(model, old, new)

        migrate_like_django(alter)
        assert model._default_manager.values_list("label").get(pk=record.pk) == ("filled",)


@pytest.mark.django_db(transaction=True)
def test_actions_are_refused_when_a_migration_has_not_ended() -> None:
    """A migration that fails never sends the second signal."""
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    try:
        with refused("closed until manage.py migrate has ended"):
            make_site()
    finally:
        emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    assert make_site().pk


SHADOWS = {"sqlite": "temp.audit_row", "postgresql": "pg_temp.audit_row"}


@pytest.mark.django_db
def test_trail_is_written_when_a_temporary_table_takes_its_name() -> None:
    site = make_site()
    run("CREATE TEMPORARY TABLE audit_row AS SELECT * FROM audit_row WHERE id < 0")
    with change() as made:
        Site.objects.filter(pk=site.pk).update(name="Second name")
    run(f"DROP TABLE {SHADOWS[connection.vendor]}")
    assert [row.new for row in made.rows.all()] == [{"name": "Second name"}]


def other_program(sql: str) -> None:
    """Run SQL through the bare driver, as a program that knows nothing of PACER would."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as program:
            program.execute(sql)
            program.commit()
    else:
        with psycopg.connect(database_url()) as program:
            program.execute(sql)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE participants_study SET title = 'x'",
        "UPDATE participants_site SET name = 'x'",
        "DELETE FROM participants_site",
        "DELETE FROM audit_row",
        "UPDATE audit_change SET request_id = 'x'",
    ],
)
def test_other_program_is_refused_when_it_writes_past_pacer(sql: str) -> None:
    make_site()
    with pytest.raises((sqlite3.Error, psycopg.Error), match=r"audit|append-only|pacer_change_id"):
        other_program(sql)


TAMPERINGS = {
    "sqlite": [
        'DROP TRIGGER "pacer_audit_audit_row_refuses_delete"',
        'DROP TRIGGER "pacer_audit_participants_site_update"',
        'CREATE TRIGGER "pacer_audit_x" AFTER UPDATE ON participants_site BEGIN SELECT 1; END',
        "ALTER TABLE participants_site ADD COLUMN extra integer NULL",
    ],
    "postgresql": [
        "DROP TRIGGER pacer_audit_refuse ON audit_row",
        "ALTER TABLE participants_site DISABLE TRIGGER pacer_audit_record",
        "ALTER TABLE participants_site ENABLE TRIGGER pacer_audit_record",
        "CREATE OR REPLACE FUNCTION pacer_audit_refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        "ALTER FUNCTION pacer_audit_record() RESET search_path",
    ],
}


@pytest.mark.django_db
def test_check_warns_and_install_repairs_when_somebody_has_tampered_with_triggers() -> None:
    for tampering in TAMPERINGS[connection.vendor]:
        run(tampering)
        (warning,) = audit_triggers.check_triggers(databases=[DEFAULT_DB_ALIAS])
        assert warning.id == "participants.W001", tampering
        audit_triggers.install(DEFAULT_DB_ALIAS)
        assert audit_triggers.check_triggers(databases=[DEFAULT_DB_ALIAS]) == [], tampering


@pytest.mark.django_db
def test_every_table_is_audited_or_has_a_reason_when_models_are_listed() -> None:
    ours = {
        model._meta.label_lower
        for label in ("participants", "followup")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    assert {model._meta.label_lower for model in audited_models()} == ours - UNAUDITED.keys()
    assert UNAUDITED.keys() | UNRECORDED_COLUMNS.keys() <= ours


@pytest.mark.django_db(transaction=True)
def test_data_migration_writes_under_its_name_when_audited() -> None:
    site = make_site()
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    with connection.schema_editor() as editor:
        with audit_triggers.migration_audit(editor, "0002_rename_sites"):
            Site.objects.filter(pk=site.pk).update(name="Migrated")
        editor.execute("ALTER TABLE participants_site ADD COLUMN extra integer NULL")
        editor.execute("ALTER TABLE participants_site DROP COLUMN extra")
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    row = last_row()
    assert (row.change.machine, row.new) == ("migration:0002_rename_sites", {"name": "Migrated"})
    assert what_triggers_see() is None


@pytest.mark.django_db
def test_database_is_not_flushed_when_it_is_no_test_database(monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site()
    monkeypatch.setitem(connection.settings_dict, "NAME", "pacer")
    with pytest.raises(CommandError, match="test database"):
        call_command("flush", interactive=False)
    assert Site.objects.filter(pk=site.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_triggers_stand_again_when_a_test_database_was_flushed() -> None:
    make_site()
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditChange.objects.exists()
    assert audit_triggers.missing_triggers(DEFAULT_DB_ALIAS) == []


KILLED = """
import django, os, signal
django.setup()
from tests.participants.audit_support import change, what_triggers_see
from participants.models import Study
with change():
    Study.objects.create(code="KILLED", title="Never kept")
    print(what_triggers_see(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def database_url() -> str:
    """Return the DATABASE_URL of the database that this test writes to."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    where = connection.settings_dict
    return f"postgres://{where['USER']}@{where['HOST']}:{where['PORT']}/{name}"


@pytest.mark.django_db(transaction=True)
def test_no_change_is_left_behind_when_the_process_is_killed_inside_one() -> None:
    environment = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "pacer.settings"}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED],
        env=environment,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert int(killed.stdout) > 0
    assert not AuditChange.objects.exists()
    with refused("audited"):
        Study.objects.create(code="LATER", title="By nobody")
