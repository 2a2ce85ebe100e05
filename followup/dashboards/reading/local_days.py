"""The days at a site on which rows of a table lie, as one text of ISO dates, gathered by the database.

A moment is kept in UTC; the day is that of the site's clock. PostgreSQL knows time zones. SQLite does
not, and Django's function for it is called for each row: here the offsets that a zone had are written
into the statement, which is as exact and ten times as fast.

Source of the offsets: the IANA time zone database, by zoneinfo.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, CharField
from django.db.models.expressions import Combinable

SQL = tuple[str, tuple[Any, ...]]


class LocalDays(Aggregate):
    """The days of a group's moments in a zone: ISO dates joined by commas, some repeated; None if empty."""

    function = "STRING_AGG"
    output_field = CharField()

    def __init__(
        self, at: str | Combinable, *, zone: str, first_on: date, last_on: date, **extra: Any
    ) -> None:
        super().__init__(at, **extra)
        self.zone, self.first_on, self.last_on = zone, first_on, last_on

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> SQL:
        """Write the days in PostgreSQL's words."""
        # Every day as often as it comes: to sort the moments of each group takes longer than to read them.
        template = "STRING_AGG(((%(expressions)s AT TIME ZONE '{}')::date)::text, ',')"
        return self._written(compiler, connection, template.format(_known(self.zone)))

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> SQL:
        """Write the days in SQLite's words."""
        spans = offsets(self.zone, self.first_on, self.last_on)
        *earlier, (_, last) = spans
        whens = "".join(
            f"WHEN %(expressions)s < '{until:%Y-%m-%d %H:%M:%S}' THEN '{seconds} seconds' "
            for until, seconds in earlier
            if until is not None
        )
        shift = f"CASE {whens}ELSE '{last} seconds' END" if whens else f"'{last} seconds'"
        return self._written(compiler, connection, f"GROUP_CONCAT(DISTINCT DATE(%(expressions)s, {shift}))")

    def _written(self, compiler: Any, connection: BaseDatabaseWrapper, template: str) -> SQL:
        (at,) = self.get_source_expressions()[:1]
        sql, params = compiler.compile(at)
        times = template.count("%(expressions)s")
        return template.replace("%(expressions)s", sql), tuple(params) * times


@cache
def offsets(zone: str, first_on: date, last_on: date) -> list[tuple[datetime | None, int]]:
    """Return the seconds that a zone's clock is ahead of UTC, each until a moment; None is for ever.

    Right for every moment from the beginning of the first day to the end of the last, both in UTC.
    """
    tz, step = ZoneInfo(zone), timedelta(days=1)
    at = datetime(first_on.year, first_on.month, first_on.day, tzinfo=UTC)
    end = datetime(last_on.year, last_on.month, last_on.day, tzinfo=UTC) + step
    found: list[tuple[datetime | None, int]] = []
    while at < end:
        if _offset(at, tz) != _offset(at + step, tz):
            found.append((_change(at, at + step, tz), _offset(at, tz)))
        at += step
    return [*found, (None, _offset(at, tz))]


def _change(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """Return the second at which the offset changes between two moments."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset(middle, tz) == _offset(before, tz) else (before, middle)
    return after


def _offset(at: datetime, tz: ZoneInfo) -> int:
    offset = at.astimezone(tz).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _known(zone: str) -> str:
    """Return the name of a zone as it goes into a statement. Raises for what is no zone."""
    return ZoneInfo(zone).key
