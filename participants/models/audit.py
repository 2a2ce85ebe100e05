"""The audit trail: who changed what, when and why. Written once, never edited."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.models.base import ScopedQuerySet, one_of


class ExactDecoder(json.JSONDecoder):
    """Read JSON numbers with a fraction as Decimal: a dose of 37.1 stays 37.1."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class Operation(models.TextChoices):
    """What happened to a table row."""

    INSERT = "insert", "recorded"
    UPDATE = "update", "changed"
    DELETE = "delete", "deleted"


class AuditChangeQuerySet(ScopedQuerySet["AuditChange"]):
    """Changes, scoped to the site whose record was changed; changes without a site are left out."""


class AuditChange(models.Model):
    """One action of a person or a machine; its table rows hang below it as AuditRow.

    Logins, denials and exports are changes without rows. Name and roles are kept as they were
    at that moment, because people change names and lose roles while the trail must not move.

    Source: 21 CFR 11.10(e); ICH E6(R3) 4.2.2.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=60)
    reason = models.TextField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField("name, as of then", max_length=150, blank=True)
    actor_roles = models.TextField("roles, as of then", blank=True)
    machine = models.CharField(max_length=100, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    participant = models.ForeignKey(
        "participants.Participant", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    site = models.ForeignKey(
        "participants.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Empty until the trail is sealed by a hash chain: adding a column later remakes the table.
    prev_hash = models.CharField(max_length=64, null=True, blank=True, editable=False)
    hash = models.CharField(max_length=64, null=True, blank=True, editable=False)

    objects = AuditChangeQuerySet.as_manager()

    class Meta:
        db_table = "audit_change"
        verbose_name = "change"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["participant", "-at"], name="audit_change_of_participant"),
            models.Index(fields=["kind", "-at"], name="audit_change_of_kind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="audit_change_has_a_reason"),
            models.CheckConstraint(condition=Q(kind__regex=r"\S"), name="audit_change_has_a_kind"),
            models.CheckConstraint(
                condition=Q(actor__isnull=False, machine="") | Q(Q(actor__isnull=True), ~Q(machine="")),
                name="audit_change_by_a_person_or_a_machine",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.who}"

    @property
    def who(self) -> str:
        """The printed name of the person as of then, or the name of the machine."""
        return self.actor_name or self.machine


class AuditRow(models.Model):
    """One table row within a change, written by a database trigger and by nothing else.

    An update holds the changed columns only; an insert has the whole row in `new`, a delete the
    whole row in `old`. Values are as the database keeps them: participants.audit_history reads them.
    """

    change = models.ForeignKey(AuditChange, on_delete=models.PROTECT, related_name="rows")
    table_name = models.CharField(max_length=63)
    # Django keeps the name "pk" for itself.
    row_pk = models.TextField(db_column="pk")
    operation = models.CharField(max_length=6, choices=Operation)
    old = models.JSONField(null=True, encoder=DjangoJSONEncoder, decoder=ExactDecoder)
    new = models.JSONField(null=True, encoder=DjangoJSONEncoder, decoder=ExactDecoder)
    # Empty until the trail is sealed by a hash chain, as above.
    prev_hash = models.CharField(max_length=64, null=True, blank=True, editable=False)
    hash = models.CharField(max_length=64, null=True, blank=True, editable=False)

    class Meta:
        db_table = "audit_row"
        verbose_name = "changed row"
        ordering = ["id"]
        indexes = [models.Index(fields=["table_name", "row_pk"], name="audit_row_of_record")]
        constraints = [one_of("operation", Operation.values, "audit_row_operation_known")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_pk} {self.get_operation_display()}"
