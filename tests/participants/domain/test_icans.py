"""ICANS grades when everything is recorded."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from participants.domain.grade import Death
from participants.domain.icans import cognition_due_at, icans_grade
from participants.domain.icans_findings import (
    CerebralOedema,
    Consciousness,
    IcansFindings,
    Seizure,
    dob_for_grading,
)
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.refusal import Impossible
from tests.participants.domain.findings import AGED_8, AGED_16, ASSESSED_ON, child, icans

pytestmark = pytest.mark.once

TEN = (True,) * 10


@pytest.mark.parametrize(
    ("score", "grade"), [(10, 0), (9, 1), (8, 1), (7, 1), (6, 2), (3, 2), (2, 3), (1, 3), (0, 3)]
)
def test_ice_is_graded_by_its_bands(score: int, grade: int) -> None:
    assert icans_grade(icans(ice_score=score)).value == grade


@pytest.mark.parametrize(
    ("score", "consciousness", "grade"),
    [
        (0, "spontaneous", 0),
        (1, "spontaneous", 1),
        (8, "spontaneous", 1),
        (9, "spontaneous", 3),
        (32, "spontaneous", 3),
        (0, "voice", 2),
        (1, "voice", 2),
        (8, "voice", 2),
        (9, "voice", 3),
        (8, "tactile", 3),
        (8, "unarousable", 4),
    ],
)
def test_capd_is_graded_with_consciousness(score: int, consciousness: str, grade: int) -> None:
    findings = child(capd_score=score, consciousness=Consciousness(consciousness))
    assert icans_grade(findings).value == grade


@pytest.mark.parametrize(
    ("consciousness", "grade"),
    [("spontaneous", 0), ("voice", 2), ("tactile", 3), ("vigorous_tactile", 4), ("unarousable", 4)],
)
def test_consciousness_is_graded_beside_a_normal_instrument(consciousness: str, grade: int) -> None:
    assert icans_grade(icans(consciousness=Consciousness(consciousness))).value == grade


@pytest.mark.parametrize(("consciousness", "grade"), [("spontaneous", 3), ("unarousable", 4)])
def test_ice_0_is_grade_3_awake_and_4_unarousable(consciousness: str, grade: int) -> None:
    assert icans_grade(icans(ice_score=0, consciousness=Consciousness(consciousness))).value == grade


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({"consciousness": Consciousness.UNAROUSABLE}, 0),
        ({"consciousness": Consciousness.VOICE, "ice_score": 8}, 1),
        ({"consciousness": Consciousness.UNAROUSABLE, "ice_score": 0}, 3),
        ({"consciousness": Consciousness.UNAROUSABLE, "seizure": Seizure.CLINICAL}, 4),
    ],
)
def test_sedation_excludes_consciousness_only(changes: dict[str, Any], grade: int) -> None:
    findings = icans(consciousness_other_cause=True, seizure_duration_min="6", **changes)
    assert icans_grade(findings).value == grade


def test_capd_of_a_sedated_child_is_grade_1_by_its_score() -> None:
    findings = child(capd_score=5, consciousness=Consciousness.VOICE, consciousness_other_cause=True)
    assert icans_grade(findings).value == 1


@pytest.mark.parametrize(
    ("seizure", "minutes", "recovers", "grade"),
    [
        ("none", None, None, 0),
        ("clinical", "1", None, 3),
        ("clinical", "5", True, 3),
        ("clinical", "5.0", True, 3),
        ("clinical", "5.01", True, 4),
        ("clinical", "2", False, 3),
        ("nonconvulsive_eeg", "5", None, 3),
        ("nonconvulsive_eeg", "6", None, 4),
        ("repetitive", "1", True, 3),
        ("repetitive", "1", False, 4),
        ("repetitive", "6", True, 4),
        ("repetitive", None, False, 4),
    ],
)
def test_seizures_are_graded_by_duration_and_recovery(
    seizure: str, minutes: str | None, *, recovers: bool | None, grade: int
) -> None:
    findings = icans(seizure=Seizure(seizure), seizure_duration_min=minutes, returns_to_baseline=recovers)
    assert icans_grade(findings).value == grade


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({"deep_focal_motor_weakness": True}, 4),
        ({"cerebral_oedema": CerebralOedema.FOCAL}, 3),
        ({"cerebral_oedema": CerebralOedema.DIFFUSE}, 4),
        ({"posturing": True}, 4),
        ({"cn6_palsy": True}, 4),
        ({"papilloedema": True}, 4),
        ({"cushing_triad": True}, 4),
        ({"intracranial_haemorrhage": True}, 0),
        ({"tremor_or_myoclonus": True}, 0),
        ({"death": Death.ICANS}, 5),
        ({"death": Death.CRS}, 0),
        ({"death": Death.OTHER, "ice_score": 5}, 2),
        ({"attributable_to_icans": False, "ice_score": 0, "posturing": True}, 0),
        ({"ice_score": 3, "seizure": Seizure.CLINICAL, "seizure_duration_min": "1"}, 3),
    ],
)
def test_the_worst_domain_that_counts_is_the_grade(changes: dict[str, Any], grade: int) -> None:
    assert icans_grade(icans(**changes)).value == grade


@pytest.mark.parametrize(
    ("dob", "assessed_on", "grade"),
    [
        (date(2013, 6, 16), date(2025, 6, 15), 3),
        (date(2013, 6, 15), date(2025, 6, 15), 1),
        (date(2013, 6, 14), date(2025, 6, 15), 1),
        (date(2012, 2, 29), date(2024, 2, 28), 3),
        (date(2012, 2, 29), date(2024, 2, 29), 1),
    ],
)
def test_ice_counts_from_the_12th_birthday_on(dob: date, assessed_on: date, grade: int) -> None:
    findings = icans(dob=dob, assessment_date=assessed_on, ice_score=7, capd_score=12)
    assert icans_grade(findings).value == grade


@pytest.mark.parametrize("dob", [AGED_8, AGED_16])
def test_developmental_delay_is_graded_by_capd_at_any_age(dob: date) -> None:
    findings = icans(dob=dob, developmental_delay=True, ice_score=10, capd_score=9)
    assert icans_grade(findings).value == 3


def test_a_child_who_cannot_perform_capd_is_grade_4() -> None:
    assert icans_grade(child(capd_unable=True, capd_score=None)).value == 4


def test_an_adolescent_is_not_graded_by_capd_that_cannot_be_performed() -> None:
    assert icans_grade(icans(capd_unable=True)).value == 0


def test_baseline_capd_is_shown_and_does_not_move_the_grade() -> None:
    grade = icans_grade(child(capd_score=9, baseline_capd=8))
    assert (grade.value, grade.reason) == (3, "Grade 3: CAPD 9 (baseline 8).")


@pytest.mark.parametrize(
    ("items", "score", "grade"),
    [
        (TEN, None, 0),
        ((*TEN[:7], False, False, False), None, 1),
        ((*TEN[:6], False, False, False, False), None, 2),
        ((*TEN[:9], None), 9, 1),
    ],
)
def test_ice_items_add_up(items: tuple[bool | None, ...], score: int | None, grade: int) -> None:
    assert icans_grade(icans(ice_score=score, ice_items=items)).value == grade


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ice_score": 11}, "ice_score"),
        ({"ice_score": -1}, "ice_score"),
        ({"capd_score": 33}, "capd_score"),
        ({"capd_score": -1}, "capd_score"),
        ({"baseline_capd": 33}, "baseline_capd"),
        ({"seizure_duration_min": "-1"}, "seizure_duration_min"),
        ({"dob": date(2025, 6, 16)}, "assessment_date"),
        ({"ice_items": TEN[:9]}, "ice_items"),
        ({"ice_items": TEN, "ice_score": 9}, "ice_score"),
    ],
)
def test_findings_that_cannot_be_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Impossible) as refused:
        icans(**changes)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("findings", "flag"),
    [
        (icans(intracranial_haemorrhage=True), "haemorrhage_graded_by_ctcae"),
        (icans(consciousness_other_cause=True, ice_score=0), "instrument_under_another_cause"),
        (child(capd_unable=True), "score_and_unable"),
        (
            icans(seizure=Seizure.CLINICAL, seizure_duration_min="1", returns_to_baseline=False),
            "single_seizure_without_recovery",
        ),
    ],
)
def test_what_a_person_should_look_at_is_flagged(findings: IcansFindings, flag: str) -> None:
    assert icans_grade(findings).flags == (flag,)


@pytest.mark.parametrize(
    "findings",
    [child(capd_unable=True, capd_score=None), child(consciousness_other_cause=True, ice_score=0)],
)
def test_what_contradicts_nothing_is_not_flagged(findings: IcansFindings) -> None:
    assert icans_grade(findings).flags == ()


def test_a_seizure_of_less_than_a_minute_is_one() -> None:
    assert icans_grade(icans(seizure=Seizure.CLINICAL, seizure_duration_min="0.5")).value == 3


def test_a_score_beside_unable_to_perform_is_asked_about() -> None:
    grade = icans_grade(child(capd_unable=True, capd_score=5))
    assert (grade.value, grade.query) == (4, "Check the entry: a CAPD score beside 'unable to perform'.")


@pytest.mark.parametrize(
    ("born_in", "expected"), [(2012, date(2012, 1, 1)), (2013, None), (2014, date(2014, 1, 1))]
)
def test_a_birth_year_is_enough_unless_it_leaves_the_instrument_open(
    born_in: int, expected: date | None
) -> None:
    birth = PartialDate(date(born_in, 1, 1), Precision.YEAR)
    assert dob_for_grading(birth, on=ASSESSED_ON) == expected


def test_cognition_is_due_again_after_12_hours_of_real_time() -> None:
    assert cognition_due_at(datetime(2026, 3, 9, 20, tzinfo=UTC)) == datetime(2026, 3, 10, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cerebral_oedema": CerebralOedema.FOCAL}, "Grade 3: focal cerebral oedema."),
        ({"posturing": True, "cushing_triad": True}, "Grade 4: posturing and Cushing's triad."),
        ({"ice_score": 8, "deep_focal_motor_weakness": True}, "Grade 4: deep focal weakness; ICE 8."),
        ({}, "No ICANS: ICE 10 and no other sign attributed to it."),
        (
            {"ice_score": 5, "attributable_to_icans": False},
            "No ICANS: the findings are attributed to another cause.",
        ),
    ],
)
def test_the_reason_tells_the_signs(changes: dict[str, Any], reason: str) -> None:
    assert icans_grade(icans(**changes)).reason == reason
