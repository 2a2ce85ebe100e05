"""Who has not been heard of: both sides of the number of days, who is listed, and what is told."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followup.models import ContactAttempt, ContactResult
from followup.pages.unheard import UnheardFilter, read_unheard
from participants.actions.conclude import leave_study
from participants.actions.settings import change_settings
from participants.domain.roles import Role
from participants.models import OffStudyReason, Participant, Site, StaffMember
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
from tests.factories.safety import make_death, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def manager(site: Site) -> StaffMember:
    return make_staff(Role.DATA_MANAGER, study=site.study)


@pytest.fixture
def silent(site: Site) -> Participant:
    """Return somebody infused 100 days ago, with an event 40 days ago and nothing since."""
    participant = make_infused(site, day=100, study_id="P-040")
    make_event(participant, days=40)
    return participant


def listed(person: StaffMember, days: int | None = None) -> list[str]:
    page = read_unheard(person, UnheardFilter(days), timezone.now())
    return [row.participant.study_id for row in page.rows]


def try_to_reach(participant: Participant, days: int, result: ContactResult) -> None:
    on = days_ago(days, participant.site)
    with as_test():
        ContactAttempt.objects.create(participant=participant, tried_on=on, result=result)


@pytest.mark.parametrize(("days", "found"), [(39, ["P-040"]), (40, [])])
def test_somebody_is_listed_after_more_days_than_asked(
    manager: StaffMember, silent: Participant, days: int, found: list[str]
) -> None:
    assert listed(manager, days) == found


@pytest.mark.parametrize(("days", "found"), [(39, ["P-040"]), (40, [])])
def test_without_a_number_the_setting_of_the_study_counts(
    manager: StaffMember, silent: Participant, days: int, found: list[str]
) -> None:
    change_settings(by=TEST, study=silent.site.study, version=1, reason="data cut", unheard_days=days)
    assert listed(manager) == found


def test_the_longest_silence_comes_first(manager: StaffMember, silent: Participant) -> None:
    make_infused(silent.site, day=70, study_id="P-070")
    assert listed(manager, 30) == ["P-070", "P-040"]


def test_a_call_that_was_answered_takes_somebody_off_the_list(
    manager: StaffMember, silent: Participant
) -> None:
    try_to_reach(silent, 3, ContactResult.NO_ANSWER)
    assert listed(manager, 30) == ["P-040"]
    try_to_reach(silent, 2, ContactResult.REACHED)
    assert listed(manager, 30) == []


def test_who_died_left_or_is_in_screening_is_not_asked_about(
    manager: StaffMember, silent: Participant
) -> None:
    site = silent.site
    make_death(make_infused(site, day=100), days_ago(60, site))
    left = make_infused(site, day=100)
    leave_study(
        by=TEST, participant=left, on=days_ago(60, site), reason=OffStudyReason.OTHER, note="moved away"
    )
    make_participant(site, on=days_ago(90, site))
    make_enrolled(site, on=days_ago(80, site), study_id="P-080")
    assert listed(manager, 30) == ["P-080", "P-040"]


def test_nobody_of_another_site_is_listed(site: Site, silent: Participant) -> None:
    other = make_site(site.study)
    assert listed(make_staff(Role.READ_ONLY, other), 30) == []


def test_the_page_names_the_contact_and_the_attempts_since(manager: StaffMember, silent: Participant) -> None:
    try_to_reach(silent, 41, ContactResult.NO_ANSWER)
    try_to_reach(silent, 3, ContactResult.NO_ANSWER)
    client = Client()
    client.force_login(manager)
    text = client.get(reverse("followup:unheard"), {"days": "30"}).content.decode()
    assert "adverse event" in text
    assert "1 unanswered" in text


def test_the_file_follows_the_choice(manager: StaffMember, silent: Participant) -> None:
    client = Client()
    client.force_login(manager)
    lines = client.get(reverse("followup:unheard_csv"), {"days": "39"}).getvalue().decode().splitlines()
    on = days_ago(40, silent.site)
    assert lines[1:] == [f"P-040,{silent.site.code},follow_up,{on},adverse event,40,0"]
    assert len(client.get(reverse("followup:unheard_csv"), {"days": "40"}).getvalue().splitlines()) == 1


@pytest.mark.parametrize("typed", ["", "-1", "x", "1.5", "99999", "\u0663"])
def test_what_is_no_number_of_days_counts_as_no_choice(typed: str) -> None:
    assert UnheardFilter.of(QueryDict(f"days={typed}")).days is None
