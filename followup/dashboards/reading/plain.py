"""Days and moments as the database hands them over: reading thousands of them one by one takes long.

SQLite keeps both as text. Django would turn each into an object, though most are only compared; the
text of a day is read once, however often it comes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func
from django.db.models.sql.compiler import SQLCompiler


class Plain(Func):
    """A day or moment that is left as the database hands it over."""

    template = "%(expressions)s"
    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        """Write it as text: a column of its own type would be read as one."""
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS TEXT)", **extra)


def as_day(value: date | str) -> date:
    """Return the day that a database handed over."""
    return value if isinstance(value, date) else _day(value)


def as_moment(value: datetime | str) -> datetime:
    """Return the moment that a database handed over; one without an offset is in UTC, as SQLite keeps it."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=100_000)
def _day(text: str) -> date:
    return date.fromisoformat(text)
