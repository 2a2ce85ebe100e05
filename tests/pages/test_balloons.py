"""Queries beside what they are about, in a real browser: by keyboard, and with nothing for axe to find."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from participants.actions.queries import raise_query
from participants.models import Observation, Participant, Query, QueryState
from participants.pages.entries import address_of
from tests.factories import TEST
from tests.pages.looking import FOR_AXE, WIDTHS, complaints_of, open_quietly, violations_of
from tests.participants.bedside_support import assess, dose, give, observe

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

QUESTION = "Was the cannula really at this flow? The chart of the ward says 4 L/min at that time."


@pytest.fixture
def seen(infused: Participant) -> Observation:
    """Return vital signs that a monitor asks about, among a drug, a dose and a haemorrhage."""
    row = observe(infused, 30, "39.0", o2_device="nasal_cannula", o2_flow_lpm=2)
    drug = give(infused, 31, "Paracetamol", "antipyretic")
    dose(infused, 32)
    assess(infused, 33, has_intracranial_haemorrhage=True)
    for about, field in ((row, "o2_flow_lpm"), (row, "vasopressors"), (row, ""), (drug, "stopped_on")):
        raise_query(by=TEST, participant=infused, text=QUESTION, about=about, field=field)
    return row


def pages(seen: Observation) -> list[str]:
    """Return the pages on which balloons stand, and those beside them."""
    names = ("toxicity", "treatment", "bedside", "drug_add", "assessment_add")
    own = [reverse(f"participants:{name}", args=[seen.participant_id]) for name in names]
    drug = seen.participant.medications.get()
    return [
        *own,
        address_of(seen, "correct"),
        address_of(seen, "move"),
        address_of(drug, "correct"),
        *(reverse("participants:query", args=[row.pk]) for row in Query.objects.all()[:1]),
    ]


def test_query_is_answered_beside_its_field_by_keyboard(
    signed_in: BrowserContext, live_server: LiveServer, seen: Observation
) -> None:
    address = live_server.url + address_of(seen, "correct")
    page, complaints = open_quietly(signed_in, address)
    flow = page.get_by_role("textbox", name="Flow")
    flow.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Yes, by the ventilator's log.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="query answered")).to_be_visible()
    assert page.url == address
    query = Query.objects.get(field="o2_flow_lpm")
    assert (query.state, query.answer) == (QueryState.ANSWERED, "Yes, by the ventilator's log.")
    assert complaints == []


def test_pages_with_balloons_open_are_no_wider_than_a_phone(
    signed_in: BrowserContext, live_server: LiveServer, seen: Observation
) -> None:
    assert (
        complaints_of(signed_in, live_server.url, pages(seen), [WIDTHS["phone"]], with_details_open=True)
        == {}
    )


@pytest.mark.browser_context_args(**FOR_AXE)
def test_axe_finds_nothing_with_balloons_open(
    signed_in: BrowserContext, live_server: LiveServer, seen: Observation
) -> None:
    assert violations_of(signed_in, live_server.url, pages(seen), with_details_open=True) == {}
