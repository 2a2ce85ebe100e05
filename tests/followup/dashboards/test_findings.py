"""What the sentence under a title says where an estimate has no limit, or a number is 1."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.dashboards.figure import Figure
from participants.models import Site, StaffMember
from tests.factories import make_infused
from tests.followup.dashboards.support import at, die, figure_of, serious, warm

pytestmark = pytest.mark.django_db


def said(figure: Figure) -> str:
    """Return the finding in words."""
    return "".join(str(part) for part in figure.finding)


@pytest.mark.parametrize(
    ("deaths", "alive", "words"),
    [
        # Survival falls from 1 to 0 at once: the band is undefined at both.
        ((60, 60, 60, 60, 60), 0, "median 2.0 months, its 95 % interval is not defined"),
        ((20, 30, 60, 70, 80), 0, "median 2.0 months, 95 % interval from 0.7, its upper limit not defined"),
        ((20, 40, 60), 2, "median 2.0 months, 95 % interval 0.7 to not reached"),
        ((20,), 4, "median not reached"),
    ],
)
def test_limit_of_the_median_that_is_undefined_is_not_said_to_be_not_reached(
    deaths: tuple[int, ...], alive: int, words: str, site: Site, reader: StaffMember
) -> None:
    for day in deaths:
        die(make_infused(site, day=200), day)
    for _ in range(alive):
        one = make_infused(site, day=200)
        warm(one, at(one, 150))
    assert said(figure_of(reader, "os")).endswith(words)


@pytest.mark.parametrize(
    ("events", "words"),
    [(1, "1 serious event with 1 clock: "), (2, "2 serious events with 2 clocks: ")],
)
def test_numbers_of_serious_events_and_clocks_agree_with_their_nouns(
    events: int, words: str, site: Site, reader: StaffMember
) -> None:
    one, aware_at = make_infused(site, day=40), timezone.now() - timedelta(days=3)
    for place in range(events):
        serious(one, aware_at, aware_at + timedelta(hours=3), number=f"S{place}")
    assert said(figure_of(reader, "clocks")).startswith(words)
