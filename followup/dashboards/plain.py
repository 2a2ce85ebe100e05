"""Days and moments as the database hands them over: reading thousands of them one by one takes long.

SQLite keeps both as text. Django would turn each into an object, though most are only compared; the
text of a day is read once, however often it comes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

from django.db.models import CharField, ExpressionWrapper
from django.db.models.expressions import Combinable


def plain(when: Combinable) -> ExpressionWrapper:
    """Return an expression of a day or moment that is left as the database hands it over."""
    return ExpressionWrapper(when, output_field=CharField())


def as_day(value: date | str) -> date:
    """Return the day that a database handed over."""
    return value if isinstance(value, date) else _day(value)


def as_moment(value: datetime | str) -> datetime:
    """Return the moment that a database handed over; text is in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


@lru_cache(maxsize=100_000)
def _day(text: str) -> date:
    return date.fromisoformat(text)
