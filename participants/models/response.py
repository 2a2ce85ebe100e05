"""Response to the treatment, relapse in its detail, and what is known of survival."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from participants.models.base import Fact, FactQuerySet, one_of


class ResponseKind(models.TextChoices):
    """Response of the leukaemia."""

    CR = "cr", "CR"
    CRI = "cri", "CRi"
    NR = "nr", "No response"


class Response(Fact):
    """A disease assessment: its date, the response, and MRD in percent where it was measured."""

    on = models.DateField("assessed on")
    timepoint = models.CharField(max_length=10, blank=True)
    response = models.CharField(max_length=3, choices=ResponseKind)
    mrd_percent = models.DecimalField(
        "MRD, %", max_digits=8, decimal_places=5, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )  # fmt: skip
    is_mrd_negative = models.BooleanField("MRD negative, below 0.01 %", null=True, blank=True)

    objects = FactQuerySet["Response"].as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [one_of("response", ResponseKind, "response_known")]

    def __str__(self) -> str:
        return f"{self.get_response_display()} {self.on}"

    @property
    def mrd(self) -> str:
        """The MRD in words: negative or positive, and the percentage where it was measured."""
        words = {True: "negative", False: "positive", None: "not measured"}[self.is_mrd_negative]
        return words if self.mrd_percent is None else f"{words}, {self.mrd_percent.normalize():f} %"


class RelapseSite(models.TextChoices):
    """Where the leukaemia came back."""

    MARROW = "marrow", "Marrow"
    CNS = "cns", "Central nervous system"
    EXTRAMEDULLARY = "extramedullary", "Other extramedullary"
    COMBINED = "combined", "Combined"


class Cd19Status(models.TextChoices):
    """CD19 on the cells of the relapse."""

    POSITIVE = "positive", "CD19 positive"
    NEGATIVE = "negative", "CD19 negative"
    UNKNOWN = "unknown", "Unknown"


class Relapse(Fact):
    """A relapse with its site; one that only MRD shows stands apart and ends no visits."""

    on = models.DateField("date")
    site = models.CharField(max_length=15, choices=RelapseSite)
    cd19 = models.CharField("CD19", max_length=10, choices=Cd19Status, default=Cd19Status.UNKNOWN)
    is_mrd_only = models.BooleanField("MRD only", default=False)

    objects = FactQuerySet["Relapse"].as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            one_of("site", RelapseSite, "relapse_site_known"),
            models.CheckConstraint(condition=~Q(site=""), name="relapse_with_site"),
        ]

    def __str__(self) -> str:
        return f"Relapse {self.on}"

    @property
    def cd19_words(self) -> str:
        """Return the CD19 status as it is read beside the site."""
        return "CD19 unknown" if self.cd19 == Cd19Status.UNKNOWN else self.get_cd19_display()
