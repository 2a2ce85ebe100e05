"""In a browser, the time typed brings the test of cognition that counts, and what was typed stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from participants.domain.partial_dates import PartialDate, Precision
from participants.models import Participant
from tests.factories import make_infused

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def infused() -> Participant:
    """Return a participant on D+8 who turned 12 on D+5."""
    turned = (timezone.now() - timedelta(days=3)).date()
    return make_infused(day=8, birth=PartialDate(turned.replace(year=turned.year - 12), Precision.DAY))


def open_with_time_of_childhood(context: BrowserContext, address: str) -> Page:
    """Open the bedside page, press one answer, and date it before the birthday."""
    page = context.new_page()
    page.goto(address)
    page.locator('[data-taps="ice"]').wait_for()
    page.locator('[data-taps="awakens"] label').first.click()
    page.locator(".bed-time summary").click()
    page.get_by_label("Date").fill(f"{timezone.now() - timedelta(days=5):%d %b %Y}")
    return page


def test_other_test_comes_with_its_time_and_with_its_draft(
    signed_in: BrowserContext, live_server: LiveServer, infused: Participant
) -> None:
    address = live_server.url + reverse("participants:bedside", args=[infused.pk])
    page = open_with_time_of_childhood(signed_in, address)
    expect(page.locator("#h-neuro")).to_contain_text("CAPD")
    expect(page.locator('[name="awakens"]').first).to_be_checked()
    expect(page.locator('#bed-neuro [data-when="signs"]').first).to_be_hidden()
    page.locator('[data-taps="capd"] label').nth(4).click()
    page.close()
    again = signed_in.new_page()
    again.goto(address)
    expect(again.locator("#h-neuro")).to_contain_text("CAPD")
    expect(again.locator('[name="capd"][value="4"]')).to_be_checked()
