"""Consent, parental permission and assent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from participants.models.base import Fact, FactQuerySet, one_of
from participants.models.study import ConsentVersion


class ConsentKind(models.TextChoices):
    """Who agreed, and as what."""

    CONSENT = "consent", "Consent of the participant"
    PERMISSION = "permission", "Parental permission"
    ASSENT = "assent", "Assent of the child"


class Consent(Fact):
    """A signed consent, permission or assent to one version of the consent form."""

    kind = models.CharField(max_length=10, choices=ConsentKind)
    consent_version = models.ForeignKey(ConsentVersion, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet["Consent"].as_manager()

    class Meta:
        ordering = ["signed_on", "pk"]
        constraints = [
            one_of("kind", ConsentKind, "consent_kind_known"),
            models.UniqueConstraint(
                fields=["participant", "kind", "consent_version"],
                condition=Q(stands=True),
                name="consent_once_per_kind_and_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.signed_on}"
