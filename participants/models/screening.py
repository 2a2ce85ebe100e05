"""Criteria with their evidence, and the decision on eligibility."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from participants.models.base import Fact, FactQuerySet, one_of
from participants.models.study import Criterion


class CriterionAnswer(models.TextChoices):
    """Whether the participant meets the criterion."""

    MET = "met", "Met"
    NOT_MET = "not_met", "Not met"


class CriterionCheck(Fact):
    """The answer to one criterion with its dated evidence."""

    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=CriterionAnswer)
    evidence = models.CharField(max_length=300, blank=True)
    evidence_on = models.DateField("evidence dated", null=True, blank=True)

    objects = FactQuerySet["CriterionCheck"].as_manager()

    class Meta:
        ordering = ["criterion__position", "pk"]
        constraints = [
            one_of("answer", CriterionAnswer, "criterion_answer_known"),
            models.UniqueConstraint(
                fields=["participant", "criterion"], condition=Q(stands=True), name="criterion_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_answer_display()}"


class EligibilityDecision(Fact):
    """An investigator's decision on eligibility, or a screen failure with its reason."""

    is_eligible = models.BooleanField()
    decided_on = models.DateField()
    failed_criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet["EligibilityDecision"].as_manager()

    class Meta:
        ordering = ["decided_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(stands=True), name="eligibility_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(is_eligible=True) | ~Q(reason=""), name="screen_failure_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return "Eligible" if self.is_eligible else "Screen failure"
