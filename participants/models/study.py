"""Studies, their sites, their criteria and the versions of their consent form."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from participants.domain.milestones import MilestoneKind
from participants.models.base import ScopedQuerySet, Versioned


def validate_zone(zone: str) -> None:
    """Refuse a name that is not an IANA time zone."""
    if zone not in available_timezones():
        raise ValidationError("Enter the name of an IANA time zone, such as America/Chicago.")


class Study(models.Model):
    """A trial with its age limits and settings.

    Values marked [setting] are this installation's defaults, not the protocol's.
    """

    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    is_demo = models.BooleanField("invented people only", default=False)
    minimum_age_years = models.PositiveSmallIntegerField(default=1)
    maximum_age_years = models.PositiveSmallIntegerField("maximum age in years, not included", default=25)
    assent_from_years = models.PositiveSmallIntegerField("assent from, years [setting]", default=7)
    assent_to_years = models.PositiveSmallIntegerField("assent to, years, included [setting]", default=17)
    evidence_days = models.PositiveSmallIntegerField(
        "days before lymphodepletion that evidence counts", default=14
    )
    follow_up_from_day = models.PositiveSmallIntegerField(
        "trial day after which follow-up begins [setting]", default=28
    )
    day_zero_event = models.CharField(
        max_length=30, choices=[(kind, kind.label) for kind in MilestoneKind], default=MilestoneKind.INFUSION
    )
    # None: nobody has said; the sponsor's clocks do not run.
    is_under_ind = models.BooleanField("under an IND", null=True, blank=True)
    serious_report_hours = models.PositiveSmallIntegerField(
        "hours from the site's awareness of a serious event to the report to the sponsor [setting]",
        default=24,
    )
    serious_follow_up_days = models.PositiveSmallIntegerField(
        "days to the follow-up of an expedited report [setting]", default=15
    )
    counts_from_determination = models.BooleanField(
        "the 15 days count from the determination, not from the sponsor's receipt [setting]", default=False
    )
    same_infection_days = models.PositiveSmallIntegerField(
        "days within which one organism at one site is proposed as one episode [setting]", default=14
    )
    long_stay_days = models.PositiveSmallIntegerField(
        "days in hospital from which a stay is proposed as prolonged [setting]", default=30
    )

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(Upper("code"), name="study_code_once"),
            models.CheckConstraint(
                condition=Q(minimum_age_years__lt=F("maximum_age_years")), name="study_age_limits_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SiteQuerySet(ScopedQuerySet["Site"]):
    """Sites, scoped to who asks."""

    site_path = ""

    def active(self) -> SiteQuerySet:
        """Keep the sites that take part now."""
        return self.filter(is_active=True)


class Site(Versioned):
    """A hospital that takes part in a study, with its own clock."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="sites")
    code = models.CharField("code, three letters or digits", max_length=3)
    name = models.CharField(max_length=200)
    zone = models.CharField("time zone", max_length=50, validators=[validate_zone])
    is_active = models.BooleanField(default=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["study__code", "code"]
        constraints = [
            models.UniqueConstraint("study", Upper("code"), name="site_code_once_per_study"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{3}$"), name="site_code_form"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def tz(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.zone)

    def today(self, now: datetime) -> date:
        """Return the calendar day at the site at a moment."""
        return now.astimezone(self.tz).date()


class Criterion(models.Model):
    """One inclusion or exclusion criterion of a study."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=10)
    text = models.CharField(max_length=300)
    is_inclusion = models.BooleanField(default=True)
    evidence_expires = models.BooleanField(
        "evidence expires against the start of lymphodepletion", default=False
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["study", "position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "code"], name="criterion_code_once_per_study")
        ]

    def __str__(self) -> str:
        return self.code


class ConsentVersion(models.Model):
    """A version of the consent form; an amendment may ask those already in the study to consent again."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="consent_versions")
    label = models.CharField(max_length=30)
    approved_on = models.DateField()
    asks_for_reconsent = models.BooleanField(default=False)

    class Meta:
        ordering = ["study", "approved_on"]
        constraints = [
            models.UniqueConstraint(fields=["study", "label"], name="consent_version_once_per_study")
        ]

    def __str__(self) -> str:
        return self.label
