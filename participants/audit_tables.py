"""Which tables the trail covers, read from the models and from the database as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from participants.audit import APPEND_ONLY_TABLES, UNAUDITED, UNRECORDED_COLUMNS
from participants.models.audit import AuditChange, AuditRow

AUDITED_APPS = ("participants", "followup")
# What a write is told, on both databases.
NO_CHANGE = "This table is audited: write to it inside audited()."
APPEND_ONLY = "The audit trail is append-only."
NOT_CHANGED = "This table is append-only."
NOT_EMPTIED = "An audited table is not emptied."
CLOSED = "Saving is closed until manage.py migrate has ended."

TRAIL_TABLES = (AuditChange._meta.db_table, AuditRow._meta.db_table)


@dataclass(frozen=True)
class AuditedTable:
    """A table whose rows are recorded; `columns` are those that exist now, in no promised order."""

    model: type[models.Model]
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the table in the database."""
        return self.model._meta.db_table

    @property
    def pk_column(self) -> str:
        """The column that names a row in the trail."""
        return column_of(self.model._meta.pk)

    @property
    def unrecorded(self) -> list[str]:
        """The columns that the trail neither compares nor stores, sorted."""
        return sorted(UNRECORDED_COLUMNS.get(self.model._meta.label_lower, ()))

    @property
    def is_append_only(self) -> bool:
        """Whether its rows stay as they were written."""
        return self.model._meta.label_lower in APPEND_ONLY_TABLES

    @cached_property
    def fields(self) -> dict[str, models.Field[object, object]]:
        """The model's fields by column; a column that no model knows any more is missing."""
        return fields_by_column(self.model)


def audited_models() -> list[type[models.Model]]:
    """List every model with a table of its own in the audited apps, link tables included."""
    return [
        model
        for label in AUDITED_APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in UNAUDITED
    ]


def audited_tables(connection: BaseDatabaseWrapper) -> list[AuditedTable]:
    """List the audited tables that exist: in the middle of a migration some do not yet."""
    found = []
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for model in audited_models():
            if model._meta.db_table in existing:
                # Django's introspection takes 0.1 s for all tables of SQLite, and readiness asks often.
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 the name of a model's table
                found.append(AuditedTable(model, tuple(column[0] for column in cursor.description)))
    return found


def trail_exists(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether both tables of the trail have been made."""
    return set(TRAIL_TABLES) <= set(connection.introspection.table_names())


def fields_by_column(model: type[models.Model]) -> dict[str, models.Field[object, object]]:
    """Map the columns of a model's table to its fields."""
    return {column_of(field): field for field in model._meta.local_concrete_fields}


def column_of(field: models.Field[object, object]) -> str:
    """Return the column that a concrete field is kept in."""
    if field.column is None:
        raise ValueError(f"{field} has no column.")
    return field.column
