"""Who has not been heard of for a number of days: whom to ask about before a data cut.

Source: PACER design, clinical rules, section 8 (last known alive); the default number is a setting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from followup.models import ContactAttempt, ContactResult
from followup.vital import sightings
from participants.domain.day_words import study_day
from participants.domain.lifecycle import BEFORE_ENROLMENT
from participants.domain.roles import Capability
from participants.domain.vital_status import Sighting
from participants.models import Death, Participant, Site, StaffMember
from participants.vital import last_known_alive

UNHEARD_CSV_HEAD = (
    "study_id", "site", "phase", "last_known_alive_on", "by", "days", "unanswered_attempts_since",
)  # fmt: skip
MOST_DIGITS = 4


@dataclass(frozen=True)
class UnheardFilter:
    """What the reader chose; `days` None is the setting of each study."""

    days: int | None = None
    site: str = ""

    @classmethod
    def of(cls, values: QueryDict) -> UnheardFilter:
        """Read the choice from an address; what is no number of days counts as no choice."""
        typed = values.get("days", "").strip()
        is_number = typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS
        return cls(int(typed) if is_number else None, values.get("site", "")[:3])


@dataclass(frozen=True)
class UnheardRow:
    """Somebody not heard of; `seen` None is no dated contact at all, `days` then too."""

    participant: Participant
    trial_day: str
    seen: Sighting | None
    days: int | None
    attempts: int


@dataclass(frozen=True)
class UnheardPage:
    """The list, the longest silence first, and of how many; `limits` are the days that were asked."""

    filter: UnheardFilter
    sites: list[Site]
    rows: list[UnheardRow]
    of: int
    limits: list[int]


def read_unheard(
    person: StaffMember,
    chosen: UnheardFilter,
    now: datetime,
    capability: Capability = Capability.READ_PARTICIPANTS,
) -> UnheardPage:
    """Read who is alive and on study, as far as is known, and silent for more days than asked.

    Takes the same number of statements for one participant as for a thousand.
    """
    sites = list(Site.objects.visible_to(person, capability).select_related("study"))
    people = list(_watched(person, chosen, capability))
    known = sightings([one.pk for one in people])
    alive = last_known_alive(known)
    tried = _unanswered(alive)
    rows = []
    for one in people:
        seen, today = alive.get(one.pk), one.today(now)
        days = (today - seen.on).days if seen else None
        if days is None or days > _limit(one, chosen):
            rows.append(UnheardRow(one, study_day(today, one.day_zero_on), seen, days, tried[one.pk]))
    # Without any contact comes first; 0 sorts behind every number of days otherwise.
    rows.sort(key=lambda row: (row.seen is not None, -(row.days or 0), row.participant.study_id))
    return UnheardPage(chosen, sites, rows, len(people), sorted({_limit(one, chosen) for one in people}))


def unheard_rows(page: UnheardPage) -> Iterable[tuple[object, ...]]:
    """Yield the list as rows of a file."""
    for row in page.rows:
        one, seen = row.participant, row.seen
        yield (
            one.study_id, one.site.code, one.phase, seen.on if seen else None, seen.what if seen else "",
            row.days, row.attempts,
        )  # fmt: skip


def _watched(person: StaffMember, chosen: UnheardFilter, capability: Capability) -> Iterable[Participant]:
    """Select everybody enrolled who has neither died nor left; screening is not followed up."""
    people = Participant.objects.visible_to(person, capability).on_study().for_pages()
    people = people.exclude(phase__in=[str(phase) for phase in BEFORE_ENROLMENT])
    died = Death.objects.standing().filter(participant__in=people.values("pk"))
    people = people.exclude(pk__in=died.values("participant"))
    return people.filter(site__code=chosen.site) if chosen.site else people


def _limit(participant: Participant, chosen: UnheardFilter) -> int:
    return participant.site.study.unheard_days if chosen.days is None else chosen.days


def _unanswered(alive: dict[int, Sighting]) -> Counter[int]:
    """Count the unanswered attempts since each participant was last known to be alive."""
    rows = ContactAttempt.objects.standing().exclude(result=ContactResult.REACHED)
    tried: list[tuple[int, date]] = list(
        rows.filter(participant__in=alive).values_list("participant", "tried_on")
    )
    return Counter(owner for owner, on in tried if on > alive[owner].on)
