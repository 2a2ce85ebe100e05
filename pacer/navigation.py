"""The main menu and what the top bar says about the person: what they may open, where they work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from participants.domain.roles import CAPABILITIES, ROLE_NAMES, Capability, Role
from participants.models import Delegation

_MENU: tuple[tuple[str, str, frozenset[Capability]], ...] = (
    ("My day", "followup:my_day", frozenset({Capability.READ_PARTICIPANTS})),
    ("Grid", "followup:grid", frozenset({Capability.READ_PARTICIPANTS})),
    ("Participants", "participants:participants", frozenset({Capability.READ_PARTICIPANTS})),
    ("Bedside", "participants:bedside_list", frozenset({Capability.READ_PARTICIPANTS})),
    ("Screening", "participants:screening_log", frozenset({Capability.READ_PARTICIPANTS})),
    ("Dashboards", "followup:dashboard", frozenset({Capability.READ_PARTICIPANTS})),
    ("Queries", "participants:queries", frozenset({Capability.READ_PARTICIPANTS})),
    ("Safety", "participants:safety", frozenset({Capability.READ_PARTICIPANTS})),
    ("Deviations", "participants:deviations", frozenset({Capability.READ_PARTICIPANTS})),
    ("Reminders", "followup:reminders", frozenset({Capability.READ_PARTICIPANTS})),
    (
        "Administration",
        "participants:administration",
        frozenset({Capability.MANAGE_STAFF, Capability.MANAGE_SITES}),
    ),
)


@dataclass(frozen=True)
class Link:
    """One entry of the main menu."""

    label: str
    href: str
    is_here: bool


class Navigation:
    """The top bar for one request; reads the delegation log once, and only if a page shows it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _delegations(self) -> list[Delegation]:
        person = self._request.user
        if not person.is_authenticated:
            return []
        held = Delegation.objects.valid_at(timezone.now()).filter(staff=person)
        return list(held.select_related("site", "study"))

    @cached_property
    def capabilities(self) -> frozenset[Capability]:
        """What the person may do anywhere now."""
        return frozenset().union(*(CAPABILITIES[Role(held.role)] for held in self._delegations))

    @cached_property
    def links(self) -> list[Link]:
        """The entries of the main menu that the person may open, the present one marked."""
        path = _section(self._request.path)
        found = [
            (label, href)
            for label, name, wanted in _MENU
            if wanted & self.capabilities and (href := _address(name))
        ]
        here = max(
            (href for _, href in found if path.startswith(href) and (href != "/" or path == "/")),
            key=len,
            default="",
        )
        return [Link(label, href, href == here) for label, href in found]

    @cached_property
    def may_freeze(self) -> bool:
        """Say whether the person may freeze figures anywhere."""
        return Capability.FREEZE_FIGURES in self.capabilities

    @cached_property
    def planned_studies(self) -> frozenset[int]:
        """The studies whose analysis plan the person may enter: a right for the whole of one."""
        return frozenset(
            held.study_id
            for held in self._delegations
            if held.site_id is None and Capability.ENTER_ANALYSIS_PLAN in CAPABILITIES[Role(held.role)]
        )

    @property
    def may_search(self) -> bool:
        """Say whether there is anything that the person may find."""
        return Capability.READ_PARTICIPANTS in self.capabilities

    @property
    def has_settings(self) -> bool:
        """Say whether the settings of a study are the person's to read."""
        return Capability.READ_SITES in self.capabilities

    @cached_property
    def place(self) -> str:
        """The person's site, or how many there are; "All sites" for a role of the whole study."""
        if any(held.site is None for held in self._delegations):
            return "All sites"
        codes = sorted({held.site.code for held in self._delegations if held.site})
        return f"Site {codes[0]}" if len(codes) == 1 else f"{len(codes)} sites" if codes else ""

    @cached_property
    def roles(self) -> str:
        """The roles that the person holds now, in words."""
        return ", ".join(dict.fromkeys(ROLE_NAMES[Role(held.role)] for held in self._delegations))

    @cached_property
    def as_of(self) -> str:
        """The moment that the page shows, on the clock of the person's site."""
        site = next((held.site for held in self._delegations if held.site), None)
        zone = site.tz if site else getattr(self._request.user, "tz", None)
        now = timezone.now().astimezone(zone)
        return f"{now:%d %b %Y (%a) %H:%M}, {'site time' if site else now.tzname()}"


def _section(path: str) -> str:
    """Return the address by which a page belongs to an entry of the menu."""
    # The bedside of one participant belongs to the bedside, not to the list of participants.
    return "/bedside/" if path.startswith("/participants/") and path.endswith("/bedside/") else path


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def navigation(request: HttpRequest) -> dict[str, object]:
    """Give every page its top bar; nothing is read until a template asks."""
    return {"navigation": Navigation(request)}
