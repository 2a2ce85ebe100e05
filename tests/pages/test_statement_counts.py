"""A list takes as many statements for a thousand participants as for ten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.domain.roles import Role
from participants.models import Site
from tests.factories import make_site, make_staff
from tests.pages.crowd import make_crowd

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FEW, MANY = 10, 1000
LISTS = ["followup:my_day", "followup:grid", "participants:participants", "participants:deviations"]
FILES = ["followup:grid_csv", "participants:participants_csv", "participants:deviations_csv"]


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def statements(site: Site) -> Callable[[str], int]:
    """Return a function that counts the statements of a page, once everything that is read once is read."""
    client = Client()
    client.force_login(make_staff(Role.COORDINATOR, site))

    def count(name: str) -> int:
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    return count


def test_lists_and_files_take_a_constant_number_of_statements(
    site: Site, statements: Callable[[str], int]
) -> None:
    make_crowd(site, FEW)
    few = {name: statements(name) for name in [*LISTS, *FILES]}
    make_crowd(site, MANY - FEW, begin=FEW)
    assert {name: statements(name) for name in [*LISTS, *FILES]} == few


@pytest.mark.parametrize("query", ["D+28", "C-0", "M3", "subject C-00001"])
def test_search_takes_a_constant_number_of_statements(site: Site, query: str) -> None:
    client = Client()
    client.force_login(make_staff(Role.COORDINATOR, site))

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("followup:search"), {"q": query})
        return len(captured)

    make_crowd(site, 2)
    count()
    few = count()
    make_crowd(site, 40, begin=2)
    assert count() == few
