"""The test of cognition is the one that counts at the time typed, not at the time of typing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.domain.partial_dates import PartialDate, Precision
from participants.models import NeuroAssessment, Observation, Participant
from tests.participants.bedside_support import hour, infused
from tests.participants.views.test_bedside import WELL_TAPS, bedside, browser, taps

pytestmark = pytest.mark.django_db
# Who is on D+8 and turned 12 on D+5.
CHILD, GROWN = 3, 6
NEURO = {name: WELL_TAPS[name] for name in ("awakens", "signs", "sedated")}


@pytest.fixture
def person() -> Participant:
    turned = (timezone.now() - timedelta(days=3)).date()
    born = turned.replace(year=turned.year - 12)
    return infused(day=8, birth=PartialDate(born, Precision.DAY))


def typed(at: datetime, **answers: object) -> dict[str, object]:
    form = {"attribution": "yes", "oedema": "none", "temperature_unit": "C", "cause": "crs"}
    return {"on": f"{at:%Y-%m-%d}", "clock": f"{at:%H:%M}"} | form | NEURO | answers


def on_day(person: Participant, day: int) -> datetime:
    return hour(person, 24 * day + 12)


def chart(person: Participant, **answers: object) -> tuple[int, str]:
    """Record an assessment of a day as a child from the chart; return how it was answered."""
    address = reverse("participants:assessment_add", args=[person.pk])
    answer = browser(person).post(address, typed(on_day(person, CHILD), **answers))
    return answer.status_code, answer.content.decode()


def live(person: Participant, day: int, **answers: object) -> str:
    address = reverse("participants:bedside_live", args=[person.pk])
    return browser(person).post(address, typed(on_day(person, day), **answers)).content.decode()


def names(page: str) -> set[str]:
    """Return the tests of cognition that a page asks for."""
    return set(re.findall(r'name="(capd|ice)"', page))


def test_assessment_of_a_day_as_a_child_keeps_its_capd(person: Participant) -> None:
    assert chart(person, capd="4", asked="capd")[0] == 302
    row = NeuroAssessment.objects.get()
    assert (row.capd_score, row.ice_score) == (4, None)


@pytest.mark.parametrize("answers", [{"ice": "9"}, {"ice_items": ["year"]}, {}])
def test_chart_asks_for_the_other_test_once_the_day_is_known(
    person: Participant, answers: dict[str, object]
) -> None:
    _, page = chart(person, asked="ice", **answers)
    assert names(page) == {"capd"}
    assert "it counts, not ICE (under 12 years or developmental delay)" in page
    assert re.search(r'name="awakens" value="spontaneous"[^>]*checked', page)
    assert not NeuroAssessment.objects.exists()


def test_second_step_without_the_other_answer_is_kept(person: Participant) -> None:
    assert chart(person, asked="capd")[0] == 302
    assert NeuroAssessment.objects.get().capd_score is None


def test_round_of_an_earlier_day_is_refused_with_the_other_test(person: Participant) -> None:
    late = typed(on_day(person, CHILD), asked="ice", ice="9", temperature="37.1")
    answer = browser(person).post(bedside(person), late)
    assert (answer.status_code, names(answer.content.decode())) == (422, {"capd"})
    assert not Observation.objects.exists()


def test_vital_signs_alone_need_no_test(person: Participant) -> None:
    at = on_day(person, CHILD)
    only = {"on": f"{at:%Y-%m-%d}", "clock": f"{at:%H:%M}", "asked": "ice", "temperature": "37.1"}
    assert browser(person).post(bedside(person), taps(person) | only).status_code == 302


@pytest.mark.parametrize(("day", "asked", "found"), [(CHILD, "ice", {"capd"}), (GROWN, "capd", {"ice"})])
def test_live_answer_brings_the_other_test(
    person: Participant, day: int, asked: str, found: set[str]
) -> None:
    page = live(person, day, asked=asked)
    assert names(page) == found
    assert re.search(r'name="awakens" value="spontaneous"[^>]*checked', page)


@pytest.mark.parametrize(("day", "asked"), [(CHILD, "capd"), (GROWN, "ice")])
def test_live_answer_leaves_the_right_test_alone(person: Participant, day: int, asked: str) -> None:
    assert names(live(person, day, asked=asked)) == set()


def test_correction_to_a_day_as_a_child_asks_for_capd(person: Participant) -> None:
    grown = typed(on_day(person, GROWN), asked="ice", ice="9")
    client = browser(person)
    client.post(reverse("participants:assessment_add", args=[person.pk]), grown)
    row = NeuroAssessment.objects.get()
    moved = typed(on_day(person, CHILD), asked="ice", ice="9", reason="dated wrongly")
    page = client.post(reverse("participants:assessment_correct", args=[row.pk]), moved).content.decode()
    assert names(page) == {"capd"}
