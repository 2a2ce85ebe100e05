"""Who has not been heard of for a number of days: whom to ask about before a data cut.

Source: PACER design, clinical rules, section 8 (last known alive); the default number is a setting.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.http import QueryDict

from followup.models import ContactAttempt, ContactResult
from followup.pages.silence import Silent, find_silent, place_of, watched
from followup.vital import sightings
from participants.domain.day_words import study_day
from participants.domain.roles import Capability
from participants.domain.vital_status import Sighting
from participants.models import Participant, Site, StaffMember
from participants.pages.keyset import PAGE_ROWS, KeysetPage
from participants.vital import last_known_alive

UNHEARD_CSV_HEAD = (
    "study_id", "site", "phase", "last_known_alive_on", "by", "days", "unanswered_attempts_since",
)  # fmt: skip
MOST_DIGITS = 4
# So many participants of a file are read at a time.
FILE_ROWS = 2000


@dataclass(frozen=True)
class UnheardFilter:
    """What the reader chose; `days` None is the setting of each study."""

    days: int | None = None
    site: str = ""
    after: str = ""

    @classmethod
    def of(cls, values: QueryDict) -> UnheardFilter:
        """Read the choice from an address; what is no number of days counts as no choice."""
        typed = values.get("days", "").strip()
        is_number = typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS
        return cls(int(typed) if is_number else None, values.get("site", "")[:3], values.get("after", ""))


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
    """A page of the list, the longest silence first; `number` are silent, of `of` who are asked about.

    `limits` are the days that were asked.
    """

    filter: UnheardFilter
    sites: list[Site]
    page: KeysetPage[UnheardRow]
    number: int
    of: int
    limits: list[int]

    @property
    def rows(self) -> list[UnheardRow]:
        """The rows of this page."""
        return self.page.rows


@dataclass(frozen=True)
class _List:
    """Everybody silent, in order, of how many."""

    sites: list[Site]
    everybody: list[Silent]
    of: int
    limits: list[int]


def read_unheard(person: StaffMember, chosen: UnheardFilter, now: datetime) -> UnheardPage:
    """Read who is alive and on study, as far as is known, and silent for more days than asked.

    Takes the same number of statements for one participant as for a thousand.
    """
    found = _find(person, chosen, now, Capability.READ_PARTICIPANTS)
    place = place_of(chosen.after)
    begin = bisect_right(found.everybody, place, key=attrgetter("place")) if place else 0
    shown = found.everybody[begin : begin + PAGE_ROWS]
    after = shown[-1].key if begin + PAGE_ROWS < len(found.everybody) else ""
    page = KeysetPage(_rows(shown, now), after, is_first=place is None)
    return UnheardPage(chosen, found.sites, page, len(found.everybody), found.of, found.limits)


def unheard_rows(person: StaffMember, chosen: UnheardFilter, now: datetime) -> Iterable[tuple[object, ...]]:
    """Yield everybody on the list, for whom the person may export, as rows of a file; some at a time."""
    everybody = _find(person, chosen, now, Capability.EXPORT).everybody
    for begin in range(0, len(everybody), FILE_ROWS):
        for row in _rows(everybody[begin : begin + FILE_ROWS], now):
            one, seen = row.participant, row.seen
            yield (
                one.study_id, one.site.code, one.phase, seen.on if seen else None, seen.what if seen else "",
                row.days, row.attempts,
            )  # fmt: skip


def _find(person: StaffMember, chosen: UnheardFilter, now: datetime, capability: Capability) -> _List:
    sites = list(Site.objects.visible_to(person, capability).select_related("study"))
    asked = [site for site in sites if not chosen.site or site.code == chosen.site]
    limits = {site.study_id: _limit(site, chosen) for site in asked}
    people = Participant.objects.visible_to(person, capability).filter(site__in=asked)
    everybody, of = find_silent(watched(people), asked, limits, now)
    return _List(sites, everybody, of, sorted(set(limits.values())) if of else [])


def _rows(silent: Sequence[Silent], now: datetime) -> list[UnheardRow]:
    """Read what is shown of some of the list, in its order."""
    keys = [one.pk for one in silent]
    people = Participant.objects.filter(pk__in=keys).for_pages().in_bulk()
    alive = last_known_alive(sightings(keys))
    tried = _unanswered(alive)
    return [_row(people[pk], alive.get(pk), tried[pk], now) for pk in keys]


def _row(one: Participant, seen: Sighting | None, tried: int, now: datetime) -> UnheardRow:
    today = one.today(now)
    days = (today - seen.on).days if seen else None
    return UnheardRow(one, study_day(today, one.day_zero_on), seen, days, tried)


def _limit(site: Site, chosen: UnheardFilter) -> int:
    return site.study.unheard_days if chosen.days is None else chosen.days


def _unanswered(alive: dict[int, Sighting]) -> Counter[int]:
    """Count the unanswered attempts since each participant was last known to be alive."""
    rows = ContactAttempt.objects.standing().exclude(result=ContactResult.REACHED)
    tried: list[tuple[int, date]] = list(
        rows.filter(participant__in=alive).values_list("participant", "tried_on")
    )
    return Counter(owner for owner, on in tried if on > alive[owner].on)
