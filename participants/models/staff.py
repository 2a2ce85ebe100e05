"""Staff and the delegation log, which is the source of every right."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from participants.domain.roles import ALL_SITES_ROLES, ROLE_NAMES, Capability, Role, roles_with
from participants.models.base import one_of
from participants.models.study import Site, SiteQuerySet, Study, validate_zone


class StaffManager(BaseUserManager["StaffMember"]):
    """Finds staff by e-mail address, ignoring case."""

    def get_by_natural_key(self, username: str | None) -> StaffMember:
        """Return the member of staff with this address."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> StaffMember:
        """Build and save a member of staff; only actions and test factories call this."""
        person = self.model(email=self.normalize_email(email), name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def visible_to(
        self, person: StaffMember, capability: Capability = Capability.MANAGE_STAFF
    ) -> QuerySet[StaffMember]:
        """Keep who has or had a delegation that the person manages."""
        return self.filter(
            Exists(Delegation.objects.visible_to(person, capability).filter(staff=OuterRef("pk")))
        )


class StaffMember(AbstractBaseUser):
    """Somebody who may sign in. Accounts are disabled, never deleted."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("printed name", max_length=150)
    zone = models.CharField("time zone", max_length=50, default="America/Chicago", validators=[validate_zone])
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    link_sent_at = models.DateTimeField(
        "link to set a password last sent", null=True, blank=True, editable=False
    )

    objects = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "member of staff"
        verbose_name_plural = "staff"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="staff_email_once_ignoring_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        """The person's own time zone."""
        return ZoneInfo(self.zone)


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Delegations that hold at a moment, that give a capability, that a person may manage."""

    def valid_at(self, moment: datetime) -> DelegationQuerySet:
        """Keep what has begun and not ended at a moment; the end itself is not included."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=moment), starts_at__lte=moment)

    def giving(self, capability: Capability) -> DelegationQuerySet:
        """Keep the delegations whose role holds a capability."""
        return self.filter(role__in=roles_with(capability))

    def visible_to(
        self, person: StaffMember, capability: Capability = Capability.MANAGE_STAFF
    ) -> DelegationQuerySet:
        """Keep the delegations at sites, or of whole studies, that the person manages."""
        whole_studies = delegations_where(person, capability).filter(site__isnull=True).values("study")
        return self.filter(
            Q(site__in=sites_where(person, capability)) | Q(site__isnull=True, study__in=whole_studies)
        )


class Delegation(models.Model):
    """A row of the delegation log: who has which role, where, from when to when."""

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="delegations")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="delegations"
    )
    role = models.CharField(max_length=30, choices=[(role, ROLE_NAMES[role]) for role in Role])
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["staff__name", "role", "starts_at"]
        constraints = [
            one_of("role", Role, "delegation_role_known"),
            models.CheckConstraint(
                condition=Q(site__isnull=False) | Q(role__in=sorted(ALL_SITES_ROLES)),
                name="delegation_for_all_sites_only_to_some_roles",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="delegation_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff}, {ROLE_NAMES[Role(self.role)]}"


def delegations_where(person: StaffMember, capability: Capability) -> DelegationQuerySet:
    """Return the person's delegations that give a capability now; none for a disabled account."""
    held = Delegation.objects.valid_at(timezone.now()).giving(capability)
    return held.filter(staff=person, staff__is_active=True)


def sites_where(person: StaffMember, capability: Capability) -> SiteQuerySet:
    """Return the sites at which a person holds a capability now: their own, or all of a study."""
    here = Q(site=OuterRef("pk")) | Q(site__isnull=True, study=OuterRef("study"))
    return Site.objects.filter(Exists(delegations_where(person, capability).filter(here)))
