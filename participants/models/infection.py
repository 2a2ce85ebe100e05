"""Infection episodes."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from participants.models.base import FactQuerySet, Versioned, one_of
from participants.models.participant import Participant


class InfectionType(models.TextChoices):
    """The kind of agent."""

    BACTERIAL = "bacterial", "Bacterial"
    VIRAL = "viral", "Viral"
    FUNGAL = "fungal", "Fungal"
    PARASITIC = "parasitic", "Parasitic"
    CLINICAL = "clinical", "Clinically diagnosed"


class InfectionSite(models.TextChoices):
    """Where in the body."""

    BLOODSTREAM_LINE = "bloodstream_line", "Bloodstream, central line"
    BLOODSTREAM = "bloodstream", "Bloodstream, no central line"
    LOWER_RESPIRATORY = "lower_respiratory", "Lower respiratory"
    UPPER_RESPIRATORY = "upper_respiratory", "Upper respiratory"
    GASTROINTESTINAL = "gastrointestinal", "Gastrointestinal"
    URINARY = "urinary", "Urinary"
    SKIN = "skin", "Skin and soft tissue"
    CNS = "cns", "Central nervous system"
    SINUS = "sinus", "Sinus"
    DISSEMINATED = "disseminated", "Disseminated"
    OTHER = "other", "Other"


class InfectionRoute(models.TextChoices):
    """How the treatment was given."""

    NONE = "none", "No treatment"
    TOPICAL = "topical", "Topical or inhaled"
    ORAL = "oral", "Oral"
    IV = "iv", "Intravenous"


class InfectionSeverity(models.TextChoices):
    """Severity by the treatment it took."""

    MILD = "mild", "Mild: no treatment"
    MODERATE = "moderate", "Moderate: oral treatment"
    SEVERE = "severe", "Severe: intravenous treatment or hospital"
    LIFE_THREATENING = "life_threatening", "Life-threatening"
    FATAL = "fatal", "Fatal"


class InfectionOutcome(models.TextChoices):
    """How the episode ended."""

    ONGOING = "ongoing", "Ongoing"
    RESOLVED = "resolved", "Resolved"
    SEQUELAE = "sequelae", "Resolved with sequelae"
    FATAL = "fatal", "Fatal"


class Infection(Versioned):
    """One infection episode; None and "" mean not recorded. ANC in 10⁹/L, IgG in g/L.

    `part_of` names the earlier entry that a person judged to be the same episode; such a row is not
    counted. `is_own_episode` remembers that a person judged the opposite.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="infections")
    onset_on = models.DateField("onset")
    kind = models.CharField("type", max_length=10, choices=InfectionType)
    body_site = models.CharField("site of infection", max_length=20, choices=InfectionSite)
    organism = models.CharField(max_length=80, blank=True)
    specimen = models.CharField(max_length=80, blank=True)
    is_documented = models.BooleanField("microbiologically documented", default=False)
    anc_at_onset = models.DecimalField(
        "ANC at onset, 10⁹/L", max_digits=6, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    igg_at_onset = models.DecimalField(
        "IgG at onset, g/L", max_digits=6, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    on_anakinra = models.BooleanField("on anakinra at onset", null=True, blank=True)
    on_steroid = models.BooleanField("on steroid at onset", null=True, blank=True)
    on_tocilizumab = models.BooleanField("on tocilizumab at onset", null=True, blank=True)
    treatment = models.CharField(max_length=200, blank=True)
    route = models.CharField("route of treatment", max_length=10, choices=InfectionRoute, blank=True)
    was_hospitalised = models.BooleanField(null=True, blank=True)
    was_in_icu = models.BooleanField("intensive care", null=True, blank=True)
    severity = models.CharField(max_length=20, choices=InfectionSeverity)
    ctcae_version = models.CharField("CTCAE version", max_length=4, default="5.0")
    ctcae_term = models.CharField("CTCAE term", max_length=120, blank=True)
    ctcae_grade = models.PositiveSmallIntegerField(
        "CTCAE grade", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    outcome = models.CharField(max_length=10, choices=InfectionOutcome, default=InfectionOutcome.ONGOING)
    ended_on = models.DateField("end", null=True, blank=True)
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="parts"
    )
    is_own_episode = models.BooleanField(default=False, editable=False)
    # False for an entry that was a mistake: kept, with its reason in the trail, and never counted.
    stands = models.BooleanField(default=True, editable=False)

    objects = FactQuerySet["Infection"].as_manager()

    class Meta:
        ordering = ["onset_on", "pk"]
        constraints = [
            one_of("kind", InfectionType, "infection_type_known"),
            one_of("body_site", InfectionSite, "infection_site_known"),
            one_of("route", ["", *InfectionRoute], "infection_route_known"),
            one_of("severity", InfectionSeverity, "infection_severity_known"),
            one_of("outcome", InfectionOutcome, "infection_outcome_known"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("onset_on")),
                name="infection_ends_after_onset",
            ),
            models.CheckConstraint(
                condition=Q(ctcae_grade__isnull=True) | Q(ctcae_grade__gte=1, ctcae_grade__lte=5),
                name="infection_grade_within_scale",
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | Q(is_own_episode=False), name="infection_one_judgement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_body_site_display()}"
