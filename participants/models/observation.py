"""What was seen at the bedside, the grades derived from it, and the grades that were signed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from participants.domain.crs_findings import OxygenDevice, VentilationReason
from participants.domain.grade import Status
from participants.domain.icans_findings import CAPD_MAX, ICE_ITEMS, CerebralOedema, Consciousness, Seizure
from participants.models.base import Fact, FactQuerySet, one_of
from participants.models.participant import Participant


class TemperatureUnit(models.TextChoices):
    """The unit in which a temperature was typed; it is stored as typed."""

    CELSIUS = "C", "°C"
    FAHRENHEIT = "F", "°F"


class Scale(models.TextChoices):
    """The two toxicity scales of the ASTCT consensus."""

    CRS = "crs", "CRS"
    ICANS = "icans", "ICANS"


def _choices(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(value), str(value).replace("_", " ").capitalize()) for value in values]


class Observation(Fact):
    """Vital signs and supportive treatment at one moment.

    None and "" mean not recorded. `vasopressors` lists the infusions running at this moment, []
    for none. Temperatures are stored in the unit that was typed.
    """

    at = models.DateTimeField("time")
    temperature = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    temperature_unit = models.CharField(max_length=1, choices=TemperatureUnit, blank=True)
    systolic_mmhg = models.PositiveSmallIntegerField("systolic pressure, mmHg", null=True, blank=True)
    diastolic_mmhg = models.PositiveSmallIntegerField("diastolic pressure, mmHg", null=True, blank=True)
    heart_rate_per_min = models.PositiveSmallIntegerField("heart rate, per minute", null=True, blank=True)
    has_hypotension = models.BooleanField("hypotension, by judgement", null=True, blank=True)
    vasopressors = models.JSONField("running vasopressors", null=True, blank=True)
    o2_device = models.CharField("oxygen device", max_length=30, choices=_choices(OxygenDevice), blank=True)
    o2_flow_lpm = models.DecimalField("flow, L/min", max_digits=5, decimal_places=2, null=True, blank=True)
    ventilation_reason = models.CharField(max_length=20, choices=_choices(VentilationReason), blank=True)
    fever_has_other_cause = models.BooleanField(null=True, blank=True)
    hypotension_has_other_cause = models.BooleanField(null=True, blank=True)
    hypoxia_has_other_cause = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet["Observation"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["participant", "at"], name="observation_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(temperature__isnull=True, temperature_unit="")
                | Q(temperature__gt=0, temperature_unit__in=["C", "F"]),
                name="temperature_with_unit",
            ),
            models.CheckConstraint(
                condition=Q(o2_flow_lpm__isnull=True) | Q(o2_flow_lpm__gte=0, o2_flow_lpm__lte=100),
                name="oxygen_flow_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"Observation {self.at:%Y-%m-%d %H:%M}"


class NeuroAssessment(Fact):
    """An ICE or CAPD assessment with the other ICANS domains; None and "" mean not recorded."""

    at = models.DateTimeField("time")
    ice_items = models.JSONField("ICE items", null=True, blank=True, help_text=", ".join(ICE_ITEMS))
    ice_score = models.PositiveSmallIntegerField(
        "ICE score", null=True, blank=True, validators=[MaxValueValidator(len(ICE_ITEMS))]
    )
    capd_score = models.PositiveSmallIntegerField(
        "CAPD total", null=True, blank=True, validators=[MaxValueValidator(CAPD_MAX)]
    )
    is_capd_impossible = models.BooleanField("CAPD cannot be performed", null=True, blank=True)
    is_baseline = models.BooleanField("baseline, before the infusion", default=False)
    consciousness = models.CharField("awakens", max_length=20, choices=_choices(Consciousness), blank=True)
    consciousness_has_other_cause = models.BooleanField("sedated, or another cause", null=True, blank=True)
    seizure = models.CharField(max_length=20, choices=_choices(Seizure), blank=True)
    seizure_minutes = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    returns_to_baseline = models.BooleanField(null=True, blank=True)
    has_deep_focal_weakness = models.BooleanField(null=True, blank=True)
    cerebral_oedema = models.CharField(max_length=10, choices=_choices(CerebralOedema), blank=True)
    has_posturing = models.BooleanField(null=True, blank=True)
    has_cn6_palsy = models.BooleanField("cranial nerve VI palsy", null=True, blank=True)
    has_papilloedema = models.BooleanField(null=True, blank=True)
    has_cushing_triad = models.BooleanField("Cushing's triad", null=True, blank=True)
    is_attributed_to_icans = models.BooleanField("attributed to ICANS", null=True, blank=True)
    # Seen and kept, and read by no grade of ICANS.
    has_intracranial_haemorrhage = models.BooleanField("intracranial haemorrhage", null=True, blank=True)
    has_tremor = models.BooleanField("tremor", null=True, blank=True)
    has_myoclonus = models.BooleanField("myoclonus", null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet["NeuroAssessment"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["participant", "at"], name="neuro_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ice_score__isnull=True) | Q(ice_score__lte=len(ICE_ITEMS)),
                name="ice_score_possible",
            ),
            models.CheckConstraint(
                condition=Q(capd_score__isnull=True) | Q(capd_score__lte=CAPD_MAX), name="capd_score_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"Neurological assessment {self.at:%Y-%m-%d %H:%M}"


class GradeQuerySet(FactQuerySet["DerivedGrade"]):
    """Derived grades by scale."""

    def of(self, scale: Scale) -> GradeQuerySet:
        """Keep the grades of one scale."""
        return self.filter(scale=scale)


class DerivedGrade(models.Model):
    """A grade that a rule derived from one observation or assessment, with its reason.

    Derived again when what it rests on is corrected: the new row replaces the old one, which no
    longer stands. `value` None means that a missing finding could change it.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="derived_grades")
    scale = models.CharField(max_length=5, choices=Scale)
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True, related_name="grades")
    neuro = models.ForeignKey(NeuroAssessment, on_delete=models.PROTECT, null=True, related_name="grades")
    at = models.DateTimeField("time of the findings")
    value = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    query = models.CharField(max_length=300, blank=True)
    flags = models.JSONField(default=list)
    rule_version = models.CharField(max_length=40)
    derived_at = models.DateTimeField(default=timezone.now)
    stands = models.BooleanField(default=True)

    objects = GradeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                fields=["participant", "scale", "at"], condition=Q(stands=True), name="grade_standing_by_time"
            )
        ]
        constraints = [
            one_of("scale", Scale, "derived_grade_scale_known"),
            one_of("status", Status, "derived_grade_status_known"),
            models.CheckConstraint(
                condition=Q(value__isnull=True, status="insufficient_data") | Q(value__gte=0, value__lte=5),
                name="derived_grade_within_scale",
            ),
            models.CheckConstraint(
                condition=Q(scale="crs", observation__isnull=False, neuro__isnull=True)
                | Q(scale="icans", observation__isnull=True, neuro__isnull=False),
                name="derived_grade_rests_on_its_findings",
            ),
            models.UniqueConstraint(
                fields=["observation"], condition=Q(stands=True), name="one_standing_grade_per_observation"
            ),
            models.UniqueConstraint(
                fields=["neuro"], condition=Q(stands=True), name="one_standing_grade_per_neuro"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scale_display()} {'?' if self.value is None else self.value}"


class SignedGrade(Fact):
    """An investigator's grade beside a derived one; a reason is needed where they differ."""

    scale = models.CharField(max_length=5, choices=Scale)
    at = models.DateTimeField("time of the findings")
    derived = models.ForeignKey(DerivedGrade, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(validators=[MaxValueValidator(5)])
    reason = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet["SignedGrade"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            one_of("scale", Scale, "signed_grade_scale_known"),
            models.CheckConstraint(condition=Q(value__gte=0, value__lte=5), name="signed_grade_within_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.get_scale_display()} {self.value}, signed"


class Weight(Fact):
    """A body weight with its date."""

    on = models.DateField("date")
    weight_kg = models.DecimalField(
        "weight, kg", max_digits=5, decimal_places=2, validators=[MinValueValidator(Decimal("0.5"))]
    )

    objects = FactQuerySet["Weight"].as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight_kg__gte=Decimal("0.5"), weight_kg__lte=300), name="weight_possible"
            )
        ]

    def __str__(self) -> str:
        return f"{self.weight_kg} kg"


class HospitalStay(Fact):
    """A stay in hospital; `discharged_at` None while it lasts."""

    admitted_at = models.DateTimeField("admission")
    discharged_at = models.DateTimeField("discharge", null=True, blank=True)
    reason = models.CharField(max_length=200)

    objects = FactQuerySet["HospitalStay"].as_manager()

    class Meta:
        ordering = ["admitted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(discharged_at__isnull=True) | Q(discharged_at__gte=F("admitted_at")),
                name="discharge_after_admission",
            )
        ]

    def __str__(self) -> str:
        return f"Hospital stay from {self.admitted_at:%Y-%m-%d}"


class IntensiveCareStay(Fact):
    """A stay in intensive care; `left_at` None while it lasts."""

    entered_at = models.DateTimeField("into intensive care")
    left_at = models.DateTimeField("out of intensive care", null=True, blank=True)
    reason = models.CharField(max_length=200)

    objects = FactQuerySet["IntensiveCareStay"].as_manager()

    class Meta:
        ordering = ["entered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")),
                name="intensive_care_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"Intensive care from {self.entered_at:%Y-%m-%d}"
