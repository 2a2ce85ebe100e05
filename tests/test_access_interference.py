"""What other sites do changes nothing of what somebody reads: no count, no choice, no number."""

from __future__ import annotations

import pytest
from django.test import override_settings

from participants.routes import routes
from tests.access import planted
from tests.access.interference import find_interference
from tests.access.world import in_one_minute

pytestmark = pytest.mark.django_db


def test_pages_do_not_change_when_other_sites_begin_to_work() -> None:
    with in_one_minute():
        assert find_interference(routes()) == []


def test_search_is_reported_when_it_counts_the_rows_of_other_sites() -> None:
    with in_one_minute(), override_settings(ROOT_URLCONF=planted.__name__):
        (route,) = [route for route in routes() if route.name == "leaking_search"]

        assert find_interference([route])
