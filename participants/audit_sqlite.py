"""The audit triggers of SQLite.

SQLite has neither session variables nor a way to loop over columns, so each table gets its own
text with every column in it. Which change is going on is answered by a function of the connection,
pacer_change_id(): it forgets with the process (kill -9), follows no rollback, and is heard by no
other connection. A program that does not define it cannot write at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from weakref import ref

from django.db.backends.base.base import BaseDatabaseWrapper

from participants.audit_tables import (
    APPEND_ONLY,
    CLOSED,
    NO_CHANGE,
    NOT_CHANGED,
    TRAIL_TABLES,
    AuditedTable,
    audited_tables,
)

PREFIX = "pacer_audit_"
NOT_RECORDED = "The audit trail could not be written, so the change is not kept."


def prepare(connection: BaseDatabaseWrapper, change_id: Callable[[BaseDatabaseWrapper], int | None]) -> None:
    """Give a new connection what the triggers need.

    Without recursive_triggers the rows that INSERT OR REPLACE pushes out leave no trace. With
    trusted_schema off, which some builds of SQLite choose, a trigger may not call the function.
    """
    # Held weakly: the function belongs to the connection, and must not keep it alive.
    held = ref(connection)

    def ask() -> int | None:
        alive = held()
        return None if alive is None else change_id(alive)

    connection.connection.create_function("pacer_change_id", 0, ask)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = ON")
        cursor.execute("PRAGMA trusted_schema = ON")


def expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the text of every trigger that should be there, by its name."""
    texts: dict[str, str] = {}
    for table in audited_tables(connection):
        texts |= _recording(table)
        texts |= _append_only(table.name, NOT_CHANGED) if table.is_append_only else {}
    for name in TRAIL_TABLES:
        texts |= _append_only(name, APPEND_ONLY)
    return texts


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the text of every audit trigger that is there, by its name."""
    with connection.cursor() as cursor:
        # GLOB, because an underscore means "any character" to LIKE.
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB %s", [f"{PREFIX}*"]
        )
        return dict(cursor.fetchall())


def install(connection: BaseDatabaseWrapper) -> None:
    """Create all audit triggers; drop() has removed older ones."""
    with connection.cursor() as cursor:
        for text in expected(connection).values():
            cursor.execute(text)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove all audit triggers."""
    with connection.cursor() as cursor:
        for name in installed(connection):
            cursor.execute(f"DROP TRIGGER {_name(name)}")


def close(connection: BaseDatabaseWrapper) -> None:
    """Refuse every new change, and with it every action, while the other triggers are away."""
    with connection.cursor() as cursor:
        cursor.execute(_refusal(f"{PREFIX}closed", "INSERT", TRAIL_TABLES[0], CLOSED))


def _recording(table: AuditedTable) -> dict[str, str]:
    """Write the three triggers that record what happens to the rows of a table."""
    columns = [column for column in table.columns if column not in table.unrecorded]
    is_changed = "\n  OR ".join(_differs(column) for column in columns)
    whole = {row: _object(table, columns, row) for row in ("OLD", "NEW")}
    changed = {row: _object(table, columns, row, only_changed=True) for row in ("OLD", "NEW")}
    return dict(
        [
            _recorder(table, "insert", "NEW", old="NULL", new=whole["NEW"]),
            _recorder(table, "update", "OLD", old=changed["OLD"], new=changed["NEW"], when=is_changed),
            _recorder(table, "delete", "OLD", old=whole["OLD"], new="NULL"),
        ]
    )


def _recorder(
    table: AuditedTable, operation: str, row: str, *, old: str, new: str, when: str = ""
) -> tuple[str, str]:
    """Write one recording trigger.

    The last statement is there for INSERT OR IGNORE: its conflict policy reaches into triggers, and
    would silently skip a line of the trail that a constraint refuses.
    """
    name = f"{PREFIX}{table.name}_{operation}"
    condition = f"WHEN {when}\n" if when else ""
    row_pk = f"CAST({row}.{_name(table.pk_column)} AS TEXT)"
    return name, (
        f"CREATE TRIGGER {_name(name)} AFTER {operation.upper()} ON {_name(table.name)} FOR EACH ROW\n"
        f"{condition}BEGIN\n"
        f"SELECT RAISE(ABORT, {_text(NO_CHANGE)}) WHERE pacer_change_id() IS NULL;\n"
        'INSERT INTO "audit_row" ("change_id", "table_name", "pk", "operation", "old", "new") VALUES (\n'
        f"pacer_change_id(), {_text(table.name)}, {row_pk}, {_text(operation)},\n"
        f"{old},\n{new});\n"
        f"SELECT RAISE(ABORT, {_text(NOT_RECORDED)}) WHERE changes() <> 1;\n"
        "END"
    )


def _append_only(table: str, sentence: str) -> dict[str, str]:
    """Write the three triggers that keep the rows of a table as they are.

    The one before INSERT refuses INSERT OR REPLACE, also from programs without recursive_triggers.
    """
    taken = f'WHEN EXISTS (SELECT 1 FROM {_name(table)} WHERE "id" = NEW."id")\n'  # noqa: S608
    texts: dict[str, str] = {}
    for event, condition in (("UPDATE", ""), ("DELETE", ""), ("INSERT", taken)):
        name = f"{PREFIX}{table}_refuses_{event.lower()}"
        texts[name] = _refusal(name, event, table, sentence, condition)
    return texts


def _refusal(name: str, event: str, table: str, sentence: str, condition: str = "") -> str:
    return (
        f"CREATE TRIGGER {_name(name)} BEFORE {event} ON {_name(table)} FOR EACH ROW\n{condition}"
        f"BEGIN\nSELECT RAISE(ABORT, {_text(sentence)});\nEND"
    )


def _object(table: AuditedTable, columns: list[str], row: str, *, only_changed: bool = False) -> str:
    """Write the expression of a JSON object with a row's columns.

    Concatenated, because json_object() stops at 63 columns, and joining pieces of it with
    json_patch() would drop every key whose value is null.
    """
    members = []
    for column in columns:
        member = f"{_text(',' + json.dumps(column) + ':')} || {_json_value(table, column, row)}"
        members.append(f"CASE WHEN {_differs(column)} THEN {member} ELSE '' END" if only_changed else member)
    return "json('{' || ltrim(" + "\n|| ".join(members) + ", ',') || '}')"


def _json_value(table: AuditedTable, column: str, row: str) -> str:
    """Write the expression of one value as JSON text; SQL NULL becomes null."""
    value = f"{row}.{_name(column)}"
    field = table.fields.get(column)
    kind = field.get_internal_type() if field else ""
    if kind == "BooleanField":
        return f"CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE json_quote({value}) END"
    if kind == "JSONField":
        return f"coalesce(json({value}), 'null')"
    if kind == "BinaryField":
        # Asked first, because hex(NULL) is an empty text.
        return f"CASE WHEN {value} IS NULL THEN 'null' ELSE json_quote('\\x' || lower(hex({value}))) END"
    return f"json_quote({value})"


def _differs(column: str) -> str:
    return f"OLD.{_name(column)} IS NOT NEW.{_name(column)}"


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
