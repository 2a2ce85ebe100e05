"""Doses of anakinra, the milestones that follow them, and the deviations that they draft."""

from datetime import datetime

import pytest

from followup.models import Visit
from participants.actions.dose import record_dose, remove_dose
from participants.actions.dose_milestones import end_treatment, resume_treatment
from participants.actions.observe import remove_finding
from participants.actions.treat import record_milestone
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused, NeedsReason
from participants.models import AnakinraDose, Deviation, DeviationState, Milestone, Observation, Participant
from tests import factories
from tests.participants.bedside_support import dose, hour, infused, observe

pytestmark = pytest.mark.django_db


def triggered(hours: float = 30) -> Participant:
    """Return a participant whose trigger is met some hours after the begin of day zero."""
    person = infused()
    observe(person, hours - 6, "39.0")
    observe(person, hours, "38.8")
    return person


def first_dose_of(person: Participant) -> Milestone | None:
    """Return the milestone of the first dose."""
    rows = Milestone.objects.standing().filter(participant=person, kind=MilestoneKind.ANAKINRA_FIRST)
    return rows.first()


def rules(person: Participant) -> set[str]:
    """Return the rules of the deviations that stand."""
    rows = Deviation.objects.filter(participant=person, subject__startswith="dose:")
    return set(rows.exclude(state=DeviationState.WITHDRAWN).values_list("rule", flat=True))


def phase_of(person: Participant) -> str:
    """Return the phase as it is kept."""
    return Participant.objects.get(pk=person.pk).phase


def test_trigger_moves_the_phase_and_a_correction_withdraws_it() -> None:
    person = triggered()
    assert phase_of(person) == Phase.TRIGGER_MET
    remove_finding(by=factories.TEST, finding=Observation.objects.latest("at"), reason="another child's")
    assert phase_of(person) == Phase.INFUSED


def test_readings_entered_after_the_first_dose_do_not_take_the_phase_back() -> None:
    person = infused()
    dose(person, 32)
    observe(person, 24, "39.0")
    observe(person, 30, "38.8")
    assert phase_of(person) == Phase.ON_ANAKINRA


def test_first_dose_anchors_the_visits_that_count_from_it() -> None:
    person = triggered()
    dose(person, 32)
    milestone = first_dose_of(person)
    assert milestone is not None
    assert milestone.at == hour(person, 32)
    assert Visit.objects.get(participant=person, code="ANK1").outcome == "attended"


def test_earlier_dose_from_the_chart_becomes_the_first() -> None:
    person = triggered()
    dose(person, 44)
    dose(person, 32)
    milestone = first_dose_of(person)
    assert milestone is not None
    assert milestone.at == hour(person, 32)


def test_removing_the_only_dose_takes_the_milestone_back() -> None:
    person = triggered()
    only = dose(person, 32)
    remove_dose(by=factories.TEST, dose=only, reason="not given after all")
    assert first_dose_of(person) is None
    assert phase_of(person) == Phase.TRIGGER_MET


def infused_again(person: Participant, hours: float) -> None:
    """Record a further infusion, which begins the second course."""
    on = hour(person, hours).date()
    record_milestone(
        by=factories.TEST, participant=person, kind=MilestoneKind.INFUSION, on=on, course=2,
        reason="second infusion",
    )  # fmt: skip


def first_doses(person: Participant) -> dict[int, datetime | None]:
    """Return when the first dose of each course was given, as its milestone says."""
    rows = Milestone.objects.standing().filter(participant=person, kind=MilestoneKind.ANAKINRA_FIRST)
    return dict(rows.values_list("course", "at"))


def test_dose_of_the_first_course_entered_after_a_further_infusion_moves_its_milestone() -> None:
    person = triggered()
    dose(person, 44)
    infused_again(person, 200)
    dose(person, 230)
    phase = phase_of(person)
    dose(person, 32)
    assert first_doses(person) == {1: hour(person, 32), 2: hour(person, 230)}
    assert phase_of(person) == phase


def test_dose_taken_back_from_one_course_leaves_the_milestone_of_the_other() -> None:
    person = triggered()
    only = dose(person, 32)
    infused_again(person, 200)
    dose(person, 230)
    remove_dose(by=factories.TEST, dose=only, reason="not given after all")
    assert first_doses(person) == {2: hour(person, 230)}


def test_end_of_treatment_is_the_last_given_dose() -> None:
    person = triggered()
    dose(person, 32)
    dose(person, 44)
    dose(person, 56, None)
    end_treatment(by=factories.TEST, participant=person, reason="CRS has resolved")
    ended = Milestone.objects.standing().get(participant=person, kind=MilestoneKind.ANAKINRA_LAST)
    assert (ended.at, phase_of(person)) == (hour(person, 44), Phase.OFF_ANAKINRA)
    resume_treatment(by=factories.TEST, participant=person, reason="fever came back")
    assert phase_of(person) == Phase.ON_ANAKINRA


def test_treatment_without_a_dose_cannot_end() -> None:
    with pytest.raises(ActionRefused):
        end_treatment(by=factories.TEST, participant=triggered(), reason="nothing to do")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"mg": "110"}, "dose over the cap"),
        ({"mg": "60"}, "dose off the calculated one"),
        ({"route": "sc"}, "dose not intravenous"),
        ({"hours": 20}, "dose before the trigger"),
    ],
)
def test_dose_that_leaves_the_plan_asks_for_a_reason_and_drafts_a_deviation(
    fields: dict[str, object], rule: str
) -> None:
    person = triggered()
    what = {"hours": 32, "mg": "50"} | fields
    with pytest.raises(NeedsReason):
        dose(person, note="", **what)  # type: ignore[arg-type]
    dose(person, note="by order", **what)  # type: ignore[arg-type]
    assert rule in rules(person)


def test_interval_is_judged_again_when_the_dose_before_is_corrected() -> None:
    person = triggered()
    first = dose(person, 32)
    dose(person, 48)
    assert rules(person) == {"interval between doses"}
    values = {"state": "given", "dose_mg": 50, "dosing_weight_kg": 20, "weighed_on": first.weighed_on}
    right = AnakinraDose(participant=person, at=hour(person, 36), schedule="q12h", **values)
    record_dose(by=factories.TEST, dose=right, replaces=first, reason="time from the pump")
    assert rules(person) == set()


def test_withdrawn_trigger_drafts_a_deviation_for_the_dose_that_rested_on_it() -> None:
    person = triggered()
    dose(person, 32)
    assert rules(person) == set()
    row = Observation.objects.filter(participant=person).earliest("at")
    remove_finding(by=factories.TEST, finding=row, reason="another child's")
    assert rules(person) == {"dose before the trigger"}


def test_dose_not_given_needs_a_reason() -> None:
    with pytest.raises(ActionRefused) as refused:
        dose(triggered(), 32, None, note="")
    assert refused.value.field == "reason_note"


def test_grade_before_the_dose_follows_a_correction_of_the_findings() -> None:
    person = triggered()
    given = dose(person, 32)
    assert AnakinraDose.objects.get(pk=given.pk).crs_grade_before == 1
    observe(person, 31, "39.1", vasopressors=["norepinephrine"])
    assert AnakinraDose.objects.get(pk=given.pk).crs_grade_before == 3


def test_date_that_a_person_recorded_stays_while_the_log_is_entered() -> None:
    person = triggered()
    record_milestone(
        by=factories.TEST,
        participant=person,
        kind=MilestoneKind.ANAKINRA_FIRST,
        on=hour(person, 32).date(),
    )
    dose(person, 56)
    milestone = first_dose_of(person)
    assert milestone is not None
    assert milestone.on == hour(person, 32).date()


def test_second_dose_at_the_same_time_asks_why_and_both_leave_the_interval() -> None:
    person = triggered()
    dose(person, 32)
    with pytest.raises(NeedsReason, match="Another dose is given at the same time"):
        dose(person, 32, note="")
    dose(person, 32)
    rows = Deviation.objects.filter(participant=person, rule="interval between doses")
    assert rows.exclude(state=DeviationState.WITHDRAWN).count() == 2


def test_dose_after_one_that_was_held_keeps_the_interval() -> None:
    person = triggered()
    dose(person, 32)
    dose(person, 44, None)
    dose(person, 56, note="")
    assert rules(person) == set()


def test_interval_is_judged_again_when_a_dose_held_before_is_entered_late() -> None:
    person = triggered()
    dose(person, 32)
    dose(person, 56)
    assert rules(person) == {"interval between doses"}
    dose(person, 44, None)
    assert rules(person) == set()
