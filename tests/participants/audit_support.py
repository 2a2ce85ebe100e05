"""What the tests of the audit trail share: an actor, a few records, a table of their own, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, models, transaction

from participants import audit_triggers
from participants.audit import Actor, audited
from participants.models import AuditChange, AuditRow, Site, StaffMember, Study

MACHINE = Actor.machine("system:test")


def change(
    kind: str = "test.changed", reason: str = "a test changes it"
) -> AbstractContextManager[AuditChange]:
    """Open a change by the machine of the tests."""
    return audited(by=MACHINE, kind=kind, reason=reason)


def run(sql: str) -> None:
    """Run SQL as somebody would who sits at the database."""
    # PostgreSQL empties and alters no table whose foreign keys are still to be checked.
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def refused(match: str = "audit") -> Iterator[None]:
    """Expect the database to refuse what happens inside, and go on in the same transaction."""
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        yield


def make_site(code: str = "A01", name: str = "First hospital") -> Site:
    """Record a site, with a study of its own."""
    with change("site.added"):
        study = Study.objects.create(code=f"STUDY-{code}", title="A trial")
        return Site.objects.create(study=study, code=code, name=name, zone="America/Chicago")


def make_person(name: str = "Ann Smith", email: str = "ann@example.org") -> StaffMember:
    """Record a member of staff who has no role yet."""
    with change("staff.added"):
        return StaffMember.objects.create_user(email, name, "correct horse battery")


def last_row() -> AuditRow:
    """Return the newest row of the trail."""
    return AuditRow.objects.latest("id")


def what_triggers_see() -> int | None:
    """Ask as the triggers do: which change do writes on this thread's connection belong to?"""
    question = {
        "sqlite": "SELECT pacer_change_id()",
        "postgresql": "SELECT nullif(current_setting('pacer.change_id', true), '')::bigint",
    }
    with connection.cursor() as cursor:
        cursor.execute(question[connection.vendor])
        (answer,) = cursor.fetchone()
    return None if answer is None else int(answer)


@contextmanager
def audited_table(**fields: models.Field[Any, Any]) -> Iterator[type[models.Model]]:
    """Make a model with these fields and its audited table; remove both afterwards.

    The test must commit (transaction=True): SQLite changes no schema inside a transaction.
    """
    meta = type("Meta", (), {"app_label": "participants"})
    model = type("Specimen", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    with connection.schema_editor() as editor:
        editor.create_model(model)
    audit_triggers.install(DEFAULT_DB_ALIAS)
    try:
        yield model
    finally:
        audit_triggers.drop(DEFAULT_DB_ALIAS)
        with connection.schema_editor() as editor:
            editor.delete_model(model)
        del apps.all_models["participants"]["specimen"]
        apps.clear_cache()
        audit_triggers.install(DEFAULT_DB_ALIAS)
