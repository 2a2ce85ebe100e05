"""What the follow-up adds to the pages of a participant."""

from __future__ import annotations

from datetime import date

from django import template

from followup.models import Visit
from followup.pages.endpoints import endpoint_rows
from followup.pages.tabs import tabs_of
from followup.pages.visit_words import VisitSign, appointment_words, closing_words, sign_of
from followup.vital import sightings
from participants.domain.lifecycle import ENDED
from participants.models import Participant
from participants.vital import course_facts, last_known_alive

register = template.Library()


@register.inclusion_tag("followup/_next_visit.html")
def next_visit(participant: Participant, today: date) -> dict[str, object]:
    """Name the visit that is wanted next, with its appointment and what is left of its window."""
    owed = Visit.objects.filter(participant=participant).owed().filter(closes_on__isnull=False)
    visit = owed.select_related("participant__site").order_by("closes_on", "pk").first()
    if visit is None or visit.dates is None:
        return {"visit": None}
    sign: VisitSign = sign_of(visit, today)
    return {
        "visit": visit,
        "sign_name": sign.name,
        "booked": appointment_words(visit),
        "window": closing_words(visit.dates, today),
    }


@register.inclusion_tag("followup/_last_alive.html")
def last_alive(participant: Participant, today: date) -> dict[str, object]:
    """Say when somebody was last known to be alive, and by what; visits and calls count.

    With it goes how the dashboards count them for each survival endpoint.
    """
    found = sightings([participant.pk])
    has_left = participant.phase in ENDED
    return {
        "seen": last_known_alive(found).get(participant.pk),
        "today": None if has_left else today,
        "day_zero": participant.day_zero_on,
        "endpoints": endpoint_rows(course_facts(found).get(participant.pk), today),
    }


@register.inclusion_tag("followup/_tabs.html")
def participant_tabs(participant: Participant, here: str) -> dict[str, object]:
    """Draw the tabs of a participant's pages, the present one marked."""
    return {"tabs": tabs_of(participant, here)}
