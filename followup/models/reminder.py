"""The database is the queue: what should be said, and each attempt to say it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from followup.models.visit import Visit
from participants.models import Participant, StaffMember
from participants.models.base import one_of


class ReminderState(models.TextChoices):
    """Where a reminder stands; reminders.md draws the steps."""

    DUE = "due", "Due"
    SENDING = "sending", "Being sent"
    RETRY = "retry", "To be tried again"
    SENT = "sent", "Sent"
    COVERED = "covered", "Part of a grouped mail"
    UNCONFIRMED = "unconfirmed", "Handed over, outcome unknown"
    DEAD = "dead", "Refused by the mail server"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"
    SUPPRESSED = "suppressed", "Suppressed"
    HELD = "held", "Held for a person"


class ReminderClass(models.TextChoices):
    """Safety passes quiet hours and cannot be switched off."""

    SAFETY = "safety", "Safety"
    ROUTINE = "routine", "Routine"


class AttemptPhase(models.TextChoices):
    """How far the conversation with the mail server came."""

    NONE = "", "Not begun"
    CONNECT = "connect", "Connecting"
    MAIL = "mail", "Sender"
    RCPT = "rcpt", "Recipient"
    DATA = "data", "Message"
    DOT = "dot", "Final dot"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders by who may see them and where they stand."""

    def visible_to(self, person: StaffMember) -> Self:
        """Keep the person's own reminders: nobody reads another's mail."""
        return self.filter(recipient=person)

    def waiting(self) -> Self:
        """Keep what is still to be handed over."""
        return self.filter(state__in=[ReminderState.DUE, ReminderState.RETRY, ReminderState.SENDING])


class Reminder(models.Model):
    """Something that should be said to one person.

    `visit` is None for a grouped mail, which is a reminder of its own with `covered_by` on the
    rows it carries. The text is rendered when it is sent, from the record as it stands then.
    """

    dedupe_key = models.CharField(max_length=160, unique=True)
    rule = models.CharField(max_length=30)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="+")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    covered_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="covers")
    mail_class = models.CharField(max_length=8, choices=ReminderClass, default=ReminderClass.ROUTINE)
    reference_on = models.DateField("date that the rule counts from", null=True)

    planned_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    state = models.CharField(max_length=12, choices=ReminderState, default=ReminderState.DUE)
    state_reason = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    unknown_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    last_phase = models.CharField(max_length=8, choices=AttemptPhase, blank=True, default="")
    message_id = models.CharField(max_length=120, unique=True)
    link_reference = models.CharField(max_length=32, unique=True)
    sent_at = models.DateTimeField(null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [
            one_of("state", ReminderState, "reminder_state_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("due_at")), name="reminder_expires_after_due"),
            models.CheckConstraint(condition=Q(unknown_count__lte=2), name="reminder_handed_over_at_most_twice"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state__in=["due", "retry"]), name="reminder_to_claim"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="reminder_leased"),
            models.Index(fields=["recipient", "-due_at"], name="reminder_of_recipient"),
            models.Index(fields=["visit"], name="reminder_of_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.state}"


class ReminderAttempt(models.Model):
    """One try to hand over one reminder; rows are added, never changed."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="tries")
    worker = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    phase = models.CharField(max_length=8, choices=AttemptPhase, blank=True)
    outcome = models.CharField(max_length=20)
    smtp_code = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["started_at", "pk"]

    def __str__(self) -> str:
        return f"{self.outcome} after {self.phase}"


class ReminderCycle(models.Model):
    """One run of planner and dispatcher: the watermark, and the proof that reminders run."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    planned_until = models.DateTimeField("moments planned up to")
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["-started_at"], name="cycle_by_start")]

    def __str__(self) -> str:
        return f"cycle {self.started_at}"
