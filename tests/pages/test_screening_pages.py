"""The criteria by keyboard in a real browser, and the screening log's statements for a thousand people."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from participants.domain.roles import Role
from participants.models import Participant
from tests.factories import days_ago, make_participant, make_site, make_staff
from tests.pages.crowd import make_crowd


@pytest.mark.browser
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_the_criteria_are_answered_by_keyboard(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
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
