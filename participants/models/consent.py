"""Consent, parental permission and assent."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from participants.models.base import Fact, FactQuerySet, one_of
from participants.models.study import ConsentVersion


class ConsentKind(models.TextChoices):
    """Who agreed, and as what."""

    CONSENT = "consent", "Consent of the participant"
    PERMISSION = "permission", "Parental permission"
    ASSENT = "assent", "Assent of the child"


class ConsentQuerySet(FactQuerySet["Consent"]):
    """Signed rows, and those among them that let somebody into the study."""

    def agreements(self) -> Self:
        """Keep consents and parental permissions; an assent comes beside them and agrees to nothing alone.

        Source: PACER design, clinical rules, section 1 (consent).
        """
        return self.exclude(kind=ConsentKind.ASSENT)


class Consent(Fact):
    """A signed consent, permission or assent to one version of the consent form."""

    kind = models.CharField(max_length=10, choices=ConsentKind)
    consent_version = models.ForeignKey(ConsentVersion, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    objects = ConsentQuerySet.as_manager()

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
