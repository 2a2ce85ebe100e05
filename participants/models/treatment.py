"""The dated events of a course, planned and actual, from which the schedule counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from participants.domain.milestones import MilestoneKind
from participants.models.base import Fact, FactQuerySet, one_of


class MilestoneQuerySet(FactQuerySet["Milestone"]):
    """Milestones that happened, and those that are planned."""

    def actual(self) -> MilestoneQuerySet:
        """Keep the events that happened."""
        return self.filter(is_planned=False)

    def planned(self) -> MilestoneQuerySet:
        """Keep the dates that are planned."""
        return self.filter(is_planned=True)


class Milestone(Fact):
    """A planned or actual event: lymphodepletion start, infusion (day zero), first dose, relapse.

    A course is a lymphodepletion with its infusion; the first is 1. `on` is the calendar day at
    the site, `at` the moment where the time is known.
    """

    kind = models.CharField(max_length=30, choices=[(kind, kind.label) for kind in MilestoneKind])
    course = models.PositiveSmallIntegerField(default=1)
    is_planned = models.BooleanField(default=False)
    on = models.DateField("date")
    at = models.DateTimeField("time", null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            one_of("kind", MilestoneKind, "milestone_kind_known"),
            models.UniqueConstraint(
                fields=["participant", "kind", "course", "is_planned"],
                condition=Q(stands=True),
                name="milestone_once_per_course",
            ),
        ]

    def __str__(self) -> str:
        planned = "planned " if self.is_planned else ""
        return f"{planned}{MilestoneKind(self.kind).label} {self.on}"
