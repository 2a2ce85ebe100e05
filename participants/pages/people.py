"""The list of participants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict

from participants.domain.day_words import study_day
from participants.domain.lifecycle import ENDED, PHASE_NAMES, Phase
from participants.domain.roles import Capability
from participants.models import Deviation, DeviationState, Participant, Site, StaffMember
from participants.models.participant import ParticipantQuerySet
from participants.pages.by_site import page_of_people
from participants.pages.keyset import KeysetPage

PEOPLE_CSV_HEAD = (
    "study_id", "enrolment_number", "site", "phase", "day_zero_on", "trial_day", "drafts_to_classify",
)  # fmt: skip


@dataclass(frozen=True)
class PeopleFilter:
    """What the reader chose; unknown values count as no choice."""

    site: str = ""
    phase: str = ""
    text: str = ""
    after: str = ""

    @classmethod
    def of(cls, values: QueryDict) -> PeopleFilter:
        """Read the choice from an address."""
        phase = values.get("phase", "")
        known = phase in {str(one) for one in Phase} | {"on_study"}
        return cls(
            site=values.get("site", "")[:3],
            phase=phase if known else "",
            text=values.get("text", "").strip()[:20],
            after=values.get("after", ""),
        )


@dataclass(frozen=True)
class PersonRow:
    """One participant with the day of the trial."""

    participant: Participant
    trial_day: str
    drafts: int


@dataclass(frozen=True)
class PeoplePage:
    """One page of participants."""

    filter: PeopleFilter
    sites: list[Site]
    rows: list[PersonRow]
    number: int
    page: KeysetPage[Participant]

    @property
    def phases(self) -> list[tuple[str, str]]:
        """The choices of phase."""
        return [
            ("on_study", "Everybody on study"),
            *((str(phase), name) for phase, name in PHASE_NAMES.items()),
        ]


def read_people(person: StaffMember, chosen: PeopleFilter, now: datetime) -> PeoplePage:
    """Read one page of the participants whom a person may see."""
    people = _chosen(Participant.objects.visible_to(person), chosen)
    sites = list(Site.objects.visible_to(person))
    page = page_of_people(people, sites, chosen.after)
    drafts = Counter(_drafts().filter(participant__in=page.rows).values_list("participant", flat=True))
    rows = [_row(one, now, drafts[one.pk]) for one in page.rows]
    return PeoplePage(chosen, sites, rows, people.count(), page)


def people_rows(person: StaffMember, chosen: PeopleFilter, now: datetime) -> Iterable[tuple[object, ...]]:
    """Yield everybody chosen, for whom the person may export, as rows of a file."""
    people = _chosen(Participant.objects.visible_to(person, Capability.EXPORT), chosen)
    own = _drafts().filter(participant=OuterRef("pk")).order_by().values("participant")
    drafts = Coalesce(Subquery(own.annotate(number=Count("pk")).values("number")), 0)
    for one in people.for_pages().annotate(drafts=drafts).order_by("study_id"):
        row = _row(one, now, one.drafts)  # type: ignore[attr-defined]
        zero = one.day_zero_on
        day = (one.today(now) - zero).days if zero else None
        yield one.study_id, one.enrolment_number, one.site.code, one.phase, zero, day, row.drafts


def _chosen(people: ParticipantQuerySet, chosen: PeopleFilter) -> ParticipantQuerySet:
    if chosen.site:
        people = people.filter(site__code=chosen.site)
    if chosen.phase == "on_study":
        people = people.on_study()
    elif chosen.phase:
        people = people.filter(phase=chosen.phase)
    if chosen.text:
        people = people.filter(
            Q(study_id__icontains=chosen.text) | Q(enrolment_number__icontains=chosen.text)
        )
    return people


def _drafts() -> QuerySet[Deviation]:
    return Deviation.objects.filter(state=DeviationState.DRAFT)


def _row(participant: Participant, now: datetime, drafts: int) -> PersonRow:
    ended = participant.phase in ENDED
    day = "" if ended else study_day(participant.today(now), participant.day_zero_on)
    return PersonRow(participant, day, drafts)
