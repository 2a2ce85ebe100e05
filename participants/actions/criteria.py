"""Answer criteria with their evidence, one or several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from participants.access import require
from participants.actions.checks import refuse_impossible_day
from participants.actions.evidence import judge_evidence
from participants.actions.facts import add_fact, same
from participants.actions.lifecycle import hold
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.models import Criterion, CriterionAnswer, CriterionCheck, Participant


@dataclass(frozen=True)
class Answer:
    """An answer to one criterion; `seen` is the key of the answer that stood on the form, None for none."""

    criterion: Criterion
    answer: CriterionAnswer
    evidence: str
    evidence_on: date | None
    seen: int | None


def check_criteria(
    *, by: Actor, participant: Participant, answers: Sequence[Answer], reason: str = ""
) -> list[CriterionCheck]:
    """Answer several criteria at once, all of them or none; an answer already given is left as it is.

    Raises what answer_criterion raises, its field with the criterion's key, and StaleVersion where
    somebody else has answered meanwhile.
    """
    standing = _standing(participant)
    new = [given for given in answers if not _says(standing.get(given.criterion.pk), given)]
    if not new:
        return []
    with audited(
        by=by, kind="criterion.checked", reason=reason or "criteria checked", participant=participant
    ):
        # Read again once held: of two who answer at once the second sees what the first did.
        hold(participant)
        standing = _standing(participant)
        answered = [
            _answer(by, participant, given, standing.get(given.criterion.pk), reason) for given in new
        ]
        judge_evidence(participant=participant, by=by, reason=reason)
    return answered


def _standing(participant: Participant) -> dict[int, CriterionCheck]:
    rows = CriterionCheck.objects.standing().filter(participant=participant)
    return {check.criterion_id: check for check in rows}


def _says(check: CriterionCheck | None, given: Answer) -> bool:
    return same(check, answer=given.answer, evidence=given.evidence.strip(), evidence_on=given.evidence_on)


def _answer(
    by: Actor, participant: Participant, given: Answer, standing: CriterionCheck | None, reason: str
) -> CriterionCheck:
    code = given.criterion.code
    if given.seen != (standing.pk if standing else None):
        raise StaleVersion(None, f"Somebody else has answered {code} since you opened this page.")
    try:
        return answer_criterion(
            by=by,
            participant=participant,
            criterion=given.criterion,
            answer=given.answer,
            evidence=given.evidence,
            evidence_on=given.evidence_on,
            reason=reason,
        )
    except ActionRefused as refused:
        if refused.field == "evidence_on":
            raise ActionRefused(f"evidence_on_{given.criterion.pk}", refused.sentence) from refused
        raise


def check_criterion(
    *,
    by: Actor,
    participant: Participant,
    criterion: Criterion,
    answer: CriterionAnswer,
    evidence: str = "",
    evidence_on: date | None = None,
    reason: str = "",
) -> CriterionCheck:
    """Answer a criterion and judge by it what rests on it; see answer_criterion."""
    why = reason or "criterion checked"
    with audited(by=by, kind="criterion.checked", reason=why, participant=participant):
        new = answer_criterion(
            by=by,
            participant=participant,
            criterion=criterion,
            answer=answer,
            evidence=evidence,
            evidence_on=evidence_on,
            reason=reason,
        )
        judge_evidence(participant=participant, by=by, reason=reason)
    return new


def answer_criterion(
    *,
    by: Actor,
    participant: Participant,
    criterion: Criterion,
    answer: CriterionAnswer,
    evidence: str = "",
    evidence_on: date | None = None,
    reason: str = "",
) -> CriterionCheck:
    """Answer a criterion with its evidence; another answer replaces the first and asks for a reason.

    The caller judges what rests on it. Raises ActionRefused for evidence dated in the future or
    before birth, and for evidence without a date where the criterion's evidence expires.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    if evidence_on is not None:
        refuse_impossible_day("evidence_on", "Evidence dated", evidence_on, participant)
    elif criterion.evidence_expires and answer == CriterionAnswer.MET:
        raise ActionRefused("evidence_on", "Evidence dated: this evidence expires, so its date is needed.")
    facts: dict[str, Any] = {"answer": answer, "evidence": evidence.strip(), "evidence_on": evidence_on}
    old = CriterionCheck.objects.standing().filter(participant=participant, criterion=criterion).first()
    if old is not None and same(old, **facts):
        return old
    if old is not None and not reason.strip():
        raise ActionRefused("reason", f"Reason: say why the answer to {criterion.code} changes.")
    new = CriterionCheck(participant=participant, criterion=criterion, **facts)
    with audited(
        by=by, kind="criterion.checked", reason=reason or "criterion checked", participant=participant
    ):
        return add_fact(new, by=by, replaces=old)
