"""The judgement of a deviation as it stood at a moment: a deviation keeps the last, the audit trail each."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, CharField, OuterRef, Subquery, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from participants.models import AuditRow, Deviation
from participants.models.audit import Operation


def classification_at(ends_at: datetime) -> Case:
    """Return the classification that stood when a moment came, the moment itself not included.

    A judgement of before that moment stands: whatever changes a deviation later takes its moment away. One
    that has been changed since is what the first of these changes replaced; "" is not yet judged.
    """
    changes = AuditRow.objects.filter(
        table_name=Deviation._meta.db_table,
        row_pk=Cast(OuterRef("pk"), TextField()),
        operation=Operation.UPDATE,
        old__has_key="classification",
        change__at__gte=ends_at,
    )
    replaced = changes.order_by("pk").values(classification=KT("old__classification"))[:1]
    return Case(
        When(classified_at__lt=ends_at, then="classification"),
        default=Coalesce(Subquery(replaced, output_field=CharField()), Value("")),
        output_field=CharField(),
    )
