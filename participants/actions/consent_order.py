"""What follows from the date of the first consent: when screening began, and what came before it."""

from __future__ import annotations

from datetime import date

from participants.actions.deviations import draft_deviation, withdraw_deviation
from participants.actions.lifecycle import follow_event, take_step, undo_step
from participants.audit import Actor
from participants.domain.bounds import BEFORE_CONSENT
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import Consent, ConsentKind, LifecycleStep, Milestone, Participant

# Cells may have been collected in routine care, long before anybody asked about the trial.
_NO_STUDY_PROCEDURE = frozenset({MilestoneKind.LEUKAPHERESIS})


def first_agreement(participant: Participant) -> date | None:
    """Return the day of the first consent or permission that stands; an assent alone agrees to nothing."""
    agreed = participant.consents.standing().exclude(kind=ConsentKind.ASSENT)
    return agreed.order_by("signed_on").values_list("signed_on", flat=True).first()


def follow_consent(participant: Participant, before: date | None, *, by: Actor, reason: str) -> None:
    """Let the beginning of screening and the deviations follow the first consent.

    `before` is its former date, None when there was none. Called inside the `audited` of an action.
    """
    now = first_agreement(participant)
    if now != before:
        _move_screening(participant, before, now, by=by)
    _judge_procedures(participant, by=by, reason=reason)


def _move_screening(participant: Participant, before: date | None, now: date | None, *, by: Actor) -> None:
    if before is None:
        if now is not None and Phase(participant.phase) is Phase.PRE_SCREENED:
            _considered_by(participant, now, by=by)
            take_step(participant, Phase.SCREENING, now, by=by)
        return
    steps = LifecycleStep.objects.standing().filter(participant=participant)
    began = steps.filter(phase=Phase.SCREENING).order_by("on", "entry").first()
    if began is None:
        return
    if now is not None:
        # Who had gone on by then was in screening by then, whatever the consent says.
        following = steps.filter(entry__gt=began.entry).order_by("on").values_list("on", flat=True).first()
        begins = min(now, following) if following else now
        follow_event(participant, Phase.SCREENING, begins, by=by, corrects=began.on)
    elif Phase(participant.phase) is Phase.SCREENING:
        undo_step(participant, Phase.SCREENING, began.on)


def _considered_by(participant: Participant, day: date, *, by: Actor) -> None:
    """Bring the pre-screening forward: who signs on a day has been considered by then."""
    later = LifecycleStep.objects.standing().filter(
        participant=participant, phase=Phase.PRE_SCREENED, on__gt=day
    )
    for on in later.values_list("on", flat=True):
        follow_event(participant, Phase.PRE_SCREENED, day, by=by, corrects=on)


def _judge_procedures(participant: Participant, *, by: Actor, reason: str) -> None:
    """Draft or take back "procedure before consent" for every event that has been recorded."""
    signed = Consent.objects.standing().filter(participant=participant).order_by("signed_on")
    first = signed.values_list("signed_on", flat=True).first()
    for event in Milestone.objects.standing().actual().filter(participant=participant):
        subject = f"{event.kind}:{event.course}"
        if first is not None and first <= event.on:
            withdraw_deviation(by=by, participant=participant, rule=BEFORE_CONSENT, subject=subject)
        elif event.kind not in _NO_STUDY_PROCEDURE:
            draft_deviation(
                by=by,
                participant=participant,
                rule=BEFORE_CONSENT,
                subject=subject,
                summary="This is before any consent was signed.",
                reason=reason,
            )
