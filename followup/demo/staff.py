"""The invented staff of the demo and their delegations."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from followup.demo.story import Crew
from participants.audit import Actor, audited
from participants.domain.roles import ROLE_NAMES, Role
from participants.models import Delegation, Site, StaffMember, Study

PASSWORD = "seven-in-the-morning"

SITES = (
    ("LKE", "Lakeside Children's Hospital", "America/Chicago"),
    ("HRB", "Harbour Children's Hospital", "America/New_York"),
)
# Names of the people of each site, by role.
PEOPLE: tuple[dict[Role, str], ...] = (
    {
        Role.COORDINATOR: "Ruth Osei",
        Role.INVESTIGATOR: "Dr Marta Lindqvist",
        Role.MONITOR: "Jonas Okafor",
        Role.READ_ONLY: "Lena Haugen",
        Role.SITE_ADMINISTRATOR: "Priya Nair",
    },
    {
        Role.COORDINATOR: "Tomás Rivera",
        Role.INVESTIGATOR: "Dr Hana Kobayashi",
        Role.SITE_ADMINISTRATOR: "Owen Clarke",
    },
)
WHOLE_STUDY: dict[Role, str] = {
    Role.DATA_MANAGER: "Ines Ferreira",
    Role.SAFETY: "Dr Noor Haddad",
    Role.SYSTEM_ADMINISTRATOR: "Sam Whitlock",
}


def hire(study: Study) -> list[Crew]:
    """Make the sites and staff of the demo, and return who enters what at each site."""
    crews = []
    with audited(by=Actor.machine("system:demo"), kind="demo.seeded", reason="invented staff"):
        for (code, name, zone), people in zip(SITES, PEOPLE, strict=True):
            site = Site.objects.create(study=study, code=code, name=name, zone=zone)
            hired = {role: _hire(study, site, role, person) for role, person in people.items()}
            crews.append(Crew(site, Actor.of(hired[Role.COORDINATOR]), Actor.of(hired[Role.INVESTIGATOR])))
        for role, person in WHOLE_STUDY.items():
            _hire(study, None, role, person)
    return crews


def _hire(study: Study, site: Site | None, role: Role, name: str) -> StaffMember:
    title = ROLE_NAMES[role].lower().replace(" ", ".")
    where = site.code.lower() if site else "all"
    person = StaffMember.objects.create_user(
        email=f"{title}.{where}@demo.example",
        name=name,
        password=PASSWORD,
        zone=site.zone if site else "America/Chicago",
    )
    begun = timezone.now() - timedelta(days=730)
    Delegation.objects.create(study=study, site=site, staff=person, role=role, starts_at=begun)
    return person
