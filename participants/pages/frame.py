"""The frame of every page of a participant: who it is and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from participants.access import holds
from participants.anchors import CONSENT, known_dates
from participants.domain.day_words import age_words, study_day
from participants.domain.milestones import KnownDate, MilestoneKind
from participants.domain.partial_dates import Precision, age_range_years
from participants.domain.roles import Capability
from participants.endings import endings
from participants.models import Participant, StaffMember

# What the strip under the tabs shows, as far as it is known.
_STRIP: tuple[tuple[str, str], ...] = (
    (CONSENT, "First consent"),
    (MilestoneKind.LD_START, "Lymphodepletion"),
    (MilestoneKind.INFUSION, "Infusion"),
    (MilestoneKind.ANAKINRA_FIRST, "First anakinra"),
    (MilestoneKind.ANAKINRA_LAST, "Last anakinra"),
    (MilestoneKind.RELAPSE, "Relapse"),
    (MilestoneKind.HSCT, "Transplantation"),
    (MilestoneKind.NEW_THERAPY, "New therapy"),
)


@dataclass(frozen=True)
class StripFact:
    """A key date with its study day, or the word that it is planned."""

    label: str
    value: str
    sub: str


@dataclass(frozen=True)
class Frame:
    """What stands above the content of each tab."""

    participant: Participant
    today: date
    facts: list[str]
    trial_day: str
    drafts: int
    ended: str
    strip: list[StripFact]
    here: str
    may_write: bool


def frame_of(participant: Participant, person: StaffMember, here: str) -> Frame:
    """Read the frame of a participant's page; `here` is the address name of the present tab."""
    today = participant.today(timezone.now())
    may_write = holds(person, Capability.WRITE_RECORDS, participant.site)
    day_zero = participant.day_zero_on
    ended = endings([participant.pk])[participant.pk].ended
    age = _age(participant, person, today)
    facts = [age] if age else []
    return Frame(
        participant=participant,
        today=today,
        facts=[*facts, f"Site {participant.site.code}", participant.phase_name],
        trial_day="" if ended else study_day(today, day_zero),
        drafts=participant.deviations.drafts().count(),
        ended=ended,
        strip=_strip(participant),
        here=here,
        may_write=may_write,
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


def _strip(participant: Participant) -> list[StripFact]:
    known = known_dates([participant.pk]).get(participant.pk, {})
    return [_fact(label, known[kind], participant.day_zero_on) for kind, label in _STRIP if kind in known]


def _fact(label: str, event: KnownDate, day_zero: date | None) -> StripFact:
    sub = "planned" if event.is_planned else study_day(event.on, day_zero)
    return StripFact(label, f"{event.on:%d %b %Y}", sub or f"{event.on:%A}")
