"""The database is the queue: what should be said, and each attempt to say it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from followup.models.visit import Visit
from participants.domain.roles import Capability
from participants.models import Participant, StaffMember, sites_where
from participants.models.base import one_of


class ReminderState(models.TextChoices):
    """Where a reminder stands; reminders.md draws the steps."""

    DUE = "due", "Waiting"
    SENDING = "sending", "Being sent"
    RETRY = "retry", "To be tried again"
    SENT = "sent", "Sent"
    COVERED = "covered", "In a mail with others"
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


WAITING = (ReminderState.DUE, ReminderState.RETRY, ReminderState.SENDING, ReminderState.HELD)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders by who may see them and where they stand."""

    def visible_to(self, person: StaffMember) -> Self:
        """Keep the person's own reminders about participants whom they may still see, and their mails."""
        seen = Q(participant__site__in=sites_where(person, Capability.READ_PARTICIPANTS))
        return self.filter(Q(participant__isnull=True) | seen, recipient=person)

    def waiting(self) -> Self:
        """Keep what is still to be handed over, by itself or within a grouped mail."""
        return self.filter(
            Q(state__in=WAITING) | Q(state=ReminderState.COVERED, covered_by__state__in=WAITING)
        )

    def dead(self) -> Self:
        """Keep what could not be handed over and waits for a person to look at it."""
        return self.filter(state__in=[ReminderState.DEAD, ReminderState.UNCONFIRMED], settled_at__isnull=True)

    def held_where(self, person: StaffMember) -> Self:
        """Keep what was held back at the sites whose records the person writes."""
        held = self.filter(state=ReminderState.HELD)
        return held.filter(participant__site__in=sites_where(person, Capability.WRITE_RECORDS))


class Reminder(models.Model):
    """Something that should be said to one person.

    `visit` is None for a grouped mail, which is a reminder of its own with `covered_by` on the
    rows it carries. The text is rendered when it is sent, from the record as it stands then.
    `next_attempt_at` is on the clock of the business, `lease_until` on the database's.
    """

    dedupe_key = models.CharField(max_length=160, unique=True)
    rule = models.CharField(max_length=30)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="+")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    covered_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="covers")
    mail_class = models.CharField(max_length=8, choices=ReminderClass, default=ReminderClass.ROUTINE)
    reference_on = models.DateField("date that the rule counts from", null=True)

    planned_at = models.DateTimeField("start of the cycle that planned it", default=timezone.now)
    revived_at = models.DateTimeField("start of the cycle that wanted it again", null=True)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    state = models.CharField(max_length=12, choices=ReminderState, default=ReminderState.DUE)
    state_reason = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    unknown_count = models.PositiveSmallIntegerField("hand-overs of unknown outcome", default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    last_phase = models.CharField(max_length=8, choices=AttemptPhase, blank=True, default="")
    message_id = models.CharField(max_length=120, unique=True)
    link_reference = models.CharField(max_length=32, unique=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField("a person found it not needed", null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [
            one_of("state", ReminderState, "reminder_state_known"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("due_at")), name="reminder_expires_after_due"
            ),
            models.CheckConstraint(
                condition=Q(unknown_count__lte=2), name="reminder_handed_over_at_most_twice"
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_until=None)),
                name="reminder_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=~Q(state="covered") | Q(covered_by__isnull=False), name="reminder_covered_by_a_mail"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state__in=["due", "retry"]), name="reminder_to_claim"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="reminder_leased"),
            models.Index(fields=["recipient", "-due_at"], name="reminder_of_recipient"),
            models.Index(fields=["visit"], name="reminder_of_visit"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["held", "dead", "unconfirmed"]),
                name="reminder_to_look_at",
            ),
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
    """One run of planner and dispatcher: the watermark, and the proof that reminders run.

    `ended_at` None: it runs, or was ended from outside. `planned_until` is on the clock of the
    business, the other moments on this machine's. `problem` says what kept mails from leaving.
    """

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    planned_until = models.DateTimeField("moments planned up to")
    is_whole = models.BooleanField("planned all moments that could still matter", default=False)
    audit_seen = models.PositiveBigIntegerField("last row of the audit trail seen", default=0)
    problem = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["-started_at"], name="cycle_by_start"),
            models.Index(fields=["-planned_until"], name="cycle_by_watermark"),
        ]

    def __str__(self) -> str:
        return f"cycle {self.started_at}"
