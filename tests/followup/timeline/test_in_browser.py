"""The timeline in a real browser: by keyboard, on a phone, on paper, and nothing for axe to find."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from participants.domain.roles import Role
from participants.models import Participant
from tests.factories import make_infused, make_participant, make_staff
from tests.factories.clinical import make_severe_course, observe

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def severe() -> Participant:
    """Return a participant on study day 84, after severe toxicity."""
    return make_severe_course()


@pytest.fixture
def at_desk(context: BrowserContext, live_server: LiveServer, severe: Participant) -> Page:
    """Return a page of a coordinator who has signed in."""
    client = Client()
    client.force_login(make_staff(Role.COORDINATOR, severe.site))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    return context.new_page()


def open_timeline(page: Page, server: LiveServer, participant: Participant, query: str = "") -> list[str]:
    """Open a timeline and return what the browser complains about."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server.url + reverse("followup:timeline", args=[participant.pk]) + query)
    return complaints


def focused(page: Page) -> str:
    """Return what the mark with the focus says."""
    return str(page.evaluate("document.activeElement.querySelector('title')?.textContent ?? ''"))


def test_arrow_keys_lead_from_mark_to_mark_and_the_line_above_tells_each(
    at_desk: Page, live_server: LiveServer, severe: Participant
) -> None:
    assert open_timeline(at_desk, live_server, severe, "?zoom=hour") == []
    at_desk.locator(".mark[tabindex='0']").focus()
    assert "trigger met" in focused(at_desk)
    at_desk.keyboard.press("ArrowLeft")
    assert "38.4 °C, fever" in focused(at_desk)
    expect(at_desk.locator("#tl-read")).to_contain_text("38.4 °C, fever")
    at_desk.keyboard.press("ArrowDown")
    assert "Norepinephrine" in focused(at_desk)
    at_desk.keyboard.press("ArrowUp")
    at_desk.keyboard.press("Home")
    assert "36.7 °C" in focused(at_desk)
    at_desk.keyboard.press("ArrowLeft")
    assert "36.7 °C" in focused(at_desk)


def test_the_whole_figure_is_one_tab_stop(
    at_desk: Page, live_server: LiveServer, severe: Participant
) -> None:
    open_timeline(at_desk, live_server, severe, "?zoom=hour")
    at_desk.locator(".mark[tabindex='0']").focus()
    at_desk.keyboard.press("End")
    at_desk.keyboard.press("Tab")
    assert at_desk.evaluate("document.activeElement.closest('.tl-scroll')") is None


def test_enter_opens_a_visit(at_desk: Page, live_server: LiveServer, severe: Participant) -> None:
    open_timeline(at_desk, live_server, severe, "?zoom=day")
    at_desk.locator("a.mark").first.focus()
    at_desk.keyboard.press("Enter")
    expect(at_desk).to_have_url(re.compile(r"/visits/\d+/$"))


def test_the_focus_is_not_hidden_behind_the_names(
    at_desk: Page, live_server: LiveServer, severe: Participant
) -> None:
    at_desk.set_viewport_size({"width": 390, "height": 844})
    open_timeline(at_desk, live_server, severe, "?zoom=hour")
    at_desk.locator(".mark[tabindex='0']").focus()
    for key in ("End", "Home"):
        at_desk.keyboard.press(key)
        hit = at_desk.locator(".mark[tabindex='0'] .hit").bounding_box()
        names = at_desk.locator(".tl-gutter").bounding_box()
        assert hit is not None
        assert names is not None
        assert names["x"] + names["width"] <= hit["x"] + hit["width"] / 2 <= 390


def test_a_phone_opens_at_now(at_desk: Page, live_server: LiveServer, severe: Participant) -> None:
    ward = Participant.objects.for_pages().get(pk=make_infused(severe.site, day=9).pk)
    observe(ward, 200, "37.0")
    at_desk.set_viewport_size({"width": 390, "height": 844})
    open_timeline(at_desk, live_server, ward)
    now = at_desk.locator(".tl-plot text", has_text="Now ").bounding_box()
    names = at_desk.locator(".tl-gutter").bounding_box()
    assert now is not None
    assert names is not None
    assert names["x"] + names["width"] < now["x"] < 390


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_page_is_never_wider_than_the_screen(
    at_desk: Page, live_server: LiveServer, severe: Participant, width: int
) -> None:
    at_desk.set_viewport_size({"width": width, "height": 900})
    assert open_timeline(at_desk, live_server, severe, "?zoom=hour") == []
    at_desk.locator("details.table-toggle summary").click()
    assert not at_desk.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("zoom", ["hour", "day", "month"])
def test_it_prints_on_one_page(
    at_desk: Page, live_server: LiveServer, severe: Participant, zoom: str
) -> None:
    open_timeline(at_desk, live_server, severe, f"?zoom={zoom}")
    assert len(re.findall(rb"/Type\s*/Page\b", at_desk.pdf(prefer_css_page_size=True))) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.browser_context_args(bypass_csp=True)
def test_axe_finds_nothing(at_desk: Page, live_server: LiveServer, severe: Participant, scheme: str) -> None:
    at_desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = {}
    for participant, query in (
        (severe, "?zoom=hour"),
        (severe, "?zoom=month&axis=clock&from=03/04/2026"),
        (make_participant(severe.site), ""),
    ):
        open_timeline(at_desk, live_server, participant, query)
        at_desk.locator("details.table-toggle summary").click()
        violations = Axe().run(at_desk).response["violations"]
        if violations:
            found[query] = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations]
    assert found == {}
