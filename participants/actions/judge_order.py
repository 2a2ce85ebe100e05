"""Judge the order of what was recorded: each event after what it comes after, enrolment before treatment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from participants.actions.deviations import Departure, judge_deviations
from participants.actions.judge_events import judge_enrolment
from participants.actions.lifecycle import steps_of
from participants.audit import Actor
from participants.domain.lifecycle import Phase, Step, out_of_order
from participants.domain.milestones import MilestoneKind
from participants.models import Milestone, Participant

# The phase that an event brings about.
ENTERS: dict[MilestoneKind, Phase] = {
    MilestoneKind.LD_START: Phase.LYMPHODEPLETION,
    MilestoneKind.INFUSION: Phase.INFUSED,
    MilestoneKind.ANAKINRA_FIRST: Phase.ON_ANAKINRA,
    MilestoneKind.ANAKINRA_LAST: Phase.OFF_ANAKINRA,
    MilestoneKind.RELAPSE: Phase.SURVIVAL_FOLLOW_UP,
    MilestoneKind.HSCT: Phase.SURVIVAL_FOLLOW_UP,
    MilestoneKind.NEW_THERAPY: Phase.SURVIVAL_FOLLOW_UP,
    MilestoneKind.VISITS_ENDED: Phase.SURVIVAL_FOLLOW_UP,
}
# What should have happened before; if not, it is saved with a reason and drafts a deviation.
COMES_AFTER: dict[MilestoneKind, MilestoneKind] = {
    MilestoneKind.INFUSION: MilestoneKind.LD_START,
    MilestoneKind.ANAKINRA_FIRST: MilestoneKind.INFUSION,
    MilestoneKind.ANAKINRA_LAST: MilestoneKind.ANAKINRA_FIRST,
}
OUT_OF_ORDER = "event out of order"
_RULES = frozenset({OUT_OF_ORDER, *(f"{later} before {earlier}" for later, earlier in COMES_AFTER.items())})


def missing_before(participant: Participant, kind: MilestoneKind, on: date) -> list[tuple[str, str]]:
    """Say as (rule, sentence) that what an event on a day should come after is not recorded by then."""
    return _missing(Milestone.objects.standing().actual().filter(participant=participant), kind, on)


def order_of(participant: Participant, subject: str) -> list[tuple[str, str]]:
    """List as (rule, sentence) what is wrong with the place of one recorded event among the others."""
    return [(each.rule, each.summary) for each in _departures(participant) if each.subject == subject]


def judge_order(*, participant: Participant, by: Actor, reason: str = "") -> None:
    """Draft or take back the wrong order of everything that is recorded of a participant.

    Called inside the `audited` of an action that changed an event or a step.
    """
    events = Milestone.objects.standing().actual().filter(participant=participant)
    judge_deviations(
        by=by,
        participants=[participant.pk],
        rules=_RULES,
        subjects=[subject_of_event(event) for event in events],
        found=_departures(participant),
        reason=reason,
    )
    judge_enrolment(participant=participant, by=by, reason=reason)


def subject_of_event(event: Milestone) -> str:
    """Name an event as the subject of a deviation."""
    return f"{event.kind}:{event.course}"


def _departures(participant: Participant) -> Iterator[Departure]:
    events = list(Milestone.objects.standing().actual().filter(participant=participant))
    astray = out_of_order(steps_of(participant))
    for event in events:
        kind, subject = MilestoneKind(event.kind), subject_of_event(event)
        for rule, sentence in _missing(events, kind, event.on):
            yield Departure(participant, rule, subject, sentence)
        if kind in ENTERS and _is_astray(event, ENTERS[kind], astray):
            sentence = f"{kind.label} does not follow what was recorded before."
            yield Departure(participant, OUT_OF_ORDER, subject, sentence)


def _missing(events: Iterable[Milestone], kind: MilestoneKind, on: date) -> list[tuple[str, str]]:
    earlier = COMES_AFTER.get(kind)
    if earlier is None or any(event.kind == earlier and event.on <= on for event in events):
        return []
    return [(f"{kind} before {earlier}", f"No {earlier.label} is recorded by this day.")]


def _is_astray(event: Milestone, phase: Phase, astray: Iterable[Step]) -> bool:
    return any(step.phase is phase and step.on == event.on for step in astray)
