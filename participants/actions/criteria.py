"""Answer several criteria at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from participants.actions.facts import same
from participants.actions.screen import check_criterion
from participants.audit import Actor, audited
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

    Raises what check_criterion raises, its field with the criterion's key, and StaleVersion where
    somebody else has answered meanwhile.
    """
    standing = {
        check.criterion_id: check
        for check in CriterionCheck.objects.standing().filter(participant=participant)
    }
    new = [given for given in answers if not _says(standing.get(given.criterion.pk), given)]
    if not new:
        return []
    with audited(
        by=by, kind="criterion.checked", reason=reason or "criteria checked", participant=participant
    ):
        return [_answer(by, participant, given, standing.get(given.criterion.pk), reason) for given in new]


def _says(check: CriterionCheck | None, given: Answer) -> bool:
    return same(check, answer=given.answer, evidence=given.evidence.strip(), evidence_on=given.evidence_on)


def _answer(
    by: Actor, participant: Participant, given: Answer, standing: CriterionCheck | None, reason: str
) -> CriterionCheck:
    code = given.criterion.code
    if given.seen != (standing.pk if standing else None):
        raise StaleVersion(None, f"Somebody else has answered {code} since you opened this page.")
    try:
        return check_criterion(
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
