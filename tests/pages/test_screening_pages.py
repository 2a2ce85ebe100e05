"""Screening, consent and conclusions in a real browser, and the log's statements for a thousand people."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from participants.domain.roles import Role
from participants.models import Consent, Participant
from tests.factories import days_ago, make_participant, make_site, make_staff
from tests.pages.crowd import make_crowd
from tests.pages.test_in_browser import SCHEMES, WIDTHS, open_quietly

in_browser = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

TABS = ("screening", "consents", "criteria", "consent_add", "edit_details", "edit_disease", "edit_product")
STEPS = ("screen_failure", "screen_again", "enrol", "withdrawal", "death", "off_study", "come_back")


def addresses(participant: Participant) -> list[str]:
    consent = Consent.objects.get(participant=participant)
    return [
        *(reverse(f"participants:{name}") for name in ("screening_log", "pre_screen")),
        *(reverse(f"participants:{name}", args=[participant.pk]) for name in (*TABS, *STEPS)),
        *(
            reverse(f"participants:{name}", args=[consent.pk])
            for name in ("consent_correct", "consent_remove")
        ),
    ]


class TestInBrowser:
    """What axe, the policy and a narrow screen say of each page."""

    pytestmark = in_browser

    @pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
    def test_no_page_complains_or_is_wider_than_the_screen(
        self, signed_in: BrowserContext, live_server: LiveServer, infused: Participant, width: int
    ) -> None:
        found = {}
        for address in addresses(infused):
            page, complaints = open_quietly(signed_in, live_server.url + address)
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                complaints.append("wider than the screen")
            if complaints:
                found[address] = complaints
            page.close()
        assert found == {}

    @pytest.mark.parametrize("scheme", SCHEMES)
    @pytest.mark.browser_context_args(bypass_csp=True)
    def test_axe_finds_nothing(
        self, signed_in: BrowserContext, live_server: LiveServer, infused: Participant, scheme: str
    ) -> None:
        found = {}
        for address in addresses(infused):
            page = signed_in.new_page()
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(live_server.url + address)
            violations = Axe().run(page).response["violations"]
            if violations:
                found[address] = [(one["id"], one["nodes"][0]["target"]) for one in violations]
            page.close()
        assert found == {}

    def test_the_criteria_are_answered_by_keyboard(
        self, signed_in: BrowserContext, live_server: LiveServer, infused: Participant
    ) -> None:
        newcomer = make_participant(infused.site)
        page = signed_in.new_page()
        page.goto(live_server.url + reverse("participants:criteria", args=[newcomer.pk]))
        for fieldset in page.locator("fieldset.criterion").all():
            fieldset.locator("input[value=met]").focus()
            page.keyboard.press("Space")
        dated = page.locator("fieldset.criterion", has_text="BURDEN").get_by_label("Evidence dated")
        dated.fill(f"{days_ago(2, infused.site):%d %b %Y}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("5 answered")


@pytest.mark.django_db
def test_the_log_takes_as_many_statements_for_a_thousand_as_for_ten() -> None:
    site = make_site()
    client = Client()
    client.force_login(make_staff(Role.COORDINATOR, site))
    address = reverse("participants:screening_log")

    def count() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    make_crowd(site, 10)
    few = count()
    make_crowd(site, 990, begin=10)
    assert count() == few
