"""Move participants through the lifecycle: dated steps, and the phase recomputed from them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Max

from participants.actions.facts import add_fact, remove_fact
from participants.audit import Actor
from participants.domain.lifecycle import (
    BEFORE_TREATMENT,
    PHASE_NAMES,
    Phase,
    Step,
    may_step,
    phase_on_latest,
)
from participants.errors import ActionRefused
from participants.models import LifecycleStep, Participant
from participants.models.base import FactQuerySet

# An emergency is treated first and entered later.
_ENTERED_LATE = frozenset({Phase.SCREENING, Phase.ELIGIBLE, Phase.ENROLLED})


def hold(participant: Participant) -> None:
    """Hold a participant's row until the transaction ends, so that steps are taken one after the other.

    The phase and the enrolment number become those of the record, whatever the page had read.
    """
    # Not FOR UPDATE: whoever adds a row about this participant meanwhile must not wait for us.
    current = Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    participant.phase, participant.enrolment_number = current.phase, current.enrolment_number


def take_step(
    participant: Participant, phase: Phase, on: date, *, by: Actor, reason: str = "", field: str = "on"
) -> None:
    """Add a step that people decide on; called inside the `audited` of an action.

    Raises ActionRefused when the lifecycle does not lead from the present phase to this one, and,
    for the input named `field`, when the step would lie before the one that it follows. The steps of
    screening can be entered after treatment began.
    """
    hold(participant)
    current = screening_phase(participant) if phase in _ENTERED_LATE else Phase(participant.phase)
    if not may_step(current, phase):
        raise ActionRefused(
            None,
            f"{participant.study_id} is {PHASE_NAMES[current].lower()}: "
            f"{PHASE_NAMES[phase].lower()} does not follow.",
        )
    refuse_before_last(
        participant, BEFORE_TREATMENT if phase in _ENTERED_LATE else frozenset(Phase), on, field=field
    )
    _add(participant, phase, on, by=by, reason=reason)


def screening_phase(participant: Participant) -> Phase:
    """Return how far the screening has come, whatever was given meanwhile; off study for who has left."""
    current = Phase(participant.phase)
    screened = [step for step in steps_of(participant) if step.phase in BEFORE_TREATMENT]
    return current if current is Phase.OFF_STUDY or not screened else phase_on_latest(screened)


def refuse_before_last(participant: Participant, phases: Collection[Phase], on: date, *, field: str) -> None:
    """Raise ActionRefused, for the input named `field`, for a day before the last step to some phases."""
    last = max((step for step in steps_of(participant) if step.phase in phases), default=None)
    if last is not None and on < last.on:
        raise ActionRefused(
            field,
            f"Date: {PHASE_NAMES[last.phase].lower()} was on {last.on:%d %b %Y}; this cannot lie before it.",
        )


def follow_event(
    participant: Participant, phase: Phase, on: date, *, by: Actor, corrects: date | None = None
) -> None:
    """Add the step that an event brought about; `corrects` is the event's former date when it moves.

    Each event has a step of its own, also where the phase is that already: the other event may be
    taken back. A clinical fact is never refused: what happened stands even where the lifecycle does
    not lead to it; participants.actions.judge_order flags that.
    """
    hold(participant)
    old = None
    if corrects is not None:
        old = _standing(participant, phase).filter(on=corrects).order_by("-entry").first()
    reason = "the event's date was corrected" if corrects is not None else ""
    _add(participant, phase, on, by=by, reason=reason, replaces=old)


def move_step(participant: Participant, phase: Phase, was: date, now: date, *, by: Actor) -> None:
    """Move a step that people decided on to its corrected day, but never past the one that followed.

    Who had gone on by then had taken it by then, whatever the corrected paper says.
    """
    hold(participant)
    step = _standing(participant, phase).filter(on=was).order_by("-entry").first()
    entry = step.entry if step else 0
    following = min((other.on for other in steps_of(participant) if other.entry > entry), default=now)
    follow_event(participant, phase, min(now, following), by=by, corrects=was)


def undo_step(participant: Participant, phase: Phase, on: date) -> None:
    """Let the last step to a phase on a day no longer stand; the caller's `audited` has the reason."""
    hold(participant)
    last = _standing(participant, phase).filter(on=on).order_by("-entry").first()
    if last is not None:
        remove_fact(last)
    _recompute(participant)


def _standing(participant: Participant, phase: Phase) -> FactQuerySet[LifecycleStep]:
    return LifecycleStep.objects.standing().filter(participant=participant, phase=phase)


def steps_of(participant: Participant) -> list[Step]:
    """Return the steps of a participant that stand."""
    rows = LifecycleStep.objects.standing().filter(participant=participant)
    return [Step(on, entry, Phase(phase)) for on, entry, phase in rows.values_list("on", "entry", "phase")]


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
    participant.phase = phase_on_latest(steps_of(participant))
    Participant.objects.filter(pk=participant.pk).update(phase=participant.phase)
