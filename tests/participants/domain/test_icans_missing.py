"""ICANS grades when something is not recorded."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participants.domain.grade import Death, Status
from participants.domain.icans import icans_grade
from participants.domain.icans_findings import (
    LABELS,
    CerebralOedema,
    Consciousness,
    IcansFindings,
    Seizure,
)
from tests.participants.domain import completions
from tests.participants.domain.findings import AGED_8, AGED_16, ASSESSED_ON, child, icans

pytestmark = pytest.mark.once

NO_SCORE: dict[str, Any] = {"ice_score": None}


@pytest.mark.parametrize(
    ("findings", "missing"),
    [
        (icans(**NO_SCORE), ("ice_score",)),
        (icans(**NO_SCORE, capd_score=0), ("ice_score",)),
        (icans(**NO_SCORE, consciousness=Consciousness.VOICE), ("ice_score",)),
        (
            icans(**NO_SCORE, consciousness=Consciousness.UNAROUSABLE, consciousness_other_cause=True),
            ("ice_score",),
        ),
        (child(capd_score=None), ("capd_score",)),
        (child(capd_score=None, ice_score=10), ("capd_score",)),
        (child(capd_score=None, capd_unable=None), ("capd_score", "capd_unable")),
        (child(capd_score=None, capd_unable=None, posturing=True, cn6_palsy=None), ()),
        (icans(consciousness=None), ("consciousness",)),
        (
            icans(consciousness=Consciousness.VOICE, consciousness_other_cause=None),
            ("consciousness_other_cause",),
        ),
        (icans(seizure=None), ("seizure",)),
        (icans(seizure=Seizure.CLINICAL), ("seizure_duration_min",)),
        (icans(seizure=Seizure.REPETITIVE, seizure_duration_min="2"), ("returns_to_baseline",)),
        (
            icans(seizure=Seizure.REPETITIVE),
            ("seizure_duration_min", "returns_to_baseline"),
        ),
        (icans(deep_focal_motor_weakness=None), ("deep_focal_motor_weakness",)),
        (icans(cerebral_oedema=None), ("cerebral_oedema",)),
        (icans(cerebral_oedema=CerebralOedema.FOCAL, papilloedema=None), ("papilloedema",)),
        (icans(attributable_to_icans=None, ice_score=8), ("attributable_to_icans",)),
        (icans(dob=None, ice_score=8, capd_score=9), ("dob",)),
        (icans(assessment_date=None, ice_score=8, capd_score=9), ("assessment_date",)),
        (icans(developmental_delay=None, ice_score=8, capd_score=9), ("developmental_delay",)),
    ],
)
def test_only_what_could_change_the_grade_is_named_as_missing(
    findings: IcansFindings, missing: tuple[str, ...]
) -> None:
    assert icans_grade(findings).missing == missing


@pytest.mark.parametrize(
    ("findings", "grade"),
    [
        (icans(**NO_SCORE, consciousness=Consciousness.TACTILE), 3),
        (icans(**NO_SCORE, consciousness=Consciousness.UNAROUSABLE), 4),
        (icans(**NO_SCORE, deep_focal_motor_weakness=True), 4),
        (icans(**NO_SCORE, attributable_to_icans=False), 0),
        (icans(attributable_to_icans=None), 0),
        (icans(**NO_SCORE, seizure=Seizure.CLINICAL, seizure_duration_min="1"), 3),
        (child(capd_score=None, cerebral_oedema=CerebralOedema.FOCAL), 3),
        (child(capd_unable=None, capd_score=4), 1),
        (child(developmental_delay=None, capd_score=4), 1),
        (icans(dob=None, developmental_delay=True, capd_score=9), 3),
        (icans(dob=None, ice_score=10, capd_score=0), 0),
        (icans(dob=None, ice_score=2, capd_score=9), 3),
        (icans(consciousness_other_cause=None), 0),
        (icans(consciousness=None, consciousness_other_cause=True), 0),
        (icans(seizure=Seizure.CLINICAL, cushing_triad=True), 4),
        (icans(cerebral_oedema=None, posturing=True), 4),
        (icans(intracranial_haemorrhage=None, tremor_or_myoclonus=None, baseline_capd=None), 0),
        (icans(ice_score=None, ice_items=(*(True,) * 7, False, None, None)), 1),
    ],
)
def test_a_missing_input_that_cannot_change_the_grade_is_no_obstacle(
    findings: IcansFindings, grade: int
) -> None:
    assert icans_grade(findings).value == grade


def test_items_that_leave_two_grades_open_ask_for_the_score() -> None:
    findings = icans(ice_score=None, ice_items=(*(True,) * 9, None))
    assert icans_grade(findings).missing == ("ice_score",)


def test_nothing_recorded_is_not_grade_0() -> None:
    assert icans_grade(IcansFindings()).value is None


YES_NO = st.sampled_from([None, False, True, False, False])
KNOWN_MOSTLY = st.sampled_from([False, False, False, True, None])


@st.composite
def some_findings(draw: st.DrawFn) -> IcansFindings:
    """Draw findings of which a few are not recorded."""
    findings = icans(
        dob=draw(st.sampled_from([AGED_8, AGED_16, date(2013, 6, 15), None])),
        assessment_date=ASSESSED_ON,
        developmental_delay=draw(YES_NO),
        attributable_to_icans=draw(st.sampled_from([True, True, None, False])),
        ice_score=draw(st.none() | st.integers(0, 10)),
        capd_score=draw(st.none() | st.integers(0, 12)),
        capd_unable=draw(YES_NO),
        consciousness=draw(st.none() | st.sampled_from(Consciousness)),
        consciousness_other_cause=draw(YES_NO),
        seizure=draw(st.sampled_from([Seizure.NONE, *Seizure, None])),
        seizure_duration_min=draw(st.sampled_from([None, "0", "5", "5.5"])),
        returns_to_baseline=draw(YES_NO),
        deep_focal_motor_weakness=draw(KNOWN_MOSTLY),
        cerebral_oedema=draw(st.none() | st.sampled_from(CerebralOedema)),
        papilloedema=draw(KNOWN_MOSTLY),
        death=draw(st.sampled_from([None, None, None, *Death])),
    )
    names = ("dob", "ice_score", "capd_score", "consciousness", "seizure", "cerebral_oedema", "capd_unable")
    # More gaps than these cost the slow way minutes, and show nothing new.
    assume(sum(getattr(findings, name) is None for name in names) <= 3)
    return findings


@pytest.mark.parametrize(
    ("minutes", "recovers", "grade"),
    [("5", True, 3), ("5", False, None), ("5.1", True, None), (None, True, None)],
)
def test_a_kind_of_seizure_that_is_not_recorded_is_bounded_by_what_is(
    minutes: str | None, *, recovers: bool, grade: int | None
) -> None:
    findings = icans(ice_score=2, seizure=None, seizure_duration_min=minutes, returns_to_baseline=recovers)
    assert icans_grade(findings).value == grade


@given(some_findings())
def test_the_grade_is_what_all_completions_agree_on(findings: IcansFindings) -> None:
    possible = completions.icans_grades(findings)
    assert icans_grade(findings).value == (possible.pop() if len(possible) == 1 else None)


@given(some_findings())
def test_grade_is_open_exactly_when_data_are_insufficient_and_says_what_is_missing(
    findings: IcansFindings,
) -> None:
    grade = icans_grade(findings)
    open_ways = {grade.value is None, grade.status is Status.INSUFFICIENT_DATA, bool(grade.missing)}
    assert len(open_ways) == 1


@given(some_findings())
def test_what_is_named_as_missing_is_not_recorded(findings: IcansFindings) -> None:
    assert all(getattr(findings, name) is None for name in icans_grade(findings).missing)


@given(some_findings(), st.sampled_from([None, False, True]), st.sampled_from([None, False, True]))
def test_haemorrhage_tremor_and_myoclonus_never_change_the_grade(
    findings: IcansFindings, haemorrhage: bool | None, shaking: bool | None
) -> None:
    beside = replace(findings, intracranial_haemorrhage=haemorrhage, tremor_or_myoclonus=shaking)
    assert replace(icans_grade(beside), flags=()) == replace(icans_grade(findings), flags=())


WORSE: list[list[dict[str, Any]]] = [
    [{"ice_score": score, "capd_score": capd} for score, capd in ((10, 0), (8, 1), (5, 8), (2, 9), (0, 32))],
    [{"consciousness": each} for each in Consciousness],
    [
        {"seizure": Seizure.NONE},
        {"seizure": Seizure.CLINICAL, "seizure_duration_min": "2"},
        {"seizure": Seizure.CLINICAL, "seizure_duration_min": "6"},
    ],
    [{"cerebral_oedema": each} for each in CerebralOedema],
    [{"deep_focal_motor_weakness": each} for each in (False, True)],
]
LADDERS = st.tuples(*(st.integers(0, len(ladder) - 1) for ladder in WORSE))


@given(LADDERS, LADDERS, st.sampled_from([AGED_8, AGED_16]))
def test_a_worse_finding_never_lowers_the_grade(
    one: tuple[int, ...], other: tuple[int, ...], dob: date
) -> None:
    def grade(rungs: tuple[int, ...]) -> int:
        changes: dict[str, Any] = {}
        for ladder, rung in zip(WORSE, rungs, strict=True):
            changes |= ladder[rung]
        return icans_grade(icans(dob=dob, **changes)).value or 0

    better, worse = tuple(map(min, one, other)), tuple(map(max, one, other))
    assert grade(better) <= grade(worse)


@pytest.mark.parametrize(
    ("findings", "reason"),
    [
        (
            icans(ice_score=8, consciousness=None),
            "Grade 1, 2, 3 or 4 is possible; missing: the level of consciousness.",
        ),
        (child(capd_score=None), "Grade 0, 1 or 3 is possible; missing: the CAPD score."),
        (
            child(capd_score=None, capd_unable=None),
            "Grade 0, 1, 3 or 4 is possible; missing: the CAPD score, whether CAPD could be performed.",
        ),
    ],
)
def test_the_reason_tells_every_grade_that_stays_possible(findings: IcansFindings, reason: str) -> None:
    assert icans_grade(findings).reason == reason


def test_everything_that_can_be_missing_has_its_words() -> None:
    convulsed = icans(seizure=Seizure.REPETITIVE, seizure_duration_min="2", returns_to_baseline=True)
    drowsy, untested = icans(consciousness=Consciousness.VOICE), child(capd_score=None)
    named: set[str] = set()
    for findings in (icans(), child(), convulsed, drowsy, untested):
        for field in fields(findings):
            named.update(icans_grade(replace(findings, **{field.name: None})).missing)
    assert named == set(LABELS)
