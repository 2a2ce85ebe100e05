"""A participant's visits: their dates from the schedule, the appointment, and the outcome."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from followup.domain.windows import Outcome, Timing, VisitDates, days_out_of_window, timing
from followup.models.protocol import REMINDED_MODES, PlannedAssessment, PlannedVisit, VisitMode
from participants.models import Participant
from participants.models.base import Fact, FactQuerySet, ScopedQuerySet, Versioned, one_of

OUTCOME_CHOICES = [(str(outcome), outcome.label) for outcome in Outcome if outcome is not Outcome.OPEN]


class AppointmentState(models.TextChoices):
    """Where an agreed date stands."""

    SCHEDULED = "scheduled", "Scheduled"
    CONFIRMED = "confirmed", "Confirmed"
    CANCELLED = "cancelled", "Cancelled"


class MissedReason(models.TextChoices):
    """Why a visit did not take place."""

    NO_SHOW = "no_show", "No show"
    DECLINED = "declined", "Declined by the family"
    TOO_UNWELL = "too_unwell", "Too unwell"
    SITE = "site", "Not possible at the site"
    OTHER = "other", "Other"


class VisitQuerySet(ScopedQuerySet["Visit"]):
    """Visits, scoped to who asks."""

    site_path = "participant__site"

    def open(self) -> Self:
        """Keep the visits without an outcome."""
        return self.filter(outcome=Outcome.OPEN)

    def owed(self) -> Self:
        """Keep the open visits that somebody owes: not logs, not events, not merely projected."""
        return self.open().filter(is_projected=False, mode__in=[str(mode) for mode in REMINDED_MODES])

    def for_pages(self) -> Self:
        """Bring along what a page shows of a visit."""
        return self.select_related("planned_visit__anchor", "participant__site__study")


class Visit(Versioned):
    """One visit of one participant.

    Three things stand side by side and are never one status: the timing is derived from the dates
    and the site's today, the appointment is agreed, the outcome is recorded. Dates are calendar
    days at the site, both window ends included; None together while the anchor is missing.

    `recorded_at` and `recorded_by` say since when the outcome stands and who recorded it: correcting its
    day, reason or note changes neither, another outcome both; None where the record itself closed it.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    planned_visit = models.ForeignKey(PlannedVisit, on_delete=models.PROTECT, related_name="visits")
    code = models.CharField(max_length=20)
    mode = models.CharField(max_length=12, choices=VisitMode)
    occurrence = models.PositiveSmallIntegerField(default=1)

    opens_on = models.DateField("window opens", null=True, blank=True)
    target_on = models.DateField("target date", null=True, blank=True)
    closes_on = models.DateField("window closes", null=True, blank=True)
    is_projected = models.BooleanField("planned from a date that is itself planned", default=False)
    dates_set_at = models.DateTimeField("dates last set", null=True, blank=True, editable=False)

    scheduled_on = models.DateField("appointment", null=True, blank=True)
    scheduled_time = models.TimeField("time", null=True, blank=True)
    appointment = models.CharField(max_length=10, choices=AppointmentState, blank=True)

    outcome = models.CharField(max_length=15, choices=OUTCOME_CHOICES, blank=True, default="")
    occurred_on = models.DateField("date of the visit", null=True, blank=True)
    missed_reason = models.CharField(max_length=12, choices=MissedReason, blank=True)
    outcome_reason = models.CharField("reason", max_length=300, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["participant", "target_on", "planned_visit__position", "occurrence"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "planned_visit", "occurrence"], name="visit_once_per_occurrence"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True, target_on__isnull=True, closes_on__isnull=True)
                | Q(opens_on__lte=F("target_on"), target_on__lte=F("closes_on")),
                name="visit_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["attended", "partial"], occurred_on__isnull=False)
                | (~Q(outcome__in=["attended", "partial"]) & Q(occurred_on__isnull=True)),
                name="visit_date_if_it_took_place",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["missed", "not_applicable", "cancelled"]) | ~Q(outcome_reason=""),
                name="visit_reason_if_it_did_not_take_place",
            ),
            one_of("outcome", Outcome, "visit_outcome_known"),
            models.CheckConstraint(
                condition=Q(scheduled_on__isnull=True, appointment="")
                | Q(scheduled_on__isnull=False, appointment__in=[str(state) for state in AppointmentState]),
                name="visit_appointment_with_date",
            ),
            # The record itself closes visits too, and is nobody: a person never without the moment.
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True) | Q(recorded_at__isnull=False),
                name="visit_recorded_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["opens_on"], condition=Q(outcome=""), name="visit_open_by_opening"),
            models.Index(fields=["target_on"], condition=Q(outcome=""), name="visit_open_by_target"),
            models.Index(fields=["closes_on"], condition=Q(outcome=""), name="visit_open_by_closing"),
            models.Index(fields=["scheduled_on"], condition=Q(outcome=""), name="visit_open_by_appointment"),
            models.Index(fields=["changed_at"], name="visit_by_change"),
            models.Index(fields=["occurred_on"], name="visit_by_day"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The code, with the number of the occurrence where there are several."""
        return self.code if self.occurrence == 1 else f"{self.code} {self.occurrence}"

    @property
    def dates(self) -> VisitDates | None:
        """The window and target, None while the anchor is missing."""
        if self.opens_on is None or self.target_on is None or self.closes_on is None:
            return None
        return VisitDates(self.opens_on, self.target_on, self.closes_on)

    def timing(self, today: date) -> Timing:
        """Return the timing on a day at the site: the one rule of followup.domain.windows."""
        return timing(
            self.dates,
            Outcome(self.outcome),
            today,
            is_projected=self.is_projected,
            is_owed=self.mode in REMINDED_MODES,
        )

    @property
    def booked_on(self) -> date | None:
        """The day of an appointment that holds, None without one or when it was cancelled."""
        return None if self.appointment == AppointmentState.CANCELLED else self.scheduled_on

    @property
    def days_out(self) -> int:
        """Days out of the window: negative early, positive late, 0 inside it or when not judged.

        A window that is only projected judges nothing: the visit is judged when its anchor is recorded.
        """
        if self.occurred_on is None or self.is_projected or self.mode not in REMINDED_MODES:
            return 0
        return days_out_of_window(self.dates, self.occurred_on)

    def today(self, now: datetime) -> date:
        """Return the calendar day at the visit's site."""
        return self.participant.today(now)


class AssessmentState(models.TextChoices):
    """Whether a planned assessment was done."""

    DONE = "done", "Done"
    NOT_DONE = "not_done", "Not done"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class VisitAssessment(models.Model):
    """What became of one planned assessment of a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="assessments")
    planned_assessment = models.ForeignKey(PlannedAssessment, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=15, choices=AssessmentState)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["planned_assessment__position"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "planned_assessment"], name="assessment_once_per_visit"),
            one_of("state", AssessmentState, "assessment_state_known"),
            models.CheckConstraint(
                condition=~Q(state="not_done") | ~Q(reason=""), name="assessment_not_done_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.planned_assessment}: {self.get_state_display()}"


class ContactResult(models.TextChoices):
    """What came of trying to reach somebody."""

    REACHED = "reached", "Reached"
    NO_ANSWER = "no_answer", "No answer"
    MESSAGE = "message", "Message left"
    WRONG_NUMBER = "wrong_number", "Contact details out of date"


class ContactChannel(models.TextChoices):
    """How it was tried."""

    PHONE = "phone", "Telephone"
    LETTER = "letter", "Letter"
    MAIL = "mail", "E-mail or portal"
    OTHER = "other", "Other"


class ContactAttempt(Fact):
    """An attempt to reach the family, for one visit by explicit choice, or for none."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="contact_attempts"
    )
    tried_on = models.DateField("date")
    channel = models.CharField(max_length=10, choices=ContactChannel, default=ContactChannel.PHONE)
    result = models.CharField(max_length=15, choices=ContactResult)
    note = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet["ContactAttempt"].as_manager()

    class Meta:
        ordering = ["-tried_on", "-pk"]
        constraints = [
            one_of("channel", ContactChannel, "contact_channel_known"),
            one_of("result", ContactResult, "contact_result_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.tried_on}: {self.get_result_display()}"


class Snooze(models.Model):
    """A visit that one person does not want to see on My day before a day; nothing else changes."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="snoozes")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    until_on = models.DateField("until")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "staff"], name="snooze_once_per_person")]

    def __str__(self) -> str:
        return f"{self.visit} until {self.until_on}"
