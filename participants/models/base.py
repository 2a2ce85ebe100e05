"""What the models have in common: facts that are replaced, work items that are edited, scoped reading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.domain.roles import Capability

if TYPE_CHECKING:
    from participants.models.staff import StaffMember

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """Rows that belong to a site; every read for a person starts with visible_to()."""

    # The lookup from the row to its site; "" for the site itself.
    site_path: ClassVar[str] = "site"

    def visible_to(self, person: StaffMember, capability: Capability = Capability.READ_PARTICIPANTS) -> Self:
        """Keep the rows of sites at which the person holds the capability now."""
        from participants.models.staff import sites_where

        prefix = f"{self.site_path}__" if self.site_path else ""
        return self.filter(**{f"{prefix}pk__in": sites_where(person, capability)})


class FactQuerySet(ScopedQuerySet[M]):
    """Facts about a participant: those that stand, and those that a correction replaced."""

    site_path = "participant__site"

    def standing(self) -> Self:
        """Keep the facts that no later row has replaced or removed."""
        return self.filter(stands=True)


class Fact(models.Model):
    """An observed fact about a participant.

    Never edited and never deleted: a correction is a new row that `replaces` the old one, a
    removal leaves a row that no longer `stands`. The audit trail says who, when and why.
    """

    participant = models.ForeignKey(
        "participants.Participant", on_delete=models.PROTECT, related_name="%(class)ss"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    # None for a machine, whose name stands in the audit trail.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="replaced_by"
    )
    stands = models.BooleanField(default=True, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A work item that is edited in place: `version` grows by one with each edit."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


def one_of(field: str, values: Iterable[str], name: str) -> models.CheckConstraint:
    """Constrain a text column to the values of an enumeration, on both databases."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": [str(value) for value in values]}), name=name
    )
