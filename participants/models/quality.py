"""Deviations: drafted by a rule or a person, classified by a person."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.models.base import FactQuerySet, Versioned, one_of
from participants.models.participant import Participant


class DeviationQuerySet(FactQuerySet["Deviation"]):
    """Deviations by where they stand."""

    def drafts(self) -> Self:
        """Keep what waits for a person to classify it."""
        return self.filter(state=DeviationState.DRAFT)

    def counted(self) -> Self:
        """Keep drafts and confirmed deviations, not what was withdrawn or judged to be none."""
        return self.applying().exclude(classification=DeviationClass.NONE)

    def applying(self) -> Self:
        """Keep what the record still shows, however it was judged."""
        return self.exclude(state=DeviationState.WITHDRAWN)


class DeviationState(models.TextChoices):
    """Where the deviation stands."""

    DRAFT = "draft", "Draft"
    CLASSIFIED = "classified", "Classified"
    WITHDRAWN = "withdrawn", "No longer applies"


class DeviationClass(models.TextChoices):
    """A person's judgement."""

    NONE = "none", "Not a deviation"
    MINOR = "minor", "Minor"
    IMPORTANT = "important", "Important"


class Deviation(Versioned):
    """A departure from the protocol, one per participant, rule and subject.

    `subject` names the row it is about in the form "visit:17", so that followup can point at its
    visits without participants knowing of them. `days` is the distance from the window: negative
    is early, positive late, None where days mean nothing.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="deviations")
    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    summary = models.CharField(max_length=300)
    days = models.SmallIntegerField(null=True, blank=True)
    reason = models.CharField("reason given", max_length=300, blank=True)
    drafted_at = models.DateTimeField(default=timezone.now, editable=False)
    state = models.CharField(max_length=10, choices=DeviationState, default=DeviationState.DRAFT)
    classification = models.CharField(max_length=10, choices=DeviationClass, blank=True)
    classified_at = models.DateTimeField(null=True, blank=True, editable=False)
    classified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    comment = models.CharField(max_length=300, blank=True)

    objects = DeviationQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            one_of("state", DeviationState, "deviation_state_known"),
            models.UniqueConstraint(
                fields=["participant", "rule", "subject"], name="deviation_once_per_subject"
            ),
            models.CheckConstraint(
                condition=Q(classified_at__isnull=True, classified_by__isnull=True, classification="")
                | Q(
                    classified_at__isnull=False,
                    classified_by__isnull=False,
                    classification__in=[str(c) for c in DeviationClass],
                ),
                name="deviation_classified_by_somebody_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["state", "participant"], name="deviation_by_state")]

    def __str__(self) -> str:
        return self.summary


class QueryState(models.TextChoices):
    """Where a query stands."""

    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class QueryQuerySet(FactQuerySet["Query"]):
    """Queries by where they stand."""

    def unsettled(self) -> Self:
        """Keep what still waits for an answer or for its closing."""
        return self.exclude(state=QueryState.CLOSED)


class Query(Versioned):
    """A question about the record, raised by a rule or a person.

    A rule's query is one per participant, rule and subject, and closes by itself when the rule is
    content; `raised_by` None is a rule. What a person has closed the rule does not ask again.
    `subject` names the row as in Deviation, and `field` a column of that row, "" for the whole of it.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="queries")
    rule = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=60, blank=True)
    text = models.CharField("question", max_length=300)
    raised_at = models.DateTimeField(default=timezone.now, editable=False)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    state = models.CharField(max_length=10, choices=QueryState, default=QueryState.OPEN)
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # None beside a `closed_at`: the rule itself is content.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    objects = QueryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "queries"
        ordering = ["raised_at", "pk"]
        constraints = [
            one_of("state", QueryState, "query_state_known"),
            models.UniqueConstraint(
                fields=["participant", "rule", "subject"],
                condition=~Q(rule="") & ~Q(state="closed"),
                name="query_once_per_rule_and_subject",
            ),
            models.CheckConstraint(
                condition=Q(field="") | ~Q(subject=""), name="query_about_a_field_names_its_row"
            ),
            # A rule answers and closes at a moment too, and is nobody: a person never without one.
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | Q(answered_at__isnull=False),
                name="query_answered_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(closed_at__isnull=False),
                name="query_closed_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.text
