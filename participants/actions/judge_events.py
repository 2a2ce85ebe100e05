"""Judge recorded events again when what they are held against has changed."""

from __future__ import annotations

from datetime import date

from participants.actions.checks import bounds_of
from participants.actions.deviations import Departure, judge_deviations
from participants.audit import Actor
from participants.domain.bounds import BEFORE_CONSENT, DAY_RULES
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import LifecycleStep, Milestone, Participant

ENROLMENT = "enrolment"
AFTER_START = "enrolment after treatment began"
BEGINS_TREATMENT = frozenset({MilestoneKind.LD_START, MilestoneKind.INFUSION})
# Cells may have been collected in routine care, long before anybody asked about the trial.
NO_STUDY_PROCEDURE = frozenset({MilestoneKind.LEUKAPHERESIS})


def judge_events(*, participant: Participant, by: Actor, reason: str = "") -> None:
    """Draft or take back what consent, withdrawal and death say about the days of events and enrolment."""
    bounds = bounds_of([participant.pk])[participant.pk]
    subjects: set[str] = {ENROLMENT}
    found: list[Departure] = []
    for event in Milestone.objects.standing().actual().filter(participant=participant):
        subject = f"{event.kind}:{event.course}"
        subjects.add(subject)
        found += [
            Departure(participant, rule, subject, sentence)
            for rule, sentence in bounds.improbable(event.on)
            if not (rule == BEFORE_CONSENT and event.kind in NO_STUDY_PROCEDURE)
        ]
    enrolled = LifecycleStep.objects.standing().filter(participant=participant, phase=Phase.ENROLLED)
    for on in enrolled.values_list("on", flat=True):
        found += [
            Departure(participant, rule, ENROLMENT, "No consent was signed by this day.")
            for rule, _ in bounds.improbable(on)
            if rule == BEFORE_CONSENT
        ]
    judge_deviations(
        by=by,
        participants=[participant.pk],
        rules=DAY_RULES,
        subjects=subjects,
        found=found,
        reason=reason,
    )


def judge_enrolment(*, participant: Participant, by: Actor, reason: str = "") -> None:
    """Draft or take back that somebody was enrolled after the first lymphodepletion or infusion."""
    steps = LifecycleStep.objects.standing().filter(participant=participant, phase=Phase.ENROLLED)
    on = steps.order_by("on").values_list("on", flat=True).first()
    found = begun_before(participant, on) if on is not None else []
    judge_deviations(
        by=by,
        participants=[participant.pk],
        rules=[AFTER_START],
        subjects=[ENROLMENT],
        found=[Departure(participant, rule, ENROLMENT, sentence) for rule, sentence in found],
        reason=reason,
    )


def begun_before(participant: Participant, enrolled_on: date) -> list[tuple[str, str]]:
    """Say as (rule, sentence) that treatment had begun before a day of enrolment."""
    events = Milestone.objects.standing().actual().filter(participant=participant, kind__in=BEGINS_TREATMENT)
    began = events.order_by("on").values_list("on", flat=True).first()
    if began is None or began >= enrolled_on:
        return []
    sentence = f"Enrolled {enrolled_on:%d %b %Y}, after the treatment had begun on {began:%d %b %Y}."
    return [(AFTER_START, sentence)]
