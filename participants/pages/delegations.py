"""The delegation log and the access report as rows that a page or a file shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db.models import Q
from django.utils import timezone

from participants.domain.roles import CAPABILITIES, ROLE_NAMES, Capability, Role
from participants.models import Delegation, StaffMember, sites_where
from participants.models.staff import DelegationQuerySet
from participants.powers import Powers

LOG_HEADER = ("person", "e-mail address", "role", "study", "site", "from", "to", "state", "account")
ACCESS_HEADER = ("person", "e-mail address", "study", "site", "role", "since", "until", "may")


@dataclass(frozen=True)
class LogRow:
    """One delegation as it is shown; times are on the clock of the site, or of who reads."""

    delegation: Delegation
    state: str
    starts: str
    ends: str
    may_end: bool

    @property
    def role_name(self) -> str:
        """The role in words."""
        return ROLE_NAMES[Role(self.delegation.role)]

    @property
    def place(self) -> str:
        """The site, or all sites of the study."""
        site = self.delegation.site
        return site.code if site else "All sites"

    @property
    def powers(self) -> str:
        """What the role allows, in words."""
        held = CAPABILITIES[Role(self.delegation.role)]
        return "; ".join(str(capability) for capability in Capability if capability in held)

    def log_cells(self) -> tuple[str, ...]:
        """Return the row of the log's file."""
        person, study = self.delegation.staff, self.delegation.study
        account = "enabled" if person.is_active else "disabled"
        head = (person.name, person.email, self.role_name, study.code, self.place)
        return (*head, self.starts, self.ends, self.state, account)

    def access_cells(self) -> tuple[str, ...]:
        """Return the row of the access report's file."""
        person, study = self.delegation.staff, self.delegation.study
        head = (person.name, person.email, study.code, self.place, self.role_name)
        return (*head, self.starts, self.ends, self.powers)


def log_of(person: StaffMember, *, site: str = "", role: str = "", state: str = "") -> DelegationQuerySet:
    """Return the delegations that somebody manages, the last written first, narrowed by a filter."""
    now = timezone.now()
    rows = Delegation.objects.visible_to(person).select_related("staff", "study", "site")
    rows = rows.filter(**{name: value for name, value in (("site", site), ("role", role)) if value})
    if state == "now":
        rows = rows.valid_at(now)
    elif state == "later":
        rows = rows.filter(starts_at__gt=now)
    elif state == "ended":
        rows = rows.filter(ends_at__lte=now)
    return rows.order_by("-pk")


def log_rows(rows: Iterable[Delegation], person: StaffMember) -> Iterator[LogRow]:
    """Describe delegations for a reader."""
    now, powers = timezone.now(), Powers.of(person)
    for delegation in rows:
        state = _state(delegation, now)
        tz = delegation.site.tz if delegation.site else person.tz
        may_end = state != "ended" and delegation.staff_id != person.pk and powers.reach(delegation)
        yield LogRow(
            delegation, state, _moment(delegation.starts_at, tz), _moment(delegation.ends_at, tz), may_end
        )


def access_now(person: StaffMember) -> DelegationQuerySet:
    """Return what gives anybody access, now, to a site that a person manages; all-sites roles included."""
    sites = sites_where(person, Capability.MANAGE_STAFF)
    reaching = Q(site__in=sites) | Q(site__isnull=True, study__in=sites.values("study"))
    reaching |= Q(pk__in=Delegation.objects.visible_to(person).values("pk"))
    rows = Delegation.objects.valid_at(timezone.now()).filter(reaching, staff__is_active=True)
    return rows.select_related("staff", "study", "site").order_by(
        "study__code", "site__code", "staff__name", "role"
    )


def _state(delegation: Delegation, now: datetime) -> str:
    if delegation.ends_at is not None and delegation.ends_at <= now:
        return "ended"
    return "not yet begun" if delegation.starts_at > now else "holds"


def _moment(at: datetime | None, tz: tzinfo) -> str:
    return f"{at.astimezone(tz):%d %b %Y %H:%M}" if at else ""
