"""Correct the day on which somebody was pre-screened or enrolled."""

from __future__ import annotations

from datetime import date

from participants.access import require
from participants.actions.checks import refuse_impossible_day
from participants.actions.judge_events import judge_events
from participants.actions.judge_order import judge_order
from participants.actions.lifecycle import follow_event, hold, refuse_before_last
from participants.audit import Actor, audited
from participants.domain.lifecycle import BEFORE_ENROLMENT, PHASE_NAMES, Phase
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import LifecycleStep, Participant
from participants.signals import schedule_inputs_changed

# The other steps follow a consent, a decision or an event, and move when that is corrected.
CORRECTABLE = frozenset({Phase.PRE_SCREENED, Phase.ENROLLED})


def correct_step(*, by: Actor, step: LifecycleStep, on: date, reason: str) -> None:
    """Correct the day of pre-screening or enrolment; the former row stays, and all is judged again.

    An enrolment before consent, or after lymphodepletion began, drafts a deviation. Raises
    ActionRefused for another step, an impossible day, one that would lie on the wrong side of the
    screening, and without a reason; StaleVersion when it was corrected meanwhile.
    """
    participant, phase = step.participant, Phase(step.phase)
    require(by, Capability.WRITE_RECORDS, participant.site)
    if phase not in CORRECTABLE:
        raise ActionRefused(None, f"{PHASE_NAMES[phase]} follows what it rests on; correct that.")
    refuse_impossible_day("on", "Date", on, participant)
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded date changes.")
    with audited(by=by, kind="step.corrected", reason=reason, participant=participant):
        hold(participant)
        if not LifecycleStep.objects.standing().filter(pk=step.pk).exists():
            raise StaleVersion(None, "Somebody else has corrected this date since you opened it.")
        if on == step.on:
            return
        _refuse_wrong_side(participant, step, on)
        follow_event(participant, phase, on, by=by, corrects=step.on)
        judge_events(participant=participant, by=by, reason=reason)
        judge_order(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=LifecycleStep, participants=[participant.pk], by=by)


def _refuse_wrong_side(participant: Participant, step: LifecycleStep, on: date) -> None:
    """Raise ActionRefused for a pre-screening after the next step, or an enrolment before the decision."""
    if step.phase == Phase.ENROLLED:
        refuse_before_last(participant, BEFORE_ENROLMENT, on, field="on")
        return
    others = LifecycleStep.objects.standing().filter(participant=participant).exclude(pk=step.pk)
    following = others.order_by("on", "entry").first()
    if following is not None and on > following.on:
        name = PHASE_NAMES[Phase(following.phase)].lower()
        raise ActionRefused("on", f"Date: {name} was on {following.on:%d %b %Y}; this cannot lie after it.")
