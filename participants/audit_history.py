"""Read the audit trail back: typed values, the same from both databases, and words for a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, Q

from participants.audit_tables import audited_models, fields_by_column
from participants.audit_words import Names, moment_words, value_words
from participants.domain.partial_dates import Precision
from participants.models import AnakinraDose, NeuroAssessment, Observation, Participant
from participants.models.audit import AuditChange, AuditChangeQuerySet, AuditRow, Operation


@dataclass(frozen=True)
class ValueChange:
    """One value of one record as a change left it.

    `old` and `new` are typed as the field types them, None for "no value"; the texts are for a page,
    "" for "no value". A column that the model no longer has comes as stored, under its own name.
    """

    change: AuditChange
    table: str
    record: str
    record_pk: str
    operation: Operation
    field: str
    label: str
    old: object
    new: object
    old_text: str
    new_text: str


@dataclass(frozen=True)
class _Stored:
    """One column of one row of the trail, not yet read."""

    row: AuditRow
    model: type[models.Model] | None
    column: str
    field: models.Field[Any, Any] | None

    @property
    def name(self) -> str:
        return self.field.name if self.field else self.column

    def side(self, values: dict[str, Any] | None) -> object:
        stored = (values or {}).get(self.column)
        return canonical(self.field, stored) if self.field else stored

    def known(self, values: dict[str, Any] | None) -> Precision:
        """Say how much of a date the row knew, where a column beside it says so; the day otherwise."""
        said = (values or {}).get(f"{self.name.removesuffix('_on')}_precision")
        return Precision(said) if said in list(Precision) else Precision.DAY


def history(
    record: models.Model, field: str | None = None, *, hidden: Collection[str] = (), zone: tzinfo = UTC
) -> list[ValueChange]:
    """List what happened to a record's values, newest first; `field` keeps one of them.

    `hidden` names fields that the reader may not see, such as a birth date. The texts tell moments on
    the clock of `zone`.
    """
    rows = AuditRow.objects.filter(table_name=record._meta.db_table, row_pk=str(record.pk))
    return _values(rows.select_related("change").order_by("-id"), field, hidden, zone)


def changes_of(participant: Participant) -> AuditChangeQuerySet:
    """Return the changes to a participant's record with their rows, newest first.

    The change that made the participant could not name them yet, and an import makes many at once:
    of such a change only the participant's own row is brought along.
    """
    own = Q(table_name=Participant._meta.db_table, row_pk=str(participant.pk))
    made = AuditRow.objects.filter(own).values("change")
    rows = AuditRow.objects.filter(own | Q(change__participant=participant))
    changes = AuditChange.objects.filter(Q(participant=participant) | Q(pk__in=made))
    return changes.prefetch_related(Prefetch("rows", queryset=rows))


def values_of(
    changes: Iterable[AuditChange], *, hidden: Collection[str] = (), zone: tzinfo = UTC
) -> list[ValueChange]:
    """List the values that some changes recorded, in their order; prefetch their rows.

    An insert lists the values that are there and no empty ones. The texts tell moments on the clock of
    `zone`.
    """
    return _values((row for change in changes for row in _rows_of(change)), None, hidden, zone)


def canonical(field: models.Field[Any, Any], stored: object) -> object:
    """Bring a stored value to the type of its field, whichever database stored it; None stays None.

    SQLite keeps a boolean as 1, a decimal as a float and a time without its zone. What cannot be
    read is returned as it stands: a history that shows nonsense beats a page that fails.
    """
    if stored is None:
        return None
    if isinstance(field, models.ForeignKey):
        return canonical(field.target_field, stored)
    try:
        return _typed(field, stored)
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        return stored


def _rows_of(change: AuditChange) -> Iterable[AuditRow]:
    for row in change.rows.all():
        row.change = change
        yield row


def _values(
    rows: Iterable[AuditRow], only: str | None, hidden: Collection[str], zone: tzinfo
) -> list[ValueChange]:
    stored = [
        value
        for row in rows
        for value in _columns_of(row)
        if value.name not in hidden and only in (None, value.name)
    ]
    names = _names_of_related(stored, zone)
    return [_read(value, names, zone) for value in stored]


def _columns_of(row: AuditRow) -> list[_Stored]:
    model = _models_by_table().get(row.table_name)
    fields = fields_by_column(model) if model else {}
    found = (row.old or {}) | (row.new or {})
    present = [column for column in found if row.operation == Operation.UPDATE or found[column] is not None]
    # PostgreSQL sorts the keys of its objects, so the model says the order.
    order = {column: place for place, column in enumerate(fields)}
    present.sort(key=lambda column: (order.get(column, len(order)), column))
    return [_Stored(row, model, column, fields.get(column)) for column in present]


def _read(stored: _Stored, names: Names, zone: tzinfo) -> ValueChange:
    row, field = stored.row, stored.field
    old, new = stored.side(row.old), stored.side(row.new)
    return ValueChange(
        change=row.change,
        table=row.table_name,
        record=str(stored.model._meta.verbose_name) if stored.model else row.table_name,
        record_pk=row.row_pk,
        operation=Operation(row.operation),
        field=stored.name,
        label=str(field.verbose_name) if field else stored.column,
        old=old,
        new=new,
        old_text=value_words(field, old, names, stored.known(row.old), zone),
        new_text=value_words(field, new, names, stored.known(row.new), zone),
    )


def _names_of_related(stored: Iterable[_Stored], zone: tzinfo) -> Names:
    """Read how the records that foreign keys point to are called: one query a model."""
    wanted: dict[type[models.Model], set[object]] = defaultdict(set)
    for value in stored:
        if isinstance(value.field, models.ForeignKey):
            ends = {value.side(value.row.old), value.side(value.row.new)} - {None}
            wanted[value.field.related_model] |= ends
    return {
        model: {str(pk): _name_of(found, zone) for pk, found in model._base_manager.in_bulk(pks).items()}
        for model, pks in wanted.items()
    }


def _name_of(row: models.Model, zone: tzinfo) -> str:
    """Return what a record calls itself; one that is known by its moment says it on the clock of `zone`."""
    if not isinstance(row, Observation | NeuroAssessment | AnakinraDose):
        return str(row)
    name = str(row._meta.verbose_name)
    return f"{name[:1].upper()}{name[1:]} of {moment_words(row.at, zone)}"


def _models_by_table() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in audited_models()}


def _typed(field: models.Field[Any, Any], stored: Any) -> object:
    if isinstance(field, models.DurationField) and not isinstance(stored, str):
        return timedelta(microseconds=int(stored))
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(stored.removeprefix("\\x"))
    value = field.to_python(stored)
    if isinstance(field, models.DecimalField):
        return Decimal(value).quantize(Decimal(1).scaleb(-field.decimal_places))
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value
