"""What a criterion with its answer, its evidence and the record's own finding amounts to.

A person answers each criterion; where the record can tell by itself (age, burden, consent) its
finding stands beside the answer and never replaces it.

Source: PACER design, clinical rules, section 1, and screens, page 7.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from participants.domain.eligibility import Finding, Verdict
from participants.domain.evidence import NEEDS_RENEWAL, Standing, Validity


class CriterionState(StrEnum):
    """One word for a criterion; PASSED is the only one that asks nothing of anybody."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"
    ENDING = "ending"
    DOUBTED = "doubted"


@dataclass(frozen=True)
class Judged:
    """A criterion as answered: `passes` None while nobody has answered it.

    `validity` is None where the evidence does not expire or has no date, `finding` where the
    record cannot tell by itself.
    """

    code: str
    passes: bool | None
    validity: Validity | None = None
    finding: Finding | None = None

    @property
    def state(self) -> CriterionState:
        """What it amounts to: the answer first, then the age of its evidence, then the record's doubt."""
        if self.passes is None:
            return CriterionState.OPEN
        if not self.passes:
            return CriterionState.FAILED
        if self.validity is not None and self.validity.standing in NEEDS_RENEWAL:
            is_ending = self.validity.standing is Standing.ENDS_BEFORE_PLAN
            return CriterionState.ENDING if is_ending else CriterionState.EXPIRED
        if self.finding is not None and self.finding.verdict is Verdict.NOT_MET:
            return CriterionState.DOUBTED
        if self.validity is not None and self.validity.standing is Standing.SOON:
            return CriterionState.ENDING
        return CriterionState.PASSED

    @property
    def speaks_for(self) -> bool:
        """Say whether nothing speaks against declaring somebody eligible on its account."""
        return self.state in {CriterionState.PASSED, CriterionState.ENDING}

    @property
    def words(self) -> str:
        """Say it in a line."""
        if self.state in {CriterionState.EXPIRED, CriterionState.ENDING} and self.validity is not None:
            return f"met, evidence {self.validity.words}"
        return {
            CriterionState.OPEN: "not answered",
            CriterionState.FAILED: "not met",
            CriterionState.DOUBTED: "met, but the record says otherwise",
        }.get(self.state, "met")

    @property
    def objection(self) -> str:
        """Say what speaks against declaring somebody eligible on its account; "" when nothing does."""
        if self.speaks_for:
            return ""
        if self.state is CriterionState.DOUBTED and self.finding is not None:
            return f"{self.code}: met, but the record says: {self.finding.sentence.rstrip('.')}"
        return f"{self.code}: {self.words}"


def passes(*, is_met: bool, is_inclusion: bool) -> bool:
    """Say whether an answer speaks for taking part: an inclusion criterion met, an exclusion one not."""
    return is_met is is_inclusion


def obstacles(judged: Iterable[Judged]) -> list[str]:
    """List in words what speaks against declaring somebody eligible now, nothing when all is plain."""
    return [one.objection for one in judged if not one.speaks_for]


def earliest_end(judged: Iterable[Judged]) -> Validity | None:
    """Return the evidence that ends first among the answers that count on it; None where none ends."""
    dated = [one.validity for one in judged if one.passes and one.validity is not None]
    return min(dated, key=_last_day, default=None)


def _last_day(validity: Validity) -> date:
    return validity.last_on
