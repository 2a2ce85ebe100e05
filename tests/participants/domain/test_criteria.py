"""What an answer, its evidence and the record's finding amount to together."""

from datetime import date

import pytest

from participants.domain.criteria import CriterionState, Judged, earliest_end, obstacles, passes
from participants.domain.eligibility import Finding, Verdict
from participants.domain.evidence import Standing, Validity

DAY = date(2026, 3, 17)
OTHERWISE = Finding(Verdict.NOT_MET, "Below the limit.")


def evidence(standing: Standing, last_on: date = DAY) -> Validity:
    return Validity(last_on, standing, "expires Tue 17 Mar")


@pytest.mark.parametrize(
    ("judged", "state"),
    [
        (Judged("A", passes=None), CriterionState.OPEN),
        (Judged("A", passes=True), CriterionState.PASSED),
        (Judged("A", passes=False), CriterionState.FAILED),
        (Judged("A", passes=None, finding=OTHERWISE), CriterionState.OPEN),
        (Judged("A", passes=True, finding=OTHERWISE), CriterionState.DOUBTED),
        (Judged("A", passes=True, finding=Finding(Verdict.UNKNOWN, "?")), CriterionState.PASSED),
        (Judged("A", passes=True, validity=evidence(Standing.COUNTS)), CriterionState.PASSED),
        (Judged("A", passes=True, validity=evidence(Standing.COUNTED)), CriterionState.PASSED),
        (Judged("A", passes=True, validity=evidence(Standing.SOON)), CriterionState.ENDING),
        (Judged("A", passes=True, validity=evidence(Standing.ENDS_BEFORE_PLAN)), CriterionState.ENDING),
        (Judged("A", passes=True, validity=evidence(Standing.EXPIRED)), CriterionState.EXPIRED),
        (Judged("A", passes=True, validity=evidence(Standing.TOO_LATE)), CriterionState.EXPIRED),
        (
            Judged("A", passes=True, validity=evidence(Standing.SOON), finding=OTHERWISE),
            CriterionState.DOUBTED,
        ),
        (
            Judged("A", passes=False, validity=evidence(Standing.EXPIRED), finding=OTHERWISE),
            CriterionState.FAILED,
        ),
    ],
)
def test_the_answer_goes_first_then_its_evidence_then_the_record(
    judged: Judged, state: CriterionState
) -> None:
    assert judged.state is state


def test_an_exclusion_criterion_speaks_for_taking_part_when_it_does_not_apply() -> None:
    assert passes(is_met=False, is_inclusion=False)
    assert not passes(is_met=True, is_inclusion=False)
    assert passes(is_met=True, is_inclusion=True)


def test_obstacles_say_what_the_record_holds_against_an_answer() -> None:
    judged = [
        Judged("AGE", passes=True),
        Judged("BURDEN", passes=True, validity=evidence(Standing.ENDS_BEFORE_PLAN)),
        Judged("CD19", passes=None),
        Judged("CONSENT", passes=True, finding=OTHERWISE),
        Judged("MARROW", passes=True, validity=evidence(Standing.EXPIRED)),
        Judged("ORGANS", passes=False),
    ]
    assert obstacles(judged) == [
        "CD19: not answered",
        "CONSENT: met, but the record says: Below the limit",
        "MARROW: met, evidence expires Tue 17 Mar",
        "ORGANS: not met",
    ]


def test_the_evidence_that_ends_first_counts_and_that_of_a_failed_answer_does_not() -> None:
    early, late = evidence(Standing.COUNTS, date(2026, 3, 10)), evidence(Standing.COUNTS)
    judged = [
        Judged("A", passes=True, validity=late),
        Judged("B", passes=False, validity=early),
        Judged("C", passes=True, validity=evidence(Standing.COUNTS, date(2026, 3, 12))),
    ]
    found = earliest_end(judged)
    assert found is not None
    assert found.last_on == date(2026, 3, 12)
    assert earliest_end(judged[1:2]) is None
