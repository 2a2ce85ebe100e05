"""Who has not been heard of: both sides of the number of days, who is listed, and what is told."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followup.models import ContactAttempt, ContactResult
from followup.pages import unheard
from followup.pages.unheard import UnheardFilter, read_unheard
from participants.actions.conclude import leave_study
from participants.actions.settings import change_settings
from participants.domain.roles import Role
from participants.models import Observation, OffStudyReason, Participant, Site, StaffMember
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


@pytest.fixture
def four(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return four silent participants in the order of the list, of which a page holds two."""
    for study_id, day in (("P-B", 90), ("P-A", 90), ("P-C", 120), ("P-D", 60)):
        make_infused(site, day=day, study_id=study_id)
    monkeypatch.setattr(unheard, "PAGE_ROWS", 2)
    monkeypatch.setattr(unheard, "FILE_ROWS", 3)
    return ["P-C", "P-A", "P-B", "P-D"]


def pages(person: StaffMember, days: int = 30) -> list[list[str]]:
    """Return the study ids of all pages, one after the other."""
    found, after = [], ""
    while True:
        page = read_unheard(person, UnheardFilter(days, after=after), timezone.now())
        found.append([row.participant.study_id for row in page.rows])
        after = page.page.after
        if not after:
            return found


def test_pages_follow_each_other_in_order(manager: StaffMember, four: list[str]) -> None:
    assert pages(manager) == [four[:2], four[2:]]


def test_the_last_page_may_be_short(manager: StaffMember, four: list[str]) -> None:
    assert pages(manager, days=70) == [four[:2], four[2:3]]


def test_the_numbers_count_every_page(manager: StaffMember, four: list[str]) -> None:
    page = read_unheard(manager, UnheardFilter(70), timezone.now())
    assert (len(page.rows), page.number, page.of) == (2, 3, 4)


def test_who_has_been_heard_of_since_does_not_break_the_pages(manager: StaffMember, four: list[str]) -> None:
    after = read_unheard(manager, UnheardFilter(30), timezone.now()).page.after
    try_to_reach(Participant.objects.get(study_id="P-A"), 1, ContactResult.REACHED)
    page = read_unheard(manager, UnheardFilter(30, after=after), timezone.now())
    assert [row.participant.study_id for row in page.rows] == four[2:]


def test_a_page_behind_the_last_is_empty(manager: StaffMember, four: list[str]) -> None:
    page = read_unheard(manager, UnheardFilter(30, after="9999-01-01.P"), timezone.now())
    assert (page.rows, page.page.after, page.page.words) == ([], "", "Nothing more, later page")


@pytest.mark.parametrize("after", ["P-A", "2026-13-01.P-A", "x.P-A", "\x00", "\ud800", "."])
def test_what_is_no_place_begins_at_the_first_page(manager: StaffMember, four: list[str], after: str) -> None:
    page = read_unheard(manager, UnheardFilter(30, after=after), timezone.now())
    assert [row.participant.study_id for row in page.rows] == four[:2]


def test_who_has_no_dated_contact_at_all_comes_first(manager: StaffMember, four: list[str]) -> None:
    with as_test():
        Participant.objects.create(study_id="P-Z", site=Site.objects.get(), phase="follow_up")
    assert pages(manager) == [["P-Z", *four[:1]], four[1:3], four[3:]]


def test_the_next_page_keeps_the_choice_and_the_file_holds_everybody(
    manager: StaffMember, four: list[str]
) -> None:
    client = Client()
    client.force_login(manager)
    text = client.get(reverse("followup:unheard"), {"days": "30", "site": "", "after": ""}).content.decode()
    on = days_ago(90, Site.objects.get())
    assert f'href="?days=30&amp;site=&amp;after={on}.P-A" rel="next"' in text
    lines = client.get(reverse("followup:unheard_csv"), {"days": "30"}).getvalue().decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == four


def test_a_moment_counts_on_the_day_of_the_site(manager: StaffMember, site: Site) -> None:
    """Half past eleven in the evening is the next day in UTC; the site has not heard since the day before."""
    participant = make_infused(site, day=100, study_id="P-040")
    late = datetime.combine(days_ago(40, site), time(23, 30), tzinfo=site.tz)
    with as_test():
        Observation.objects.create(participant=participant, at=late, heart_rate_per_min=90)
    assert (listed(manager, 39), listed(manager, 40)) == (["P-040"], [])


@pytest.mark.parametrize("name", ["followup:unheard", "participants:participants", "followup:grid"])
def test_an_address_behind_the_last_page_says_so_and_leads_back(
    manager: StaffMember, four: list[str], name: str
) -> None:
    client = Client()
    client.force_login(manager)
    # The grid goes from the end of the alphabet to its beginning.
    after = {"followup:unheard": "9999-01-01.P", "followup:grid": "A-1"}.get(name, "Z-1")
    text = client.get(reverse(name), {"after": after}).content.decode()
    assert "The list ends before this page." in text
    assert ">First page</a>" in text
