"""What the triggers record of a row, the same on both databases."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

from participants.audit import UNAUDITED, UNRECORDED_COLUMNS
from participants.audit_tables import audited_models, fields_by_column
from participants.models import AuditRow, Site, StaffMember
from tests.participants.audit_support import (
    audited_table,
    change,
    last_row,
    make_person,
    make_site,
    run,
)


@pytest.mark.django_db
def test_insert_holds_the_whole_row_when_recorded() -> None:
    site = make_site(name='O\'Hara "Memorial" \\ ünïcode')
    row = AuditRow.objects.get(table_name="participants_site")
    assert (row.operation, row.row_pk, row.old) == ("insert", str(site.pk), None)
    assert row.new is not None
    assert row.new["is_active"] is True
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
def test_row_that_is_pushed_out_is_recorded_when_a_statement_replaces_it() -> None:
    """SQLite fires no delete trigger for REPLACE by default; PostgreSQL has no REPLACE, and updates."""
    site = make_site()
    columns = ", ".join(fields_by_column(Site).keys() - {"id", "name"})
    # No key is given, so the unique code pushes the row out and not the key.
    replace = (
        f"INSERT OR REPLACE INTO participants_site (name, {columns}) "  # noqa: S608 the names of columns
        f"SELECT 'Replaced', {columns} FROM participants_site"
    )
    update = "UPDATE participants_site SET name = 'Replaced'"
    with change() as made:
        run({"sqlite": replace, "postgresql": update}[connection.vendor])
    gone = [row.old for row in made.rows.all() if row.old and row.row_pk == str(site.pk)]
    assert [old["name"] for old in gone] == ["First hospital"]


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


@pytest.mark.django_db
def test_every_table_is_audited_or_has_a_reason_when_models_are_listed() -> None:
    ours = {
        model._meta.label_lower
        for label in ("participants", "followup")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    assert {model._meta.label_lower for model in audited_models()} == ours - UNAUDITED.keys()
    assert UNAUDITED.keys() | UNRECORDED_COLUMNS.keys() <= ours
