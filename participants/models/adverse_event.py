"""Adverse events: a grade that changes over time, attributions, and seriousness with its clocks."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from participants.domain.clocks import REPORT_NAMES, ReportKind
from participants.models.base import Fact, FactQuerySet, Versioned, one_of
from participants.models.participant import Participant


class Attribution(models.TextChoices):
    """How likely a cause is; possible or more counts as related."""

    UNRELATED = "unrelated", "Unrelated"
    UNLIKELY = "unlikely", "Unlikely"
    POSSIBLE = "possible", "Possible"
    PROBABLE = "probable", "Probable"
    DEFINITE = "definite", "Definite"


RELATED = frozenset({Attribution.POSSIBLE, Attribution.PROBABLE, Attribution.DEFINITE})


class EventOutcome(models.TextChoices):
    """How an adverse event ended."""

    ONGOING = "ongoing", "Ongoing"
    RESOLVED = "resolved", "Resolved"
    SEQUELAE = "sequelae", "Resolved with sequelae"
    FATAL = "fatal", "Fatal"
    UNKNOWN = "unknown", "Unknown"


class SeriousnessCriterion(models.TextChoices):
    """Why an event is serious (ICH E2A); never the same as its grade."""

    DEATH = "death", "Death"
    LIFE_THREATENING = "life_threatening", "Life-threatening"
    HOSPITALISATION = "hospitalisation", "Hospitalisation, or prolonged"
    DISABILITY = "disability", "Persistent disability"
    CONGENITAL = "congenital", "Congenital anomaly"
    IMPORTANT = "important", "Other important medical event"


class AdverseEventQuerySet(FactQuerySet["AdverseEvent"]):
    """Adverse events by what an investigator judged of them."""

    def dose_limiting(self) -> Self:
        """Keep what stands and was judged to be a dose-limiting toxicity."""
        return self.standing().filter(is_dlt=True)

    def not_assessed(self) -> Self:
        """Keep what stands and of which nobody has said whether it is dose-limiting."""
        return self.standing().filter(is_dlt__isnull=True)


class AdverseEvent(Versioned):
    """An adverse event by its CTCAE term; what it was graded over time stands in `grades`.

    `is_dlt` None is not assessed; an investigator does, with a reason.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="adverse_events")
    ctcae_version = models.CharField("CTCAE version", max_length=4, default="5.0")
    term = models.CharField("CTCAE term", max_length=120)
    onset_on = models.DateField("onset")
    ended_on = models.DateField("end", null=True, blank=True)
    attribution_anakinra = models.CharField("anakinra", max_length=10, choices=Attribution, blank=True)
    attribution_car_t = models.CharField("CAR-T cells", max_length=10, choices=Attribution, blank=True)
    attribution_ld = models.CharField("lymphodepletion", max_length=10, choices=Attribution, blank=True)
    attribution_disease = models.CharField("disease", max_length=10, choices=Attribution, blank=True)
    action_taken = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=EventOutcome, default=EventOutcome.ONGOING)
    is_dlt = models.BooleanField("dose-limiting toxicity", null=True, blank=True)
    dlt_reason = models.CharField("why it is dose-limiting or not", max_length=300, blank=True)
    dlt_assessed_at = models.DateTimeField(null=True, blank=True, editable=False)
    dlt_assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # False for an entry that was a mistake: kept, with its reason in the trail, and never counted.
    stands = models.BooleanField(default=True, editable=False)

    objects = AdverseEventQuerySet.as_manager()

    class Meta:
        ordering = ["onset_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dlt_assessed_at__isnull=True, dlt_assessed_by__isnull=True)
                | Q(dlt_assessed_at__isnull=False, dlt_assessed_by__isnull=False),
                name="dlt_assessed_by_somebody_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(dlt_assessed_at__isnull=True) | (Q(is_dlt__isnull=False) & ~Q(dlt_reason="")),
                name="dlt_assessed_with_a_reason",
            ),
            one_of("outcome", EventOutcome, "event_outcome_known"),
            one_of("attribution_anakinra", ["", *Attribution], "event_attribution_anakinra_known"),
            one_of("attribution_car_t", ["", *Attribution], "event_attribution_car_t_known"),
            one_of("attribution_ld", ["", *Attribution], "event_attribution_ld_known"),
            one_of("attribution_disease", ["", *Attribution], "event_attribution_disease_known"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("onset_on")),
                name="event_ends_after_onset",
            ),
        ]

    def __str__(self) -> str:
        return self.term


class EventGrade(Fact):
    """The CTCAE grade of an adverse event from a day on."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="grades")
    on = models.DateField("from")
    grade = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])

    objects = FactQuerySet["EventGrade"].as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="event_grade_within_scale"),
            models.UniqueConstraint(
                fields=["event", "on"], condition=Q(stands=True), name="event_graded_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"grade {self.grade}"


class SeriousEvent(Versioned):
    """The seriousness of an adverse event, with both moments of awareness.

    The clocks run from the moment that it is reported here; an investigator confirms it, until then
    `confirmed_at` is None. Clocks are counted by participants.domain.clocks from these moments and
    from `reports`. `stands` is False when it turned out not to be serious.
    """

    event = models.OneToOneField(AdverseEvent, on_delete=models.PROTECT, related_name="seriousness")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="serious_events")
    number = models.CharField(max_length=20, unique=True)
    criteria = models.JSONField(default=list)
    is_expected = models.BooleanField(null=True, blank=True)
    is_suspected_reaction = models.BooleanField(null=True, blank=True)
    site_aware_at = models.DateTimeField()
    sponsor_aware_at = models.DateTimeField(null=True, blank=True)
    determined_at = models.DateTimeField("found to be serious and unexpected", null=True, blank=True)
    narrative = models.TextField(max_length=4000, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    stands = models.BooleanField(default=True, editable=False)

    objects = FactQuerySet["SeriousEvent"].as_manager()

    class Meta:
        ordering = ["-site_aware_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="serious_event_confirmed_by_somebody_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(determined_at__isnull=True)
                | Q(sponsor_aware_at__isnull=False, determined_at__gte=F("sponsor_aware_at")),
                name="determined_not_before_sponsor_aware",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SeriousProposalQuerySet(FactQuerySet["SeriousProposal"]):
    """Proposals by where they stand."""

    def waiting(self) -> Self:
        """Keep what still holds and nobody has decided."""
        return self.standing().filter(settled_at__isnull=True)


class SafetyReport(Fact):
    """A report of a serious event that was sent: to whom, when, and under which reference."""

    event = models.ForeignKey(SeriousEvent, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=20, choices=REPORT_NAMES.items())
    sent_at = models.DateTimeField("sent")
    reference = models.CharField("reference of the report", max_length=100, blank=True)

    objects = FactQuerySet["SafetyReport"].as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [one_of("kind", ReportKind, "safety_report_kind_known")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sent_at:%Y-%m-%d}"

    @property
    def is_of_sponsor(self) -> bool:
        """Whether the sponsor sent it, not the site."""
        return self.kind in {ReportKind.TO_REGULATOR, ReportKind.REGULATOR_FOLLOW_UP}


class SeriousProposal(models.Model):
    """What the record suggests might be serious: intensive care, death, a grade of 4 or more.

    One per participant, rule and subject; a person reports it or declines it. `stands` is False
    when the finding under it was corrected away.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="serious_proposals")
    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    summary = models.CharField(max_length=300)
    at = models.DateTimeField("moment of the finding")
    proposed_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    serious_event = models.ForeignKey(
        SeriousEvent, on_delete=models.PROTECT, null=True, related_name="proposals"
    )
    declined_because = models.CharField(max_length=300, blank=True)
    stands = models.BooleanField(default=True, editable=False)

    objects = SeriousProposalQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "rule", "subject"], name="serious_proposed_once"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="proposal_settled_by_somebody_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.summary
