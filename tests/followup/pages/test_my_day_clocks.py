"""Every clock of My day, a minute or a day to each side of the moment at which it says something else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from followup.pages.my_day import read_day
from followup.pages.my_day_safety import SHOWN
from followup.pages.tasks import Task
from participants.actions.body import record_stay
from participants.actions.queries import answer_query, raise_query
from participants.actions.screen import record_consent
from participants.actions.serious import judge_as_sponsor, send_report
from participants.actions.settings import change_settings
from participants.domain.clocks import ReportKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Role
from participants.models import ConsentKind, ConsentVersion, HospitalStay, Participant, StaffMember
from tests.factories import TEST, make_enrolled, make_site, make_staff
from tests.factories.safety import make_serious
from tests.participants.bedside_support import assess, dose, hour, infused, observe

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def participant() -> Participant:
    return infused(day=10)


@pytest.fixture
def coordinator(participant: Participant) -> StaffMember:
    return make_staff(Role.COORDINATOR, participant.site)


def cards(person: StaffMember, at: datetime, verb: str) -> list[tuple[str, Task]]:
    """Return the cards that begin with a verb at a moment, each with the key of its section."""
    with time_machine.travel(at, tick=False):
        sections = read_day(person, timezone.now()).sections
    return [(one.key, task) for one in sections for task in one.tasks if task.verb.startswith(verb)]


def states(person: StaffMember, at: datetime, verb: str) -> list[tuple[str, bool]]:
    return [(key, task.is_over) for key, task in cards(person, at, verb)]


def test_a_first_dose_is_asked_for_from_the_reading_that_meets_the_trigger(
    participant: Participant, coordinator: StaffMember
) -> None:
    observe(participant, 24, "38.8")
    observe(participant, 30, "39.0")
    met_at = hour(participant, 30)
    assert states(coordinator, met_at - A_MINUTE, "Give anakinra dose 1") == []
    assert states(coordinator, met_at - A_MINUTE, "Measure the temperature") == [("today", False)]
    assert states(coordinator, met_at, "Give anakinra dose 1") == [("now", True)]
    assert states(coordinator, met_at, "Measure the temperature") == []


def test_a_second_reading_is_asked_for_as_long_as_it_counts(
    participant: Participant, coordinator: StaffMember
) -> None:
    observe(participant, 24, "38.8")
    last = hour(participant, 48)
    assert len(cards(coordinator, last, "Measure the temperature")) == 1
    assert cards(coordinator, last + A_MINUTE, "Measure the temperature") == []


@pytest.mark.parametrize(
    ("schedule", "opens", "closes"), [("q12h", 42, 46), ("q6h", 37, 39)], ids=["every 12 h", "every 6 h"]
)
def test_a_dose_is_due_in_its_window_and_late_after_it(
    participant: Participant, coordinator: StaffMember, schedule: str, opens: float, closes: float
) -> None:
    observe(participant, 24, "38.8")
    observe(participant, 30, "39.0")
    dose(participant, 32, schedule=schedule, reason="escalation" if schedule == "q6h" else "trigger")
    verb = "Give anakinra dose 2"
    assert states(coordinator, hour(participant, opens) - A_MINUTE, verb) == []
    assert states(coordinator, hour(participant, opens), verb) == [("now", False)]
    assert states(coordinator, hour(participant, closes), verb) == [("now", False)]
    assert states(coordinator, hour(participant, closes) + A_MINUTE, verb) == [("now", True)]


def test_cognition_is_due_12_hours_after_the_last_test_in_hospital(
    participant: Participant, coordinator: StaffMember
) -> None:
    stay = HospitalStay(participant=participant, admitted_at=hour(participant, -20), reason="CAR-T")
    record_stay(by=TEST, stay=stay)
    assess(participant, 30)
    due_at = hour(participant, 42)
    assert states(coordinator, due_at - A_MINUTE, "Assess ICE or CAPD") == []
    assert states(coordinator, due_at, "Assess ICE or CAPD") == [("now", True)]


def test_the_report_to_the_sponsor_is_late_after_24_hours(
    participant: Participant, coordinator: StaffMember
) -> None:
    aware_at = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=30)
    serious = make_serious(participant, aware_at=aware_at)
    verb, due_at = f"Report {serious.number}", aware_at + timedelta(hours=24)
    assert states(coordinator, due_at, verb) == [("now", False)]
    assert states(coordinator, due_at + A_MINUTE, verb) == [("now", True)]
    send_report(by=TEST, serious=serious, kind=ReportKind.TO_SPONSOR, sent_at=timezone.now())
    assert states(coordinator, due_at + A_MINUTE, verb) == []


def test_the_report_that_waits_longest_is_asked_for_however_many_came_since(
    participant: Participant, coordinator: StaffMember
) -> None:
    """Under an IND the clocks of the sponsor may run on, long after the site has reported."""
    change_settings(by=TEST, study=participant.site.study, version=1, reason="IND", is_under_ind=True)
    now = timezone.now()
    forgotten = make_serious(participant, aware_at=now - timedelta(hours=50))
    for _ in range(SHOWN):
        reported = make_serious(participant, aware_at=now - timedelta(hours=2))
        send_report(by=TEST, serious=reported, kind=ReportKind.TO_SPONSOR, sent_at=now)
    assert states(coordinator, now, "Report ") == [("now", True)]
    assert states(coordinator, now, f"Report {forgotten.number}") == [("now", True)]


@pytest.mark.parametrize(("grave", "days"), [(True, 7), (False, 15)], ids=["7 days", "15 days"])
def test_the_report_to_the_regulator_is_shown_for_a_week_and_late_after_its_day(
    participant: Participant, grave: bool, days: int
) -> None:
    site = participant.site
    change_settings(by=TEST, study=site.study, version=1, reason="IND", is_under_ind=True)
    safety = make_staff(Role.SAFETY, study=site.study)
    known_at = timezone.now() - timedelta(hours=1)
    serious = make_serious(participant, aware_at=known_at, grave=grave)
    send_report(by=TEST, serious=serious, kind=ReportKind.TO_SPONSOR, sent_at=known_at)
    due_on = site.today(known_at) + timedelta(days=days)

    def on(day: date, clock: time) -> list[tuple[str, bool]]:
        return states(safety, datetime.combine(day, clock, tzinfo=site.tz), f"Report {serious.number}")

    assert on(due_on - timedelta(days=7), time(23, 59)) == [("this-week", False)]
    assert on(due_on - timedelta(days=1), time(23, 59)) == [("this-week", False)]
    assert on(due_on, time(0)) == [("today", False)]
    assert on(due_on, time(23, 59)) == [("today", False)]
    assert on(due_on + timedelta(days=1), time(0)) == [("now", True)]
    if days > 7:
        assert on(due_on - timedelta(days=8), time(23, 59)) == []


def test_no_report_is_asked_for_once_the_event_is_judged_expected(participant: Participant) -> None:
    site = participant.site
    change_settings(by=TEST, study=site.study, version=1, reason="IND", is_under_ind=True)
    safety = make_staff(Role.SAFETY, study=site.study)
    known_at = timezone.now() - timedelta(hours=1)
    serious = make_serious(participant, aware_at=known_at, grave=True)
    send_report(by=TEST, serious=serious, kind=ReportKind.TO_SPONSOR, sent_at=known_at)
    assert len(cards(safety, timezone.now(), "Report ")) == 1
    judge_as_sponsor(
        by=TEST, serious=serious, version=serious.version, sponsor_aware_at=known_at, is_expected=True,
        is_suspected_reaction=True,
    )  # fmt: skip
    assert cards(safety, timezone.now(), "Report ") == []


def test_a_query_is_asked_about_until_it_is_answered(
    participant: Participant, coordinator: StaffMember
) -> None:
    query = raise_query(by=TEST, participant=participant, text="Is this so?")
    now = timezone.now() + A_MINUTE
    assert states(coordinator, now, "Answer the query") == [("this-week", False)]
    answer_query(by=TEST, query=query, answer="It is", version=query.version)
    assert states(coordinator, now, "Answer the query") == []


@pytest.mark.parametrize("birthday", [date(2027, 1, 31), date(2027, 3, 30), date(2026, 12, 28)])
def test_consent_at_18_is_prepared_for_30_days_and_due_from_the_birthday(birthday: date) -> None:
    with time_machine.travel(datetime(2026, 10, 1, 12, tzinfo=UTC), tick=False):
        site = make_site()
        born = birthday.replace(year=birthday.year - 18)
        participant = make_enrolled(site, birth=PartialDate(born, Precision.DAY))
        person = make_staff(Role.COORDINATOR, site)

    def on(day: date) -> list[tuple[str, bool]]:
        return states(person, datetime.combine(day, time(8), tzinfo=site.tz), "Re-consent")

    assert on(birthday - timedelta(days=31)) == []
    assert on(birthday - timedelta(days=30)) == [("this-week", False)]
    assert on(birthday - timedelta(days=1)) == [("this-week", False)]
    assert on(birthday) == [("today", False)]
    version = ConsentVersion.objects.get(study=site.study)
    with time_machine.travel(datetime.combine(birthday, time(9), tzinfo=site.tz), tick=False):
        record_consent(
            by=TEST, participant=participant, kind=ConsentKind.CONSENT, version=version, signed_on=birthday
        )
    assert on(birthday) == []
