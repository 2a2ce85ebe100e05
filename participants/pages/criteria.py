"""The criteria of many participants with their answers, as pages show them.

The number of statements is the same for one participant and for a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from participants.domain.criteria import CriterionState, Judged
from participants.models import Criterion, CriterionCheck
from participants.screening_record import Record

_SIGNS: dict[CriterionState, str] = {
    CriterionState.OPEN: "none",
    CriterionState.PASSED: "done",
    CriterionState.FAILED: "missed",
    CriterionState.EXPIRED: "overdue",
    CriterionState.ENDING: "part",
    CriterionState.DOUBTED: "query",
}


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of one participant; `check` is None while nobody has answered it."""

    criterion: Criterion
    check: CriterionCheck | None
    judged: Judged

    @property
    def sign(self) -> str:
        """The name of its sign."""
        return _SIGNS[self.judged.state]

    @property
    def label(self) -> str:
        """The sign in words."""
        return f"{self.criterion.code}: {self.judged.words}"

    @property
    def needs_look(self) -> bool:
        """Say whether the record contradicts the answer."""
        return self.judged.state is CriterionState.DOUBTED


def read_criteria(records: Mapping[int, Record]) -> dict[int, list[CriterionRow]]:
    """Read the criteria of each participant's study with the answers that stand."""
    checks: dict[tuple[int, int], CriterionCheck] = {}
    standing = CriterionCheck.objects.standing().filter(participant__in=list(records))
    for check in standing.select_related("recorded_by"):
        checks[check.participant_id, check.criterion_id] = check
    criteria: dict[int, list[Criterion]] = defaultdict(list)
    studies = {record.participant.site.study_id for record in records.values()}
    for criterion in Criterion.objects.filter(study__in=studies).order_by("position", "pk"):
        criteria[criterion.study_id].append(criterion)
    return {
        pk: [
            CriterionRow(criterion, check, record.judge(criterion, check))
            for criterion in criteria[record.participant.site.study_id]
            for check in [checks.get((pk, criterion.pk))]
        ]
        for pk, record in records.items()
    }
