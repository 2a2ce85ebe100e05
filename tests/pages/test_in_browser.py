"""The pages in a real browser: nothing for axe to find, nothing that the policy blocks, all by keyboard."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from followup.models import Visit
from participants.models import Deviation, Observation, Participant
from tests.pages.looking import FOR_AXE, complaints_of, open_quietly, violations_of

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def addresses(participant: Participant) -> list[str]:
    """Return every page of a coordinator's day, for a participant with all kinds of visit."""
    tabs = ("followup:schedule", "participants:participant", "participants:treatment", "participants:outcome")
    more = ("followup:contacts", "participants:history", "followup:unscheduled")
    visits = Visit.objects.filter(participant=participant, code__in=["M2", "D0", "ANK1"])
    deviations = Deviation.objects.filter(participant=participant)[:1]
    return [
        *(reverse(name) for name in ("followup:my_day", "followup:grid", "participants:participants")),
        *(reverse(name, args=[participant.pk]) for name in (*tabs, *more)),
        *(reverse("followup:visit", args=[visit.pk]) for visit in visits),
        *(reverse("participants:deviation", args=[found.pk]) for found in deviations),
        reverse("followup:anchor", args=[participant.pk, "infusion"]),
        reverse("participants:deviations"),
        *(reverse(f"participants:{name}") for name in ("safety", "all_events", "settings")),
        reverse("followup:unheard") + "?days=0",
        reverse("followup:search") + "?q=M2",
        reverse("followup:search") + "?q=nothing-like-it",
    ]


def test_no_page_complains_or_is_wider_than_the_screen(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    assert complaints_of(signed_in, live_server.url, addresses(infused)) == {}


@pytest.mark.browser_context_args(**FOR_AXE)
def test_axe_finds_nothing(signed_in: BrowserContext, live_server: LiveServer, infused: Participant) -> None:
    assert violations_of(signed_in, live_server.url, addresses(infused)) == {}


def test_grid_is_one_tab_stop_and_arrows_move(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    page, _ = open_quietly(signed_in, live_server.url + reverse("followup:grid"))
    cells = page.locator("[data-grid] tbody a[tabindex='0']")
    expect(cells).to_have_count(1)
    cells.focus()
    focused = page.locator("[data-grid] tbody a:focus")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("aria-label", re.compile(r" LD1: "))
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(focused).to_have_text("P-A-VERY-LONG-ID-020")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("aria-label", re.compile(r"^P-015 SCR: "))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="SCR, Screening / eligibility")).to_be_visible()


def test_a_visit_is_logged_by_keyboard(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    visit = Visit.objects.get(participant=infused, code="M2")
    page, _ = open_quietly(signed_in, live_server.url + reverse("followup:visit", args=[visit.pk]))
    page.get_by_label("Date of the visit").focus()
    page.keyboard.type("D+60")
    expect(page.locator(".read-as").first).to_contain_text("D+60")
    page.get_by_role("button", name="All done").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save & exit").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("P-015: M2 logged.")
    visit.refresh_from_db()
    assert visit.outcome == "attended"


def test_why_not_is_asked_beside_what_was_not_done(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    visit = Visit.objects.get(participant=infused, code="M2")
    page, _ = open_quietly(signed_in, live_server.url + reverse("followup:visit", args=[visit.pk]))
    row = page.locator(".assess-row").first
    expect(row.get_by_role("textbox")).to_be_hidden()
    row.get_by_role("radio", name="Not done").check()
    expect(row.get_by_role("textbox")).to_be_visible()


def test_answer_that_was_put_away_is_not_sent(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    page = signed_in.new_page()
    page.goto(live_server.url + reverse("participants:bedside", args=[infused.pk]))
    page.locator('[data-taps="o2_device"] label', has_text="Nasal cannula").click()
    page.get_by_role("textbox", name="Flow").fill("three")
    page.locator('[data-taps="o2_device"] label', has_text="Face mask").click()
    page.locator(".bed-save .split > .btn").click()
    # Refused for it, the page would show nothing that could be put right.
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    assert Observation.objects.get().o2_flow_lpm is None


def test_clock_of_the_bedside_says_which_of_two_equal_hours_it_is(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    page = signed_in.new_page()
    page.clock.install()
    # In Chicago 01:30 comes twice on 1 Nov 2026: at 06:30 UTC, and an hour later.
    with time_machine.travel(datetime(2026, 11, 1, 7, 30, tzinfo=UTC)):
        page.goto(live_server.url + reverse("participants:bedside", args=[infused.pk]))
        clock = page.get_by_label("Time at the site")
        expect(clock).to_have_value("01:30-06:00")
        page.clock.fast_forward(60_000)
        expect(clock).to_have_value("01:31-06:00")


def test_person_menu_closes_by_escape(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    page, _ = open_quietly(signed_in, live_server.url + reverse("followup:my_day"))
    page.locator("header summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_pages_work_without_script(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    page = signed_in.new_page()
    page.route("**/*.js", lambda route: route.abort())
    visit = Visit.objects.get(participant=infused, code="M2")
    page.goto(live_server.url + reverse("followup:visit", args=[visit.pk]))
    page.get_by_label("Date of the visit").fill("D+60")
    for row in page.locator(".assess-row").all():
        row.get_by_role("radio", name="Done", exact=True).check()
    page.get_by_role("button", name="Save & exit").first.click()
    expect(page.get_by_role("status")).to_contain_text("M2 logged")
