"""What the statistician enters for the figures of a study."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from participants.models import Study
from participants.models.base import Versioned

# A boundary of more participants than any pilot plans is a slip of the keyboard.
MOST_PLANNED = 2000


class AnalysisPlan(Versioned):
    """The planned number, the time of accrual, the comparison rate and the stopping boundary.

    None is "set by the protocol, and not entered here": a figure then shows no plan and no boundary.
    `stop_at` lists for n = 1, 2, ... the fewest participants with severe CRS that call for a review,
    None where n participants cannot; an empty list is no boundary. `severe_from_grade` and
    `evaluable_day` are settings: a participant is evaluable once the trial day is over, or earlier
    with severe CRS.
    """

    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="+")
    planned_n = models.PositiveSmallIntegerField(
        "planned number", null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLANNED)],
    )  # fmt: skip
    accrual_from_on = models.DateField("first day of accrual", null=True, blank=True)
    accrual_to_on = models.DateField("last day of accrual", null=True, blank=True)
    comparison_rate = models.DecimalField(
        "comparison rate of severe CRS", max_digits=5, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )  # fmt: skip
    stop_at = models.JSONField("stopping boundary", default=list, blank=True)
    boundary_source = models.CharField("source of the boundary", max_length=200, blank=True)
    severe_from_grade = models.PositiveSmallIntegerField(
        "CRS is severe from grade [setting]", default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )  # fmt: skip
    evaluable_day = models.PositiveSmallIntegerField(
        "evaluable once this trial day is over [setting]", default=28
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accrual_from_on__isnull=True)
                | Q(accrual_to_on__isnull=True)
                | Q(accrual_from_on__lt=F("accrual_to_on")),
                name="accrual_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(comparison_rate__isnull=True) | Q(comparison_rate__gte=0, comparison_rate__lte=1),
                name="comparison_rate_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(severe_from_grade__gte=1, severe_from_grade__lte=5),
                name="severe_grade_within_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"Analysis plan of {self.study}"
