"""Who is silent, for how long: looked up in indexes, ordered and counted without reading anybody whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from followup.dashboards.reading.contacts import NEVER, latest_of
from followup.dashboards.reading.plain import as_day, as_moment
from followup.vital import CONTACTS
from participants.domain.clean_text import clean_identifier
from participants.domain.lifecycle import BEFORE_ENROLMENT
from participants.models import Death, Participant, Site
from participants.models.participant import ParticipantQuerySet

# Between the day and the study id of a place in the list.
_BETWEEN = "."


@dataclass(frozen=True)
class Silent:
    """Somebody not heard of; `seen_on` None is no dated contact at all."""

    pk: int
    study_id: str
    seen_on: date | None

    @property
    def place(self) -> tuple[str, str]:
        """Where somebody stands in the list: without any contact first, then the longest silence."""
        return (self.seen_on.isoformat() if self.seen_on else "", self.study_id)

    @property
    def key(self) -> str:
        """The place, as it travels in an address."""
        return _BETWEEN.join(self.place)


def place_of(after: str) -> tuple[str, str] | None:
    """Read a place from an address; None for what is no place, which begins nowhere."""
    try:
        on, _, study_id = clean_identifier(after)[:40].partition(_BETWEEN)
        return (date.fromisoformat(on).isoformat() if on else "", study_id) if study_id else None
    except ValueError:
        return None


def watched(people: ParticipantQuerySet) -> ParticipantQuerySet:
    """Keep everybody enrolled who has neither died nor left; screening is not followed up."""
    died = Death.objects.standing().filter(participant=OuterRef("pk"))
    enrolled = people.on_study().exclude(phase__in=[str(phase) for phase in BEFORE_ENROLMENT])
    return enrolled.filter(~Exists(died))


def find_silent(
    people: ParticipantQuerySet, sites: Iterable[Site], limits: Mapping[int, int], now: datetime
) -> tuple[list[Silent], int]:
    """Return who is silent for more days than the limit of their study, in order, and of how many.

    One statement, one narrow row for each: the last contact comes from the indexes.
    """
    known = {site.pk: site for site in sites}
    last = {"on": latest_of(CONTACTS, is_timed=False), "at": latest_of(CONTACTS, is_timed=True)}
    # In the order of the keys, in which the indexes of the contacts are too.
    rows = Participant.objects.filter(pk__in=people.order_by().values("pk")).order_by("pk")
    read = list(rows.values_list("pk", "study_id", "site", last["on"], last["at"]))
    found = _silent(read, known, {pk: limits[site.study_id] for pk, site in known.items()}, now)
    return sorted(found, key=lambda one: one.place), len(read)


def _silent(
    rows: Collection[Any], sites: Mapping[int, Site], limits: Mapping[int, int], now: datetime
) -> Iterable[Silent]:
    """Yield who was last seen on a day, in the zone of the site, that is longer ago than the limit."""
    zones = {pk: site.tz for pk, site in sites.items()}
    todays = {pk: site.today(now) for pk, site in sites.items()}
    for pk, study_id, site, on, at in rows:
        moment = as_moment(at)
        seen_on = as_day(on) if moment == NEVER else max(as_day(on), moment.astimezone(zones[site]).date())
        if seen_on == NEVER.date():
            yield Silent(pk, study_id, None)
        elif (todays[site] - seen_on).days > limits[site]:
            yield Silent(pk, study_id, seen_on)
