"""Whom a statement reads, so that its work grows with them and not with what other studies have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from participants.models import Participant, Site

SQL = tuple[str, tuple[Any, ...]]


def at_sites(sites: Iterable[Site]) -> QuerySet[Participant, Any]:
    """Return what `participant__in` compares with: the participants of some sites.

    Not a join: SQLite would read each table from its beginning, and look up the site of every row.
    """
    return Participant.objects.filter(site__in=[site.pk for site in sites]).order_by().values("pk")


class Among(Func):
    """Whether a row's participant is one of some keys.

    The keys are one text, whatever their number: a list of a million would be a million parameters.
    """

    output_field = BooleanField()

    def __init__(self, keys: Iterable[int], **extra: Any) -> None:
        super().__init__(F("participant"), **extra)
        self.listed = ",".join(map(str, keys))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> SQL:
        """Compare with the elements of an array."""
        return self._written(compiler, "{} = ANY(%s::bigint[])", f"{{{self.listed}}}")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> SQL:
        """Compare with the elements of a JSON array."""
        return self._written(compiler, "{} IN (SELECT value FROM json_each(%s))", f"[{self.listed}]")

    def _written(self, compiler: SQLCompiler, template: str, keys: str) -> SQL:
        (participant,) = self.get_source_expressions()
        sql, params = compiler.compile(participant)
        return template.format(sql), (*params, keys)
