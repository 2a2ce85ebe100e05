"""A coordinator at the browser."""

from __future__ import annotations

import pytest
from django.test import Client

from participants.domain.roles import Role
from participants.models import Participant, StaffMember
from tests.factories import make_infused, make_staff


@pytest.fixture
def infused() -> Participant:
    """Return a participant on trial day 29."""
    return make_infused(day=29)


@pytest.fixture
def coordinator(infused: Participant) -> StaffMember:
    """Return a coordinator of the participant's site."""
    return make_staff(Role.COORDINATOR, infused.site)


@pytest.fixture
def at_desk(coordinator: StaffMember) -> Client:
    """Return the coordinator's browser."""
    client = Client()
    client.force_login(coordinator)
    return client
