"""The sites that somebody administers, as rows of a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from participants.domain.roles import Capability
from participants.models import Delegation, Site, StaffMember, sites_where


@dataclass(frozen=True)
class SiteRow:
    """A site with its clock as of now and how many people work for it."""

    site: Site
    clock: str
    staff_count: int
    may_edit: bool


def site_rows(person: StaffMember) -> list[SiteRow]:
    """List the sites whose staff a person administers, closed ones last."""
    now = timezone.now()
    sites = sites_where(person, Capability.MANAGE_STAFF).select_related("study")
    editable = set(sites_where(person, Capability.MANAGE_SITES).values_list("pk", flat=True))
    working = Delegation.objects.valid_at(now).filter(site__in=sites, staff__is_active=True)
    people = Counter(site for site, _ in set(working.values_list("site", "staff")))
    return [
        SiteRow(site, f"{now.astimezone(site.tz):%d %b %Y %H:%M}", people[site.pk], site.pk in editable)
        for site in sites.order_by("-is_active", "study__code", "code")
    ]
