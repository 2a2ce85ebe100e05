"""The dose log of anakinra, and every other drug that grading reads."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from participants.domain.dosing import Route, Schedule
from participants.domain.partial_dates import PartialDate, Precision
from participants.models.base import Fact, FactQuerySet, one_of


class DoseState(models.TextChoices):
    """What became of a dose."""

    GIVEN = "given", "Given"
    HELD = "held", "Held"
    MISSED = "missed", "Missed"
    REFUSED = "refused", "Refused"


class DoseReason(models.TextChoices):
    """Why a dose is given on its schedule."""

    TRIGGER = "trigger", "Fever trigger"
    ESCALATION = "escalation", "CRS persists or progresses"
    OTHER = "other", "Other"


class AnakinraDoseQuerySet(FactQuerySet["AnakinraDose"]):
    """Doses by what became of them."""

    def given(self) -> AnakinraDoseQuerySet:
        """Keep the doses that were given."""
        return self.filter(state=DoseState.GIVEN)


class AnakinraDose(Fact):
    """A dose of anakinra that was given, held, missed or refused, with the weight it counts from."""

    at = models.DateTimeField("time")
    state = models.CharField(max_length=8, choices=DoseState)
    dose_mg = models.DecimalField("dose, mg", max_digits=7, decimal_places=3, null=True, blank=True)
    dosing_weight_kg = models.DecimalField("dosing weight, kg", max_digits=5, decimal_places=2)
    weighed_on = models.DateField()
    schedule = models.CharField(max_length=4, choices=[(str(s), str(s)) for s in Schedule])
    route = models.CharField(max_length=2, choices=[(str(r), r.upper()) for r in Route], default=Route.IV)
    reason = models.CharField(max_length=12, choices=DoseReason, default=DoseReason.TRIGGER)
    reason_note = models.CharField("reason in words", max_length=300, blank=True)
    crs_grade_before = models.PositiveSmallIntegerField(
        "CRS grade before the dose", null=True, blank=True, validators=[MaxValueValidator(5)]
    )
    lot = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField("expiry", null=True, blank=True)

    objects = AnakinraDoseQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            one_of("state", DoseState, "dose_state_known"),
            one_of("schedule", Schedule, "dose_schedule_known"),
            one_of("route", Route, "dose_route_known"),
            models.CheckConstraint(
                condition=Q(state="given", dose_mg__gt=0) | (~Q(state="given") & ~Q(reason_note="")),
                name="dose_above_0_or_a_reason_it_was_not_given",
            ),
            models.CheckConstraint(condition=Q(dosing_weight_kg__gt=0), name="dosing_weight_above_0"),
        ]
        indexes = [models.Index(fields=["participant", "at"], name="dose_by_time")]

    def __str__(self) -> str:
        return f"Anakinra {self.get_state_display().lower()} {self.at:%Y-%m-%d %H:%M}"


class Medication(Fact):
    """A drug with its coded classes; start and stop are as precise as they are known.

    The unknown part of `started_on` and of `stopped_on` is held as 1, as their precisions say; the moments
    are there only where day and time are known. `stopped_on` None means that it goes on.
    `classes` lists antipyretic, anticytokine, steroid, vasopressor, in the words of the domain.
    """

    name = models.CharField(max_length=100)
    classes = models.JSONField(default=list, blank=True)
    started_on = models.DateField("start")
    started_precision = models.CharField(
        "known of the start", max_length=5, choices=[(p, p) for p in Precision], default=Precision.DAY
    )
    started_at = models.DateTimeField("time of the start", null=True, blank=True)
    stopped_on = models.DateField("stop", null=True, blank=True)
    stopped_precision = models.CharField(
        "known of the stop", max_length=5, choices=[(p, p) for p in Precision], default=Precision.DAY
    )
    stopped_at = models.DateTimeField("time of the stop", null=True, blank=True)
    dose = models.CharField(max_length=60, blank=True)
    is_rescue = models.BooleanField("rescue for CRS or ICANS", default=False)
    crs_grade_at_start = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(5)]
    )
    icans_grade_at_start = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(5)]
    )

    objects = FactQuerySet["Medication"].as_manager()

    class Meta:
        ordering = ["started_on", "pk"]
        constraints = [
            one_of("started_precision", Precision, "medication_start_precision_known"),
            one_of("stopped_precision", Precision, "medication_stop_precision_known"),
            # A month may begin before the day of the start that lies in it: the action compares those.
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True)
                | ~Q(stopped_precision="day")
                | Q(stopped_on__gte=F("started_on")),
                name="medication_stops_after_start",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(started_precision="day"),
                name="medication_start_time_needs_its_day",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_on__isnull=False, stopped_precision="day"),
                name="medication_stop_time_needs_its_day",
            ),
        ]
        indexes = [models.Index(fields=["participant", "started_on"], name="medication_by_start")]

    def __str__(self) -> str:
        return self.name

    @property
    def start(self) -> PartialDate:
        """The date of the start as far as it is known."""
        return PartialDate(self.started_on, Precision(self.started_precision))

    @property
    def stop(self) -> PartialDate | None:
        """The date of the stop as far as it is known, None while the drug goes on."""
        if self.stopped_on is None:
            return None
        return PartialDate(self.stopped_on, Precision(self.stopped_precision))


class LabResult(Fact):
    """A laboratory value with its unit and the limits of the laboratory."""

    analyte = models.CharField(max_length=30)
    value = models.DecimalField(max_digits=12, decimal_places=4, validators=[MinValueValidator(Decimal(0))])
    unit = models.CharField(max_length=20)
    lower_limit = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    upper_limit = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    at = models.DateTimeField("time")

    objects = FactQuerySet["LabResult"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(value__gte=0), name="lab_value_not_negative")]

    def __str__(self) -> str:
        return f"{self.analyte} {self.value} {self.unit}"
