"""The browser of this machine works with the tests' server."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_browser_reads_a_page(page: Page, live_server: LiveServer) -> None:
    answer = page.goto(f"{live_server.url}/healthz")
    assert answer is not None
    assert (answer.status, answer.json()) == (200, {"alive": True})
