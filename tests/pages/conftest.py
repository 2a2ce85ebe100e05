"""A signed-in browser on a small trial."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from participants.domain.roles import Role
from participants.models import Participant, StaffMember
from tests.factories import make_enrolled, make_infused, make_staff

# Playwright runs a loop of its own in this thread; the pages are served by another.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def infused() -> Participant:
    """Return a participant with overdue, open and done visits, beside one who waits for infusion."""
    participant = make_infused(day=70, study_id="P-015")
    make_enrolled(participant.site, study_id="P-A-VERY-LONG-ID-020")
    return participant


@pytest.fixture
def coordinator(infused: Participant) -> StaffMember:
    """Return a coordinator whose name is as long as names are."""
    name = "Dr. Maria-Magdalena von Hohenberg-Oyelaran y Fernández de la Cruz"
    return make_staff(Role.COORDINATOR, infused.site, name=name)


@pytest.fixture
def signed_in(context: BrowserContext, live_server: LiveServer, coordinator: StaffMember) -> BrowserContext:
    """Return the browser of the coordinator."""
    client = Client()
    client.force_login(coordinator)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    return context
