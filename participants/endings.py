"""How participation ended, read for many participants in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from participants.domain.ending import End, Ending, Reach
from participants.domain.lifecycle import Phase, Step, is_screen_failure
from participants.domain.milestones import ENDS_VISITS, MilestoneKind
from participants.models import Death, LifecycleStep, Milestone, OffStudy, OffStudyReason, Participant

# The trigger is concluded at day 28, at death or off study [setting]; the phase says so.
_TRIGGER_IS_PAST = frozenset(
    {Phase.FOLLOW_UP, Phase.SURVIVAL_FOLLOW_UP, Phase.OFF_STUDY, Phase.SCREEN_FAILURE}
)


def endings(participants: Collection[int]) -> dict[int, Ending]:
    """Return how participation ended for each participant."""
    left, steps, replaced = _left(participants), _steps(participants), _visits_ended(participants)
    people = Participant.objects.filter(pk__in=participants).values_list("pk", "phase")
    return {
        pk: Ending(
            ends=(*left[pk], *_failed(steps[pk]), *replaced[pk]),
            trigger_is_past=Phase(phase) in _TRIGGER_IS_PAST,
            was_triggered=any(step.phase is Phase.TRIGGER_MET for step in steps[pk]),
        )
        for pk, phase in people
    }


def _left(participants: Collection[int]) -> dict[int, list[End]]:
    """Return the deaths and the other ends of participation; who was lost first may have died later."""
    ends: dict[int, list[End]] = defaultdict(list)
    deaths = Death.objects.standing().filter(participant__in=participants)
    for owner, on in deaths.values_list("participant", "on"):
        ends[owner].append(End(f"Died {on:%d %b %Y}", on))
    for row in OffStudy.objects.standing().filter(participant__in=participants):
        if row.reason != OffStudyReason.DIED or not ends[row.participant_id]:
            words = f"Off study {row.on:%d %b %Y}: {row.get_reason_display().lower()}"
            ends[row.participant_id].append(End(words, row.on))
    return ends


def _steps(participants: Collection[int]) -> dict[int, list[Step]]:
    steps: dict[int, list[Step]] = defaultdict(list)
    rows = LifecycleStep.objects.standing().filter(participant__in=participants)
    for owner, on, entry, phase in rows.values_list("participant", "on", "entry", "phase"):
        steps[owner].append(Step(on, entry, Phase(phase)))
    return steps


def _failed(steps: Sequence[Step]) -> list[End]:
    if not is_screen_failure(steps):
        return []
    return [End("Screen failure", max(step.on for step in steps if step.phase is Phase.SCREEN_FAILURE))]


def _visits_ended(participants: Collection[int]) -> dict[int, list[End]]:
    rows = (
        Milestone.objects.standing()
        .actual()
        .filter(participant__in=participants, kind__in=[str(kind) for kind in ENDS_VISITS])
    )
    ends: dict[int, list[End]] = defaultdict(list)
    for owner, kind, on in rows.values_list("participant", "kind", "on"):
        words = f"{MilestoneKind(kind).label} {on:%d %b %Y}"
        ends[owner].append(End(words, on, _reach(MilestoneKind(kind))))
    return ends


def _reach(kind: MilestoneKind) -> Reach:
    return Reach.VISITS if kind is MilestoneKind.VISITS_ENDED else Reach.FOLLOW_UP
