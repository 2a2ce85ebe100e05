"""What an administrator may give and take: which roles, at which places."""

from __future__ import annotations

from dataclasses import dataclass

from participants.domain.roles import ALL_SITES_ROLES, Capability, Role, grantable_by
from participants.models import Delegation, StaffMember, Study, delegations_where, sites_where
from participants.models.study import SiteQuerySet


@dataclass(frozen=True)
class Powers:
    """The delegations by which somebody administers, as they hold now."""

    held: tuple[Delegation, ...]

    @classmethod
    def of(cls, person: StaffMember) -> Powers:
        """Read a person's powers; a disabled account has none."""
        return cls(tuple(delegations_where(person, Capability.MANAGE_STAFF)))

    def roles_at(self, study_id: int, site_id: int | None) -> frozenset[Role]:
        """Return the roles that may be given at a site, or in the whole study when `site_id` is None."""
        reaching = [
            held
            for held in self.held
            if held.study_id == study_id and (held.site_id is None or held.site_id == site_id)
        ]
        given = frozenset().union(*(grantable_by(Role(held.role)) for held in reaching))
        return given if site_id is not None else given & ALL_SITES_ROLES

    def reach(self, delegation: Delegation) -> bool:
        """Say whether a row of the delegation log may be ended."""
        return Role(delegation.role) in self.roles_at(delegation.study_id, delegation.site_id)

    @property
    def whole_studies(self) -> set[int]:
        """The studies that are administered as a whole."""
        return {held.study_id for held in self.held if held.site_id is None}


def managed_sites(person: StaffMember) -> SiteQuerySet:
    """Return the active sites whose staff somebody administers."""
    return sites_where(person, Capability.MANAGE_STAFF).active().select_related("study")


def manages_sites_of(person: StaffMember, study: Study) -> bool:
    """Say whether somebody may add sites to a study: a right for the whole of it."""
    return delegations_where(person, Capability.MANAGE_SITES).filter(study=study, site__isnull=True).exists()
