"""A page takes as many statements for many participants, and for a long record, as for a few."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followup.dashboards.page import FIGURES, PARTS
from participants.domain.roles import Role
from participants.models import AdverseEvent, Participant, Query, SeriousProposal, Site, StaffMember
from tests.factories import delegate, make_infused, make_site, make_staff
from tests.pages.crowd import make_crowd
from tests.pages.records import fill_records

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FEW, MANY = 10, 1000
LISTS = ["followup:my_day", "followup:grid", "participants:participants", "participants:deviations"]
FILES = ["followup:grid_csv", "participants:participants_csv", "participants:deviations_csv"]

# These read whole records: fewer participants, each with some of everything.
LISTS_OF_RECORDS = [
    *LISTS,
    *FILES,
    "participants:bedside_list",
    "participants:safety",
    "participants:safety_csv",
    "participants:all_events",
    "participants:all_events_csv",
    "participants:reports",
    "participants:reports_csv",
    "participants:queries",
    "participants:queries_csv",
    "participants:screening_log",
    "participants:screening_log_csv",
    "followup:dashboard",
    *(f"followup:dashboard_part {name}" for name in PARTS),
    *(f"followup:figure_csv {name}" for name in FIGURES),
]
SILENT = ["followup:unheard", "followup:unheard_csv"]
# Pages of one participant.
RECORDS = [
    "participants:participant",
    "participants:screening",
    "participants:consents",
    "participants:treatment",
    "participants:bedside",
    "participants:toxicity",
    "participants:infections",
    "participants:infections_csv",
    "participants:events",
    "participants:events_csv",
    "participants:outcome",
    "participants:history",
    "participants:history_csv",
    "followup:schedule",
    "followup:schedule_csv",
    "followup:timeline",
    "followup:timeline_csv",
    "followup:timeline_svg",
    "followup:contacts",
    "followup:contacts_csv",
]


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def reader(site: Site) -> StaffMember:
    """Return somebody who sees all that these pages show."""
    person = make_staff(Role.INVESTIGATOR, site)
    delegate(person, Role.COORDINATOR, site=site)
    return person


@pytest.fixture
def statements(reader: StaffMember) -> Callable[[Iterable[str]], dict[str, int]]:
    """Return a function that counts the statements of addresses, once what is read once is read."""
    client = Client()
    client.force_login(reader)

    def count(addresses: Iterable[str]) -> dict[str, int]:
        found = {}
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address)
                # A search that finds one participant leads there.
                assert answer.status_code in {200, 302}, address
                answer.getvalue()
            found[address] = len(captured)
        return found

    return count


def _of(names: Iterable[str], *first: object) -> list[str]:
    """Write the addresses of some names, each with its own arguments behind a blank."""
    return [reverse(name, args=[*first, *own]) for name, *own in (one.split() for one in names)]


def test_lists_and_files_take_a_constant_number_of_statements_for_a_crowd(
    site: Site, statements: Callable[[Iterable[str]], dict[str, int]]
) -> None:
    asked = _of([*LISTS, *FILES])
    make_crowd(site, FEW)
    few = statements(asked)
    make_crowd(site, MANY - FEW, begin=FEW)
    assert statements(asked) == few


def test_lists_take_a_constant_number_of_statements_for_full_records(
    site: Site, statements: Callable[[Iterable[str]], dict[str, int]]
) -> None:
    asked = [*_of(LISTS_OF_RECORDS), *(f"{at}?days=0" for at in _of(SILENT))]
    make_crowd(site, 3)
    fill_records(Participant.objects.for_pages(), 2)
    few = statements(asked)
    make_crowd(site, 9, begin=3)
    fill_records(Participant.objects.for_pages().order_by("pk")[3:], 2)
    assert statements(asked) == few


def test_pages_take_a_constant_number_of_statements_for_a_long_record(
    site: Site, statements: Callable[[Iterable[str]], dict[str, int]]
) -> None:
    participant = Participant.objects.for_pages().get(pk=make_infused(site, day=20).pk)
    fill_records([participant], 2)
    rows = [
        ("participants:event", AdverseEvent.objects.first()),
        ("participants:query", Query.objects.first()),
        ("participants:proposal", SeriousProposal.objects.first()),
    ]
    pages = [reverse(name, args=[row.pk]) for name, row in rows if row is not None]
    assert len(pages) == len(rows)
    asked = [*_of(RECORDS, participant.pk), *pages]
    few = statements(asked)
    fill_records([participant], 10, begin=2)
    # Fewer where the longer record pushes whole kinds of rows off the first page.
    assert {at: number for at, number in statements(asked).items() if number > few[at]} == {}


@pytest.mark.parametrize("query", ["D+28", "C-0", "M3", "subject C-00001"])
def test_search_takes_a_constant_number_of_statements(
    site: Site, statements: Callable[[Iterable[str]], dict[str, int]], query: str
) -> None:
    asked = [f"{reverse('followup:search')}?{urlencode({'q': query})}"]
    make_crowd(site, 2)
    few = statements(asked)
    make_crowd(site, 40, begin=2)
    assert statements(asked) == few
