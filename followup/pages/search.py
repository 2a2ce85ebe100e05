"""What the search box finds: a participant by study id, visits by code or study day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from followup.models import PlannedVisit, Visit
from followup.pages.visit_words import VisitSign, sentence_of, sign_of
from participants.domain.clean_text import clean_line
from participants.domain.day_words import MINUS
from participants.models import Participant, StaffMember

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
    """What was found; `only` is the one participant whom the text names exactly."""

    text: str
    only: Participant | None
    people: list[Participant]
    visits: list[FoundVisit]


def search(person: StaffMember, written: str, now: datetime) -> Found:
    """Search what a person may see; a text that cannot be read finds nothing."""
    text = _readable(written)
    if not text:
        return Found("", None, [], [])
    seen = Participant.objects.visible_to(person).for_pages()
    only = seen.filter(Q(study_id__iexact=text) | Q(enrolment_number__iexact=text)).first()
    matching = seen.filter(Q(study_id__icontains=text) | Q(enrolment_number__icontains=text))
    people = list(matching.order_by("study_id")[:FOUND_ROWS])
    return Found(text, only, people, _visits(person, text, now))


def _readable(written: str) -> str:
    try:
        return _PERSON.sub("", clean_line(written[:60]))
    except ValueError:
        return ""


def _visits(person: StaffMember, text: str, now: datetime) -> list[FoundVisit]:
    wanted = Q(code__iexact=text)
    if day := _STUDY_DAY.fullmatch(text):
        wanted |= Q(planned_visit__in=_planned_on(int(day[2]) * (-1 if day[1] in {"-", MINUS} else 1)))
    rows = Visit.objects.visible_to(person).filter(wanted, opens_on__isnull=False).open()
    visits = list(rows.for_pages().order_by("target_on", "pk")[:FOUND_ROWS])
    zeros = {
        one.pk: one.day_zero_on
        for one in Participant.objects.filter(
            pk__in={visit.participant_id for visit in visits}
        ).with_day_zero()
    }
    return [_found(visit, now, zeros[visit.participant_id]) for visit in visits]


def _planned_on(study_day: int) -> list[int]:
    """Return the planned visits whose target is a day from day zero, whatever the study calls them."""
    rows = PlannedVisit.objects.filter(target_day=study_day, anchor__isnull=False)
    return [
        row.pk
        for row in rows.select_related("anchor", "schedule__study")
        if row.anchor and row.schedule.study.day_zero_event in row.anchor.events
    ]


def _found(visit: Visit, now: datetime, day_zero: date | None) -> FoundVisit:
    today = visit.today(now)
    return FoundVisit(visit, sign_of(visit, today), sentence_of(visit, today, day_zero))
