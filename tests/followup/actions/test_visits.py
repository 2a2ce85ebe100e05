"""What is recorded of a visit, corrected and taken back, and what rests on it."""

from datetime import date
from typing import Any

import pytest

from followup.actions.schedule import sweep_schedules
from followup.actions.visits import AssessmentResult, log_visit, record_not_done, reopen_visit
from followup.domain.windows import Outcome
from followup.models import AssessmentState, MissedReason, Visit
from participants.actions.conclude import leave_study, record_death, remove_death
from participants.actions.treat import plan_milestone, record_milestone, remove_milestone
from participants.audit import Actor
from participants.domain.milestones import MilestoneKind
from participants.errors import ActionRefused
from participants.models import AuditRow, Deviation, Milestone, OffStudyReason, Participant, StaffMember
from tests.factories import TEST, days_ago, make_enrolled, make_infused, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant() -> Participant:
    """Return somebody on D+40."""
    return make_infused(day=40)


@pytest.fixture
def coordinator(participant: Participant) -> StaffMember:
    """Return the coordinator of their site."""
    return make_staff(site=participant.site)


def visit_of(participant: Participant, code: str, occurrence: int = 1) -> Visit:
    return Visit.objects.for_pages().get(participant=participant, code=code, occurrence=occurrence)


def log(person: StaffMember, visit: Visit, on: date, **given: Any) -> Visit:
    current = visit_of(visit.participant, visit.code)
    return log_visit(
        by=Actor.of(person),
        visit=current,
        version=current.version,
        occurred_on=on,
        assessments={},
        **given,
    )


def rules(visit: Visit) -> set[str]:
    drafts = Deviation.objects.drafts().filter(subject=f"visit:{visit.pk}")
    return set(drafts.values_list("rule", flat=True))


def test_a_visit_out_of_window_that_did_not_take_place_is_no_longer_out_of_window(
    participant: Participant, coordinator: StaffMember
) -> None:
    visit = log(coordinator, visit_of(participant, "D14"), days_ago(20, participant.site))
    assert rules(visit) == {"visit out of window"}
    record_not_done(
        by=Actor.of(coordinator),
        visit=visit,
        version=visit.version,
        outcome=Outcome.MISSED,
        missed_reason=MissedReason.NO_SHOW,
        reason="it was another child",
    )
    assert rules(visit) == set()


def test_a_recorded_visit_that_becomes_missed_asks_why(
    participant: Participant, coordinator: StaffMember
) -> None:
    visit = log(coordinator, visit_of(participant, "D14"), days_ago(26, participant.site))
    with pytest.raises(ActionRefused, match="say why"):
        record_not_done(
            by=Actor.of(coordinator),
            visit=visit,
            version=visit.version,
            outcome=Outcome.MISSED,
            missed_reason=MissedReason.NO_SHOW,
            reason="",
        )


def test_a_corrected_outcome_keeps_since_when_it_stands_and_whose_it_is(
    participant: Participant, coordinator: StaffMember
) -> None:
    first = log(coordinator, visit_of(participant, "D14"), days_ago(26, participant.site))
    another = make_staff(site=participant.site)
    log(another, first, days_ago(27, participant.site), reason="misread")
    corrected = visit_of(participant, "D14")
    assert corrected.occurred_on == days_ago(27, participant.site)
    assert (corrected.recorded_at, corrected.recorded_by) == (first.recorded_at, coordinator)


def test_another_outcome_stands_since_it_was_recorded_and_is_whose_it_is(
    participant: Participant, coordinator: StaffMember
) -> None:
    first = log(coordinator, visit_of(participant, "D14"), days_ago(26, participant.site))
    another = make_staff(site=participant.site)
    record_not_done(
        by=Actor.of(another), visit=first, version=first.version, outcome=Outcome.CANCELLED,
        reason="it was another child",
    )  # fmt: skip
    changed = visit_of(participant, "D14")
    assert first.recorded_at is not None
    assert changed.recorded_at is not None
    assert changed.recorded_at > first.recorded_at
    assert changed.recorded_by == another


def test_a_visit_that_the_record_closed_is_whose_who_confirms_it(
    participant: Participant, coordinator: StaffMember
) -> None:
    leave_study(
        by=TEST, participant=participant, reason=OffStudyReason.LOST, on=days_ago(5, participant.site)
    )
    closed = visit_of(participant, "D28")
    assert (closed.outcome, closed.recorded_at) == (Outcome.MISSED, None)
    record_not_done(
        by=Actor.of(coordinator), visit=closed, version=closed.version, outcome=Outcome.MISSED,
        missed_reason=MissedReason.NO_SHOW, reason="",
    )  # fmt: skip
    confirmed = visit_of(participant, "D28")
    assert confirmed.recorded_at is not None
    assert confirmed.recorded_by == coordinator


def test_a_visit_after_death_that_is_corrected_or_taken_back_departs_no_more(
    participant: Participant, coordinator: StaffMember
) -> None:
    record_death(by=TEST, participant=participant, on=days_ago(15, participant.site))
    visit = visit_of(participant, "D28")
    log(coordinator, visit, days_ago(12, participant.site), reason="as in the chart")
    assert "event after death" in rules(visit)
    log(coordinator, visit, days_ago(15, participant.site), reason="misread")
    assert "event after death" not in rules(visit)


def test_a_visit_that_is_taken_back_after_a_death_was_missed_where_its_window_closed_before(
    participant: Participant, coordinator: StaffMember
) -> None:
    visit = log(coordinator, visit_of(participant, "D28"), days_ago(12, participant.site))
    record_death(by=TEST, participant=participant, on=days_ago(2, participant.site))
    visit = visit_of(participant, "D28")
    reopen_visit(by=Actor.of(coordinator), visit=visit, version=visit.version, reason="another child")
    assert visit_of(participant, "D28").outcome == Outcome.MISSED


def test_a_death_that_becomes_known_late_flags_the_visits_after_it(
    participant: Participant, coordinator: StaffMember
) -> None:
    visit = log(coordinator, visit_of(participant, "D28"), days_ago(12, participant.site))
    death = record_death(by=TEST, participant=participant, on=days_ago(20, participant.site))
    assert rules(visit) == {"event after death"}
    remove_death(by=TEST, death=death, reason="another family")
    assert rules(visit) == set()


def test_survival_contacts_end_with_the_relapse_that_never_was(participant: Participant) -> None:
    relapse = record_milestone(
        by=TEST, participant=participant, kind=MilestoneKind.RELAPSE, on=days_ago(3, participant.site)
    )
    assert visit_of(participant, "SURV", 2).outcome == Outcome.OPEN
    remove_milestone(by=TEST, milestone=relapse, reason="another child")
    contacts = Visit.objects.filter(participant=participant, code="SURV")
    assert not contacts.open().exists()
    assert {contact.target_on for contact in contacts} == {None}


def test_survival_contacts_wait_again_when_the_relapse_is_recorded_again(participant: Participant) -> None:
    on = days_ago(3, participant.site)
    relapse = record_milestone(by=TEST, participant=participant, kind=MilestoneKind.RELAPSE, on=on)
    remove_milestone(by=TEST, milestone=relapse, reason="another child")
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.RELAPSE, on=on)
    assert visit_of(participant, "SURV", 2).outcome == Outcome.OPEN


def test_who_was_dosed_keeps_the_check_after_the_last_dose_when_day_28_has_passed() -> None:
    participant = make_infused(day=20)
    record_milestone(
        by=TEST,
        participant=participant,
        kind=MilestoneKind.ANAKINRA_FIRST,
        on=days_ago(15, participant.site),
    )
    record_milestone(
        by=TEST,
        participant=participant,
        kind=MilestoneKind.INFUSION,
        on=days_ago(35, participant.site),
        reason="the chart says so",
    )
    assert visit_of(participant, "ANK30").outcome == Outcome.OPEN


def assessed(visit: Visit) -> dict[int, AssessmentResult]:
    return {
        planned.pk: AssessmentResult(AssessmentState.DONE)
        for planned in visit.planned_visit.assessments.all()
    }


@pytest.mark.parametrize("outcome", [Outcome.MISSED, Outcome.NOT_APPLICABLE, Outcome.CANCELLED])
def test_what_was_done_at_a_visit_is_taken_back_when_it_did_not_take_place(
    participant: Participant, coordinator: StaffMember, outcome: Outcome
) -> None:
    visit = visit_of(participant, "D14")
    given = assessed(visit)
    on, by = days_ago(26, participant.site), Actor.of(coordinator)
    visit = log_visit(by=by, visit=visit, version=visit.version, occurred_on=on, assessments=given)
    assert visit.assessments.count() == len(given) > 0
    missed = MissedReason.NO_SHOW if outcome is Outcome.MISSED else None
    record_not_done(
        by=by,
        visit=visit,
        version=visit.version,
        outcome=outcome,
        missed_reason=missed,
        reason="another child",
    )
    assert not visit.assessments.exists()
    kept = AuditRow.objects.filter(table_name="followup_visitassessment", operation="delete")
    assert kept.count() == len(given)


def test_what_was_done_at_a_visit_is_taken_back_with_its_outcome(
    participant: Participant, coordinator: StaffMember
) -> None:
    visit = visit_of(participant, "D14")
    on, by = days_ago(26, participant.site), Actor.of(coordinator)
    visit = log_visit(by=by, visit=visit, version=visit.version, occurred_on=on, assessments=assessed(visit))
    reopen_visit(by=by, visit=visit, version=visit.version, reason="another child")
    assert not visit.assessments.exists()


def test_a_reason_longer_than_its_column_is_refused_in_words(
    participant: Participant, coordinator: StaffMember
) -> None:
    visit = visit_of(participant, "D14")
    key = visit.planned_visit.assessments.values_list("pk", flat=True)[0]
    with pytest.raises(ActionRefused, match="at most 200") as refused:
        log_visit(
            by=Actor.of(coordinator),
            visit=visit,
            version=visit.version,
            occurred_on=days_ago(26, participant.site),
            assessments={key: AssessmentResult(AssessmentState.NOT_DONE, "x" * 201)},
        )
    assert refused.value.field == f"reason_{key}"
    with pytest.raises(ActionRefused, match="Note: "):
        log(coordinator, visit, days_ago(26, participant.site), note="x" * 1001)


def test_an_anchor_that_is_taken_back_opens_its_own_visit_again(participant: Participant) -> None:
    assert visit_of(participant, "D0").outcome == Outcome.ATTENDED
    infusion = Milestone.objects.standing().get(participant=participant, kind=MilestoneKind.INFUSION)
    remove_milestone(by=TEST, milestone=infusion, reason="another child")
    visit = visit_of(participant, "D0")
    assert (visit.outcome, visit.occurred_on) == (Outcome.OPEN, None)


@pytest.mark.parametrize("is_person", [True, False])
def test_no_synchronising_undoes_what_was_recorded_of_an_events_own_visit(
    participant: Participant, coordinator: StaffMember, is_person: bool
) -> None:
    visit, on = visit_of(participant, "LD1"), days_ago(46, participant.site)
    by = Actor.of(coordinator) if is_person else TEST
    log_visit(by=by, visit=visit, version=visit.version, occurred_on=on, assessments={}, note="seen at home")
    start = Milestone.objects.standing().get(participant=participant, kind=MilestoneKind.LD_START)
    remove_milestone(by=TEST, milestone=start, reason="another child")
    sweep_schedules(by=TEST)
    visit = visit_of(participant, "LD1")
    assert (visit.outcome, visit.occurred_on, visit.note) == (Outcome.ATTENDED, on, "seen at home")


@pytest.mark.parametrize(("started", "judged"), [(5, {"visit out of window"}), (6, set())])
def test_a_visit_done_while_its_anchor_was_planned_is_judged_when_the_anchor_is_recorded(
    started: int, judged: set[str]
) -> None:
    participant = make_enrolled()
    planned_on = days_ago(-20, participant.site)
    plan_milestone(by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=planned_on)
    visit = visit_of(participant, "SCR")
    assert visit.is_projected
    visit = log(make_staff(site=participant.site), visit, days_ago(20, participant.site))
    assert rules(visit) == set()
    on = days_ago(started, participant.site)
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=on)
    assert rules(visit) == judged


def test_a_visit_done_as_planned_is_judged_although_no_date_moves() -> None:
    participant = make_infused(day=40)
    visit = log(
        make_staff(site=participant.site), visit_of(participant, "D14"), days_ago(10, participant.site)
    )
    infusion = Milestone.objects.standing().get(participant=participant, kind=MilestoneKind.INFUSION)
    plan_milestone(by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=infusion.on)
    remove_milestone(by=TEST, milestone=infusion, reason="not confirmed yet")
    assert rules(visit) == set()
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=infusion.on)
    assert rules(visit) == {"visit out of window"}
