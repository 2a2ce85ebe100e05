"""Move participants into follow-up when the study's day after the infusion has passed, and back."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from participants.actions.lifecycle import follow_event, undo_step
from participants.audit import Actor, audited
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import LifecycleStep, Milestone, Participant, Study
from participants.signals import schedule_inputs_changed

BEFORE_FOLLOW_UP = frozenset({Phase.INFUSED, Phase.TRIGGER_MET, Phase.ON_ANAKINRA, Phase.OFF_ANAKINRA})


def conclude_trigger(*, by: Actor, participant: Participant) -> bool:
    """Move somebody past day 28 [setting] of their last infusion into follow-up.

    A trigger not met by then is never met.

    Returns whether anything changed, so that the nightly sweep can count.
    """
    infusion = (
        Milestone.objects.standing().actual().filter(participant=participant, kind=MilestoneKind.INFUSION)
    )
    latest = infusion.order_by("on").last()
    if latest is None or Phase(participant.phase) not in BEFORE_FOLLOW_UP:
        return False
    begins = _follow_up_begins(participant, latest.on)
    if begins > participant.today(timezone.now()):
        return False
    # Who was treated beyond that day is followed up from the last step on.
    last = LifecycleStep.objects.standing().filter(participant=participant).latest("on", "entry")
    with audited(by=by, kind="follow_up.entered", reason="day 28 has passed", participant=participant):
        follow_event(participant, Phase.FOLLOW_UP, max(begins, last.on), by=by)
    return True


def conclude_triggers(*, by: Actor) -> list[int]:
    """Move everybody past day 28 into follow-up and return their keys."""
    waiting = Participant.objects.filter(phase__in=[str(phase) for phase in BEFORE_FOLLOW_UP])
    moved = [
        person.pk
        for person in waiting.select_related("site__study")
        if conclude_trigger(by=by, participant=person)
    ]
    if moved:
        schedule_inputs_changed.send(sender=Participant, participants=moved, by=by)
    return moved


def move_follow_up(
    participant: Participant, kind: MilestoneKind, was: date | None, now: date | None, *, by: Actor
) -> None:
    """Let the step into follow-up move with the infusion from which it counts; it falls when too early.

    `was` None means that it is new, `now` None that it was taken back.
    """
    if kind is not MilestoneKind.INFUSION or was is None:
        return
    steps = LifecycleStep.objects.standing().filter(participant=participant, phase=Phase.FOLLOW_UP)
    step = steps.filter(on__gt=was).order_by("on").first()
    infusions = Milestone.objects.standing().actual().filter(participant=participant)
    days = infusions.filter(kind=MilestoneKind.INFUSION, on__gt=was).values_list("on", flat=True)
    if step is None or any(day <= step.on for day in days if day != now):
        return
    begins = _follow_up_begins(participant, now) if now is not None else None
    if begins is not None and begins <= participant.today(timezone.now()):
        follow_event(participant, Phase.FOLLOW_UP, begins, by=by, corrects=step.on)
    else:
        undo_step(participant, Phase.FOLLOW_UP, step.on)


def move_follow_ups(*, by: Actor, study: Study, was_from_day: int) -> None:
    """Let follow-up begin on another day of the study, where it had begun by the former day.

    Who entered it on a day of their own, having been treated longer, stays as they are.
    """
    infusions = Milestone.objects.standing().actual().filter(participant__site__study=study)
    moved = []
    for row in infusions.filter(kind=MilestoneKind.INFUSION).select_related("participant__site__study"):
        steps = LifecycleStep.objects.standing().filter(participant=row.participant, phase=Phase.FOLLOW_UP)
        step = steps.filter(on=row.on + timedelta(days=was_from_day + 1)).first()
        if step is not None:
            _begin_again(row.participant, step, _follow_up_begins(row.participant, row.on), by=by)
            moved.append(row.participant_id)
    schedule_inputs_changed.send(sender=Study, participants=moved, by=by)
    conclude_triggers(by=by)


def _begin_again(participant: Participant, step: LifecycleStep, begins: date, *, by: Actor) -> None:
    """Move a step into follow-up to a day, between those before and after it; it falls when too early."""
    others = LifecycleStep.objects.standing().filter(participant=participant).exclude(pk=step.pk)
    days = list(others.values_list("on", "entry"))
    place = (step.on, step.entry)
    begins = max([begins, *(on for on, entry in days if (on, entry) < place)])
    begins = min([begins, *(on for on, entry in days if (on, entry) > place)])
    if begins <= participant.today(timezone.now()):
        follow_event(participant, Phase.FOLLOW_UP, begins, by=by, corrects=step.on)
    else:
        undo_step(participant, Phase.FOLLOW_UP, step.on)


def _follow_up_begins(participant: Participant, infused_on: date) -> date:
    return infused_on + timedelta(days=participant.site.study.follow_up_from_day + 1)
