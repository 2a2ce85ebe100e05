"""The participant, their lifecycle steps, disease history and product."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Upper
from django.utils import timezone

from participants.domain.lifecycle import BEFORE_ENROLMENT, ENDED, PHASE_NAMES, Phase
from participants.domain.partial_dates import PartialDate, Precision, age_range_years
from participants.models.base import Fact, FactQuerySet, ScopedQuerySet, Versioned, one_of
from participants.models.study import Site

STUDY_ID = r"^[A-Z0-9-]{3,20}$"


class Sex(models.TextChoices):
    """Sex as recorded by the site."""

    FEMALE = "F", "Female"
    MALE = "M", "Male"
    OTHER = "O", "Other"
    UNKNOWN = "U", "Unknown"


class ParticipantQuerySet(ScopedQuerySet["Participant"]):
    """Participants, scoped to who asks, with the day from which everything counts."""

    def with_day_zero(self) -> Self:
        """Annotate `day_zero_on`: the day of the study's first day-zero event, None before it.

        First by its date, as participants.courses and participants.anchors count.
        """
        from participants.models.treatment import Milestone

        happened = Milestone.objects.standing().filter(
            participant=OuterRef("pk"), kind=OuterRef("site__study__day_zero_event"), is_planned=False
        )
        return self.annotate(day_zero_on=Subquery(happened.order_by("on").values("on")[:1]))

    def on_study(self) -> Self:
        """Keep who has neither failed screening nor left the study."""
        return self.exclude(phase__in=[str(phase) for phase in ENDED])

    def infused(self) -> Self:
        """Keep who has had the study's day-zero event."""
        return self.with_day_zero().filter(day_zero_on__isnull=False)

    def in_screening(self) -> Self:
        """Keep who is not yet enrolled and has not failed."""
        return self.filter(phase__in=[str(phase) for phase in BEFORE_ENROLMENT])

    def for_pages(self) -> Self:
        """Bring along what every page shows of a participant: the site, the study and day zero."""
        return self.select_related("site__study", "coordinator").with_day_zero()


class Participant(Versioned):
    """Somebody whom a site has considered for the trial, known by a study id only."""

    study_id = models.CharField(
        "study id",
        max_length=20,
        validators=[
            RegexValidator(STUDY_ID, "Use 3 to 20 capital letters, digits and hyphens, such as P-014.")
        ],
    )
    enrolment_number = models.CharField(max_length=20, null=True, blank=True, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="participants")
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    birth_on = models.DateField("birth date", null=True, blank=True)
    birth_precision = models.CharField(
        max_length=5, choices=[(p, p) for p in Precision], blank=True, editable=False
    )
    age_at_consent_years = models.PositiveSmallIntegerField(null=True, blank=True)
    phase = models.CharField(max_length=20, choices=PHASE_NAMES.items(), editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["study_id"]
        constraints = [
            models.UniqueConstraint(Upper("study_id"), name="participant_study_id_once"),
            models.UniqueConstraint(Upper("enrolment_number"), name="participant_enrolment_number_once"),
            models.CheckConstraint(condition=Q(study_id__regex=STUDY_ID), name="participant_study_id_form"),
            one_of("phase", Phase, "participant_phase_known"),
            models.CheckConstraint(
                condition=Q(birth_on__isnull=True, birth_precision="")
                | Q(birth_on__isnull=False, birth_precision__in=[str(p) for p in Precision]),
                name="participant_birth_date_with_precision",
            ),
        ]
        indexes = [models.Index(fields=["site", "study_id"], name="participant_by_site")]

    def __str__(self) -> str:
        return self.study_id

    # Annotated by ParticipantQuerySet.with_day_zero().
    day_zero_on: date | None

    @property
    def birth(self) -> PartialDate | None:
        """The birth date as far as it is known."""
        if self.birth_on is None:
            return None
        return PartialDate(self.birth_on, Precision(self.birth_precision))

    def age_at_consent(self, agreed_on: date | None) -> str:
        """Write the age at consent in whole years, `9` or `9 or 10`; "" while it cannot be told."""
        if self.birth is None or agreed_on is None or self.birth.earliest > agreed_on:
            return "" if self.age_at_consent_years is None else str(self.age_at_consent_years)
        low, high = age_range_years(self.birth, agreed_on)
        return str(low) if low == high else f"{low} or {high}"

    @property
    def phase_name(self) -> str:
        """The phase in words."""
        return PHASE_NAMES[Phase(self.phase)]

    def today(self, now: datetime) -> date:
        """Return the calendar day at the participant's site."""
        return self.site.today(now)


class LifecycleStep(Fact):
    """A dated step of the lifecycle; the phase is recomputed from the steps that stand."""

    phase = models.CharField(max_length=20, choices=PHASE_NAMES.items())
    on = models.DateField()
    # A correction keeps the place that its step had among the steps of the same day.
    entry = models.PositiveIntegerField(editable=False)
    reason = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet["LifecycleStep"].as_manager()

    class Meta:
        ordering = ["on", "entry"]
        constraints = [one_of("phase", Phase, "lifecycle_step_phase_known")]

    def __str__(self) -> str:
        return f"{PHASE_NAMES[Phase(self.phase)]} {self.on}"


_PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class DiseaseState(models.TextChoices):
    """State of the leukaemia when CAR-T was planned."""

    PRIMARY_REFRACTORY = "primary_refractory", "Primary refractory"
    FIRST_RELAPSE = "first_relapse", "First relapse"
    LATER_RELAPSE = "later_relapse", "Second or later relapse"
    REMISSION = "remission", "In remission, high risk"


class CnsStatus(models.TextChoices):
    """Central nervous system involvement."""

    CNS1 = "CNS1", "CNS1"
    CNS2 = "CNS2", "CNS2"
    CNS3 = "CNS3", "CNS3"


class DiseaseHistory(Versioned):
    """The disease before the trial, and its burden at baseline."""

    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="disease_history")
    diagnosed_on = models.DateField(null=True, blank=True)
    disease_state = models.CharField(max_length=20, choices=DiseaseState, blank=True)
    cns_status = models.CharField("CNS status", max_length=4, choices=CnsStatus, blank=True)
    prior_lines = models.PositiveSmallIntegerField("lines of treatment before", null=True, blank=True)
    had_hsct = models.BooleanField("stem cell transplantation before", null=True, blank=True)
    hsct_on = models.DateField("date of the last transplantation", null=True, blank=True)
    has_developmental_delay = models.BooleanField(null=True, blank=True)
    marrow_blasts_percent = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=_PERCENT
    )
    marrow_on = models.DateField("marrow examined on", null=True, blank=True)
    peripheral_blasts = models.BooleanField("peripheral blasts detectable", null=True, blank=True)
    peripheral_on = models.DateField("blood examined on", null=True, blank=True)

    objects = FactQuerySet["DiseaseHistory"].as_manager()

    class Meta:
        verbose_name_plural = "disease histories"
        constraints = [
            models.CheckConstraint(
                condition=Q(marrow_blasts_percent__isnull=True)
                | Q(marrow_blasts_percent__gte=0, marrow_blasts_percent__lte=100),
                name="marrow_blasts_between_0_and_100",
            ),
            models.CheckConstraint(
                condition=Q(hsct_on__isnull=True) | Q(had_hsct=True), name="hsct_date_only_after_hsct"
            ),
        ]

    def __str__(self) -> str:
        return f"Disease history of {self.participant}"


class Product(models.TextChoices):
    """CD19-directed products for B-ALL."""

    TISAGENLECLEUCEL = "tisagenlecleucel", "Tisagenlecleucel"
    BREXUCABTAGENE = "brexucabtagene", "Brexucabtagene autoleucel"
    OBECABTAGENE = "obecabtagene", "Obecabtagene autoleucel"
    OTHER = "other", "Other CD19-directed product"


class CarTProduct(Versioned):
    """The CAR-T product of a participant and its leukapheresis."""

    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="product")
    product = models.CharField(max_length=20, choices=Product)
    leukapheresis_on = models.DateField(null=True, blank=True)
    lot = models.CharField(max_length=40, blank=True)
    dose_million_cells = models.DecimalField(
        "dose, million CAR-positive cells", max_digits=9, decimal_places=3, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.001"))],
    )  # fmt: skip

    objects = FactQuerySet["CarTProduct"].as_manager()

    class Meta:
        verbose_name = "CAR-T product"
        constraints = [
            models.CheckConstraint(
                condition=Q(dose_million_cells__isnull=True) | Q(dose_million_cells__gt=0),
                name="car_t_dose_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_product_display()} of {self.participant}"
