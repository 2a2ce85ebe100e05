"""What the search box finds: a participant by study id, visits by code or study day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Value
from django.db.models.functions import Upper

from followup.models import PlannedVisit, Visit
from followup.pages.visit_words import VisitSign, sentence_of, sign_of
from participants.domain.clean_text import clean_line
from participants.domain.day_words import MINUS
from participants.models import Participant, Site, StaffMember
from participants.models.participant import ParticipantQuerySet
from participants.pages.by_site import page_of_people

FOUND_ROWS = 50
_STUDY_DAY = re.compile(r"[Dd](?:ay)? ?([+\-−]?) ?([0-9]{1,4})")
# Other words for the same person, as other systems say it.
_PERSON = re.compile(r"(?:subject|participant|patient)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class FoundVisit:
    """A visit that matches, with its sign."""

    visit: Visit
    sign: VisitSign
    words: str


@dataclass(frozen=True)
class Found:
    """What was found; where the text names one participant exactly, `only` that one."""

    text: str
    only: Participant | None
    people: list[Participant]
    visits: list[FoundVisit]


def search(person: StaffMember, written: str, now: datetime) -> Found:
    """Search what a person may see; a text that cannot be read finds nothing."""
    text = _readable(written)
    if not text:
        return Found("", None, [], [])
    seen = Participant.objects.visible_to(person)
    only = _named(seen, text)
    if only is not None:
        return Found(text, only, [], [])
    sites = list(Site.objects.visible_to(person))
    matching = seen.filter(Q(study_id__icontains=text) | Q(enrolment_number__icontains=text))
    people = page_of_people(matching, sites, size=FOUND_ROWS).rows
    return Found(text, None, people, _visits(person, sites, text, now))


def _named(seen: ParticipantQuerySet, text: str) -> Participant | None:
    """Return whom a text names whole, in either case: looked up in the indexes that keep both unique."""
    asked = Upper(Value(text))
    named = Participant.objects.alias(by_id=Upper("study_id"), by_number=Upper("enrolment_number"))
    # Two at the most, the id of one and the number of another; a whole site would be read for the order.
    keys = named.filter(Q(by_id=asked) | Q(by_number=asked)).order_by().values("pk")
    return min(seen.filter(pk__in=keys).for_pages().order_by(), key=str, default=None)


def _readable(written: str) -> str:
    try:
        return _PERSON.sub("", clean_line(written[:60]))
    except ValueError:
        return ""


def _visits(person: StaffMember, sites: list[Site], text: str, now: datetime) -> list[FoundVisit]:
    planned = _planned(sites, text)
    rows = Visit.objects.visible_to(person).filter(planned_visit__in=planned, opens_on__isnull=False).open()
    visits = list(rows.for_pages().order_by("target_on", "pk")[:FOUND_ROWS]) if planned else []
    zeros = {
        one.pk: one.day_zero_on
        for one in Participant.objects.filter(
            pk__in={visit.participant_id for visit in visits}
        ).with_day_zero()
    }
    return [_found(visit, now, zeros[visit.participant_id]) for visit in visits]


def _planned(sites: Iterable[Site], text: str) -> list[int]:
    """Return the planned visits of the sites' studies that a text names by their code or study day."""
    rows = PlannedVisit.objects.filter(schedule__study__in={site.study_id for site in sites})
    found = list(rows.filter(code__iexact=text).values_list("pk", flat=True))
    if day := _STUDY_DAY.fullmatch(text):
        on = int(day[2]) * (-1 if day[1] in {"-", MINUS} else 1)
        dated = rows.filter(target_day=on, anchor__isnull=False).select_related("anchor", "schedule__study")
        found += [row.pk for row in dated if _counts_from_day_zero(row)]
    return found


def _counts_from_day_zero(row: PlannedVisit) -> bool:
    """Say whether a planned visit counts from what its study calls day zero."""
    return row.anchor is not None and row.schedule.study.day_zero_event in row.anchor.events


def _found(visit: Visit, now: datetime, day_zero: date | None) -> FoundVisit:
    today = visit.today(now)
    return FoundVisit(visit, sign_of(visit, today), sentence_of(visit, today, day_zero))
