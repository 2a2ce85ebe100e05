"""Studies, their sites, their criteria and the versions of their consent form."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Capability
from participants.models.base import ScopedQuerySet, Versioned

if TYPE_CHECKING:
    from participants.models.staff import StaffMember


def validate_zone(zone: str) -> None:
    """Refuse a name that is not an IANA time zone."""
    if zone not in available_timezones():
        raise ValidationError("Enter the name of an IANA time zone, such as America/Chicago.")


def _whole(name: str, default: int, least: int, most: int) -> Any:
    """Return the column of a whole number with its bounds, both included."""
    bounds = [MinValueValidator(least), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(name, default=default, validators=bounds)


class StudyQuerySet(models.QuerySet["Study"]):
    """Studies, by who asks."""

    def visible_to(self, person: StaffMember, capability: Capability = Capability.READ_SITES) -> Self:
        """Keep the studies in which the person holds the capability now, at one site or at all."""
        from participants.models.staff import delegations_where

        return self.filter(pk__in=delegations_where(person, capability).values("study"))


class Study(Versioned):
    """A trial with its age limits and settings.

    Values marked [setting] are this installation's defaults, not the protocol's. What a change of
    each brings about stands in participants.actions.settings.
    """

    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    is_demo = models.BooleanField("invented people only", default=False)
    minimum_age_years = _whole("minimum age, years", 1, 0, 130)
    maximum_age_years = _whole("maximum age, years, not included", 25, 1, 131)
    assent_from_years = _whole("assent from, years [setting]", 7, 0, 17)
    assent_to_years = _whole("assent to, years, included [setting]", 17, 0, 17)
    evidence_days = _whole("days before lymphodepletion that evidence counts", 14, 1, 365)
    follow_up_from_day = _whole("trial day after which follow-up begins [setting]", 28, 1, 365)
    day_zero_event = models.CharField(
        max_length=30, choices=[(kind, kind.label) for kind in MilestoneKind], default=MilestoneKind.INFUSION
    )
    # None: nobody has said; the sponsor's clocks do not run.
    is_under_ind = models.BooleanField("under an IND", null=True, blank=True)
    serious_report_hours = _whole(
        "hours from the site's awareness of a serious event to the report to the sponsor [setting]",
        24, 1, 168,
    )  # fmt: skip
    serious_follow_up_days = _whole("days to the follow-up of an expedited report [setting]", 15, 1, 90)
    counts_from_determination = models.BooleanField(
        "the 15 days count from the determination, not from the sponsor's receipt [setting]", default=False
    )
    same_infection_days = _whole(
        "days within which one organism at one site is proposed as one episode [setting]", 14, 0, 90
    )
    long_stay_days = _whole(
        "days in hospital from which a stay is proposed as prolonged [setting]", 30, 1, 365
    )
    attempts_before_loss = _whole("days of unanswered attempts before loss is proposed [setting]", 3, 1, 20)
    unheard_days = _whole("days without a dated contact before somebody is listed [setting]", 90, 1, 730)
    # "": nobody has entered the protocol's list.
    dlt_list = models.TextField("dose-limiting toxicities", max_length=2000, blank=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(Upper("code"), name="study_code_once"),
            models.CheckConstraint(
                condition=Q(minimum_age_years__lt=F("maximum_age_years")), name="study_age_limits_in_order"
            ),
            models.CheckConstraint(
                condition=Q(assent_from_years__lte=F("assent_to_years"), assent_to_years__lte=17),
                name="study_assent_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    evidence_days__gte=1, follow_up_from_day__gte=1, serious_report_hours__gte=1,
                    serious_follow_up_days__gte=1, long_stay_days__gte=1, attempts_before_loss__gte=1,
                    unheard_days__gte=1,
                ),
                name="study_settings_above_0",
            ),
        ]  # fmt: skip

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
