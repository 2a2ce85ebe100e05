"""Move participants through the lifecycle: dated steps, and the phase recomputed from them."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from participants.actions.facts import add_fact
from participants.audit import Actor
from participants.domain.lifecycle import PHASE_NAMES, Phase, Step, may_step, phase_on_latest
from participants.errors import ActionRefused
from participants.models import LifecycleStep, Participant


def take_step(
    participant: Participant, phase: Phase, on: date, *, by: Actor, reason: str = "", field: str = "on"
) -> None:
    """Add a step that people decide on; called inside the `audited` of an action.

    Raises ActionRefused when the lifecycle does not lead from the present phase to this one, and,
    for the input named `field`, when the step would lie before the one that it follows.
    """
    current = Phase(participant.phase)
    if not may_step(current, phase):
        raise ActionRefused(
            None,
            f"{participant.study_id} is {PHASE_NAMES[current].lower()}: "
            f"{PHASE_NAMES[phase].lower()} does not follow.",
        )
    last = max(_steps(participant))
    if on < last.on:
        raise ActionRefused(
            field,
            f"Date: {PHASE_NAMES[last.phase].lower()} was on {last.on:%d %b %Y}; this cannot lie before it.",
        )
    _add(participant, phase, on, by=by, reason=reason)


def follow_event(
    participant: Participant, phase: Phase, on: date, *, by: Actor, corrects: date | None = None
) -> bool:
    """Add the step that an event brought about; `corrects` is the event's former date when it moves.

    A clinical fact is never refused: what happened stands even where the lifecycle does not lead
    to it. Returns False in that case, so that the action can flag it.
    """
    if corrects is not None:
        same = (
            LifecycleStep.objects.standing().filter(participant=participant, phase=phase, on=corrects).first()
        )
        _add(participant, phase, on, by=by, reason="the event's date was corrected", replaces=same)
        return True
    before = _phase_on(participant, on)
    if before is not phase:
        _add(participant, phase, on, by=by)
    return before is phase or may_step(before, phase)


def undo_step(participant: Participant, phase: Phase) -> None:
    """Let the last step to a phase no longer stand; the caller's `audited` has the reason."""
    last = (
        LifecycleStep.objects.standing()
        .filter(participant=participant, phase=phase)
        .order_by("-entry")
        .first()
    )
    if last is not None:
        LifecycleStep.objects.filter(pk=last.pk).update(stands=False)
    _recompute(participant)


def _steps(participant: Participant) -> list[Step]:
    rows = LifecycleStep.objects.standing().filter(participant=participant)
    return [Step(on, entry, Phase(phase)) for on, entry, phase in rows.values_list("on", "entry", "phase")]


def _phase_on(participant: Participant, day: date) -> Phase:
    steps = _steps(participant)
    return phase_on_latest([step for step in steps if step.on <= day] or steps[:1])


def _add(
    participant: Participant,
    phase: Phase,
    on: date,
    *,
    by: Actor,
    reason: str = "",
    replaces: LifecycleStep | None = None,
) -> None:
    highest = LifecycleStep.objects.filter(participant=participant).aggregate(highest=Max("entry"))["highest"]
    entry = replaces.entry if replaces else (highest or 0) + 1
    step = LifecycleStep(participant=participant, phase=phase, on=on, entry=entry, reason=reason)
    add_fact(step, by=by, replaces=replaces)
    _recompute(participant)


def _recompute(participant: Participant) -> None:
    participant.phase = phase_on_latest(_steps(participant))
    Participant.objects.filter(pk=participant.pk).update(phase=participant.phase)
