"""Keep the audit triggers in the database: drop before a migration, install after, check at start.

A table remake on SQLite silently drops the triggers of the table, and fails where triggers of other
tables mention it; a schema change may also rewrite rows, which nobody in particular does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

from django.apps import AppConfig
from django.core import checks
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from participants import audit_postgresql, audit_sqlite
from participants.audit import change_id_on, making_current
from participants.audit_tables import trail_exists
from participants.models.audit import AuditChange


class Engine(Protocol):
    """What is written once for each database."""

    def expected(self, connection: BaseDatabaseWrapper) -> dict[str, str]: ...
    def installed(self, connection: BaseDatabaseWrapper) -> dict[str, str]: ...
    def install(self, connection: BaseDatabaseWrapper) -> None: ...
    def drop(self, connection: BaseDatabaseWrapper) -> None: ...
    def close(self, connection: BaseDatabaseWrapper) -> None: ...


ENGINES: dict[str, Engine] = {
    "sqlite": cast(Engine, audit_sqlite),
    "postgresql": cast(Engine, audit_postgresql),
}


def prepare_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give a new connection what the triggers ask for; receives Django's connection_created.

    Without it SQLite refuses every write to an audited table.
    """
    if connection.vendor == "sqlite":
        audit_sqlite.prepare(connection, change_id_on)


def install(using: str) -> None:
    """Bring the triggers of a database up to date; nothing happens before the trail's tables exist."""
    connection = connections[using]
    if not trail_exists(connection) or not missing_triggers(using):
        return
    engine = ENGINES[connection.vendor]
    with transaction.atomic(using=using):
        engine.drop(connection)
        engine.install(connection)


def drop(using: str) -> None:
    """Remove the audit triggers of a database, and close it to every action until install().

    Closed, because a web process that goes on meanwhile, or after a migration that failed, would
    write without a trail.
    """
    connection = connections[using]
    engine = ENGINES[connection.vendor]
    with transaction.atomic(using=using):
        engine.drop(connection)
        if trail_exists(connection):
            engine.close(connection)


def missing_triggers(using: str) -> list[str]:
    """Name the triggers that are absent, disabled, altered or no longer wanted, sorted.

    An empty list means that the trail is whole.
    """
    connection = connections[using]
    if not trail_exists(connection):
        return ["audit_change", "audit_row"]
    engine = ENGINES[connection.vendor]
    wanted, found = engine.expected(connection), engine.installed(connection)
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def check_triggers(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """Warn about databases whose trail is not whole; only asked with `check --database`.

    A warning and no error: `migrate` runs this check first, and is also the cure. The readiness
    check refuses on the same finding.
    """
    return [
        checks.Warning(
            f"The audit triggers of the database {alias!r} are not as they should be: {', '.join(names)}.",
            hint="Run 'manage.py migrate'.",
            id="participants.W001",
        )
        for alias in databases or ()
        if trail_exists(connections[alias]) and (names := missing_triggers(alias))
    ]


@contextmanager
def migration_audit(schema_editor: BaseDatabaseSchemaEditor, name: str) -> Iterator[None]:
    """Let a data migration write, as `migration:<name>`, with the triggers in place meanwhile.

    Afterwards they are dropped again, for the schema changes that may follow in the same run.
    """
    connection = schema_editor.connection
    if not trail_exists(connection):
        raise ValueError(f"Migration {name} writes before the audit trail exists: depend on its migration.")
    install(connection.alias)
    change = AuditChange(pk=_record_migration(connection, f"migration:{name}"))
    with making_current(change, connection):
        yield
    # PostgreSQL drops no trigger of a table with foreign keys still to be checked.
    connection.check_constraints()
    drop(connection.alias)


def _record_migration(connection: BaseDatabaseWrapper, machine: str) -> int:
    """Insert the change of a migration; plain SQL, because later columns may not exist yet."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_change (at, kind, reason, actor_name, actor_roles, machine, request_id) "
            "VALUES (%s, 'data.migrated', %s, '', '', %s, '') RETURNING id",
            [now, "the data follow a new version of PACER", machine],
        )
        (change_id,) = cursor.fetchone()
    return int(change_id)
