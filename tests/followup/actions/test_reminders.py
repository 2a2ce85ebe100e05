"""What stops a reminder before any mail server hears of it, and what a person may do to one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from followup.actions.appointments import make_appointment
from followup.actions.planning import plan
from followup.actions.reminders import expire, release_held, send_again, settle
from followup.actions.visits import log_visit
from followup.models import Reminder, Visit
from participants.actions.conclude import record_death, record_withdrawal
from participants.actions.treat import record_milestone
from participants.audit import Actor
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Role
from participants.errors import ActionRefused
from participants.models import AuditChange, Participant, StaffMember, WithdrawalScope
from tests.factories import TEST, as_test, days_ago, make_infused, make_site, make_staff
from tests.followup.reminder_support import change, day, due_visits, make_coordinator, morning, rows

pytestmark = pytest.mark.django_db

STATES = [{"state": "due"}, {"state": "retry", "attempts": 1}, {"state": "held"}]


def planned_visit() -> Visit:
    """Make a visit whose reminder waits."""
    visit = due_visits(1)[0]
    plan(now=morning(0))
    return visit


@pytest.mark.parametrize("waiting", STATES)
def test_a_logged_visit_stops_what_is_pending_at_once(waiting: dict[str, object]) -> None:
    visit = planned_visit()
    Reminder.objects.update(**waiting)
    log_visit(by=TEST, visit=visit, version=visit.version, occurred_on=day(0), assessments={}, reason="seen")
    assert rows(state_reason="the visit was logged") == [("due", "cancelled")]


@pytest.mark.parametrize("waiting", STATES)
def test_a_death_stops_what_is_pending_at_once(waiting: dict[str, object]) -> None:
    visit = planned_visit()
    Reminder.objects.update(**waiting)
    participant = visit.participant
    record_death(by=TEST, participant=participant, on=days_ago(1, participant.site))
    assert rows() == [("due", "cancelled")]


def test_a_withdrawal_from_everything_stops_what_is_pending_at_once() -> None:
    participant = planned_visit().participant
    record_withdrawal(
        by=TEST,
        participant=participant,
        scope=WithdrawalScope.EVERYTHING,
        on=days_ago(1, participant.site),
        reason="family asked",
    )
    assert rows() == [("due", "cancelled")]


def test_no_reminder_is_planned_after_a_death() -> None:
    participant = due_visits(1)[0].participant
    record_death(by=TEST, participant=participant, on=days_ago(1, participant.site))
    plan(now=morning(0))
    assert rows() == []


def test_what_is_cancelled_leaves_its_grouped_mail() -> None:
    visits = due_visits(2, with_own_coordinator=False)
    plan(now=morning(0))
    log_visit(
        by=TEST, visit=visits[0], version=visits[0].version, occurred_on=day(0), assessments={}, reason="seen"
    )
    cancelled = Reminder.objects.get(visit=visits[0])
    assert (cancelled.state, cancelled.covered_by) == ("cancelled", None)
    assert Reminder.objects.get(visit=visits[1]).state == "covered"


@pytest.mark.parametrize("state", ["sent", "unconfirmed", "dead", "expired"])
def test_what_is_over_is_not_cancelled(state: str) -> None:
    visit = planned_visit()
    Reminder.objects.update(state=state)
    log_visit(by=TEST, visit=visit, version=visit.version, occurred_on=day(0), assessments={}, reason="seen")
    assert rows() == [("due", state)]


def test_recording_an_infusion_of_weeks_ago_causes_no_storm() -> None:
    site = make_site()
    coordinator = make_coordinator(site)
    make_infused(site, day=40, coordinator=coordinator)
    assert plan(now=timezone.now()).counts["planned"] == 0


def test_a_wrong_year_saved_and_corrected_leaves_nothing_to_say() -> None:
    """Fault 37: the infusion was entered a year too early, which is found two days later."""
    site = make_site()
    participant = make_infused(site, day=30, coordinator=make_coordinator(site))
    right = days_ago(30, site)

    def record_infusion(on: date) -> None:
        record_milestone(
            by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=on, reason="wrong year"
        )

    record_infusion(right - timedelta(days=365))
    with as_test():
        Visit.objects.update(dates_set_at=timezone.now() - timedelta(days=2))
    plan(now=timezone.now())
    # Screening counts from the lymphodepletion, which was right.
    about_infusion = Reminder.objects.filter(visit__isnull=False).exclude(visit__code="SCR")
    wrong = about_infusion.count()
    assert wrong > 0
    record_infusion(right)
    plan(now=timezone.now() + timedelta(minutes=1))
    assert list(about_infusion.values_list("state", flat=True)) == ["cancelled"] * wrong


def test_an_appointment_agreed_today_for_tomorrow_is_not_announced_as_upcoming() -> None:
    site = make_site()
    participant = make_infused(site, day=20, coordinator=make_coordinator(site))
    visit = Visit.objects.get(participant=participant, code="D28")
    change(visit, dates_set_at=timezone.now() - timedelta(days=20))
    plan(now=timezone.now())
    before = rows()
    make_appointment(by=TEST, visit=visit, version=visit.version, on=days_ago(-1, site))
    plan(now=timezone.now() + timedelta(minutes=1))
    assert rows() == before


def test_what_was_not_handed_over_in_time_expires() -> None:
    planned_visit()
    assert expire(now=morning(2)) == 1
    assert rows() == [("due", "expired")]


def test_what_is_live_does_not_expire() -> None:
    planned_visit()
    assert expire(now=morning(2) - timedelta(seconds=1)) == 0


def held_participant() -> tuple[Participant, StaffMember]:
    visit = planned_visit()
    Reminder.objects.update(state="held")
    coordinator = visit.participant.coordinator
    assert coordinator is not None
    return visit.participant, coordinator


def test_who_writes_the_record_lets_go_what_was_held_and_it_is_recorded() -> None:
    participant, coordinator = held_participant()
    assert release_held(by=Actor.of(coordinator), participant=participant) == 1
    assert rows() == [("due", "due")]
    assert AuditChange.objects.get(kind="reminder.released").actor == coordinator


def test_what_was_let_go_is_not_held_again() -> None:
    participant, coordinator = held_participant()
    release_held(by=Actor.of(coordinator), participant=participant)
    plan(now=morning(0) + timedelta(minutes=1))
    assert rows() == [("due", "due")]


@pytest.mark.parametrize("role", [Role.MONITOR, Role.READ_ONLY, Role.SITE_ADMINISTRATOR])
def test_who_does_not_write_the_record_lets_nothing_go(role: Role) -> None:
    participant, _ = held_participant()
    other = make_staff(role, site=participant.site)
    with pytest.raises(ActionRefused):
        release_held(by=Actor.of(other), participant=participant)
    assert rows() == [("due", "held")]


def test_letting_go_of_nothing_is_refused() -> None:
    participant, coordinator = held_participant()
    release_held(by=Actor.of(coordinator), participant=participant)
    with pytest.raises(ActionRefused, match="Nothing is held back"):
        release_held(by=Actor.of(coordinator), participant=participant)


def failed(state: str, expires_at: datetime | None = None, **fields: object) -> tuple[Reminder, StaffMember]:
    """Make a mail that could not be handed over, and who should have got it."""
    planned_visit()
    Reminder.objects.update(
        state=state, expires_at=expires_at or timezone.now() + timedelta(days=1), **fields
    )
    reminder = Reminder.objects.get()
    return reminder, reminder.recipient


def test_a_refused_mail_is_sent_again_when_asked_for_and_it_is_recorded() -> None:
    reminder, person = failed("dead", attempts=10)
    send_again(by=Actor.of(person), reminder=reminder, person=person)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.attempts) == ("due", 0)
    assert AuditChange.objects.get(kind="reminder.sent_again").actor == person


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("unconfirmed", {"unknown_count": 2}),
        ("dead", {"unknown_count": 2}),
        ("dead", {"expires_at": morning(1)}),
        ("sent", {}),
        ("dead", {"settled_at": morning(1)}),
    ],
)
def test_what_may_have_arrived_or_no_longer_matters_is_not_sent_again(
    state: str, fields: dict[str, object]
) -> None:
    reminder, person = failed(state, **fields)  # type: ignore[arg-type]
    with pytest.raises(ActionRefused):
        send_again(by=Actor.of(person), reminder=reminder, person=person)
    reminder.refresh_from_db()
    assert reminder.state == state


def test_nobody_sends_the_mail_of_another_again() -> None:
    reminder, _ = failed("dead")
    other = make_staff(Role.COORDINATOR, site=reminder.participant.site)  # type: ignore[union-attr]
    with pytest.raises(ActionRefused):
        send_again(by=Actor.of(other), reminder=reminder, person=other)


@pytest.mark.parametrize("state", ["dead", "unconfirmed"])
def test_a_failed_mail_that_is_not_needed_is_settled_once(state: str) -> None:
    reminder, person = failed(state)
    settle(by=Actor.of(person), reminder=reminder, person=person)
    assert not Reminder.objects.dead().exists()
    with pytest.raises(ActionRefused):
        settle(by=Actor.of(person), reminder=reminder, person=person)
