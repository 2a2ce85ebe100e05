"""The planner finds what is due, once, and lets go of what no longer matters."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from followup.actions.planning import plan
from followup.domain.local_time import local_moment
from followup.domain.reminders import moments
from followup.models import Reminder, ReminderCycle, ReminderState, Visit
from followup.reminded import subject_of
from participants.domain.roles import Role
from participants.models import Participant, StaffMember
from tests.factories import as_test, delegate, make_site, make_staff
from tests.followup.reminder_support import (
    LONG_AGO,
    change,
    day,
    due_visits,
    make_coordinator,
    make_visit,
    make_watched,
    morning,
    rows,
)

pytestmark = pytest.mark.django_db

ZONES = ["America/Chicago", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Honolulu"]


@pytest.mark.parametrize("seed", range(4))
def test_the_statement_plans_what_the_rules_say(seed: int) -> None:
    chance = Random(seed)
    participants = [make_watched(make_site(zone=zone)) for zone in ZONES]
    for participant in participants:
        for visit in Visit.objects.filter(participant=participant, mode__in=["visit", "contact"]):
            make_visit(
                participant,
                visit.code,
                before=chance.choice([0, 1, 3, 14]),
                after=chance.choice([0, 1, 3, 14]),
                target_on=day(chance.randint(-70, 30)),
                is_projected=chance.random() < 0.3,
                scheduled_on=(agreed := chance.choice([None, None, day(chance.randint(-20, 20))])),
                appointment=chance.choice(["scheduled", "confirmed", "cancelled"]) if agreed else "",
            )
    now = morning(0) + timedelta(hours=chance.randint(0, 24))
    expected = set()
    for visit in Visit.objects.select_related("participant__site"):
        subject = subject_of(visit)
        for moment in moments(subject) if subject else []:
            zone = visit.participant.site.tz
            due_at = local_moment(moment.due_on, moment.rule.at, zone)
            expires_at = local_moment(moment.expires_on, moment.rule.at, zone)
            if due_at <= now < expires_at:
                expected.add((visit.pk, str(moment.rule.kind), moment.reference_on, due_at, expires_at))
    plan(now=now)
    found = set(
        Reminder.objects.filter(visit__isnull=False).values_list(
            "visit", "rule", "reference_on", "due_at", "expires_at"
        )
    )
    assert len(expected) > 10
    assert found == expected


def test_planning_again_plans_nothing_new() -> None:
    due_visits(3)
    assert plan(now=morning(0)).counts["planned"] == 3
    assert plan(now=morning(0)).counts["planned"] == 0
    assert Reminder.objects.count() == 3


def test_nothing_is_planned_before_its_hour() -> None:
    due_visits(1)
    plan(now=morning(0) - timedelta(seconds=1))
    assert rows(rule="due") == []


def test_a_tick_plans_the_moments_since_the_last_one() -> None:
    due_visits(1)
    plan(now=morning(0) - timedelta(minutes=1))
    cycle = plan(now=morning(0)).cycle
    assert not cycle.is_whole
    assert rows(rule="due") == [("due", "due")]


def test_everything_is_planned_again_after_a_gap_and_every_hour() -> None:
    start = morning(1)
    assert [
        plan(now=start + timedelta(minutes=minutes)).cycle.is_whole
        for minutes in (0, 5, 10, 21, 26, 36, 46, 56, 66, 76, 82)
    ] == [True, False, False, True, False, False, False, False, False, False, True]


def test_a_missed_hour_heals_at_the_next_tick() -> None:
    due_visits(1)
    plan(now=morning(0) - timedelta(hours=1))
    plan(now=morning(0) + timedelta(hours=26))
    assert rows(rule="due") == [("due", "due")]


def test_what_fell_due_before_the_dates_were_set_is_not_said() -> None:
    visit = due_visits(1)[0]
    change(visit, dates_set_at=morning(0) + timedelta(hours=1), changed_at=morning(0) + timedelta(hours=1))
    plan(now=morning(0) + timedelta(hours=2))
    assert rows() == []


def test_a_visit_that_changed_is_planned_at_the_next_tick() -> None:
    visit = due_visits(1)[0]
    change(visit, outcome="missed", outcome_reason="no show")
    plan(now=morning(0))
    change(visit, outcome="", outcome_reason="", changed_at=morning(0))
    cycle = plan(now=morning(0) + timedelta(minutes=2)).cycle
    assert not cycle.is_whole
    assert rows() == [("due", "due")]


def test_a_moved_visit_loses_what_was_planned_for_its_old_dates() -> None:
    visit = due_visits(1)[0]
    plan(now=morning(0))
    make_visit(visit.participant, target_on=day(5), dates_set_at=morning(0), changed_at=morning(0))
    assert plan(now=morning(0) + timedelta(minutes=1)).counts["cancelled"] == 1
    assert rows() == [("due", "cancelled")]


def test_moved_there_and_back_it_is_wanted_again_and_has_its_old_message_id() -> None:
    visit = due_visits(1)[0]
    plan(now=morning(0))
    message_id = Reminder.objects.get().message_id
    later = morning(0) + timedelta(minutes=1)
    make_visit(visit.participant, target_on=day(5), dates_set_at=later, changed_at=later)
    plan(now=later)
    make_visit(visit.participant, dates_set_at=later, changed_at=later)
    assert plan(now=later + timedelta(minutes=1)).counts["revived"] == 1
    reminder = Reminder.objects.get()
    assert (reminder.state, reminder.message_id) == ("due", message_id)


@pytest.mark.parametrize(
    "state",
    [
        {"state": "sent"},
        {"state": "unconfirmed", "unknown_count": 2},
        {"state": "dead"},
        {"state": "expired"},
        {"state": "cancelled", "unknown_count": 1},
    ],
)
def test_what_may_have_been_read_is_never_wanted_again(state: dict[str, object]) -> None:
    due_visits(1)
    plan(now=morning(0))
    Reminder.objects.update(**state)
    plan(now=morning(0) + timedelta(hours=2))
    assert Reminder.objects.get().state == state["state"]


def test_the_others_are_told_when_the_named_coordinator_is_disabled() -> None:
    site = make_site()
    named, other = make_coordinator(site), make_coordinator(site)
    make_visit(make_watched(site, named))
    plan(now=morning(0))
    with as_test():
        StaffMember.objects.filter(pk=named.pk).update(is_active=False)
    plan(now=morning(0) + timedelta(minutes=1))
    assert set(Reminder.objects.values_list("recipient", flat=True)) == {named.pk, other.pk}


def test_a_new_coordinator_is_told_from_the_next_tick_on() -> None:
    site = make_site()
    first, second = make_coordinator(site), make_coordinator(site)
    visit = make_visit(make_watched(site, first))
    plan(now=morning(0))
    with as_test():
        Participant.objects.filter(pk=visit.participant_id).update(coordinator=second)
    cycle = plan(now=morning(0) + timedelta(minutes=1)).cycle
    assert cycle.is_whole
    assert set(Reminder.objects.values_list("recipient", flat=True)) == {first.pk, second.pk}


def test_who_is_delegated_later_gets_nothing_due_before() -> None:
    site = make_site()
    late = make_staff(role=None)
    delegate(late, Role.COORDINATOR, site=site, starts_at=morning(0) + timedelta(seconds=1))
    make_visit(make_watched(site, late))
    plan(now=morning(1))
    assert rows() == []


def test_a_coordinator_with_two_delegations_is_told_once() -> None:
    site = make_site()
    person = make_coordinator(site)
    delegate(person, Role.COORDINATOR, site=site, starts_at=LONG_AGO + timedelta(days=1))
    make_visit(make_watched(site, person))
    plan(now=morning(0))
    assert rows() == [("due", "due")]


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.DATA_MANAGER, Role.SITE_ADMINISTRATOR])
def test_only_coordinators_are_told(role: Role) -> None:
    site = make_site()
    person = make_staff(role=None)
    delegate(person, role, site=site, starts_at=LONG_AGO)
    make_visit(make_watched(site, person))
    plan(now=morning(0))
    assert rows() == []


def test_a_visit_in_a_mode_that_nobody_owes_is_not_reminded() -> None:
    participant = make_watched()
    visit = make_visit(participant)
    change(visit, mode="log")
    plan(now=morning(0))
    assert rows() == []


def test_several_items_of_one_person_become_one_mail() -> None:
    due_visits(3, with_own_coordinator=False)
    plan(now=morning(0))
    mail = Reminder.objects.get(rule="group")
    assert list(mail.covers.values_list("rule", "state")) == [("due", "covered")] * 3
    assert (mail.state, mail.visit, mail.participant) == ("due", None, None)
    assert mail.expires_at == max(mail.covers.values_list("expires_at", flat=True))


def test_items_of_several_people_are_not_mixed() -> None:
    due_visits(2, with_own_coordinator=False)
    due_visits(1)
    plan(now=morning(0))
    assert rows() == [("due", "covered"), ("due", "covered"), ("due", "due")]


def test_more_than_30_for_one_participant_are_held() -> None:
    site = make_site()
    for _ in range(31):
        make_coordinator(site)
    participant = make_watched(site)
    with as_test():
        Participant.objects.update(coordinator=None)
    make_visit(participant)
    due_visits(1)
    assert plan(now=morning(0)).counts["held"] == 32
    assert Reminder.objects.filter(state=ReminderState.DUE).count() == 1


def test_more_than_200_in_a_cycle_are_all_held() -> None:
    site = make_site()
    coordinators = [make_coordinator(site) for _ in range(29)]
    for _ in range(7):
        make_visit(make_watched(site, coordinators[0]))
    with as_test():
        Participant.objects.update(coordinator=None)
    assert plan(now=morning(0)).counts["held"] == 203
    assert not Reminder.objects.exclude(state=ReminderState.HELD).exists()


def test_message_ids_and_links_are_random_and_differ() -> None:
    due_visits(2)
    plan(now=morning(0))
    found = list(Reminder.objects.values_list("message_id", "link_reference"))
    texts = {text for pair in found for text in pair}
    assert len(texts) == 4
    for message_id, link in found:
        assert message_id.startswith("<")
        assert message_id.endswith("@localhost>")
        assert len(link) == 32


@pytest.mark.parametrize(
    ("zone", "target", "hour"),
    [
        ("America/Chicago", date(2028, 2, 29), 13),
        ("America/Chicago", date(2026, 12, 31), 13),
        ("Pacific/Auckland", date(2027, 1, 1), -6),
        ("America/Chicago", date(2026, 3, 8), 12),
    ],
)
def test_the_local_date_is_right_on_leap_days_at_the_turn_of_the_year_and_when_clocks_change(
    zone: str, target: date, hour: int
) -> None:
    make_visit(make_watched(make_site(zone=zone)), target_on=target)
    due_at = datetime.combine(target, time(), UTC) + timedelta(hours=hour)
    plan(now=due_at - timedelta(seconds=1))
    assert rows(rule="due") == []
    plan(now=due_at)
    assert rows(rule="due") == [("due", "due")]
    assert Reminder.objects.get(rule="due").due_at == due_at


def test_one_mail_when_the_site_changes_its_zone() -> None:
    visit = due_visits(1)[0]
    plan(now=morning(0))
    with as_test():
        visit.participant.site.zone = "Pacific/Honolulu"
        visit.participant.site.save()
    plan(now=morning(0) + timedelta(hours=12))
    assert rows() == [("due", "due")]


def test_a_clock_set_back_plans_nothing_twice() -> None:
    due_visits(1)
    plan(now=morning(0) + timedelta(hours=1))
    plan(now=morning(0))
    assert rows() == [("due", "due")]


def test_cycles_of_long_ago_are_forgotten() -> None:
    plan(now=morning(-31))
    plan(now=morning(-29))
    plan(now=morning(0))
    assert ReminderCycle.objects.count() == 2


def test_each_planning_leaves_its_watermark() -> None:
    plan(now=morning(0))
    assert ReminderCycle.objects.get().planned_until == morning(0)
