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
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, transaction

from participants.audit import making_current
from participants.models import AuditChange, AuditRow, Site, Study
from tests.participants.audit_support import (
    change,
    make_site,
    refused,
    run,
)

BASE_DIR = Path(__file__).resolve().parents[2]


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


REPLACEMENTS = {
    "sqlite": "INSERT OR REPLACE INTO audit_row SELECT * FROM audit_row",
    "postgresql": "INSERT INTO audit_row SELECT * FROM audit_row ON CONFLICT (id) DO UPDATE SET new = NULL",
}


@pytest.mark.django_db(transaction=True)
def test_other_program_is_refused_when_it_replaces_rows_of_the_trail() -> None:
    """A bare SQLite fires no delete trigger for the rows that REPLACE pushes out."""
    make_site()
    with pytest.raises((sqlite3.Error, psycopg.Error), match="append-only"):
        other_program(REPLACEMENTS[connection.vendor])


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
