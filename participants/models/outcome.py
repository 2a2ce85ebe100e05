"""Withdrawal, death and the end of participation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from participants.domain.death_causes import CAUSE_NAMES, DeathCause
from participants.models.base import Fact, FactQuerySet, one_of


class WithdrawalScope(models.TextChoices):
    """What the participant no longer takes part in."""

    TREATMENT = "treatment", "Treatment only"
    VISITS = "visits", "Visits; contact is kept"
    EVERYTHING = "everything", "Everything"


class Withdrawal(Fact):
    """A withdrawal of consent, with its scope."""

    scope = models.CharField(max_length=10, choices=WithdrawalScope)
    on = models.DateField("date")
    reason = models.CharField(max_length=300)

    objects = FactQuerySet["Withdrawal"].as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            one_of("scope", WithdrawalScope, "withdrawal_scope_known"),
            models.UniqueConstraint(
                fields=["participant", "scope"], condition=Q(stands=True), name="withdrawal_once_per_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"Withdrawal, {self.get_scope_display()} {self.on}"


class Death(Fact):
    """The death of a participant, with one main cause and those that contributed; "" is not yet known."""

    on = models.DateField("date of death")
    note = models.CharField(max_length=300, blank=True)
    main_cause = models.CharField(max_length=20, choices=CAUSE_NAMES.items(), blank=True)
    contributory_causes = models.JSONField(default=list, blank=True)

    objects = FactQuerySet["Death"].as_manager()

    class Meta:
        constraints = [
            one_of("main_cause", ["", *DeathCause], "death_cause_known"),
            models.UniqueConstraint(fields=["participant"], condition=Q(stands=True), name="death_once"),
        ]

    def __str__(self) -> str:
        return f"Death {self.on}"

    @property
    def causes(self) -> frozenset[DeathCause]:
        """The main cause and those that contributed."""
        return frozenset(DeathCause(cause) for cause in [self.main_cause, *self.contributory_causes] if cause)

    @property
    def contributory(self) -> str:
        """The contributory causes in words."""
        return ", ".join(CAUSE_NAMES[DeathCause(cause)] for cause in self.contributory_causes)


class OffStudyReason(models.TextChoices):
    """Why participation ended."""

    COMPLETED = "completed", "Completed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LOST = "lost", "Lost to follow-up"
    DIED = "died", "Died"
    OTHER = "other", "Other"


class OffStudy(Fact):
    """The end of participation, with its reason."""

    reason = models.CharField(max_length=10, choices=OffStudyReason)
    on = models.DateField("date")
    note = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet["OffStudy"].as_manager()

    class Meta:
        verbose_name_plural = "off study"
        constraints = [
            one_of("reason", OffStudyReason, "off_study_reason_known"),
            models.UniqueConstraint(fields=["participant"], condition=Q(stands=True), name="off_study_once"),
        ]

    def __str__(self) -> str:
        return f"Off study, {self.get_reason_display()} {self.on}"
