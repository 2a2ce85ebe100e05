"""What needs a person, and what does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from followup.actions.appointments import make_appointment, snooze_visit
from followup.actions.contacts import log_contact, remove_contact
from followup.models import ContactChannel, ContactResult, Visit
from followup.pages.my_day import Day, read_day
from followup.pages.tasks import Task
from participants.actions.treat import plan_milestone, record_milestone
from participants.audit import Actor
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Role
from participants.models import Participant, Site, StaffMember
from tests.factories import TEST, as_test, make_enrolled, make_infused, make_site, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def coordinator(site: Site) -> StaffMember:
    return make_staff(Role.COORDINATOR, site)


def only_open(participant: Participant, code: str) -> Visit:
    """Close every visit but one, so that a test sees one card."""
    with as_test():
        others = Visit.objects.filter(participant=participant).exclude(code=code)
        others.update(outcome="not_applicable", outcome_reason="not this test", occurred_on=None)
    return Visit.objects.get(participant=participant, code=code)


def day_of(person: StaffMember) -> Day:
    return read_day(person, timezone.now())


def tasks(person: StaffMember) -> dict[str, list[Task]]:
    return {section.key: section.tasks for section in day_of(person).sections}


def titles(person: StaffMember, key: str) -> list[str]:
    return [f"{task.verb} {task.participant} {task.rest}".strip() for task in tasks(person)[key]]


def test_overdue_follow_up_asks_for_a_call_now(site: Site, coordinator: StaffMember) -> None:
    participant = make_infused(site, day=70)
    only_open(participant, "M2")
    assert titles(coordinator, "now") == [f"Call the family of {participant} about M2"]
    assert tasks(coordinator)["now"][0].when == "3 d overdue"


def test_overdue_visit_counts_the_calls(site: Site, coordinator: StaffMember) -> None:
    participant = make_infused(site, day=70)
    visit = only_open(participant, "M2")
    given: dict[str, Any] = {
        "tried_on": site.today(timezone.now()),
        "channel": ContactChannel.PHONE,
        "visit": visit,
    }
    results = (ContactResult.NO_ANSWER, ContactResult.MESSAGE, ContactResult.REACHED)
    by = Actor.of(coordinator)
    logged = [log_contact(by=by, participant=participant, result=result, **given) for result in results]
    assert tasks(coordinator)["now"][0].detail.endswith("2 calls not answered")
    corrected, taken_back, _ = logged
    log_contact(
        by=by,
        participant=participant,
        result=ContactResult.REACHED,
        replaces=corrected,
        reason="misheard",
        **given,
    )
    assert tasks(coordinator)["now"][0].detail.endswith("one call not answered")
    remove_contact(by=by, attempt=taken_back, reason="another family")
    assert tasks(coordinator)["now"][0].detail.endswith("nobody has called")


def test_window_that_closes_tomorrow_is_today(site: Site, coordinator: StaffMember) -> None:
    participant = make_infused(site, day=30)
    only_open(participant, "D28")
    assert titles(coordinator, "today") == [f"See {participant} for D28, or record why not"]


def test_window_with_time_left_is_this_week(site: Site, coordinator: StaffMember) -> None:
    participant = make_infused(site, day=29)
    only_open(participant, "D28")
    assert titles(coordinator, "this-week") == [f"Plan D28 of {participant}"]


def test_booked_today_stands_by_the_clock_and_is_entered(site: Site, coordinator: StaffMember) -> None:
    participant = make_infused(site, day=29)
    visit = only_open(participant, "D28")
    make_appointment(
        by=Actor.of(coordinator), visit=visit, version=visit.version, on=site.today(timezone.now())
    )
    assert titles(coordinator, "today") == [f"Enter D28 of {participant}"]
    assert [booked.visit for booked in day_of(coordinator).by_the_clock] == [visit]


def test_snoozed_visit_is_gone_for_its_person_only(site: Site, coordinator: StaffMember) -> None:
    visit = only_open(make_infused(site, day=70), "M2")
    before = Visit.objects.values().get(pk=visit.pk)
    other = make_staff(Role.COORDINATOR, site)
    until = site.today(timezone.now()) + timedelta(days=1)
    snooze_visit(by=Actor.of(coordinator), visit=visit, until_on=until)
    assert titles(coordinator, "now") == []
    assert len(titles(other, "now")) == 1
    assert Visit.objects.values().get(pk=visit.pk) == before


def test_snooze_ends_on_its_day(site: Site, coordinator: StaffMember) -> None:
    visit = only_open(make_infused(site, day=70), "M2")
    until = site.today(timezone.now()) + timedelta(days=1)
    snooze_visit(by=Actor.of(coordinator), visit=visit, until_on=until)
    tomorrow = read_day(coordinator, timezone.now() + timedelta(days=1))
    assert [task.visit for task in tomorrow.sections[0].tasks] == [visit]


def test_planned_date_that_passed_asks_once(site: Site, coordinator: StaffMember) -> None:
    participant = make_enrolled(site)
    yesterday = site.today(timezone.now()) - timedelta(days=1)
    plan_milestone(by=TEST, participant=participant, kind=MilestoneKind.INFUSION, on=yesterday)
    assert titles(coordinator, "today") == [
        f"Record the CAR-T infusion of {participant} or a new planned date"
    ]


def test_planned_date_is_quiet_once_the_event_is_recorded(site: Site, coordinator: StaffMember) -> None:
    participant = make_enrolled(site)
    yesterday = site.today(timezone.now()) - timedelta(days=1)
    plan_milestone(by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=yesterday)
    record_milestone(by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=yesterday)
    assert [title for title in titles(coordinator, "today") if title.startswith("Record the")] == []


def _born(site: Site, years: int, days: int) -> PartialDate:
    today = site.today(timezone.now())
    birthday = date(today.year - years, today.month, min(today.day, 28)) + timedelta(days=days)
    return PartialDate(birthday, Precision.DAY)


def test_adult_consent_is_prepared_before_the_birthday(site: Site, coordinator: StaffMember) -> None:
    participant = make_enrolled(site, birth=_born(site, 18, 10))
    assert f"Re-consent {participant} as an adult" in titles(coordinator, "this-week")


def test_adult_consent_can_wait_for_years(site: Site, coordinator: StaffMember) -> None:
    make_enrolled(site, birth=_born(site, 17, 10))
    assert titles(coordinator, "this-week") == []


def test_another_sites_visits_are_not_mine(coordinator: StaffMember) -> None:
    make_infused(make_site(), day=70)
    assert day_of(coordinator).number == 0


def test_who_only_reads_has_nothing_to_do(site: Site) -> None:
    only_open(make_infused(site, day=70), "M2")
    assert day_of(make_staff(Role.MONITOR, site)).number == 0


def test_coming_up_names_the_next_windows(site: Site, coordinator: StaffMember) -> None:
    make_infused(site, day=24)
    assert [coming.visit.code for coming in day_of(coordinator).coming] == ["D28"]
