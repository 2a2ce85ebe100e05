"""Keep the phase in step with the fever trigger: met, moved, or withdrawn by a correction."""

from __future__ import annotations

from django.utils import timezone

from participants.actions.lifecycle import follow_event, undo_step
from participants.audit import Actor
from participants.courses import Course
from participants.domain.lifecycle import Phase
from participants.models import LifecycleStep
from participants.signals import schedule_inputs_changed
from participants.toxicity import ToxicityRecord


def follow_trigger(*, by: Actor, record: ToxicityRecord) -> None:
    """Bring the step *trigger met* of each course in step with the readings that stand.

    Called inside the caller's `audited`. Where anakinra began first, the phase has passed this step.
    """
    changed = [_follow(by, record, course) for course in record.courses]
    if any(changed):
        participants = [record.participant.pk]
        schedule_inputs_changed.send(sender=LifecycleStep, participants=participants, by=by)


def _follow(by: Actor, record: ToxicityRecord, course: Course) -> bool:
    trigger = record.fever(course, now=timezone.now()).trigger
    met_on = record.day_of(trigger.met_at) if trigger else None
    steps = LifecycleStep.objects.standing().filter(participant=record.participant, on__gte=course.day_zero)
    if course.until is not None:
        steps = steps.filter(on__lt=record.day_of(course.until))
    days = dict(steps.order_by("-on").values_list("phase", "on"))
    known, began = days.get(Phase.TRIGGER_MET), days.get(Phase.ON_ANAKINRA)
    if known != met_on and met_on is not None and began is not None and began <= met_on:
        met_on = None
    if known == met_on:
        return False
    if met_on is not None:
        follow_event(record.participant, Phase.TRIGGER_MET, met_on, by=by, corrects=known)
    elif known is not None:
        undo_step(record.participant, Phase.TRIGGER_MET, known)
    return True
