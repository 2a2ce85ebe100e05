"""What people had decided when a moment came: a row keeps the last decision, the audit trail each."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, CharField, Model, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.db.models.lookups import IsNull

from followup.models import Visit
from participants.models import AuditRow, Deviation, Query
from participants.models.audit import Operation


def classification_at(ends_at: datetime) -> Case:
    """Return the classification of a deviation that stood when a moment came, "" for not yet."""
    return _decided(Deviation, "classification", "classified_at", ends_at)


def outcome_at(ends_at: datetime) -> Case:
    """Return the outcome of a visit that a person had recorded when a moment came, "" for none."""
    return _decided(Visit, "outcome", "recorded_at", ends_at)


def answer_at(ends_at: datetime) -> Concat:
    """Return the state of a query when a moment came, and after a blank since when it had been answered.

    Nothing follows the blank where the answer on record is the one that counts: it is of before the moment,
    or replaced none.
    """
    state = Coalesce(_replaced(Query, "state", ends_at), "state")
    earlier = Case(
        When(answered_at__lt=ends_at, then=Value("")),
        default=Coalesce(_replaced(Query, "answered_at", ends_at), Value("")),
        output_field=CharField(),
    )
    return Concat(state, Value(" "), earlier)


def _decided(model: type[Model], column: str, decided_at: str, ends_at: datetime) -> Case:
    """Return the decision in a column that stood when a moment came, "" for none.

    What is decided again with the same result changes `decided_at` alone.
    """
    was_decided = Q(IsNull(_replaced(model, decided_at, ends_at), rhs=False))
    return Case(
        When(Q(**{f"{decided_at}__lt": ends_at}), then=column),
        When(was_decided, then=Coalesce(_replaced(model, column, ends_at), column)),
        default=Value(""),
        output_field=CharField(),
    )


def _replaced(model: type[Model], column: str, since: datetime) -> Subquery:
    """Return as text what the first change of a column from a moment on replaced; null without any."""
    changes = AuditRow.objects.filter(
        table_name=model._meta.db_table,
        row_pk=Cast(OuterRef("pk"), TextField()),
        operation=Operation.UPDATE,
        old__has_key=column,
        change__at__gte=since,
    )
    # SQLite calls a value of JSON that is null "null".
    written = NullIf(KT(f"old__{column}"), Value("null"), output_field=CharField())
    replaced = changes.order_by("pk").values(replaced=written)[:1]
    return Subquery(replaced, output_field=CharField())
