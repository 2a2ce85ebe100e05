"""Who is known to be alive since when, and the facts of the survival endpoints, for many at once.

The same number of statements for one participant as for a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, Model, Q, QuerySet, Value

from participants.domain.milestones import MilestoneKind
from participants.domain.vital_status import Assessment, CourseFacts, Sighting, last_sighting
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    Consent,
    Death,
    HospitalStay,
    Infection,
    LabResult,
    Milestone,
    NeuroAssessment,
    Observation,
    Participant,
    Relapse,
    Response,
    ResponseKind,
    Weight,
)


@dataclass(frozen=True)
class Contact:
    """A kind of dated contact, which shows that somebody was alive.

    `column` holds the day, or the moment where its name ends with "at"; `what` is what pages call it.
    `kinds` names the events where rows are of several kinds.
    """

    rows: Callable[[], QuerySet[Any]]
    column: str
    what: str
    kinds: type[MilestoneKind] | None = None

    @property
    def is_timed(self) -> bool:
        """Whether the contact has a moment, not only a day."""
        return self.column.endswith("at")

    def name(self, kind: str) -> str:
        """Return what pages call a row of a kind."""
        if self.kinds is None:
            return self.what
        label = str(self.kinds(kind).label)
        # CAR-T keeps its capitals within a sentence.
        return label if label[:2].isupper() else label.lower()


def _discharged() -> QuerySet[HospitalStay]:
    return HospitalStay.objects.standing().filter(discharged_at__isnull=False)


# Every kind of contact that the record holds; the dashboards read the same list.
CONTACTS: tuple[Contact, ...] = (
    Contact(lambda: Milestone.objects.standing().actual(), "on", "event", MilestoneKind),
    Contact(lambda: Observation.objects.standing(), "at", "vital signs"),
    Contact(lambda: NeuroAssessment.objects.standing(), "at", "neurological assessment"),
    Contact(lambda: AnakinraDose.objects.standing(), "at", "dose"),
    Contact(lambda: LabResult.objects.standing(), "at", "laboratory"),
    Contact(lambda: Weight.objects.standing(), "on", "weight"),
    Contact(lambda: Consent.objects.standing(), "signed_on", "consent"),
    Contact(lambda: Response.objects.standing(), "on", "disease assessment"),
    Contact(lambda: Infection.objects.standing(), "onset_on", "infection"),
    Contact(lambda: AdverseEvent.objects.standing(), "onset_on", "adverse event"),
    Contact(lambda: HospitalStay.objects.standing(), "admitted_at", "admission"),
    Contact(_discharged, "discharged_at", "discharge"),
)
_NEXT_THERAPY = frozenset({MilestoneKind.HSCT, MilestoneKind.NEW_THERAPY})

Sightings = dict[int, list[Sighting]]


def sightings_of(contacts: Iterable[Contact], participants: Collection[int]) -> Sightings:
    """Return for each participant the latest day of each of some kinds of contact."""
    people = Participant.objects.filter(pk__in=participants).select_related("site")
    zones = {one.pk: one.site.tz for one in people}
    found: Sightings = defaultdict(list)
    for contact in contacts:
        rows = contact.rows().filter(participant__in=participants).order_by()
        kind = F("kind") if contact.kinds else Value("")
        newest = rows.values("participant", named=kind).annotate(latest=Max(contact.column))
        for owner, named, latest in newest.values_list("participant", "named", "latest"):
            on = latest.astimezone(zones[owner]).date() if contact.is_timed else latest
            found[owner].append(Sighting(on, contact.name(named)))
    return found


def last_known_alive(sightings: Mapping[int, Iterable[Sighting]]) -> dict[int, Sighting]:
    """Return the last day on which each participant is known to have been alive, and by what.

    Who died was alive until then: what is dated after the death proves nothing. Who has no dated
    contact at all is missing.
    """
    died = dict(Death.objects.standing().filter(participant__in=sightings).values_list("participant", "on"))
    latest = {owner: last_sighting(seen, died_on=died.get(owner)) for owner, seen in sightings.items()}
    return {owner: seen for owner, seen in latest.items() if seen is not None}


def course_facts(sightings: Mapping[int, Iterable[Sighting]]) -> dict[int, CourseFacts]:
    """Return the facts of the endpoints, by participant; who was not infused is missing.

    Day zero and endpoints follow the first infusion [setting]: a relapse, transplantation or new therapy
    before it is none of theirs, and a further infusion is a next therapy.
    """
    participants = list(sightings)
    alive = last_known_alive(sightings)
    assessed: dict[int, list[Assessment]] = defaultdict(list)
    for owner, on, kind in _standing(Response, participants).values_list("participant", "on", "response"):
        assessed[owner].append(Assessment(on, is_remission=kind in {ResponseKind.CR, ResponseKind.CRI}))
    zeros = _day_zeros(participants)
    relapses, therapy = _relapses(zeros), _next_therapies(zeros)
    died = dict(_standing(Death, participants).values_list("participant", "on"))
    return {
        owner: CourseFacts(
            day_zero=day_zero,
            last_alive_on=max(alive[owner].on, day_zero) if owner in alive else day_zero,
            assessments=tuple(assessed[owner]),
            relapses=tuple(sorted(relapses[owner])),
            next_therapy_on=therapy.get(owner),
            died_on=died.get(owner),
        )
        for owner, day_zero in zeros.items()
    }


def _standing(model: type[Model], participants: Collection[int]) -> Any:
    return model._default_manager.filter(participant__in=participants, stands=True)


def _day_zeros(participants: Collection[int]) -> dict[int, date]:
    people = Participant.objects.filter(pk__in=participants).with_day_zero()
    return {one.pk: one.day_zero_on for one in people if one.day_zero_on is not None}


def _relapses(zeros: Mapping[int, date]) -> dict[int, set[date]]:
    """Return the relapses since day zero that are more than MRD, in their detail or as events."""
    found: dict[int, set[date]] = defaultdict(set)
    detailed = Relapse.objects.standing().filter(participant__in=list(zeros), is_mrd_only=False)
    events = _happened(zeros).filter(kind=MilestoneKind.RELAPSE)
    for rows in (detailed, events):
        for owner, on in rows.values_list("participant", "on"):
            if on >= zeros[owner]:
                found[owner].add(on)
    return found


def _next_therapies(zeros: Mapping[int, date]) -> dict[int, date]:
    """Return the first transplantation or new therapy since day zero, or infusion after it."""
    again = F("participant__site__study__day_zero_event")
    rows = _happened(zeros).filter(Q(kind__in=_NEXT_THERAPY) | Q(kind=again))
    first: dict[int, date] = {}
    for owner, kind, on in rows.order_by("on").values_list("participant", "kind", "on"):
        if on > zeros[owner] or (kind in _NEXT_THERAPY and on == zeros[owner]):
            first.setdefault(owner, on)
    return first


def _happened(zeros: Mapping[int, date]) -> QuerySet[Milestone]:
    return Milestone.objects.standing().actual().filter(participant__in=list(zeros))
