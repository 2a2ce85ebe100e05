"""Lists and tabs of the record: what is shown, to whom, and what is left out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.actions.deviations import draft_deviation
from participants.actions.people import record_product
from participants.domain.roles import Role
from participants.models import Deviation, Observation, Participant, Site, StaffMember
from tests.factories import TEST, as_test, make_infused, make_participant, make_site, make_staff
from tests.participants.bedside_support import observe

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def infused(site: Site) -> Participant:
    return make_infused(site, day=30, study_id="P-014")


@pytest.fixture
def deviation(infused: Participant) -> Deviation:
    return draft_deviation(
        by=TEST, participant=infused, rule="test", subject="test:1", summary="D21 was late", days=1
    )


def browser_of(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def at_desk(site: Site) -> Client:
    return browser_of(make_staff(Role.COORDINATOR, site))


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_participants_are_found_by_a_part_of_their_id(at_desk: Client, site: Site) -> None:
    make_participant(site, study_id="P-100")
    make_participant(site, study_id="P-200")
    found = page(at_desk, "participants:participants", text="-10")
    assert "P-100" in found
    assert "P-200" not in found


def test_an_unknown_phase_is_no_choice(at_desk: Client, infused: Participant) -> None:
    assert "P-014" in page(at_desk, "participants:participants", phase="nonsense")


def test_search_opens_the_participant_who_is_named(at_desk: Client, infused: Participant) -> None:
    answer = at_desk.get(reverse("followup:search"), {"q": "subject p-014"})
    assert answer["Location"] == reverse("followup:timeline", args=[infused.pk])


def test_search_opens_who_is_named_by_enrolment_number(at_desk: Client, infused: Participant) -> None:
    with as_test():
        Participant.objects.filter(pk=infused.pk).update(enrolment_number="ABC-017-X")
    answer = at_desk.get(reverse("followup:search"), {"q": "abc-017-x"})
    assert answer["Location"] == reverse("followup:timeline", args=[infused.pk])


def test_search_lists_who_contains_the_text_over_sites(site: Site, infused: Participant) -> None:
    other = make_infused(make_site(site.study), day=30, study_id="X-P-01")
    manager = browser_of(make_staff(Role.DATA_MANAGER, study=site.study))
    found = page(manager, "followup:search", q="p-01")
    assert found.index(f"{infused}</a>") < found.index(f"{other}</a>")


@pytest.mark.parametrize(("text", "is_found"), [("d28", True), ("D+29", False), ("D99", False)])
def test_search_by_code_lists_the_visit(
    at_desk: Client, infused: Participant, text: str, *, is_found: bool
) -> None:
    assert (f"<td>{infused}</td>" in page(at_desk, "followup:search", q=text)) is is_found


def test_search_by_study_day_lists_the_visit(at_desk: Client, infused: Participant) -> None:
    assert "D28" in page(at_desk, "followup:search", q="D+28")


@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "%25", "%27+OR+1=1", "a" * 5000])
def test_search_answers_any_text(at_desk: Client, infused: Participant, text: str) -> None:
    assert at_desk.get(reverse("followup:search") + f"?q={text}").status_code in {200, 400}


def test_search_does_not_find_another_sites_participant(at_desk: Client) -> None:
    make_infused(make_site(), day=30, study_id="P-ELSEWHERE")
    assert "P-ELSEWHERE</a>" not in page(at_desk, "followup:search", q="P-ELSE")


def test_age_is_exact_only_for_who_may_read_birth_dates(
    at_desk: Client, infused: Participant, site: Site
) -> None:
    manager = browser_of(make_staff(Role.DATA_MANAGER, site))
    assert " mo</span>" in page(at_desk, "participants:participant", infused.pk)
    shown = page(manager, "participants:participant", infused.pk)
    assert " mo</span>" not in shown
    assert "05 May 2015" not in shown


def test_history_hides_the_birth_date_from_who_may_not_read_it(at_desk: Client, site: Site) -> None:
    screened = make_participant(site)
    reader = browser_of(make_staff(Role.READ_ONLY, site))
    assert "05 May 2015" in page(at_desk, "participants:history", screened.pk)
    assert "05 May 2015" not in page(reader, "participants:history", screened.pk)


def test_history_tells_moments_on_the_clock_of_the_site(at_desk: Client, infused: Participant) -> None:
    observe(Participant.objects.for_pages().get(pk=infused.pk), 30, "38.5")
    at = Observation.objects.get().at
    told = page(at_desk, "participants:history", infused.pk)
    assert f"<b>{at.astimezone(infused.site.tz):%d %b %Y %H:%M}</b>" in told
    assert "UTC</b>" not in told


def test_history_pages_on(at_desk: Client, infused: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participants.pages.history.PAGE_CHANGES", 2)
    assert 'rel="next"' in page(at_desk, "participants:history", infused.pk)


def test_history_file_hides_the_birth_date_as_the_page_does(infused: Participant, site: Site) -> None:
    reader = browser_of(make_staff(Role.READ_ONLY, site))
    assert "05 May 2015" not in page(reader, "participants:history_csv", infused.pk)


def test_classifying_needs_a_comment_for_none(at_desk: Client, deviation: Deviation) -> None:
    url = reverse("participants:classify", args=[deviation.pk])
    answer = at_desk.post(url, {"classification": "none", "version": str(deviation.version)})
    assert "say why this is not a deviation" in answer.content.decode()


def test_classifying_is_kept(at_desk: Client, deviation: Deviation) -> None:
    url = reverse("participants:classify", args=[deviation.pk])
    answer = at_desk.post(url, {"classification": "minor", "version": str(deviation.version)})
    deviation.refresh_from_db()
    assert answer.status_code == 302
    assert deviation.classification == "minor"


def test_a_stale_judgement_is_a_conflict(at_desk: Client, deviation: Deviation) -> None:
    url = reverse("participants:classify", args=[deviation.pk])
    at_desk.post(url, {"classification": "minor", "version": str(deviation.version)})
    answer = at_desk.post(url, {"classification": "important", "version": str(deviation.version)})
    deviation.refresh_from_db()
    assert answer.status_code == 409
    assert deviation.classification == "minor"


def test_a_monitor_reads_a_deviation_without_its_form(deviation: Deviation, site: Site) -> None:
    monitor = browser_of(make_staff(Role.MONITOR, site))
    shown = page(monitor, "participants:deviation", deviation.pk)
    assert "D21 was late" in shown
    assert reverse("participants:classify", args=[deviation.pk]) not in shown


def test_who_only_reads_sees_no_button_to_write(infused: Participant, site: Site) -> None:
    monitor = browser_of(make_staff(Role.MONITOR, site))
    shown = page(monitor, "followup:schedule", infused.pk)
    assert reverse("followup:unscheduled", args=[infused.pk]) not in shown


def test_who_has_no_role_is_told_so() -> None:
    assert "No role at present" in page(browser_of(make_staff(None)), "followup:my_day")


def test_a_site_administrator_begins_at_administration(site: Site) -> None:
    answer = browser_of(make_staff(Role.SITE_ADMINISTRATOR, site)).get(reverse("followup:my_day"))
    assert answer["Location"] == reverse("participants:administration")


def test_leukapheresis_of_the_product_is_told_where_the_treatment_is(
    at_desk: Client, infused: Participant
) -> None:
    record_product(
        by=TEST,
        participant=infused,
        version=None,
        product="tisagenlecleucel",
        leukapheresis_on=timezone.now().date() - timedelta(days=60),
        lot="",
        dose_million_cells=None,
    )
    shown = page(at_desk, "participants:treatment", infused.pk)
    assert "recorded with the product" in shown
