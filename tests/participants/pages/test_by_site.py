"""Pages of participants over several sites: each once, in order, and none of another site."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import Participant, Site
from participants.pages.by_site import page_of_people
from tests.factories import make_participant, make_site

pytestmark = pytest.mark.django_db

# Site by site, none of them in step with another; two pages of two begin and end within a site.
IDS = [["P-001", "P-002", "P-003", "P-004"], ["P-0015", "P-900"], ["P-002-A"], []]


@pytest.fixture
def sites() -> list[Site]:
    """Return four sites with seven participants, beside one at a site that is not asked for."""
    first = make_site()
    found = [first, *(make_site(first.study) for _ in IDS[1:])]
    for site, ids in zip(found, IDS, strict=True):
        for study_id in ids:
            make_participant(site, study_id=study_id)
    make_participant(make_site(first.study), study_id="P-0016")
    return found


def walk(sites: list[Site], *, descending: bool = False, size: int = 2) -> list[list[str]]:
    """Return the study ids of all pages, one after the other."""
    pages, after = [], ""
    while True:
        page = page_of_people(Participant.objects.all(), sites, after, size=size, descending=descending)
        pages.append([one.study_id for one in page.rows])
        after = page.after
        if not after:
            return pages


def in_order(*, descending: bool = False) -> list[str]:
    """Return what all pages hold, in the order of the database."""
    rows = Participant.objects.exclude(study_id="P-0016").order_by("-study_id" if descending else "study_id")
    return list(rows.values_list("study_id", flat=True))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_the_pages_hold_everybody_once_and_in_order(
    sites: list[Site], size: int, *, descending: bool
) -> None:
    pages = walk(sites, size=size, descending=descending)
    assert [one for page in pages for one in page] == in_order(descending=descending)
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)


def test_only_the_first_page_says_that_it_is(sites: list[Site]) -> None:
    first = page_of_people(Participant.objects.all(), sites, size=2)
    second = page_of_people(Participant.objects.all(), sites, first.after, size=2)
    assert (first.is_first, second.is_first) == (True, False)


def test_a_page_behind_the_last_is_empty(sites: list[Site]) -> None:
    page = page_of_people(Participant.objects.all(), sites, "P-999", size=2)
    assert (page.rows, page.after, page.words) == ([], "", "Nothing more, later page")


def test_no_site_means_no_row(sites: list[Site]) -> None:
    assert page_of_people(Participant.objects.all(), [], size=2).rows == []


def test_a_choice_holds_on_every_page(sites: list[Site]) -> None:
    people = Participant.objects.filter(study_id__contains="00")
    first = page_of_people(people, sites, size=3)
    rest = page_of_people(people, sites, first.after, size=50)
    found = [one.study_id for one in [*first.rows, *rest.rows]]
    assert found == [study_id for study_id in in_order() if "00" in study_id]


def test_a_page_ends_in_the_database_where_a_site_has_filled_it(sites: list[Site]) -> None:
    with CaptureQueriesContext(connection) as captured:
        page_of_people(Participant.objects.all(), sites, size=2)
    # The third of the first site: no row behind it is read, whatever the others have.
    assert "<= 'P-003'" in captured[-1]["sql"]
