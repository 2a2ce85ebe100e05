"""Grades that follow their findings."""

import pytest

from participants.actions.conclude import record_death
from participants.actions.death_causes import record_causes
from participants.actions.medicate import record_medication, remove_medication
from participants.actions.observe import record_finding, remove_finding
from participants.actions.treat import record_milestone
from participants.domain.death_causes import DeathCause
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused
from participants.models import DerivedGrade, Medication, Observation, Participant, Query, Scale
from tests import factories
from tests.participants.bedside_support import assess, dose, give, grades, hour, infused, observe

pytestmark = pytest.mark.django_db


def test_grade_is_stored_with_its_reason_and_rule_version() -> None:
    person = infused()
    row = observe(person, 30, "39.0", has_hypotension=True)
    grade = DerivedGrade.objects.get(observation=row, stands=True)
    assert (grade.value, grade.rule_version) == (2, "ASTCT 2019 CRS, reading 1")
    assert grade.reason == "Grade 2: fever 39.0 °C, hypotension without a vasopressor."


def test_fever_is_not_required_once_anakinra_was_given_after_onset() -> None:
    person = infused()
    observe(person, 30, "39.0")
    observe(person, 36, "38.9")
    dose(person, 37)
    observe(person, 40, "36.8", vasopressors=["norepinephrine"])
    assert grades(person) == [1, 1, 3]


def test_premedication_before_any_crs_switches_nothing_off() -> None:
    person = infused()
    give(person, 20, "Paracetamol", "antipyretic")
    observe(person, 30, "36.8", has_hypotension=True)
    assert grades(person) == [0]
    assert "check the log" in Query.objects.unsettled().get().text


def test_correction_of_an_early_finding_changes_the_grades_that_rest_on_it() -> None:
    person = infused()
    onset = observe(person, 30, "38.4")
    give(person, 31, "Paracetamol", "antipyretic")
    observe(person, 40, "37.0", has_hypotension=True)
    assert grades(person) == [1, 2]
    values = {"temperature": "37.4", "temperature_unit": "C", "has_hypotension": False, "vasopressors": []}
    right = Observation(participant=person, at=onset.at, o2_device="none", **values)
    record_finding(by=factories.TEST, finding=right, replaces=onset, reason="read from the wrong line")
    assert grades(person) == [0, 0]
    assert DerivedGrade.objects.filter(participant=person, stands=False, value=2).exists()


def test_removed_drug_lets_fever_be_required_again() -> None:
    person = infused()
    observe(person, 30, "38.4")
    drug = give(person, 31, "Paracetamol", "antipyretic")
    observe(person, 40, "37.0", has_hypotension=True)
    remove_medication(by=factories.TEST, medication=drug, reason="given to another participant")
    assert grades(person) == [1, 0]


def test_drug_without_a_stop_goes_on_over_the_onset() -> None:
    person = infused()
    at = hour(person, 10)
    drug = Medication(participant=person, name="Paracetamol", classes=["antipyretic"], started_on=at.date())
    record_medication(by=factories.TEST, medication=drug)
    observe(person, 50, "38.4")
    observe(person, 60, "37.0", has_hypotension=True)
    assert grades(person) == [1, 2]


def run(person: Participant, hours: float, name: str) -> Medication:
    """Record a vasopressor that goes on."""
    at = hour(person, hours)
    row = Medication(
        participant=person, name=name, classes=["vasopressor"], started_on=at.date(), started_at=at
    )
    return record_medication(by=factories.TEST, medication=row)


def test_a_vasopressor_of_the_drug_log_grades_an_entry_that_does_not_name_it() -> None:
    person = infused()
    observe(person, 30, "39.0", vasopressors=None)
    assert grades(person) == [None]
    drug = run(person, 29, "Noradrenaline")
    assert grades(person) == [3]
    remove_medication(by=factories.TEST, medication=drug, reason="given to another participant")
    assert grades(person) == [None]


def test_a_vasopressor_of_the_drug_log_that_was_seen_not_running_is_asked_about() -> None:
    person = infused()
    row = observe(person, 30, "39.0", vasopressors=["epinephrine"])
    run(person, 29, "Norepinephrine")
    assert grades(person) == [4]
    query = Query.objects.unsettled().get(participant=person)
    assert (query.rule, query.field) == ("drug log", "vasopressors")
    assert "norepinephrine running" in query.text
    values = {name: getattr(row, name) for name in ("temperature", "temperature_unit", "o2_device")}
    both = Observation(
        participant=person, at=row.at, has_hypotension=True, vasopressors=["epinephrine", "norepinephrine"],
        fever_has_other_cause=False, hypotension_has_other_cause=False, hypoxia_has_other_cause=False,
        **values,
    )  # fmt: skip
    record_finding(by=factories.TEST, finding=both, replaces=row, reason="both from the pump")
    assert grades(person) == [4]
    assert not Query.objects.unsettled().exists()


def test_a_vasopressor_of_the_drug_log_under_an_unknown_name_is_asked_about() -> None:
    person = infused()
    observe(person, 30, "39.0", has_hypotension=False)
    drug = run(person, 29, "Levophed")
    assert grades(person) == [None]
    query = Query.objects.unsettled().get(participant=person, rule="drug log")
    assert (query.field, "Levophed running" in query.text) == ("vasopressors", True)
    remove_medication(by=factories.TEST, medication=drug, reason="given to another participant")
    assert grades(person) == [1]
    assert not Query.objects.unsettled().exists()


def test_an_unknown_name_in_the_drug_log_may_be_the_vasopressor_that_was_seen() -> None:
    person = infused()
    observe(person, 30, "39.0", vasopressors=["norepinephrine"])
    run(person, 29, "Levophed")
    assert grades(person) == [3]
    assert not Query.objects.unsettled().exists()
    run(person, 29, "Norepinephrine")
    assert grades(person) == [None]
    assert "Levophed running" in Query.objects.unsettled().get(rule="drug log").text


def test_an_unknown_name_in_the_drug_log_is_not_the_inotrope_that_was_seen() -> None:
    person = infused()
    observe(person, 30, "39.0", vasopressors=["milrinone"], has_hypotension=False)
    run(person, 29, "Levophed")
    assert grades(person) == [None]


def test_missing_finding_gives_no_grade_and_a_query_that_closes_by_itself() -> None:
    person = infused()
    row = observe(person, 30, "39.0", o2_device="nasal_cannula")
    assert grades(person) == [None]
    query = Query.objects.get(participant=person)
    assert query.text == "Record what the grade depends on: the oxygen flow."
    values = {name: getattr(row, name) for name in ("temperature", "temperature_unit", "has_hypotension")}
    values |= {"vasopressors": [], "o2_device": "nasal_cannula", "o2_flow_lpm": 2}
    values |= {f"{sign}_has_other_cause": False for sign in ("fever", "hypotension", "hypoxia")}
    full = Observation(participant=person, at=row.at, **values)
    record_finding(by=factories.TEST, finding=full, replaces=row, reason="flow from the chart")
    query.refresh_from_db()
    assert (grades(person), query.state, query.closed_by) == ([2], "closed", None)


def test_deriving_again_writes_nothing_new() -> None:
    person = infused()
    observe(person, 30, "39.0")
    before = DerivedGrade.objects.count()
    observe(person, 80, "36.8")
    assert DerivedGrade.objects.count() == before + 1


def test_findings_before_the_infusion_have_no_grade_until_its_date_is_corrected() -> None:
    person = infused()
    observe(person, -10, "39.0")
    assert grades(person) == []
    zero = hour(person, -24).date()
    record_milestone(
        by=factories.TEST,
        participant=person,
        kind=MilestoneKind.INFUSION,
        on=zero,
        reason="the day was wrong",
    )
    assert grades(person) == [1]


def test_icans_asks_for_the_instrument_of_the_age_on_the_day() -> None:
    person = infused()
    assess(person, 30, capd_score=4)
    assess(person, 42, capd_score=10)
    assert grades(person, Scale.ICANS) == [1, 3]


def test_death_due_to_crs_makes_the_last_assessment_before_it_grade_5() -> None:
    person = infused()
    observe(person, 30, "39.0", has_hypotension=True)
    observe(person, 42, "39.4", vasopressors=["norepinephrine", "epinephrine"])
    died_on = hour(person, 50).date()
    death = record_death(by=factories.TEST, participant=person, on=died_on)
    assert grades(person) == [2, 4]
    record_causes(by=factories.TEST, death=death, main_cause=DeathCause.CRS)
    assert grades(person) == [2, 5]


def test_death_due_to_something_else_leaves_the_grades() -> None:
    person = infused()
    observe(person, 30, "39.0")
    death = record_death(by=factories.TEST, participant=person, on=hour(person, 50).date())
    record_causes(by=factories.TEST, death=death, main_cause=DeathCause.INFECTION)
    assert grades(person) == [1]


def test_removed_finding_leaves_no_grade() -> None:
    person = infused()
    row = observe(person, 30, "39.0")
    remove_finding(by=factories.TEST, finding=row, reason="entered twice")
    assert grades(person) == []


@pytest.mark.parametrize(
    ("findings", "field"),
    [
        ({"celsius": "46.0"}, "temperature"),
        ({"systolic_mmhg": 60, "diastolic_mmhg": 80}, "systolic_mmhg"),
        ({"heart_rate_per_min": 900}, "heart_rate_per_min"),
        ({"vasopressors": ["water"]}, None),
    ],
)
def test_what_cannot_be_is_refused(findings: dict[str, object], field: str | None) -> None:
    with pytest.raises(ActionRefused) as refused:
        observe(infused(), 30, **findings)  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("findings", "sentence"),
    [
        ({"systolic_mmhg": 400}, "Systolic pressure, mmHg: Must be between 20 and 300."),
        ({"o2_device": "nasal_cannula", "o2_flow_lpm": "-1"}, "Flow, L/min: Must be between 0 and 100."),
    ],
)
def test_refusal_keeps_the_capitals_of_a_unit(findings: dict[str, object], sentence: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        observe(infused(), 30, **findings)  # type: ignore[arg-type]
    assert refused.value.sentence == sentence


def test_moment_to_come_is_refused() -> None:
    with pytest.raises(ActionRefused) as refused:
        observe(infused(day=1), 300, "38.0")
    assert refused.value.sentence == "Time: this lies in the future."
