"""CRS grades when something is not recorded."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.crs import crs_grade
from participants.domain.crs_findings import CrsFindings, OxygenDevice, Vasoactive, VentilationReason
from participants.domain.grade import Death, Status
from tests.participants.domain import completions
from tests.participants.domain.findings import NOREPINEPHRINE, TWO_VASOPRESSORS, crs, febrile

pytestmark = pytest.mark.once

EXCEPTION = {"prior_crs_this_episode": True, "antipyretic_or_anticytokine_after_onset": True}
CANNULA = {"o2_device": OxygenDevice.NASAL_CANNULA}
INTUBATED = {"o2_device": OxygenDevice.INVASIVE_VENTILATION}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        (CANNULA, ("o2_flow_lpm",)),
        (CANNULA | {"hypotension": True}, ("o2_flow_lpm",)),
        (INTUBATED, ("ventilation_reason",)),
        (INTUBATED | {"vasopressors": NOREPINEPHRINE}, ("ventilation_reason",)),
        ({"temp_c": None}, ("temp_c",)),
        ({"fever_other_cause": None}, ("fever_other_cause",)),
        ({"hypotension": None}, ("hypotension",)),
        ({"vasopressors": None}, ("vasopressors",)),
        ({"vasopressors": None, "hypotension": True}, ("vasopressors",)),
        ({"unnamed_vasopressors": 1}, ("vasopressors",)),
        ({"unnamed_vasopressors": 1, "vasopressors": NOREPINEPHRINE}, ("vasopressors",)),
        ({"unnamed_vasopressors": 2, "vasopressors": {Vasoactive.VASOPRESSIN}}, ("vasopressors",)),
        ({"unnamed_vasopressors": 1, "o2_device": OxygenDevice.BLOW_BY}, ("vasopressors",)),
        ({"unnamed_vasopressors": 2, "o2_device": OxygenDevice.VENTURI_MASK}, ("vasopressors",)),
        ({"o2_device": None}, ("o2_device",)),
        ({"hypotension": True, "hypotension_other_cause": None}, ("hypotension_other_cause",)),
        (
            {"o2_device": OxygenDevice.CPAP, "o2_flow_lpm": None, "hypoxia_other_cause": None},
            ("hypoxia_other_cause",),
        ),
        (EXCEPTION | {"temp_c": None}, ("temp_c",)),
        (
            {"temp_c": "37.0", "hypotension": True, "prior_crs_this_episode": True}
            | {"antipyretic_or_anticytokine_after_onset": None},
            ("antipyretic_or_anticytokine_after_onset",),
        ),
    ],
)
def test_a_missing_input_that_could_change_the_grade_leaves_it_open(
    changes: dict[str, Any], missing: tuple[str, ...]
) -> None:
    grade = crs_grade(febrile(**changes))
    assert (grade.value, grade.status, grade.missing) == (None, Status.INSUFFICIENT_DATA, missing)


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        (CANNULA | {"vasopressors": NOREPINEPHRINE}, 3),
        (CANNULA | {"vasopressors": TWO_VASOPRESSORS}, 4),
        ({"unnamed_vasopressors": 3, "vasopressors": TWO_VASOPRESSORS}, 4),
        ({"unnamed_vasopressors": 1, "vasopressors": {Vasoactive.VASOPRESSIN}}, 3),
        ({"unnamed_vasopressors": 1, "o2_device": OxygenDevice.VENTURI_MASK}, 3),
        ({"unnamed_vasopressors": 2, "o2_device": OxygenDevice.CPAP}, 4),
        ({"unnamed_vasopressors": 2, "hypotension_other_cause": True}, 1),
        ({"unnamed_vasopressors": 2, "temp_c": "37.0"}, 0),
        (INTUBATED | {"vasopressors": TWO_VASOPRESSORS}, 4),
        (CANNULA | {"hypoxia_other_cause": True}, 1),
        (INTUBATED | {"hypoxia_other_cause": True}, 1),
        (CANNULA | {"temp_c": "37.0"}, 0),
        ({"o2_device": None, "temp_c": "37.0"}, 0),
        ({"hypotension": None, "vasopressors": NOREPINEPHRINE}, 3),
        ({"vasopressors": None, "hypotension_other_cause": True}, 1),
        ({"vasopressors": None, "o2_device": OxygenDevice.BIPAP}, 4),
        ({"temp_c": None, "fever_other_cause": True}, 0),
        (EXCEPTION | {"temp_c": None, "hypotension": True}, 2),
        ({"prior_crs_this_episode": None, "antipyretic_or_anticytokine_after_onset": None}, 1),
        ({"temp_c": "37.0", "prior_crs_this_episode": None}, 0),
        ({"hypotension_other_cause": None, "hypoxia_other_cause": None}, 1),
        ({"days_post_infusion": None}, 1),
        ({"o2_device": OxygenDevice.CPAP, "ventilation_reason": None}, 4),
    ],
)
def test_a_missing_input_that_cannot_change_the_grade_is_no_obstacle(
    changes: dict[str, Any], grade: int
) -> None:
    assert crs_grade(febrile(**changes)).value == grade


def test_nothing_recorded_is_not_grade_0() -> None:
    assert crs_grade(CrsFindings()).value is None


def test_resolved_is_not_claimed_when_the_log_is_not_known() -> None:
    findings = crs(prior_crs_this_episode=True, antipyretic_or_anticytokine_after_onset=None)
    assert crs_grade(findings).status is Status.NO_CRS


YES_NO = st.sampled_from([None, False, True])


@st.composite
def some_findings(draw: st.DrawFn) -> CrsFindings:
    """Draw findings of which some are not recorded."""
    return crs(
        temp_c=draw(st.sampled_from([None, "37.9", "38.0", "39.5"])),
        fever_other_cause=draw(YES_NO),
        prior_crs_this_episode=draw(YES_NO),
        antipyretic_or_anticytokine_after_onset=draw(YES_NO),
        hypotension=draw(YES_NO),
        hypotension_other_cause=draw(YES_NO),
        vasopressors=draw(st.none() | st.frozensets(st.sampled_from(Vasoactive), max_size=3)),
        o2_device=draw(st.none() | st.sampled_from(OxygenDevice)),
        o2_flow_lpm=draw(st.sampled_from([None, "0", "6", "6.5"])),
        hypoxia_other_cause=draw(YES_NO),
        ventilation_reason=draw(st.none() | st.sampled_from(VentilationReason)),
        death=draw(st.sampled_from([None, None, None, *Death])),
    )


@given(some_findings())
def test_the_grade_is_what_all_completions_agree_on(findings: CrsFindings) -> None:
    possible = completions.crs_grades(findings)
    assert crs_grade(findings).value == (possible.pop() if len(possible) == 1 else None)


@given(some_findings())
def test_grade_is_open_exactly_when_data_are_insufficient_and_says_what_is_missing(
    findings: CrsFindings,
) -> None:
    grade = crs_grade(findings)
    open_ways = {grade.value is None, grade.status is Status.INSUFFICIENT_DATA, bool(grade.missing)}
    assert len(open_ways) == 1


@given(some_findings())
def test_what_is_named_as_missing_is_not_recorded(findings: CrsFindings) -> None:
    assert all(getattr(findings, name) is None for name in crs_grade(findings).missing)


WORSE_OXYGEN: list[dict[str, Any]] = [
    {"o2_device": OxygenDevice.NONE},
    {"o2_device": OxygenDevice.BLOW_BY},
    {"o2_device": OxygenDevice.NASAL_CANNULA, "o2_flow_lpm": "6"},
    {"o2_device": OxygenDevice.NASAL_CANNULA, "o2_flow_lpm": "7"},
    {"o2_device": OxygenDevice.SIMPLE_FACEMASK},
    {"o2_device": OxygenDevice.CPAP},
]
WORSE_PRESSURE: list[dict[str, Any]] = [
    {},
    {"hypotension": True},
    {"vasopressors": frozenset({Vasoactive.VASOPRESSIN})},
    {"vasopressors": NOREPINEPHRINE},
    {"vasopressors": TWO_VASOPRESSORS},
]
WORSE_FEVER: list[dict[str, Any]] = [
    {"temp_c": "36.0"},
    {"temp_c": "37.9"},
    {"temp_c": "38.0"},
    {"temp_c": "41.0"},
]
LADDERS = st.tuples(
    *(st.integers(0, len(ladder) - 1) for ladder in (WORSE_FEVER, WORSE_PRESSURE, WORSE_OXYGEN))
)


@given(LADDERS, LADDERS, st.booleans(), st.booleans())
def test_a_worse_finding_never_lowers_the_grade(
    one: tuple[int, ...], other: tuple[int, ...], prior: bool, drug: bool
) -> None:
    log = {"prior_crs_this_episode": prior, "antipyretic_or_anticytokine_after_onset": drug}

    def grade(rungs: tuple[int, ...]) -> int:
        fever, pressure, oxygen = rungs
        findings = crs(**log, **WORSE_FEVER[fever], **WORSE_PRESSURE[pressure], **WORSE_OXYGEN[oxygen])
        return crs_grade(findings).value or 0

    better, worse = tuple(map(min, one, other)), tuple(map(max, one, other))
    assert grade(better) <= grade(worse)
