"""The audit triggers of PostgreSQL.

One function records every table. Which change is going on is read from the setting
pacer.change_id, set for the transaction only: it ends with the transaction and no other session
sees it, also behind a connection pool.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from participants.audit_tables import (
    APPEND_ONLY,
    CLOSED,
    NO_CHANGE,
    NOT_CHANGED,
    NOT_EMPTIED,
    TRAIL_TABLES,
    audited_tables,
)

PREFIX = "pacer_audit_"
RECORD, REFUSE = f"{PREFIX}record", f"{PREFIX}refuse"
NO_CHANGES = "DELETE OR UPDATE OR TRUNCATE"

# The first argument is the key column, the second the columns that are not recorded.
RECORD_BODY = f"""
DECLARE
    this_change bigint := nullif(current_setting('pacer.change_id', true), '')::bigint;
    before jsonb;
    after jsonb;
    old_values jsonb;
    new_values jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := to_jsonb(OLD);
        old_values := before - TG_ARGV[1]::text[];
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := to_jsonb(NEW);
        new_values := after - TG_ARGV[1]::text[];
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, new_values -> o.key)
        INTO old_values, new_values
        FROM jsonb_each(old_values) o
        WHERE o.value IS DISTINCT FROM new_values -> o.key;
        IF old_values IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    IF this_change IS NULL THEN
        RAISE EXCEPTION '{NO_CHANGE}'
            USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
    END IF;
    INSERT INTO audit_row (change_id, table_name, pk, operation, old, new) VALUES (
        this_change, TG_TABLE_NAME, coalesce(before, after) ->> TG_ARGV[0], lower(TG_OP),
        old_values, new_values
    );
    RETURN NULL;
END
"""  # noqa: S608 only a constant goes in
# The argument is the sentence.
REFUSE_BODY = """
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0]
        USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
END
"""


def expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the text of every function and trigger that should be there, by its name."""
    texts = {
        f"function {RECORD}": _function_text(connection, RECORD_BODY),
        f"function {REFUSE}": _function_text(connection, REFUSE_BODY),
    }
    return texts | {f"{table}.{name}": text for (table, name), text in _triggers(connection).items()}


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the text of every audit function and trigger that is there; disabled ones say so."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'function ' || proname, array_to_string(proconfig, '; ') || prosrc
            FROM pg_proc
            WHERE pronamespace = current_schema()::regnamespace AND starts_with(proname, %(prefix)s)
            UNION ALL
            SELECT relname || '.' || tgname,
                replace(replace(pg_get_triggerdef(t.oid), quote_ident(current_schema()) || '.', ''), '"', '')
                || CASE tgenabled WHEN 'A' THEN '' ELSE ' -- not always enabled' END
            FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
            WHERE relnamespace = current_schema()::regnamespace AND starts_with(tgname, %(prefix)s)
            """,
            {"prefix": PREFIX},
        )
        return dict(cursor.fetchall())


def install(connection: BaseDatabaseWrapper) -> None:
    """Create all audit triggers and their functions; drop() has removed older ones."""
    _create(connection, _triggers(connection))


def close(connection: BaseDatabaseWrapper) -> None:
    """Refuse every new change, and with it every action, while the other triggers are away."""
    change_table = TRAIL_TABLES[0]
    closed = _refusal(f"{PREFIX}closed", "INSERT", change_table, CLOSED)
    _create(connection, {(change_table, f"{PREFIX}closed"): closed})


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove all audit triggers and their functions."""
    found = [key.rpartition(".") for key in installed(connection)]
    with connection.cursor() as cursor:
        for table, dot, name in found:
            if dot:
                cursor.execute(f"DROP TRIGGER {name} ON {connection.ops.quote_name(table)}")
        for _, dot, name in found:
            if not dot:
                cursor.execute(f"DROP {name}")


def _create(connection: BaseDatabaseWrapper, triggers: dict[tuple[str, str], str]) -> None:
    quote = connection.ops.quote_name
    schema = quote(_schema(connection))
    with connection.cursor() as cursor:
        for name, body in ((RECORD, RECORD_BODY), (REFUSE, REFUSE_BODY)):
            # A search path of its own, or a temporary table named audit_row would catch the trail.
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                f"SET search_path = {schema}, pg_temp SET TimeZone = 'UTC' AS $pacer${body}$pacer$"
            )
        for (table, name), text in triggers.items():
            cursor.execute(text.replace(f" ON {table} ", f" ON {quote(table)} "))
            # ALWAYS, or session_replication_role = replica would write past the trail.
            cursor.execute(f"ALTER TABLE {quote(table)} ENABLE ALWAYS TRIGGER {name}")


def _triggers(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], str]:
    """Write every trigger the way PostgreSQL writes it back, by table and name."""
    texts: dict[tuple[str, str], str] = {}
    for table in audited_tables(connection):
        arguments = f"'{table.pk_column}', '{{{','.join(table.unrecorded)}}}'"
        texts[table.name, RECORD] = (
            f"CREATE TRIGGER {RECORD} AFTER INSERT OR DELETE OR UPDATE ON {table.name} "
            f"FOR EACH ROW EXECUTE FUNCTION {RECORD}({arguments})"
        )
        events, sentence = ("TRUNCATE", NOT_EMPTIED)
        if table.is_append_only:
            events, sentence = (NO_CHANGES, NOT_CHANGED)
        texts[table.name, REFUSE] = _refusal(REFUSE, events, table.name, sentence)
    for name in TRAIL_TABLES:
        texts[name, REFUSE] = _refusal(REFUSE, NO_CHANGES, name, APPEND_ONLY)
    return texts


def _refusal(name: str, events: str, table: str, sentence: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {events} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {REFUSE}('{sentence}')"
    )


def _function_text(connection: BaseDatabaseWrapper, body: str) -> str:
    return f"search_path={_schema(connection)}, pg_temp; TimeZone=UTC{body}"


def _schema(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
    return str(schema)
