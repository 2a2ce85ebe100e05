"""What is typed at the bedside outlives a lost network, is saved once, and is nobody else's to see."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from participants.models import Observation, Participant, StaffMember
from tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

TYPED = "39.1"
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('pacer-draft:')).length"


@pytest.fixture
def address(live_server: LiveServer, infused: Participant) -> str:
    """Return the bedside page of the participant."""
    return live_server.url + reverse("participants:bedside", args=[infused.pk])


def bedside(context: BrowserContext, address: str) -> Page:
    """Open the page anew, as somebody does who has closed it."""
    page = context.new_page()
    page.goto(address)
    return page


def type_without_network(context: BrowserContext, address: str) -> Page:
    """Type a temperature and a tap, lose the network, and press Save."""
    page = bedside(context, address)
    page.get_by_label("Temperature").fill(TYPED)
    page.locator('[data-taps="running"] label').first.click()
    context.set_offline(True)
    save(page)
    expect(page.locator("#bed-draft")).to_contain_text("Draft kept on this device. No network")
    return page


def save(page: Page) -> None:
    page.locator(".bed-save .split > .btn").click()


def saved() -> list[tuple[object, ...]]:
    return list(Observation.objects.values_list("temperature", "vasopressors"))


def test_draft_comes_back_with_the_network_and_is_saved_once(signed_in: BrowserContext, address: str) -> None:
    type_without_network(signed_in, address).close()
    assert saved() == []
    signed_in.set_offline(False)
    page = bedside(signed_in, address)
    expect(page.locator("#bed-draft")).to_contain_text("It is not saved yet")
    expect(page.get_by_label("Temperature")).to_have_value(TYPED)
    expect(page.locator('[name="running"][value="none"]')).to_be_checked()
    save(page)
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    assert [str(celsius) for celsius, _ in saved()] == ["39.10"]
    again = bedside(signed_in, address)
    expect(again.get_by_label("Temperature")).to_have_value("")
    expect(again.locator("#bed-draft")).to_be_hidden()
    assert again.evaluate(DRAFTS) == 0


def test_draft_is_headed_by_the_moment_it_will_be_saved_with(signed_in: BrowserContext, address: str) -> None:
    page = bedside(signed_in, address)
    page.get_by_text("change time").click()
    page.get_by_label("Time at the site").fill("04:30")
    expect(page.locator("[data-shown]")).to_contain_text("04:30")
    page.close()
    again = bedside(signed_in, address)
    expect(again.locator("#bed-draft")).to_contain_text("It is not saved yet")
    expect(again.locator("[data-shown]")).to_contain_text("04:30")


def test_page_left_open_sends_by_itself_once_the_network_is_back(
    signed_in: BrowserContext, address: str
) -> None:
    page = type_without_network(signed_in, address)
    signed_in.set_offline(False)
    expect(page.get_by_role("status").filter(has_text="P-015: saved.")).to_be_visible()
    assert len(saved()) == 1
    assert page.evaluate(DRAFTS) == 0


def test_draft_that_is_discarded_does_not_come_back(signed_in: BrowserContext, address: str) -> None:
    type_without_network(signed_in, address).close()
    signed_in.set_offline(False)
    page = bedside(signed_in, address)
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("Temperature")).to_have_value("")
    page.close()
    expect(bedside(signed_in, address).locator("#bed-draft")).to_be_hidden()


@pytest.mark.parametrize("place", ["menu", "page"])
def test_draft_goes_when_its_owner_signs_out(
    signed_in: BrowserContext, live_server: LiveServer, address: str, place: str
) -> None:
    page = type_without_network(signed_in, address)
    page.close()
    signed_in.set_offline(False)
    leaving = bedside(
        signed_in, live_server.url + reverse("account_logout" if place == "page" else "followup:my_day")
    )
    assert leaving.evaluate(DRAFTS) == 1
    if place == "menu":
        leaving.locator("header summary").click()
    leaving.get_by_role("button", name="Sign out").last.click()
    expect(leaving.get_by_label("Password")).to_be_visible()
    assert leaving.evaluate(DRAFTS) == 0


def take_over(context: BrowserContext, person: StaffMember, url: str) -> None:
    """Sign somebody else in to the same browser, whose first user did not sign out."""
    client = Client()
    client.force_login(person)
    context.clear_cookies()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


def test_another_person_on_the_same_browser_never_sees_it(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant, address: str
) -> None:
    type_without_network(signed_in, address).close()
    signed_in.set_offline(False)
    take_over(signed_in, make_staff(site=infused.site), live_server.url)
    page = bedside(signed_in, address)
    expect(page.get_by_label("Temperature")).to_have_value("")
    expect(page.locator("#bed-draft")).to_be_hidden()
    assert page.evaluate(DRAFTS) == 0
