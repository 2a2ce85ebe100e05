"""How participation ended, read for many participants in a constant number of statements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from participants.domain.ending import Ending
from participants.domain.lifecycle import Phase
from participants.domain.milestones import ENDS_VISITS, MilestoneKind
from participants.models import Death, LifecycleStep, Milestone, OffStudy, OffStudyReason, Participant

# The trigger is concluded at day 28, at death or off study [setting]; the phase says so.
_TRIGGER_IS_PAST = frozenset(
    {Phase.FOLLOW_UP, Phase.SURVIVAL_FOLLOW_UP, Phase.OFF_STUDY, Phase.SCREEN_FAILURE}
)

_NOT_ENDED: tuple[date | None, str] = (None, "")


def endings(participants: Collection[int]) -> dict[int, Ending]:
    """Return how participation ended for each participant."""
    deaths = dict(
        Death.objects.standing().filter(participant__in=participants).values_list("participant", "on")
    )
    left = {
        row.participant_id: row for row in OffStudy.objects.standing().filter(participant__in=participants)
    }
    visits_ended = _visits_ended(participants)
    met = LifecycleStep.objects.standing().filter(participant__in=participants, phase=Phase.TRIGGER_MET)
    triggered = set(met.values_list("participant", flat=True))
    failures = LifecycleStep.objects.standing().filter(
        participant__in=participants, phase=Phase.SCREEN_FAILURE
    )
    failed = dict(failures.order_by("on", "entry").values_list("participant", "on"))
    people = Participant.objects.filter(pk__in=participants).values_list("pk", "phase")
    return {
        pk: Ending(
            ended=_why_ended(phase, deaths.get(pk), left.get(pk)),
            visits_ended_on=visits_ended.get(pk, _NOT_ENDED)[0],
            visits_ended=visits_ended.get(pk, _NOT_ENDED)[1],
            trigger_is_past=Phase(phase) in _TRIGGER_IS_PAST,
            was_triggered=pk in triggered,
            ended_on=_ended_on(phase, deaths.get(pk), left.get(pk), failed.get(pk)),
        )
        for pk, phase in people
    }


def _why_ended(phase: str, died_on: date | None, left: OffStudy | None) -> str:
    if died_on is not None:
        return f"Died {died_on:%d %b %Y}"
    if left is not None:
        return f"Off study {left.on:%d %b %Y}: {left.get_reason_display().lower()}"
    return "Screen failure" if phase == Phase.SCREEN_FAILURE else ""


def _ended_on(phase: str, died_on: date | None, left: OffStudy | None, failed_on: date | None) -> date | None:
    """Return the first day of what ended participation; who was lost first may have died later."""
    left_on = left.on if left is not None else None
    if died_on is not None and left is not None:
        return died_on if left.reason == OffStudyReason.DIED else min(died_on, left.on)
    return died_on or left_on or (failed_on if phase == Phase.SCREEN_FAILURE else None)


def _visits_ended(participants: Collection[int]) -> dict[int, tuple[date, str]]:
    rows = (
        Milestone.objects.standing()
        .actual()
        .filter(participant__in=participants, kind__in=[str(kind) for kind in ENDS_VISITS])
        .order_by("participant", "on", "pk")
    )
    first: dict[int, tuple[date, str]] = {}
    for row in rows:
        words = f"{MilestoneKind(row.kind).label} {row.on:%d %b %Y}"
        first.setdefault(row.participant_id, (row.on, words))
    return first
