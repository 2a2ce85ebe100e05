"""CRS grades when everything is recorded."""

from decimal import Decimal
from typing import Any

import pytest

from participants.domain.crs import crs_grade
from participants.domain.crs_findings import CrsFindings, OxygenDevice, Vasoactive, VentilationReason
from participants.domain.grade import Death, Status
from participants.domain.refusal import Impossible
from tests.participants.domain.findings import NOREPINEPHRINE, TWO_VASOPRESSORS, crs, febrile

pytestmark = pytest.mark.once

CANNULA = OxygenDevice.NASAL_CANNULA
HIGH_FLOW = OxygenDevice.HIGH_FLOW_NASAL_CANNULA
EXCEPTION = {"prior_crs_this_episode": True, "antipyretic_or_anticytokine_after_onset": True}


def grade_of(findings: CrsFindings) -> tuple[int | None, str]:
    """Return the number and the status of a grade."""
    grade = crs_grade(findings)
    return grade.value, str(grade.status)


@pytest.mark.parametrize(
    ("temperature", "grade"),
    [
        ({"temp_c": "37.9"}, 0),
        ({"temp_c": "37.99"}, 0),
        ({"temp_c": "38.0"}, 1),
        ({"temp_c": "38"}, 1),
        ({"temp_c": None, "temp_f": "100.3"}, 0),
        ({"temp_c": None, "temp_f": "100.39"}, 0),
        ({"temp_c": None, "temp_f": "100.4"}, 1),
        ({"temp_c": "38.0", "temp_f": "100.4"}, 1),
        ({"temp_c": "37.9", "temp_f": "100.22"}, 0),
    ],
)
def test_crs_begins_at_38_0_c_or_100_4_f(temperature: dict[str, Any], grade: int) -> None:
    assert crs_grade(crs(**temperature)).value == grade


@pytest.mark.parametrize(
    ("drugs", "grade"),
    [
        ({Vasoactive.NOREPINEPHRINE}, 3),
        ({Vasoactive.DOPAMINE}, 3),
        ({Vasoactive.EPINEPHRINE}, 3),
        ({Vasoactive.PHENYLEPHRINE}, 3),
        ({Vasoactive.ANGIOTENSIN_II}, 3),
        ({Vasoactive.VASOPRESSIN}, 3),
        ({Vasoactive.NOREPINEPHRINE, Vasoactive.VASOPRESSIN}, 3),
        ({Vasoactive.NOREPINEPHRINE, Vasoactive.EPINEPHRINE}, 4),
        ({Vasoactive.NOREPINEPHRINE, Vasoactive.EPINEPHRINE, Vasoactive.VASOPRESSIN}, 4),
        ({Vasoactive.MILRINONE}, 1),
        ({Vasoactive.DOBUTAMINE, Vasoactive.MILRINONE}, 1),
        ({Vasoactive.NOREPINEPHRINE, Vasoactive.DOBUTAMINE}, 3),
        ({Vasoactive.VASOPRESSIN, Vasoactive.MILRINONE}, 3),
    ],
)
def test_vasopressors_are_counted_without_vasopressin_and_inotropes(
    drugs: set[Vasoactive], grade: int
) -> None:
    # The tick box says no: the pressure is normal because of the drug.
    assert crs_grade(febrile(vasopressors=frozenset(drugs), hypotension=False)).value == grade


@pytest.mark.parametrize(
    ("device", "flow", "grade"),
    [
        (OxygenDevice.NONE, None, 1),
        (CANNULA, "0.5", 2),
        (CANNULA, "6", 2),
        (CANNULA, "6.0", 2),
        (CANNULA, "6.01", 3),
        (CANNULA, "8", 3),
        (HIGH_FLOW, "6", 2),
        (HIGH_FLOW, "6.1", 3),
        (OxygenDevice.BLOW_BY, None, 2),
        (OxygenDevice.BLOW_BY, "10", 2),
        (OxygenDevice.SIMPLE_FACEMASK, "5", 3),
        (OxygenDevice.NONREBREATHER, None, 3),
        (OxygenDevice.VENTURI_MASK, None, 3),
        (OxygenDevice.CPAP, None, 4),
        (OxygenDevice.BIPAP, None, 4),
    ],
)
def test_hypoxia_is_graded_by_device_and_flow(device: OxygenDevice, flow: str | None, grade: int) -> None:
    assert crs_grade(febrile(o2_device=device, o2_flow_lpm=flow)).value == grade


@pytest.mark.parametrize(
    ("reason", "grade"),
    [
        (VentilationReason.HYPOXIA, 4),
        (VentilationReason.AIRWAY_PROTECTION, 1),
        (VentilationReason.PROCEDURE, 1),
    ],
)
def test_intubation_is_grade_4_for_hypoxia_only(reason: VentilationReason, grade: int) -> None:
    findings = febrile(o2_device=OxygenDevice.INVASIVE_VENTILATION, ventilation_reason=reason)
    assert crs_grade(findings).value == grade


def test_hypotension_without_a_vasopressor_is_grade_2() -> None:
    assert crs_grade(febrile(hypotension=True)).value == 2


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({"hypotension": True, "hypotension_other_cause": True}, 1),
        ({"vasopressors": TWO_VASOPRESSORS, "hypotension_other_cause": True}, 1),
        ({"o2_device": OxygenDevice.CPAP, "hypoxia_other_cause": True}, 1),
        ({"fever_other_cause": True}, 0),
        ({"fever_other_cause": True, "vasopressors": NOREPINEPHRINE}, 0),
        ({"vasopressors": NOREPINEPHRINE, "o2_device": OxygenDevice.CPAP, "hypoxia_other_cause": True}, 3),
    ],
)
def test_a_sign_with_another_cause_does_not_count(changes: dict[str, Any], grade: int) -> None:
    assert crs_grade(febrile(**changes)).value == grade


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (EXCEPTION | {"vasopressors": NOREPINEPHRINE}, (3, "graded")),
        (EXCEPTION | {"hypotension": True}, (2, "graded")),
        (EXCEPTION, (0, "resolved")),
        (EXCEPTION | {"temp_c": "39.0", "fever_other_cause": True}, (0, "resolved")),
        (EXCEPTION | {"hypotension": True, "hypotension_other_cause": True}, (0, "resolved")),
        (EXCEPTION | {"temp_c": "39.0"}, (1, "graded")),
        ({"prior_crs_this_episode": True}, (0, "no_crs")),
        ({"antipyretic_or_anticytokine_after_onset": True}, (0, "no_crs")),
        ({"antipyretic_or_anticytokine_after_onset": True, "hypotension": True}, (0, "no_crs")),
        ({"prior_crs_this_episode": True, "o2_device": OxygenDevice.CPAP}, (0, "no_crs")),
    ],
)
def test_fever_is_not_required_after_onset_and_a_drug(
    changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert grade_of(crs(**changes)) == expected


@pytest.mark.parametrize(
    "sign",
    [{"vasopressors": NOREPINEPHRINE}, {"o2_device": CANNULA, "o2_flow_lpm": "2"}, {"hypotension": True}],
)
def test_signs_without_fever_or_drug_are_grade_0_with_a_query(sign: dict[str, Any]) -> None:
    grade = crs_grade(crs(prior_crs_this_episode=True, **sign))
    assert (grade.value, grade.query is not None, "signs_without_fever" in grade.flags) == (0, True, True)


@pytest.mark.parametrize(
    "sign",
    [
        {"hypotension": True, "hypotension_other_cause": None},
        {"vasopressors": NOREPINEPHRINE, "hypotension_other_cause": None},
        {"o2_device": OxygenDevice.CPAP, "hypoxia_other_cause": None},
        {"o2_device": OxygenDevice.INVASIVE_VENTILATION},
    ],
)
def test_a_sign_whose_cause_is_not_recorded_is_asked_about_as_well(sign: dict[str, Any]) -> None:
    grade = crs_grade(crs(**sign))
    assert (grade.value, "signs_without_fever" in grade.flags) == (0, True)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"hypotension": True, "hypotension_other_cause": True},
        {
            "o2_device": OxygenDevice.INVASIVE_VENTILATION,
            "ventilation_reason": VentilationReason.AIRWAY_PROTECTION,
        },
        EXCEPTION,
    ],
)
def test_no_query_is_raised_when_there_is_no_sign(changes: dict[str, Any]) -> None:
    assert crs_grade(crs(**changes)).query is None


@pytest.mark.parametrize(
    ("death", "expected"),
    [(Death.CRS, (5, "graded")), (Death.ICANS, (0, "no_crs")), (Death.OTHER, (0, "no_crs"))],
)
def test_grade_5_is_a_death_due_to_crs_only(death: Death, expected: tuple[int, str]) -> None:
    assert grade_of(crs(death=death)) == expected


@pytest.mark.parametrize(
    ("changes", "is_late"),
    [
        ({"days_post_infusion": 14}, False),
        ({"days_post_infusion": 15}, True),
        ({"days_post_infusion": 15, "prior_crs_this_episode": True}, False),
        ({"days_post_infusion": 15, "temp_c": "37.0"}, False),
        ({"days_post_infusion": None}, False),
        ({"days_post_infusion": 15, "death": Death.CRS}, True),
    ],
)
def test_onset_later_than_14_days_is_flagged_and_graded(changes: dict[str, Any], *, is_late: bool) -> None:
    grade = crs_grade(febrile(**changes))
    assert ("late_onset" in grade.flags, grade.status is not Status.INSUFFICIENT_DATA) == (is_late, True)


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"vasopressors": frozenset({Vasoactive.VASOPRESSIN})}, "interpretation_vasopressin_alone"),
        ({"o2_device": HIGH_FLOW, "o2_flow_lpm": "4"}, "interpretation_high_flow_device_at_low_flow"),
        ({"o2_device": CANNULA, "o2_flow_lpm": "0"}, "cannula_without_flow"),
        ({"o2_flow_lpm": "2"}, "flow_without_device"),
        ({"temp_c": "37.95", "temp_f": "100.4"}, "temperature_units_straddle_threshold"),
    ],
)
def test_a_reading_of_the_rules_is_shown(changes: dict[str, Any], flag: str) -> None:
    assert crs_grade(febrile(**changes)).flags == (flag,)


def test_units_that_are_both_a_fever_at_their_limits_are_no_contradiction() -> None:
    assert crs_grade(febrile(temp_c="38.0", temp_f="100.4")).flags == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"temp_c": "24.9"}, "temp_c"),
        ({"temp_c": "45.1"}, "temp_c"),
        ({"temp_c": "100.4"}, "temp_c"),
        ({"temp_c": None, "temp_f": "38.5"}, "temp_f"),
        ({"temp_c": "38.0", "temp_f": "100.59"}, "temp_f"),
        ({"temp_c": "NaN"}, "temp_c"),
        ({"o2_flow_lpm": "-1"}, "o2_flow_lpm"),
        ({"o2_flow_lpm": "-0"}, "o2_flow_lpm"),
        ({"o2_flow_lpm": "100.1"}, "o2_flow_lpm"),
        ({"days_post_infusion": -1}, "days_post_infusion"),
    ],
)
def test_findings_that_cannot_be_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Impossible) as refused:
        crs(**changes)
    assert refused.value.field == field


def test_units_that_differ_by_exactly_0_1_c_pass() -> None:
    assert crs(temp_c="37.9", temp_f="100.4").temp_f == Decimal("100.4")


def test_reason_names_the_signs_and_the_exception() -> None:
    reason = crs_grade(
        crs(**EXCEPTION, vasopressors=NOREPINEPHRINE, o2_device=CANNULA, o2_flow_lpm="2")
    ).reason
    assert reason == (
        "Grade 3: one vasopressor and low-flow oxygen 2 L/min; fever is not required, an antipyretic or "
        "anticytokine drug was given after CRS began."
    )


@pytest.mark.parametrize(("device", "name"), [(HIGH_FLOW, "high-flow"), (CANNULA, "nasal")])
def test_cannula_without_flow_is_called_by_its_name(device: OxygenDevice, name: str) -> None:
    reason = crs_grade(febrile(o2_device=device, vasopressors=NOREPINEPHRINE)).reason
    assert f"{name} cannula, flow not recorded" in reason
