"""Who is known to be alive since when, and the facts of the survival endpoints, for many at once.

The same number of statements for one participant as for a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Max, Model

from participants.domain.milestones import MilestoneKind
from participants.domain.vital_status import Assessment, CourseFacts, Sighting, last_sighting
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    Consent,
    Death,
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

# What shows that somebody was alive on a day, the column of the day or moment, and what pages call it.
_SEEN: tuple[tuple[type[Model], str, str], ...] = (
    (Observation, "at", "vital signs"),
    (NeuroAssessment, "at", "neurological assessment"),
    (AnakinraDose, "at", "dose"),
    (LabResult, "at", "laboratory"),
    (Weight, "on", "weight"),
    (Consent, "signed_on", "consent"),
    (Response, "on", "disease assessment"),
    (Infection, "onset_on", "infection"),
    (AdverseEvent, "onset_on", "adverse event"),
)
_NEXT_THERAPY = frozenset({MilestoneKind.HSCT, MilestoneKind.NEW_THERAPY})

Sightings = dict[int, list[Sighting]]


def sightings_in_record(participants: Collection[int]) -> Sightings:
    """Return for each participant the latest day of each kind of contact that the record holds."""
    people = Participant.objects.filter(pk__in=participants).select_related("site")
    zones = {one.pk: one.site.tz for one in people}
    found: Sightings = defaultdict(list)
    for model, column, what in _SEEN:
        rows = _standing(model, participants)
        newest = rows.order_by().values("participant").annotate(latest=Max(column))
        for owner, latest in newest.values_list("participant", "latest"):
            on = latest.astimezone(zones[owner]).date() if column == "at" else latest
            found[owner].append(Sighting(on, what))
    events = Milestone.objects.standing().actual().filter(participant__in=participants)
    for owner, kind, on in events.values_list("participant", "kind", "on"):
        found[owner].append(Sighting(on, MilestoneKind(kind).label.lower()))
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

    Day zero and endpoints follow the first infusion [setting].
    """
    participants = list(sightings)
    alive = last_known_alive(sightings)
    assessed: dict[int, list[Assessment]] = defaultdict(list)
    for owner, on, kind in _standing(Response, participants).values_list("participant", "on", "response"):
        assessed[owner].append(Assessment(on, is_remission=kind in {ResponseKind.CR, ResponseKind.CRI}))
    relapsed, therapy = _relapses(participants), _milestones(participants, _NEXT_THERAPY)
    died = dict(_standing(Death, participants).values_list("participant", "on"))
    return {
        owner: CourseFacts(
            day_zero=day_zero,
            last_alive_on=max(alive[owner].on, day_zero) if owner in alive else day_zero,
            assessments=tuple(assessed[owner]),
            relapsed_on=relapsed.get(owner),
            next_therapy_on=therapy.get(owner),
            died_on=died.get(owner),
        )
        for owner, day_zero in _day_zeros(participants).items()
    }


def _standing(model: type[Model], participants: Collection[int]) -> Any:
    return model._default_manager.filter(participant__in=participants, stands=True)


def _day_zeros(participants: Collection[int]) -> dict[int, date]:
    people = Participant.objects.filter(pk__in=participants).with_day_zero()
    return {one.pk: one.day_zero_on for one in people if one.day_zero_on is not None}


def _relapses(participants: Collection[int]) -> dict[int, date]:
    """Return the first relapse that is more than MRD, in its detail or as an event of the course."""
    found = _milestones(participants, {MilestoneKind.RELAPSE})
    rows = Relapse.objects.standing().filter(participant__in=participants, is_mrd_only=False)
    for owner, on in rows.values_list("participant", "on"):
        found[owner] = min(on, found.get(owner, on))
    return found


def _milestones(participants: Collection[int], kinds: Collection[MilestoneKind]) -> dict[int, date]:
    rows = (
        Milestone.objects.standing()
        .actual()
        .filter(participant__in=participants, kind__in=[str(kind) for kind in kinds])
    )
    first: dict[int, date] = {}
    for owner, on in rows.order_by("on").values_list("participant", "on"):
        first.setdefault(owner, on)
    return first
