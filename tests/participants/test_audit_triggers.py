"""The triggers' own life: migrations, tampering, data migrations and flush."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from participants import audit_triggers
from participants.models import AuditChange, AuditRow, Site
from tests.participants.audit_support import (
    audited_table,
    change,
    last_row,
    make_site,
    refused,
    run,
    what_triggers_see,
)


def migrate_like_django(alter: Callable[[], None]) -> None:
    """Change the schema between the two signals that `migrate` sends."""
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    alter()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)


def remake(editor: BaseDatabaseSchemaEditor, model: type[models.Model], field_name: str) -> None:
    """Alter a column and alter it back, each of which remakes the table on SQLite."""
    old = model._meta.get_field(field_name)
    assert isinstance(old, models.Field)
    new = old.clone()
    new.set_attributes_from_name(field_name)
    new.model = model
    new.null = not old.null
    editor.alter_field(model, old, new, strict=False)
    editor.alter_field(model, new, old, strict=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("label", "field"), [("Site", "is_active"), ("AuditChange", "request_id"), ("AuditRow", "table_name")]
)
def test_triggers_stand_again_when_a_migration_has_remade_a_table(label: str, field: str) -> None:
    site = make_site()

    def alter() -> None:
        with connection.schema_editor() as editor:
            remake(editor, apps.get_model("participants", label), field)

    migrate_like_django(alter)
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


@pytest.mark.django_db(transaction=True)
def test_data_migration_writes_under_its_name_when_audited() -> None:
    site = make_site()
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    with connection.schema_editor() as editor:
        with audit_triggers.migration_audit(editor, "0002_rename_sites"):
            Site.objects.filter(pk=site.pk).update(name="Migrated")
        remake(editor, AuditRow, "table_name")
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
