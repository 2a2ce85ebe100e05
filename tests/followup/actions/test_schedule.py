"""Visits follow the record: made, moved, closed and opened again."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from followup.actions.schedule import sweep_schedules, sync_visits
from followup.domain.windows import Outcome
from followup.models import Anchor, PlannedVisit, ScheduleVersion, Visit
from participants.actions.conclude import (
    come_back,
    leave_study,
    record_death,
    record_withdrawal,
    remove_withdrawal,
)
from participants.actions.screen import decide_eligibility, record_consent, screen_again
from participants.actions.treat import plan_milestone, record_milestone
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import (
    ConsentKind,
    ConsentVersion,
    Deviation,
    OffStudyReason,
    Participant,
    Withdrawal,
    WithdrawalScope,
)
from tests.factories import (
    TEST,
    as_test,
    days_ago,
    make_enrolled,
    make_infused,
    make_participant,
    make_site,
    make_staff,
)

pytestmark = pytest.mark.django_db


def dated(participant: Participant) -> dict[str, Visit]:
    return {
        visit.code: visit for visit in Visit.objects.filter(participant=participant, target_on__isnull=False)
    }


def test_an_infused_participant_has_nineteen_visits_with_windows() -> None:
    participant = make_infused(day=5)
    assert len(dated(participant)) == 19
    assert Visit.objects.filter(participant=participant, target_on__isnull=True).count() == 4


def test_windows_count_from_day_zero_when_infused() -> None:
    participant = make_infused(day=5)
    day_zero = days_ago(5, participant.site)
    visit = dated(participant)["D28"]
    expected = [day_zero + timedelta(days=day) for day in (25, 28, 31)]
    assert [visit.opens_on, visit.target_on, visit.closes_on] == expected
    assert not visit.is_projected


def test_visits_are_projected_when_the_infusion_is_only_planned() -> None:
    participant = make_enrolled()
    plan_milestone(
        by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=days_ago(-10, participant.site)
    )
    assert dated(participant)["D28"].is_projected


def test_screening_counts_from_the_last_lymphodepletion_before_the_infusion() -> None:
    participant = make_enrolled()
    for course, day in ((1, 20), (2, 9)):
        on = days_ago(day, participant.site)
        record_milestone(by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=on, course=course)
    record_milestone(
        by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=days_ago(3, participant.site)
    )
    assert dated(participant)["SCR"].target_on == days_ago(16, participant.site)


def test_recording_an_event_completes_its_own_visit() -> None:
    participant = make_infused(day=5)
    visits = dated(participant)
    assert visits["D0"].outcome == visits["LD1"].outcome == Outcome.ATTENDED
    assert visits["D0"].occurred_on == days_ago(5, participant.site)


def test_open_visits_move_when_the_infusion_is_corrected() -> None:
    participant = make_infused(day=5)
    on = days_ago(4, participant.site)
    record_milestone(
        by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=on, reason="chart says so"
    )
    visits = dated(participant)
    assert visits["D28"].target_on == on + timedelta(days=28)
    assert visits["D0"].occurred_on == on


def test_a_done_visit_keeps_its_date_and_is_judged_again_when_the_infusion_is_corrected() -> None:
    participant = make_infused(day=10)
    done_on = days_ago(3, participant.site)
    with as_test():
        person = make_staff(site=participant.site)
        Visit.objects.filter(participant=participant, code="D7").update(
            outcome=Outcome.ATTENDED, occurred_on=done_on, recorded_by=person, recorded_at=timezone.now()
        )
    on = days_ago(13, participant.site)
    record_milestone(
        by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=on, reason="chart says so"
    )
    visit = dated(participant)["D7"]
    assert visit.occurred_on == done_on
    assert Deviation.objects.get(participant=participant, subject=f"visit:{visit.pk}").days == 2


def test_synchronising_again_changes_nothing() -> None:
    participant = make_infused(day=5)
    result = sync_visits(participants=[participant.pk], by=TEST)
    assert (result.made, result.moved, result.closed) == (0, 0, 0)


def test_a_death_cancels_every_open_visit_with_the_reason() -> None:
    participant = make_infused(day=5)
    record_death(by=TEST, participant=participant, on=days_ago(1, participant.site))
    assert not Visit.objects.filter(participant=participant).open().exists()
    assert dated(participant)["M6"].outcome_reason.startswith("Died ")


@pytest.mark.parametrize("reason", [OffStudyReason.COMPLETED, OffStudyReason.LOST, OffStudyReason.OTHER])
def test_leaving_keeps_as_missed_what_was_overdue_by_then(reason: OffStudyReason) -> None:
    participant = make_infused(day=60)
    on = days_ago(20, participant.site)
    leave_study(by=TEST, participant=participant, reason=reason, on=on, note="moved abroad")
    visits = dated(participant)
    assert (visits["D28"].outcome, visits["M6"].outcome) == (Outcome.MISSED, Outcome.CANCELLED)
    assert visits["D28"].recorded_at is None


def test_withdrawal_keeps_as_missed_what_was_overdue_by_then() -> None:
    participant = make_infused(day=60)
    record_withdrawal(
        by=TEST, participant=participant, scope=WithdrawalScope.EVERYTHING,
        on=days_ago(20, participant.site), reason="the family asked",
    )  # fmt: skip
    visits = dated(participant)
    assert (visits["D28"].outcome, visits["M6"].outcome) == (Outcome.MISSED, Outcome.CANCELLED)


def withdraw_from_visits(participant: Participant, day: int) -> None:
    on = days_ago(day, participant.site)
    record_withdrawal(by=TEST, participant=participant, scope=WithdrawalScope.VISITS, on=on, reason="too far")


def die(participant: Participant, day: int) -> None:
    on = days_ago(day, participant.site)
    record_death(by=TEST, participant=participant, on=on, reason="the certificate came late")


def lose(participant: Participant, day: int) -> None:
    on = days_ago(day, participant.site)
    leave_study(by=TEST, participant=participant, reason=OffStudyReason.LOST, on=on)


@pytest.mark.parametrize("later", [die, lose])
@pytest.mark.parametrize("is_first", [True, False])
def test_what_a_withdrawal_from_visits_cancels_is_not_missed_by_a_later_end(
    later: Callable[[Participant, int], None], *, is_first: bool
) -> None:
    participant = make_infused(day=130)
    both = [(withdraw_from_visits, 120), (later, 1)]
    for record, day in both if is_first else reversed(both):
        record(participant, day)
    visits = dated(participant)
    to_come = {visits[code].outcome for code in ("D11", "D28", "M2", "M6")}
    assert (visits["D7"].outcome, to_come) == (Outcome.MISSED, {Outcome.CANCELLED})
    first_contact = Visit.objects.get(participant=participant, code="SURV", occurrence=1)
    assert first_contact.outcome == Outcome.MISSED


def test_withdrawal_from_visits_cancels_them_at_once_and_keeps_contact() -> None:
    participant = make_infused(day=12)
    withdraw_from_visits(participant, 2)
    visits = dated(participant)
    assert {visits[code].outcome for code in ("D11", "D28", "M6")} == {Outcome.CANCELLED}
    assert visits["SURV"].outcome == Outcome.OPEN


def test_visits_open_again_when_a_withdrawal_from_them_is_taken_back() -> None:
    participant = make_infused(day=12)
    withdraw_from_visits(participant, 2)
    withdrawal = Withdrawal.objects.standing().get(participant=participant)
    remove_withdrawal(by=TEST, withdrawal=withdrawal, reason="a misunderstanding")
    assert {dated(participant)[code].outcome for code in ("D11", "D28", "M6")} == {Outcome.OPEN}


def make_screened(day: int) -> Participant:
    """Return somebody who consented so many days ago, with a visit ten days after consent."""
    site = make_site()
    with as_test():
        schedule = ScheduleVersion.objects.get(study=site.study)
        anchor = Anchor.objects.get(schedule=schedule, code="CONSENT")
        PlannedVisit.objects.create(
            schedule=schedule, anchor=anchor, position=99, code="C10", label="Ten days after consent",
            target_day=10, phase="screening",
        )  # fmt: skip
    on, version = days_ago(day, site), ConsentVersion.objects.get(study=site.study)
    participant = make_participant(site, on=on)
    record_consent(
        by=TEST, participant=participant, kind=ConsentKind.PERMISSION, version=version, signed_on=on
    )
    return participant


def fail(participant: Participant, day: int) -> None:
    on = days_ago(day, participant.site)
    decide_eligibility(
        by=TEST, participant=participant, is_eligible=False, decided_on=on, reason="counts fell"
    )


def screen_anew(participant: Participant, day: int) -> None:
    screen_again(by=TEST, participant=participant, on=days_ago(day, participant.site), reason="counts rose")


@pytest.mark.parametrize(
    ("entries", "outcome"),
    [
        ([(fail, 25)], Outcome.CANCELLED),
        ([(fail, 25), (die, 5)], Outcome.CANCELLED),
        ([(fail, 15)], Outcome.MISSED),
        ([(fail, 15), (die, 25)], Outcome.CANCELLED),
        ([(fail, 25), (screen_anew, 24), (die, 5)], Outcome.MISSED),
        ([(fail, 25), (screen_anew, 24), (fail, 23), (die, 5)], Outcome.CANCELLED),
    ],
    ids=[
        "failed",
        "failed, died",
        "failed late",
        "died before",
        "screened again, died",
        "failed again, died",
    ],
)
def test_a_screen_failure_decides_about_visits_whatever_follows_but_a_new_screening(
    entries: list[tuple[Callable[[Participant, int], None], int]], outcome: Outcome
) -> None:
    participant = make_screened(30)
    for record, day in entries:
        record(participant, day)
    assert dated(participant)["C10"].outcome == outcome


def test_death_that_moves_before_a_window_closed_cancels_its_visit() -> None:
    participant = make_infused(day=60)
    record_death(by=TEST, participant=participant, on=days_ago(20, participant.site))
    assert dated(participant)["D28"].outcome == Outcome.MISSED
    earlier = days_ago(35, participant.site)
    record_death(by=TEST, participant=participant, on=earlier, reason="certificate")
    assert dated(participant)["D28"].outcome == Outcome.CANCELLED


def test_visit_that_leaving_left_missed_waits_again_when_the_lost_are_found() -> None:
    participant = make_infused(day=60)
    leave_study(
        by=TEST, participant=participant, reason=OffStudyReason.LOST, on=days_ago(20, participant.site)
    )
    come_back(by=TEST, participant=participant, reason="the family moved house")
    assert dated(participant)["D28"].outcome == Outcome.OPEN


def test_nobody_is_reminded_of_what_a_death_left_undone() -> None:
    participant = make_infused(day=60)
    record_death(by=TEST, participant=participant, on=days_ago(20, participant.site))
    assert not Visit.objects.filter(participant=participant).owed().exists()


def test_visits_open_again_when_the_lost_are_found() -> None:
    participant = make_infused(day=5)
    leave_study(
        by=TEST, participant=participant, reason=OffStudyReason.LOST, on=days_ago(1, participant.site)
    )
    assert not Visit.objects.filter(participant=participant).open().exists()
    come_back(by=TEST, participant=participant, reason="the family moved house")
    assert dated(participant)["M6"].outcome == Outcome.OPEN
    assert participant.phase == Phase.INFUSED


def test_relapse_cancels_follow_up_and_begins_survival_contacts() -> None:
    participant = make_infused(day=100)
    record_milestone(
        by=TEST, participant=participant, kind=MilestoneKind.RELAPSE, on=days_ago(0, participant.site)
    )
    visits = dated(participant)
    assert visits["M6"].outcome == Outcome.CANCELLED
    assert visits["D28"].outcome == Outcome.OPEN
    contacts = Visit.objects.filter(participant=participant, code="SURV").order_by("occurrence")
    assert [visit.target_on for visit in contacts] == [
        days_ago(-90, participant.site),
        days_ago(-180, participant.site),
    ]


def test_trigger_visits_do_not_apply_when_day_28_has_passed_without_trigger() -> None:
    participant = make_infused(day=40)
    assert participant.phase == Phase.FOLLOW_UP
    outcomes = Visit.objects.filter(participant=participant, planned_visit__waits_for_trigger=True)
    assert {visit.outcome for visit in outcomes} == {Outcome.NOT_APPLICABLE}


def test_trigger_visits_get_dates_when_the_first_dose_is_recorded() -> None:
    participant = make_infused(day=40)
    first, last = days_ago(36, participant.site), days_ago(30, participant.site)
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.ANAKINRA_FIRST, on=first)
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.ANAKINRA_LAST, on=last)
    visits = dated(participant)
    assert visits["ANK1"].outcome == Outcome.ATTENDED
    assert visits["ANK30"].target_on == last + timedelta(days=30)
    assert visits["ANK30"].outcome == Outcome.OPEN
    assert participant.phase == Phase.FOLLOW_UP


def test_a_leap_day_counts_as_a_day() -> None:
    participant = make_enrolled(on=date(2024, 1, 5))
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=date(2024, 2, 23))
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=date(2024, 2, 29))
    assert dated(participant)["M12"].target_on == date(2025, 2, 28)


def test_the_nightly_sweep_concludes_the_trigger_when_day_28_passes() -> None:
    participant = make_infused(day=28)
    assert participant.phase == Phase.INFUSED
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        sweep_schedules(by=TEST)
    participant.refresh_from_db()
    assert participant.phase == Phase.FOLLOW_UP
    outcomes = Visit.objects.filter(participant=participant, planned_visit__waits_for_trigger=True)
    assert {visit.outcome for visit in outcomes} == {Outcome.NOT_APPLICABLE}
