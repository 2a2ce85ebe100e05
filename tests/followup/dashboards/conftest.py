"""A site with a reader of its figures."""

from __future__ import annotations

import pytest
from django.test import Client

from participants.domain.roles import Role
from participants.models import Site, StaffMember
from tests.factories import make_site, make_staff


@pytest.fixture
def site() -> Site:
    """Return a site."""
    return make_site()


@pytest.fixture
def reader(site: Site) -> StaffMember:
    """Return an investigator of the site."""
    return make_staff(Role.INVESTIGATOR, site)


@pytest.fixture
def desk(reader: StaffMember) -> Client:
    """Return the investigator's browser."""
    client = Client()
    client.force_login(reader)
    return client
