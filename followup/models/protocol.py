"""The protocol's schedule as data, in versions."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from participants.domain.milestones import MilestoneKind
from participants.models import Study
from participants.models.base import one_of


class VisitMode(models.TextChoices):
    """How a planned visit takes place; log and event are drawn, never reminded, never deviate."""

    VISIT = "visit", "Visit"
    CONTACT = "contact", "Contact"
    LOG = "log", "Log"
    EVENT = "event", "Event"
    UNSCHEDULED = "unscheduled", "Unscheduled"


class VisitPhase(models.TextChoices):
    """The part of the trial that a visit belongs to."""

    SCREENING = "screening", "Screening"
    TREATMENT = "treatment", "Treatment"
    FOLLOW_UP = "follow-up", "Follow-up"


# A visit in one of these modes has an outcome that somebody owes.
REMINDED_MODES = (VisitMode.VISIT, VisitMode.CONTACT)


class ScheduleVersion(models.Model):
    """One version of a study's schedule; the current one is given to new participants."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=30)
    effective_on = models.DateField()
    is_current = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["study", "effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["study", "label"], name="schedule_label_once_per_study"),
            models.UniqueConstraint(
                fields=["study"], condition=Q(is_current=True), name="one_current_schedule_per_study"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} {self.label}"


def validate_milestone_kinds(kinds: object) -> None:
    """Refuse anything but a list of kinds of event, with "consent" as a further one."""
    known = {str(kind) for kind in MilestoneKind} | {"consent"}
    if not isinstance(kinds, list) or not kinds or not known.issuperset(kinds):
        raise ValidationError(f"Name at least one of {', '.join(sorted(known))}.")


class Anchor(models.Model):
    """What a planned visit counts from: the earliest of one or more kinds of event."""

    schedule = models.ForeignKey(ScheduleVersion, on_delete=models.PROTECT, related_name="anchors")
    code = models.CharField(max_length=30)
    label = models.CharField(max_length=120)
    events = models.JSONField(validators=[validate_milestone_kinds])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "code"], name="anchor_once_per_schedule")]

    def __str__(self) -> str:
        return self.code


class PlannedVisit(models.Model):
    """A visit as the schedule plans it; target and window count in days from its anchor, ends included."""

    schedule = models.ForeignKey(ScheduleVersion, on_delete=models.PROTECT, related_name="planned_visits")
    anchor = models.ForeignKey(Anchor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=120)
    target_day = models.IntegerField(null=True, blank=True)
    window_before_days = models.PositiveSmallIntegerField(default=0)
    window_after_days = models.PositiveSmallIntegerField(default=0)
    phase = models.CharField(max_length=12, choices=VisitPhase)
    mode = models.CharField(max_length=12, choices=VisitMode, default=VisitMode.VISIT)
    is_required = models.BooleanField(default=True)
    is_enabled = models.BooleanField(default=True)
    waits_for_trigger = models.BooleanField("exists only once the trigger was met", default=False)
    recorded_by_event = models.CharField(
        "kind of event whose record completes this visit",
        max_length=30,
        choices=[(kind, kind.label) for kind in MilestoneKind],
        blank=True,
    )
    repeat_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    until_day = models.PositiveSmallIntegerField("last day of a series, from day zero", null=True, blank=True)
    position = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["schedule", "position"]
        constraints = [
            one_of("phase", VisitPhase, "planned_visit_phase_known"),
            one_of("mode", VisitMode, "planned_visit_mode_known"),
            models.UniqueConstraint(fields=["schedule", "code"], name="planned_visit_once_per_schedule"),
            models.CheckConstraint(
                condition=Q(anchor__isnull=True, target_day__isnull=True)
                | Q(anchor__isnull=False, target_day__isnull=False),
                name="planned_visit_target_counts_from_an_anchor",
            ),
            models.CheckConstraint(
                condition=Q(repeat_every_days__isnull=True, until_day__isnull=True)
                | Q(repeat_every_days__gt=0, until_day__isnull=False),
                name="planned_visit_series_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PlannedAssessment(models.Model):
    """Something that is to be done at a planned visit."""

    planned_visit = models.ForeignKey(PlannedVisit, on_delete=models.PROTECT, related_name="assessments")
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["planned_visit", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["planned_visit", "position"], name="assessment_position_once_per_visit"
            )
        ]

    def __str__(self) -> str:
        return self.name
