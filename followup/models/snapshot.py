"""Figures that were frozen at a data cut."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from participants.domain.roles import Capability
from participants.models import Site, StaffMember, Study, sites_where


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Snapshots by who may open them."""

    def visible_to(self, person: StaffMember, capability: Capability = Capability.READ_PARTICIPANTS) -> Self:
        """Keep the snapshots that hold no site at which the person lacks the capability now."""
        theirs = sites_where(person, capability)
        held = SnapshotSite.objects.filter(snapshot=OuterRef("pk"))
        return self.filter(Exists(held), ~Exists(held.exclude(site__in=theirs)))

    def for_lists(self) -> Self:
        """Leave out the content, which is large."""
        return self.defer("content").select_related("study", "frozen_by")


class Snapshot(models.Model):
    """All figures of one choice, as they stood when somebody froze them; never changed, never removed.

    `content` is the canonical form that followup.dashboards.frozen writes: figures, choice, sites,
    participants, versions of rules and schedules, by whom and why. `sha256` is the hash of exactly
    these characters in UTF-8. The audit trail holds the hash as well.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    cut_on = models.DateField("data cut")
    reason = models.CharField(max_length=300)
    content = models.TextField(editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    frozen_at = models.DateTimeField(default=timezone.now, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-frozen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.study}, data cut {self.cut_on}"


class SnapshotSite(models.Model):
    """A site whose participants a snapshot holds: who may not read all of them opens none of it."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="sites")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["site"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "site"], name="snapshot_site_once")]

    def __str__(self) -> str:
        return f"{self.snapshot}: {self.site}"
