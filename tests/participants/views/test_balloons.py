"""Queries about one field: raised from the entry, shown beside the field, answered and closed there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.actions.observe import record_finding
from participants.actions.queries import raise_query
from participants.domain.roles import Role
from participants.errors import ActionRefused
from participants.models import Medication, NeuroAssessment, Observation, Participant, Query, QueryState
from participants.models.base import Fact
from participants.pages.entries import ENTRIES, address_of
from participants.subjects import NAMES, columns_of, subject_of
from tests import factories
from tests.participants.bedside_support import assess, dose, give, hour, infused, observe

pytestmark = pytest.mark.django_db
QUESTION = "Is <this> what the monitor showed?"


@pytest.fixture
def person() -> Participant:
    return infused(day=3)


def browser(person: Participant, role: Role = Role.COORDINATOR) -> Client:
    client = Client()
    study = {"study": person.site.study} if role is Role.DATA_MANAGER else {"site": person.site}
    client.force_login(factories.make_staff(role, **study))
    return client


def ask(person: Participant, about: Fact, field: str = "") -> Query:
    return raise_query(by=factories.TEST, participant=person, text=QUESTION, about=about, field=field)


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def tab(person: Participant, name: str = "toxicity") -> str:
    return reverse(f"participants:{name}", args=[person.pk])


def test_every_entry_of_a_chart_can_be_asked_about() -> None:
    assert {entry.model for entry in ENTRIES} == set(NAMES)


def test_monitor_asks_about_a_field_from_the_list(person: Participant) -> None:
    row, client = observe(person, 30, "39.0"), browser(person, Role.MONITOR)
    address = address_of(row, "query")
    assert f'href="{address}"' in page(client, tab(person))
    assert "Running vasopressors</option>" in page(client, address)
    answer = client.post(address, {"field": "vasopressors", "text": QUESTION})
    query = Query.objects.get()
    assert (answer["Location"], query.subject, query.field) == (tab(person), subject_of(row), "vasopressors")


@pytest.mark.parametrize("field", ["pk", "participant", "no_such", "recorded_by", "crs_grade_before"])
def test_field_that_the_entry_does_not_have_is_refused(person: Participant, field: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        ask(person, dose(person, 30), field)
    assert refused.value.field == "field"


def test_field_without_an_entry_is_refused(person: Participant) -> None:
    with pytest.raises(ActionRefused):
        raise_query(by=factories.TEST, participant=person, text=QUESTION, field="temperature")


def test_entry_of_another_participant_or_one_corrected_away_is_not_asked_about(person: Participant) -> None:
    other = infused(site=person.site)
    with pytest.raises(ActionRefused):
        ask(other, observe(person, 30, "39.0"))
    old = observe(person, 31, "39.0")
    right = Observation(participant=person, at=old.at, temperature="38.0", temperature_unit="C")
    record_finding(by=factories.TEST, finding=right, replaces=old, reason="misread")
    old.refresh_from_db()
    with pytest.raises(ActionRefused):
        ask(person, old)


def made(person: Participant) -> dict[str, Fact]:
    return {
        "observation": observe(person, 30, "39.0"),
        "assessment": assess(person, 30),
        "dose": dose(person, 31),
        "drug": give(person, 32, "Paracetamol", "antipyretic"),
    }


@pytest.mark.parametrize(
    ("kind", "field", "beside"),
    [
        ("observation", "systolic_mmhg", "pressure"),
        ("observation", "vasopressors", "running"),
        ("observation", "note", "note"),
        ("assessment", "has_tremor", "unscored"),
        ("assessment", "note", "neuro_note"),
        ("assessment", "cerebral_oedema", "signs"),
        ("dose", "dosing_weight_kg", "weight"),
        ("drug", "started_at", "clock"),
        ("drug", "is_rescue", "is_rescue"),
    ],
)
def test_balloon_stands_beside_its_field(person: Participant, kind: str, field: str, beside: str) -> None:
    fact = made(person)[kind]
    ask(person, fact, field)
    text = page(browser(person), address_of(fact, "correct"))
    place = text.index('<details class="balloon">')
    before = re.findall(r'name="(\w+)"', text[:place])
    assert before[-1] == beside
    assert "Is &lt;this&gt; what" in text


def columns() -> list[tuple[str, str]]:
    return [(entry.slug, column) for entry in ENTRIES for column in columns_of(entry.model)]


@pytest.mark.parametrize(
    ("kind", "column"), [pair for pair in columns() if pair[0] in {"observation", "drug"}]
)
def test_each_field_that_can_be_asked_about_is_one_of_the_form(
    person: Participant, kind: str, column: str
) -> None:
    fact = made(person)[kind]
    form: Any = next(entry for entry in ENTRIES if entry.slug == kind)
    assert form.make(person, fact, None, None).field_of(column)


def test_list_and_file_of_queries_name_the_field(person: Participant) -> None:
    ask(person, observe(person, 30, "39.0"), "vasopressors")
    client = browser(person, Role.MONITOR)
    for name in ("queries", "queries_csv"):
        answer = client.get(reverse(f"participants:{name}"))
        assert b"Running vasopressors" in answer.getvalue()


def test_query_about_the_whole_entry_stands_above_its_form(person: Participant) -> None:
    row = observe(person, 30, "39.0")
    ask(person, row)
    text = page(browser(person), address_of(row, "correct"))
    assert text.index("About the whole entry") < text.index('name="temperature"')


def test_coordinator_answers_beside_the_field_and_stays_there(person: Participant) -> None:
    row, client = observe(person, 30, "39.0"), browser(person)
    query = ask(person, row, "temperature")
    address = address_of(row, "correct")
    text = page(client, address)
    assert f'id="query-{query.pk}-answers"' in text
    assert f'name="answer" rows="2" maxlength="300" form="query-{query.pk}-answers"' in text
    typed = {"answer": "Yes.", "version": query.version, "back": "entry"}
    answer = client.post(reverse("participants:query_answer", args=[query.pk]), typed)
    query.refresh_from_db()
    assert (answer["Location"], query.answer, query.state) == (address, "Yes.", QueryState.ANSWERED)


def test_monitor_closes_it_on_the_list_and_stays_there(person: Participant) -> None:
    row, client = observe(person, 30, "39.0"), browser(person, Role.MONITOR)
    query = ask(person, row, "temperature")
    text = page(client, tab(person))
    assert QUESTION.replace("<", "&lt;").replace(">", "&gt;") in text
    assert f"query-{query.pk}-answers" not in text
    typed = {"reason": "seen in the chart", "version": query.version, "back": "tab"}
    answer = client.post(reverse("participants:query_close", args=[query.pk]), typed)
    assert answer["Location"] == tab(person)
    assert "balloon" not in page(client, tab(person))


def test_balloon_of_a_drug_stands_in_the_chart(person: Participant) -> None:
    drug = give(person, 32, "Paracetamol", "antipyretic")
    query = ask(person, drug, "dose")
    text = page(browser(person, Role.MONITOR), tab(person, "treatment"))
    assert f'id="query-{query.pk}-closes"' in text
    assert "Dose · " in text


@pytest.mark.parametrize("back", ["", "entry", "https://elsewhere.example/"])
def test_answer_leads_to_the_list_where_no_balloon_stood(person: Participant, back: str) -> None:
    query = raise_query(by=factories.TEST, participant=person, text=QUESTION)
    typed = {"answer": "Yes.", "version": query.version, "back": back}
    answer = browser(person).post(reverse("participants:query_answer", args=[query.pk]), typed)
    assert answer["Location"] == reverse("participants:queries")


def test_query_goes_on_about_the_entry_that_takes_its_place(person: Participant) -> None:
    old = give(person, 32, "Paracetamol", "antipyretic")
    query = ask(person, old, "dose")
    client, address = browser(person), address_of(old, "correct")
    typed = {"name": "Paracetamol", "dose": "15 mg/kg", "started_on": "D+1", "reason": "read again"}
    assert client.post(address, typed).status_code == 302
    query.refresh_from_db()
    new = Medication.objects.get(stands=True)
    assert (query.subject, query.state) == (subject_of(new), QueryState.OPEN)


@pytest.mark.parametrize(
    ("findings", "field"),
    [
        ({"o2_device": "nasal_cannula"}, "o2_flow_lpm"),
        ({"hypoxia_has_other_cause": None, "o2_device": "bipap"}, "hypoxia_has_other_cause"),
    ],
)
def test_rule_asks_about_the_finding_that_is_missing(
    person: Participant, findings: dict[str, Any], field: str
) -> None:
    row = observe(person, 30, "39.0", **findings)
    query = Query.objects.get()
    assert (query.subject, query.field) == (subject_of(row), field)


def test_rule_asks_about_the_score_that_is_missing(person: Participant) -> None:
    row = NeuroAssessment(participant=person, at=hour(person, 30), consciousness="spontaneous")
    record_finding(by=factories.TEST, finding=row)
    assert Query.objects.get().field in columns_of(NeuroAssessment)


def statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    return len(seen)


def test_list_costs_the_same_for_many_queries_as_for_one(person: Participant) -> None:
    row, client = observe(person, 30, "39.0"), browser(person, Role.MONITOR)
    ask(person, row, "temperature")
    one = statements(client, tab(person))
    for field in ("vasopressors", "o2_device", ""):
        ask(person, row, field)
    assert statements(client, tab(person)) == one
