"""The frame of every page of a participant: who it is and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from participants.access import holds
from participants.domain.day_words import age_words, study_day
from participants.domain.lifecycle import AT_THE_BEDSIDE
from participants.domain.partial_dates import Precision, age_range_years
from participants.domain.roles import Capability
from participants.endings import endings
from participants.models import Participant, StaffMember, Weight
from participants.pages.strip import StripFact, strip_of


@dataclass(frozen=True)
class Frame:
    """What stands above the content of each tab."""

    participant: Participant
    today: date
    facts: list[str]
    trial_day: str
    drafts: int
    queries: int
    ended: str
    strip: list[StripFact]
    here: str
    may_write: bool
    is_at_bedside: bool


def frame_of(participant: Participant, person: StaffMember, here: str) -> Frame:
    """Read the frame of a participant's page; `here` is the address name of the present tab."""
    today = participant.today(timezone.now())
    may_write = holds(person, Capability.WRITE_RECORDS, participant.site)
    day_zero = participant.day_zero_on
    ended = endings([participant.pk])[participant.pk].ended
    age = _age(participant, person, today)
    weight = Weight.objects.standing().filter(participant=participant).order_by("on", "pk").last()
    known = [age, f"{weight.weight_kg.normalize():f} kg" if weight else ""]
    return Frame(
        participant=participant,
        today=today,
        facts=[*filter(None, known), f"Site {participant.site.code}", participant.phase_name],
        trial_day="" if ended else study_day(today, day_zero),
        drafts=participant.deviations.drafts().count(),
        queries=participant.queries.unsettled().count(),
        ended=ended,
        strip=strip_of(participant),
        here=here,
        may_write=may_write,
        is_at_bedside=participant.phase in AT_THE_BEDSIDE,
    )


def _age(participant: Participant, person: StaffMember, today: date) -> str:
    """Write the age as exactly as the birth date is known and the person may know it."""
    birth = participant.birth
    if birth is None:
        at_consent = participant.age_at_consent_years
        return f"{at_consent} y at consent" if at_consent is not None else ""
    low, high = age_range_years(birth, today) if today >= birth.earliest else (0, 0)
    if birth.precision is Precision.DAY and holds(person, Capability.READ_BIRTH_DATES, participant.site):
        return age_words(birth.on, today)
    return f"{low} y" if low == high else f"{low} or {high} y"
