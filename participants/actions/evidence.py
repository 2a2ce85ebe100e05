"""Hold the decision on eligibility, and the start of lymphodepletion, against the criteria's evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils import timezone

from participants.actions.deviations import (
    Departure,
    draft_deviation,
    judge_deviations,
    withdraw_deviation,
)
from participants.audit import Actor
from participants.domain.eligibility import Verdict, expires_on
from participants.domain.milestones import KnownDate, MilestoneKind
from participants.models import CriterionAnswer, CriterionCheck, EligibilityDecision, Milestone, Participant
from participants.screening_record import Record, read_records

NOT_PASSED = "eligible with a criterion not met"
EXPIRED = "evidence expired at lymphodepletion"


def criteria_against(participant: Participant, decided_on: date) -> dict[str, str]:
    """Return by criterion code what speaks against declaring somebody eligible on a day.

    Only what has been answered counts: as not met, with evidence that had expired by then, or as
    met where the record says otherwise.
    """
    record = replace(_record_of(participant), today=decided_on)
    if record.ld_start and not record.ld_start.is_planned and record.ld_start.on > decided_on:
        # Nobody knew then when it would begin; the start itself is held against the evidence too.
        record = replace(record, ld_start=None)
    judged = [record.judge(check.criterion, check) for check in _standing(participant)]
    return {one.code: one.objection for one in judged if not one.speaks_for}


def judge_decision(participant: Participant, against: dict[str, str], *, by: Actor, reason: str) -> None:
    """Draft a deviation for each criterion against declaring somebody eligible; take back the others."""
    for check in _standing(participant):
        code = check.criterion.code
        subject = f"criterion:{code}"
        if code not in against:
            withdraw_deviation(by=by, participant=participant, rule=NOT_PASSED, subject=subject)
            continue
        draft_deviation(
            by=by,
            participant=participant,
            rule=NOT_PASSED,
            subject=subject,
            summary=f"Declared eligible, {against[code]}",
            reason=reason,
        )


def expired_at_start(participant: Participant, kind: MilestoneKind, on: date) -> list[tuple[str, str]]:
    """Say as (rule, sentence) that evidence does not count for a lymphodepletion that begins on a day.

    Concerns the start before the first infusion, and nobody whose evidence is not dated. The date
    beside the answer counts, and the findings in the record where they say something else.
    """
    if kind is not MilestoneKind.LD_START or _was_infused_by(participant, on):
        return []
    valid_days = participant.site.study.evidence_days
    expired: list[str] = []
    sentences: list[str] = []
    for check in (check for check in _standing(participant) if check.criterion.evidence_expires):
        dated, code = check.evidence_on, check.criterion.code
        if dated is not None and not dated <= on <= expires_on(dated, valid_days):
            expired.append(f"{code} of {dated:%d %b %Y}")
        elif check.answer == CriterionAnswer.MET:
            sentences += _record_against(participant, code, on)
    if expired:
        words = f"The evidence does not lie within {valid_days} days before: {', '.join(expired)}."
        sentences.insert(0, words)
    return [(EXPIRED, " ".join(sentences))] if sentences else []


def _was_infused_by(participant: Participant, on: date) -> bool:
    infused = Milestone.objects.standing().actual().filter(participant=participant, on__lte=on)
    return infused.filter(kind=MilestoneKind.INFUSION).exists()


def _record_against(participant: Participant, code: str, on: date) -> list[str]:
    """Say what the record has against a criterion for this start alone; any other start is not in it."""
    record = replace(_record_of(participant), ld_start=None)
    started = replace(record, ld_start=KnownDate(MilestoneKind.LD_START, on, is_planned=False))
    before, then = record.finding(code), started.finding(code)
    if before == then or then is None or then.verdict is not Verdict.NOT_MET:
        return []
    return [f"The record says of {code}: {then.sentence}"]


def judge_evidence(*, participant: Participant, by: Actor, reason: str = "") -> None:
    """Judge the decision on eligibility and each start of lymphodepletion by the record as it is now.

    For corrected answers, findings, consents and birth dates: what no longer holds drafts a deviation
    and blocks nothing, what holds again takes it back. Called inside the `audited` of an action.
    """
    decisions = EligibilityDecision.objects.standing().filter(participant=participant)
    decision = decisions.filter(is_eligible=True).first()
    against = criteria_against(participant, decision.decided_on) if decision else {}
    judge_decision(participant, against, by=by, reason=reason)
    starts = (
        Milestone.objects.standing().actual().filter(participant=participant, kind=MilestoneKind.LD_START)
    )
    subjects = {start: f"{start.kind}:{start.course}" for start in starts}
    judge_deviations(
        by=by,
        participants=[participant.pk],
        rules=[EXPIRED],
        subjects=list(subjects.values()),
        found=[
            Departure(participant, rule, subject, sentence)
            for start, subject in subjects.items()
            for rule, sentence in expired_at_start(participant, MilestoneKind.LD_START, start.on)
        ],
        reason=reason,
    )


def _record_of(participant: Participant) -> Record:
    return read_records([participant], timezone.now())[participant.pk]


def _standing(participant: Participant) -> list[CriterionCheck]:
    rows = CriterionCheck.objects.standing().filter(participant=participant)
    return list(rows.select_related("criterion"))
