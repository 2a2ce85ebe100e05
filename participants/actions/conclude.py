"""Withdrawal, death, loss and the end of participation, and finding somebody again."""

from __future__ import annotations

from datetime import date

from participants.access import require
from participants.actions.checks import ask_for_reason, refuse_impossible_day
from participants.actions.facts import add_fact, remove_fact
from participants.actions.grade_5 import refuse_deaths_end
from participants.actions.judge_events import after_death, judge_events
from participants.actions.lifecycle import follow_event, undo_step
from participants.actions.propose import propose_serious
from participants.actions.respond import question_cause
from participants.actions.serious_death import question_death
from participants.actions.treat import record_milestone, remove_milestone
from participants.audit import Actor, audited
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import (
    Death,
    Milestone,
    OffStudy,
    OffStudyReason,
    Participant,
    Withdrawal,
    WithdrawalScope,
)
from participants.signals import schedule_inputs_changed


def record_withdrawal(
    *, by: Actor, participant: Participant, scope: WithdrawalScope, on: date, reason: str
) -> Withdrawal:
    """Record a withdrawal with its scope: treatment, visits with contact kept, or everything.

    Withdrawing from everything ends participation and cancels what is open at once; withdrawing
    from visits begins survival contacts.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "Date", on, participant)
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say what the family or the investigator gave as the reason.")
    old = Withdrawal.objects.standing().filter(participant=participant, scope=scope).first()
    new = Withdrawal(participant=participant, scope=scope, on=on, reason=reason.strip())
    with audited(by=by, kind="withdrawal.recorded", reason=reason, participant=participant):
        add_fact(new, by=by, replaces=old)
        if scope == WithdrawalScope.EVERYTHING:
            _leave(participant, OffStudyReason.WITHDRAWN, on, by=by, note=reason)
        elif scope == WithdrawalScope.VISITS:
            record_milestone(
                by=by, participant=participant, kind=MilestoneKind.VISITS_ENDED, on=on, reason=reason
            )
        judge_events(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=Withdrawal, participants=[participant.pk], by=by)
    return new


def record_death(*, by: Actor, participant: Participant, on: date, note: str = "", reason: str = "") -> Death:
    """Record a death: participation ends, open visits are cancelled and every pending reminder stops at once.

    Raises ActionRefused for a day in the future or before birth, and for a correction without a reason;
    NeedsReason where the record goes on after the day.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "Date of death", on, participant)
    old = Death.objects.standing().filter(participant=participant).first()
    if old is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the date of death is corrected.")
    ask_for_reason(after_death(participant, on), reason)
    new = Death(participant=participant, on=on, note=note.strip())
    if old is not None:
        new.main_cause, new.contributory_causes = old.main_cause, old.contributory_causes
    with audited(by=by, kind="death.recorded", reason=reason or "death recorded", participant=participant):
        add_fact(new, by=by, replaces=old)
        question_cause(participant, by=by)
        question_death(participant, by=by)
        propose_serious(by=by, participant=participant)
        if _left_alive(participant) is None:
            _leave(participant, OffStudyReason.DIED, on, by=by)
        judge_events(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=Death, participants=[participant.pk], by=by)
    return new


def leave_study(
    *,
    by: Actor,
    participant: Participant,
    reason: OffStudyReason,
    on: date,
    note: str = "",
    why_changed: str = "",
) -> OffStudy:
    """Record the end of participation: completed, lost to follow-up or another reason.

    Death and withdrawal have actions of their own. Raises ActionRefused for these, and for a
    correction without a reason.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "Date", on, participant)
    if reason in {OffStudyReason.DIED, OffStudyReason.WITHDRAWN}:
        raise ActionRefused(
            "reason", f"Reason: record the {reason.label.lower()} participant as a death or a withdrawal."
        )
    if reason is OffStudyReason.OTHER and not note.strip():
        raise ActionRefused("note", "Note: say what the other reason is.")
    had_left = OffStudy.objects.standing().filter(participant=participant).exists()
    if had_left and not why_changed.strip():
        raise ActionRefused("why_changed", "Reason: say why the recorded end of participation changes.")
    why = why_changed or f"off study: {reason.label.lower()}"
    with audited(by=by, kind="participant.off_study", reason=why, participant=participant):
        left = _leave(participant, reason, on, by=by, note=note)
        schedule_inputs_changed.send(sender=OffStudy, participants=[participant.pk], by=by)
    return left


def come_back(*, by: Actor, participant: Participant, reason: str) -> None:
    """Reverse the end of participation: the lost were found, or the entry was wrong.

    Visits that the end had cancelled open again; a death or a full withdrawal that ended it is
    taken back too; a death recorded after another end ends participation now. Raises ActionRefused
    when participation has not ended, or without a reason.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    left = OffStudy.objects.standing().filter(participant=participant).first()
    if left is None:
        raise ActionRefused(None, f"{participant.study_id} has not left the study.")
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say how contact was made again, or what was wrong.")
    with audited(by=by, kind="participant.came_back", reason=reason, participant=participant):
        if left.reason == OffStudyReason.DIED:
            for death in Death.objects.standing().filter(participant=participant):
                remove_fact(death)
            _follow_no_death(participant, by=by)
        if left.reason == OffStudyReason.WITHDRAWN:
            everything = Withdrawal.objects.standing().filter(
                participant=participant, scope=WithdrawalScope.EVERYTHING
            )
            for withdrawal in everything:
                remove_fact(withdrawal)
        remove_fact(left)
        undo_step(participant, Phase.OFF_STUDY, left.on)
        # The end that was wrong may have hidden the one that is right.
        died_on = _died_on(participant)
        if died_on is not None:
            _leave(participant, OffStudyReason.DIED, died_on, by=by)
        judge_events(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=OffStudy, participants=[participant.pk], by=by)


def remove_withdrawal(*, by: Actor, withdrawal: Withdrawal, reason: str) -> None:
    """Take back a withdrawal, and what it had ended: all participation, or the visits.

    Raises ActionRefused without a reason, StaleVersion when it was taken back meanwhile.
    """
    participant = withdrawal.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="withdrawal.removed", reason=reason, participant=participant):
        remove_fact(withdrawal)
        if withdrawal.scope == WithdrawalScope.EVERYTHING and _left_by(participant, OffStudyReason.WITHDRAWN):
            come_back(by=by, participant=participant, reason=reason)
        if withdrawal.scope == WithdrawalScope.VISITS:
            ended = (
                Milestone.objects.standing()
                .actual()
                .filter(participant=participant, kind=MilestoneKind.VISITS_ENDED)
            )
            for milestone in ended:
                remove_milestone(by=by, milestone=milestone, reason=reason)
        judge_events(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=Withdrawal, participants=[participant.pk], by=by)


def remove_death(*, by: Actor, death: Death, reason: str) -> None:
    """Take back a death that was entered by mistake; if it had ended participation, that too.

    Raises ActionRefused without a reason, StaleVersion when it was taken back meanwhile.
    """
    participant = death.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="death.removed", reason=reason, participant=participant):
        remove_fact(death)
        _follow_no_death(participant, by=by)
        if _left_by(participant, OffStudyReason.DIED):
            come_back(by=by, participant=participant, reason=reason)
        judge_events(participant=participant, by=by, reason=reason)
        schedule_inputs_changed.send(sender=Death, participants=[participant.pk], by=by)


def _follow_no_death(participant: Participant, *, by: Actor) -> None:
    """Let what rested on a death that is taken back follow; refused while something is graded 5."""
    refuse_deaths_end(participant)
    question_cause(participant, by=by)
    question_death(participant, by=by)
    propose_serious(by=by, participant=participant)


def _died_on(participant: Participant) -> date | None:
    deaths = Death.objects.standing().filter(participant=participant)
    return deaths.values_list("on", flat=True).first()


def _left_by(participant: Participant, reason: OffStudyReason) -> bool:
    return OffStudy.objects.standing().filter(participant=participant, reason=reason).exists()


def _left_alive(participant: Participant) -> OffStudy | None:
    """Return the earlier end of participation of somebody who died after leaving."""
    return (
        OffStudy.objects.standing()
        .filter(participant=participant)
        .exclude(reason=OffStudyReason.DIED)
        .first()
    )


def _leave(
    participant: Participant, reason: OffStudyReason, on: date, *, by: Actor, note: str = ""
) -> OffStudy:
    old = OffStudy.objects.standing().filter(participant=participant).first()
    left = OffStudy(participant=participant, reason=reason, on=on, note=note.strip()[:300])
    add_fact(left, by=by, replaces=old)
    follow_event(participant, Phase.OFF_STUDY, on, by=by, corrects=old.on if old else None)
    return left
