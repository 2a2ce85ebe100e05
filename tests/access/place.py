"""A place: a site with its people and its participants."""

from __future__ import annotations

from dataclasses import dataclass, field

from participants.domain.roles import Role
from participants.models import Participant, Site, StaffMember, Study


@dataclass
class Place:
    """A site with its people and its participants; `word` occurs in all its texts and nowhere else."""

    name: str
    word: str
    site: Site
    study: Study
    staff: dict[Role, StaffMember] = field(default_factory=dict)
    participant: Participant | None = None
    departed: Participant | None = None
