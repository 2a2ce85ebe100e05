"""Count what stands on record of an imported study."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from followup.domain.windows import TOOK_PLACE, Outcome
from followup.models import Visit, VisitMode
from participants.domain.lifecycle import Phase
from participants.models import Death, Deviation, Participant


@dataclass(frozen=True)
class StudySummary:
    """The numbers of a study; `visits` counts what took place, by code, without the unscheduled.

    Only visits that have a window are in it or out of it.
    """

    study: str
    participants: int
    sites: int
    screen_failures: int
    deaths: int
    visits: dict[str, int]
    unscheduled: int
    in_window: int
    out_of_window: int
    missed: int
    cancelled: int
    open: int
    deviations: int


def summarise(study: str) -> StudySummary:
    """Count the participants of a study, by its code, and their visits."""
    people = Participant.objects.filter(site__study__code=study)
    visits = Visit.objects.filter(participant__site__study__code=study).order_by("planned_visit__position")
    outcomes = Counter(visits.values_list("outcome", flat=True))
    took_place = list(visits.filter(outcome__in=[str(outcome) for outcome in TOOK_PLACE]))
    windowed = [visit for visit in took_place if visit.dates is not None]
    planned = [visit for visit in took_place if visit.mode != VisitMode.UNSCHEDULED]
    out = sum(1 for visit in windowed if visit.days_out)
    return StudySummary(
        study=study,
        participants=people.count(),
        sites=people.values("site").distinct().count(),
        screen_failures=people.filter(phase=Phase.SCREEN_FAILURE).count(),
        deaths=Death.objects.standing().filter(participant__site__study__code=study).count(),
        visits=dict(Counter(visit.code for visit in planned)),
        unscheduled=len(took_place) - len(planned),
        in_window=len(windowed) - out,
        out_of_window=out,
        missed=outcomes[Outcome.MISSED],
        cancelled=outcomes[Outcome.CANCELLED],
        open=outcomes[Outcome.OPEN],
        deviations=Deviation.objects.counted().filter(participant__site__study__code=study).count(),
    )
