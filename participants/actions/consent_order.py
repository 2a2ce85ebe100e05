"""What follows from the date of the first consent: when screening began, and what came before it."""

from __future__ import annotations

from datetime import date

from participants.actions.evidence import judge_evidence
from participants.actions.judge_events import judge_events
from participants.actions.judge_order import judge_order
from participants.actions.lifecycle import follow_event, move_step, screening_phase, take_step, undo_step
from participants.audit import Actor
from participants.domain.lifecycle import Phase
from participants.models import Consent, LifecycleStep, Participant


def first_agreement(participant: Participant) -> date | None:
    """Return the day of the first consent or permission that stands; an assent alone agrees to nothing."""
    agreed = Consent.objects.standing().agreements().filter(participant=participant)
    return agreed.order_by("signed_on").values_list("signed_on", flat=True).first()


def follow_consent(participant: Participant, before: date | None, *, by: Actor, reason: str) -> None:
    """Let the beginning of screening and the deviations follow the first consent.

    `before` is its former date, None when there was none. Called inside the `audited` of an action.
    """
    now = first_agreement(participant)
    if now != before:
        _move_screening(participant, before, now, by=by)
        judge_order(participant=participant, by=by, reason=reason)
    judge_events(participant=participant, by=by, reason=reason)
    judge_evidence(participant=participant, by=by, reason=reason)


def _move_screening(participant: Participant, before: date | None, now: date | None, *, by: Actor) -> None:
    if before is None:
        if now is not None and screening_phase(participant) is Phase.PRE_SCREENED:
            _considered_by(participant, now, by=by)
            take_step(participant, Phase.SCREENING, now, by=by)
        return
    steps = LifecycleStep.objects.standing().filter(participant=participant)
    began = steps.filter(phase=Phase.SCREENING).order_by("on", "entry").first()
    if began is None:
        return
    if now is not None:
        _considered_by(participant, now, by=by)
        move_step(participant, Phase.SCREENING, began.on, now, by=by)
    elif Phase(participant.phase) is Phase.SCREENING:
        undo_step(participant, Phase.SCREENING, began.on)


def _considered_by(participant: Participant, day: date, *, by: Actor) -> None:
    """Bring the pre-screening forward: who signs on a day has been considered by then."""
    later = LifecycleStep.objects.standing().filter(
        participant=participant, phase=Phase.PRE_SCREENED, on__gt=day
    )
    for on in later.values_list("on", flat=True):
        follow_event(participant, Phase.PRE_SCREENED, day, by=by, corrects=on)
