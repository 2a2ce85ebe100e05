"""Many keys as one parameter of a statement: a list of a million would be a million parameters."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL


def keys_in(keys: Iterable[int]) -> RawSQL:
    """Return what `__in` compares with: a statement that lists the keys."""
    listed = list(keys)
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [listed], BigIntegerField())
    return RawSQL("SELECT value FROM json_each(%s)", [str(listed)], BigIntegerField())
