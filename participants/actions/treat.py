"""Record and plan the dated events of a course: lymphodepletion, infusion, doses, relapse."""

from __future__ import annotations

from datetime import date, datetime

from participants.access import require
from participants.actions.checks import (
    ask_for_reason,
    improbable_days,
    refuse_before_birth,
    refuse_impossible_day,
)
from participants.actions.dated_entries import NO_STUDY_PROCEDURE
from participants.actions.deviations import settle_deviations
from participants.actions.evidence import expired_at_start
from participants.actions.facts import add_fact, remove_fact, same
from participants.actions.follow_up import conclude_trigger, move_follow_up
from participants.actions.judge_order import (
    ENTERS,
    judge_order,
    missing_before,
    order_of,
    subject_of_event,
)
from participants.actions.lifecycle import follow_event, undo_step
from participants.audit import Actor, audited
from participants.domain.bounds import BEFORE_CONSENT
from participants.domain.milestones import PLANNABLE, MilestoneKind
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Milestone, Participant
from participants.signals import schedule_inputs_changed


def plan_milestone(
    *, by: Actor, participant: Participant, kind: MilestoneKind, on: date, course: int = 1, reason: str = ""
) -> Milestone:
    """Plan an event, or plan it for another day: its visits are projected from it.

    Raises ActionRefused for an event that nobody plans, a day before birth, and a change without a reason.
    """
    if kind not in PLANNABLE:
        raise ActionRefused("kind", f"{kind.label} is recorded when it happens, not planned.")
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_before_birth("on", "Date", on, participant)
    old = _standing(participant, kind, course, is_planned=True)
    if old is not None and old.on == on:
        return old
    _ask_why_replaced(old, reason)
    new = Milestone(participant=participant, kind=kind, course=course, is_planned=True, on=on)
    why = reason or f"{kind.label} planned"
    with audited(by=by, kind="milestone.planned", reason=why, participant=participant):
        add_fact(new, by=by, replaces=old)
        schedule_inputs_changed.send(sender=Milestone, participants=[participant.pk], by=by)
    return new


def record_milestone(
    *,
    by: Actor,
    participant: Participant,
    kind: MilestoneKind,
    on: date,
    at: datetime | None = None,
    course: int = 1,
    note: str = "",
    reason: str = "",
) -> Milestone:
    """Record an event, or correct its date; its visits move and done ones are judged again.

    The improbable (before consent, after death, an infusion without lymphodepletion, a dose
    before the infusion) needs a reason and drafts a deviation. Raises ActionRefused for a day in
    the future or before birth, for a later course that begins before an earlier one, and for a
    correction without a reason.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    _refuse_impossible(participant, kind, course, on, at)
    old = _standing(participant, kind, course, is_planned=False)
    if old is not None and same(old, on=on, at=at, note=note.strip()):
        return old
    _ask_why_replaced(old, reason)
    improbable = improbable_event(participant, kind, on)
    ask_for_reason(improbable, reason)
    new = Milestone(participant=participant, kind=kind, course=course, on=on, at=at, note=note.strip())
    why = reason or f"{kind.label} recorded"
    with audited(by=by, kind="milestone.recorded", reason=why, participant=participant):
        add_fact(new, by=by, replaces=old)
        was = old.on if old else None
        if kind in ENTERS:
            follow_event(participant, ENTERS[kind], on, by=by, corrects=was)
        move_follow_up(participant, kind, was, on, by=by)
        _judge(new, improbable, by=by, reason=reason)
        conclude_trigger(by=by, participant=participant)
        schedule_inputs_changed.send(sender=Milestone, participants=[participant.pk], by=by)
    return new


def _judge(event: Milestone, improbable: list[tuple[str, str]], *, by: Actor, reason: str) -> None:
    """Draft what is odd about an event, and judge the others that it stands among."""
    participant, about = event.participant, subject_of_event(event)
    found = [*improbable, *(one for one in order_of(participant, about) if one not in improbable)]
    settle_deviations(by=by, participant=participant, subject=about, found=found, reason=reason)
    judge_order(participant=participant, by=by, reason=reason)


def _refuse_impossible(
    participant: Participant, kind: MilestoneKind, course: int, on: date, at: datetime | None
) -> None:
    refuse_impossible_day("on", "Date", on, participant)
    _refuse_inverted_courses(participant, kind, course, on)
    if at is not None and at.astimezone(participant.site.tz).date() != on:
        raise ActionRefused("at", "Time: this moment is on another day at the site.")


def _refuse_inverted_courses(participant: Participant, kind: MilestoneKind, course: int, on: date) -> None:
    """Raise ActionRefused where the day-zero events of two courses would lie in the wrong order."""
    if kind != participant.site.study.day_zero_event:
        return
    others = Milestone.objects.standing().actual().filter(participant=participant, kind=kind)
    for number, day in others.exclude(course=course).values_list("course", "on"):
        if (number < course and day > on) or (number > course and day < on):
            order = "before" if number < course else "after"
            raise ActionRefused(
                "on",
                f"Date: the {kind.label} of course {number} is recorded on {day:%d %b %Y}; that of course "
                f"{course} cannot lie {order} it. Correct that date, or the number of the course, first.",
            )


def remove_milestone(*, by: Actor, milestone: Milestone, reason: str) -> None:
    """Take back an event that did not happen, or a plan that is given up."""
    participant = milestone.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="milestone.removed", reason=reason, participant=participant):
        remove_fact(milestone)
        kind = MilestoneKind(milestone.kind)
        if not milestone.is_planned:
            subject = subject_of_event(milestone)
            settle_deviations(by=by, participant=participant, subject=subject, found=[], reason=reason)
            if kind in ENTERS:
                undo_step(participant, ENTERS[kind], milestone.on)
            move_follow_up(participant, kind, milestone.on, None, by=by)
            judge_order(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=Milestone, participants=[participant.pk], by=by)


def _standing(
    participant: Participant, kind: MilestoneKind, course: int, *, is_planned: bool
) -> Milestone | None:
    rows = Milestone.objects.standing().filter(participant=participant, kind=kind, course=course)
    return rows.filter(is_planned=is_planned).first()


def _ask_why_replaced(old: Milestone | None, reason: str) -> None:
    if old is not None and not reason.strip():
        raise ActionRefused(
            "reason", "Reason: say why the recorded date changes; every visit that counts from it moves."
        )


def improbable_event(participant: Participant, kind: MilestoneKind, on: date) -> list[tuple[str, str]]:
    """List what is improbable about an event on a day, as (rule, sentence); nothing when all is plain."""
    return [
        *(
            found
            for found in improbable_days(on, participant)
            if not (found[0] == BEFORE_CONSENT and kind in NO_STUDY_PROCEDURE)
        ),
        *missing_before(participant, kind, on),
        *expired_at_start(participant, kind, on),
    ]
