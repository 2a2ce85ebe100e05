"""Hold the decision on eligibility, and the start of lymphodepletion, against the criteria's evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils import timezone

from participants.actions.deviations import draft_deviation, withdraw_deviation
from participants.audit import Actor
from participants.domain.eligibility import expires_on
from participants.domain.milestones import MilestoneKind
from participants.models import CriterionCheck, Milestone, Participant
from participants.screening_record import read_records

NOT_PASSED = "eligible with a criterion not met"
EXPIRED = "evidence expired at lymphodepletion"


def criteria_against(participant: Participant, decided_on: date) -> dict[str, str]:
    """Return by criterion code what speaks against declaring somebody eligible on a day.

    Only what has been answered counts: as not met, with evidence that had expired by then, or as
    met where the record says otherwise.
    """
    record = replace(read_records([participant], timezone.now())[participant.pk], today=decided_on)
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

    Concerns the start before the first infusion, and nobody whose evidence is not dated.
    """
    if kind is not MilestoneKind.LD_START:
        return []
    infused = Milestone.objects.standing().actual().filter(participant=participant, on__lte=on)
    if infused.filter(kind=MilestoneKind.INFUSION).exists():
        return []
    valid_days = participant.site.study.evidence_days
    expired = [
        f"{check.criterion.code} of {dated:%d %b %Y}"
        for check in _standing(participant)
        if check.criterion.evidence_expires and (dated := check.evidence_on) is not None
        if not dated <= on <= expires_on(dated, valid_days)
    ]
    sentence = f"The evidence does not lie within {valid_days} days before: {', '.join(expired)}."
    return [(EXPIRED, sentence)] if expired else []


def _standing(participant: Participant) -> list[CriterionCheck]:
    rows = CriterionCheck.objects.standing().filter(participant=participant)
    return list(rows.select_related("criterion"))
