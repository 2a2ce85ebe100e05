"""The tabs of a participant's pages: the record's and the follow-up's side by side."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from participants.models import Participant

TABS: tuple[tuple[str, str], ...] = (
    ("Timeline", "followup:timeline"),
    ("Schedule", "followup:schedule"),
    ("Overview", "participants:participant"),
    ("Screening", "participants:screening"),
    ("Consent", "participants:consents"),
    ("Treatment", "participants:treatment"),
    ("Toxicity", "participants:toxicity"),
    ("Infections", "participants:infections"),
    ("Adverse events", "participants:events"),
    ("Outcome", "participants:outcome"),
    ("Contacts", "followup:contacts"),
    ("History", "participants:history"),
)


@dataclass(frozen=True)
class Tab:
    """One tab of the participant's pages."""

    label: str
    href: str
    is_here: bool


def tabs_of(participant: Participant, here: str) -> list[Tab]:
    """Return the tabs of a participant; `here` is the address name of the present one."""
    return [
        Tab(label, href, name == here) for label, name in TABS if (href := tab_address(name, participant))
    ]


def tab_address(name: str, participant: Participant) -> str:
    """Return the address of a tab of a participant's pages."""
    try:
        return reverse(name, args=[participant.pk])
    except NoReverseMatch:
        return ""
