"""Haemorrhage, tremor and myoclonus: kept and shown, counted by no grade of ICANS."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from participants.actions.observe import record_finding
from participants.actions.report import record_event
from participants.bedside_now import read_bedside
from participants.domain.roles import Role
from participants.errors import ActionRefused
from participants.models import DerivedGrade, NeuroAssessment, Participant, Query, Scale
from participants.pages.finding_words import neuro_words
from tests import factories
from tests.participants.bedside_support import assess, grades, hour, infused
from tests.participants.views.test_bedside import WELL_TAPS, bedside, browser, taps

pytestmark = pytest.mark.django_db
ALL_THREE = {"has_tremor": True, "has_myoclonus": True, "has_intracranial_haemorrhage": True}
TERM = "Intracranial hemorrhage"


@pytest.fixture
def person() -> Participant:
    return infused(day=3)


def record_event_of(person: Participant, day: int, *, ended: int | None = None) -> None:
    """Record the haemorrhage as an adverse event of some trial days."""
    on = hour(person, 24 * day).date()
    end: dict[str, Any] = {}
    if ended is not None:
        end = {"outcome": "resolved", "ended_on": hour(person, 24 * ended).date()}
    record_event(by=factories.TEST, participant=person, grade=2, term=TERM, onset_on=on, **end)


def toxicity(person: Participant, role: Role = Role.COORDINATOR) -> str:
    return browser(person, role).get(reverse("participants:toxicity", args=[person.pk])).content.decode()


@pytest.mark.parametrize("findings", [{}, {"capd_score": 9}, {"capd_score": None}], ids=["0", "3", "open"])
def test_grade_with_them_is_the_grade_without(person: Participant, findings: dict[str, object]) -> None:
    assess(person, 30, **findings)
    assess(person, 31, **findings, **ALL_THREE)
    one, other = DerivedGrade.objects.filter(scale=Scale.ICANS).order_by("at")
    assert (one.value, one.status, one.reason) == (other.value, other.status, other.reason)


def test_entry_of_them_alone_asks_for_no_grade(person: Participant) -> None:
    row = NeuroAssessment(participant=person, at=hour(person, 30), has_tremor=True)
    record_finding(by=factories.TEST, finding=row)
    assert grades(person, Scale.ICANS) == []
    assert not Query.objects.exists()


def test_entry_of_them_alone_is_no_test_of_cognition(person: Participant) -> None:
    tested = assess(person, 30)
    row = NeuroAssessment(participant=person, at=hour(person, 40), has_tremor=True, seizure="clinical")
    record_finding(by=factories.TEST, finding=row)
    assert read_bedside([person.pk], hour(person, 41))[person.pk].tested_at == tested.at


def test_assessment_without_any_finding_is_refused(person: Participant) -> None:
    with pytest.raises(ActionRefused, match="Record at least one finding"):
        record_finding(by=factories.TEST, finding=NeuroAssessment(participant=person, at=hour(person, 30)))


@pytest.mark.parametrize(
    ("pressed", "kept"),
    [
        ([], (None, None, None)),
        (["none"], (False, False, False)),
        (["has_tremor"], (True, False, False)),
        (["has_myoclonus", "has_intracranial_haemorrhage"], (False, True, True)),
    ],
)
def test_pressed_is_kept_and_pressed_again(
    person: Participant, pressed: list[str], kept: tuple[bool | None, ...]
) -> None:
    client = browser(person)
    client.post(bedside(person), taps(person, unscored=pressed, **WELL_TAPS))
    row = NeuroAssessment.objects.get()
    assert (row.has_tremor, row.has_myoclonus, row.has_intracranial_haemorrhage) == kept
    page = client.get(reverse("participants:assessment_correct", args=[row.pk])).content.decode()
    assert re.findall(r'name="unscored" value="(\w+)"[^>]*checked', page) == pressed


def test_none_of_them_beside_one_of_them_is_refused(person: Participant) -> None:
    answer = browser(person).post(bedside(person), taps(person, unscored=["none", "has_tremor"], **WELL_TAPS))
    assert "Seen besides: none of these, or some of them; not both." in answer.content.decode()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (NeuroAssessment(**ALL_THREE), "tremor · myoclonus · intracranial haemorrhage"),
        (NeuroAssessment(has_tremor=False), "no tremor, myoclonus or haemorrhage"),
        (NeuroAssessment(has_tremor=False, ice_score=9), "ICE 9"),
    ],
)
def test_they_are_written_like_the_chart_would(row: NeuroAssessment, words: str) -> None:
    assert neuro_words(row) == words


def test_haemorrhage_leads_to_an_adverse_event_that_says_it_already(person: Participant) -> None:
    row = assess(person, 30, has_intracranial_haemorrhage=True)
    address = f"{reverse('participants:event_add', args=[person.pk])}?assessment={row.pk}"
    assert f'href="{address}"' in toxicity(person)
    assert f'href="{address}"' in browser(person).get(bedside(person)).content.decode()
    form = browser(person).get(address).content.decode()
    assert f'value="{TERM}"' in form
    assert f'value="{row.at.astimezone(person.site.tz):%d %b %Y}"' in form


def test_reader_is_told_of_the_haemorrhage_without_a_way_to_write(person: Participant) -> None:
    assess(person, 30, has_intracranial_haemorrhage=True)
    page = toxicity(person, Role.MONITOR)
    assert "Haemorrhage is graded by CTCAE" in page
    assert "?assessment=" not in page


@pytest.mark.parametrize(("day", "ended", "asks"), [(1, None, False), (0, 0, True), (0, 1, False)])
def test_event_that_lasted_on_the_day_is_enough(
    person: Participant, day: int, ended: int | None, *, asks: bool
) -> None:
    assess(person, 30, has_intracranial_haemorrhage=True)
    record_event_of(person, day, ended=ended)
    assert ("Haemorrhage is graded by CTCAE" in toxicity(person)) is asks


def test_haemorrhage_that_is_typed_asks_to_save_first(person: Participant) -> None:
    typed = taps(person, unscored=["has_intracranial_haemorrhage"], **WELL_TAPS)
    answer = browser(person).post(reverse("participants:bedside_live", args=[person.pk]), typed)
    assert "Save; then the event can be recorded here." in answer.content.decode()


@pytest.mark.parametrize("asked", ["x", "0", "9" * 30, "٣"])
def test_event_form_asked_about_no_assessment_is_empty(person: Participant, asked: str) -> None:
    address = reverse("participants:event_add", args=[person.pk])
    page = browser(person).get(address, {"assessment": asked})
    assert TERM not in page.content.decode()


def test_haemorrhage_of_another_participant_is_not_told(person: Participant) -> None:
    row = assess(infused(day=3), 30, has_intracranial_haemorrhage=True)
    client: Client = browser(person)
    page = client.get(reverse("participants:event_add", args=[person.pk]), {"assessment": row.pk})
    assert TERM not in page.content.decode()
