"""The strip under the tabs tells what a course has come to."""

from __future__ import annotations

import pytest

from participants.models import Participant
from participants.pages.strip import StripFact, strip_of
from tests.factories import make_enrolled, make_infused
from tests.factories.clinical import give, make_severe_course, observe, settle

pytestmark = pytest.mark.django_db


def infused() -> Participant:
    return Participant.objects.for_pages().get(pk=make_infused().pk)


def read(participant: Participant) -> dict[str, StripFact]:
    with_zero = Participant.objects.for_pages().get(pk=participant.pk)
    return {fact.label: fact for fact in strip_of(with_zero)}


def test_before_the_infusion_it_tells_what_leads_to_it() -> None:
    assert list(read(make_enrolled())) == ["First consent"]


def test_a_severe_course_is_told_in_six_facts() -> None:
    found = read(make_severe_course())
    assert list(found) == [
        "Infusion", "Trigger met", "First anakinra", "Highest CRS", "Highest ICANS", "Last response",
    ]  # fmt: skip
    assert found["Trigger met"].sub == "D+3, 21:42"
    assert found["First anakinra"].value == "1 h 12 after"
    assert (found["Highest CRS"].value, found["Highest CRS"].sub) == ("Grade 4", "D+7")
    assert (found["Highest ICANS"].value, found["Highest ICANS"].sub) == ("Grade 2", "D+7")
    assert (found["Last response"].value, found["Last response"].sub) == ("CR", "D+28, MRD negative")


def test_a_grade_of_zero_is_told_as_the_highest_so_far() -> None:
    one = infused()
    observe(one, 30, "36.8")
    settle(one)
    assert read(one)["Highest CRS"] == StripFact("Highest CRS", "Grade 0", "so far")


def test_a_dose_before_the_trigger_has_no_delay() -> None:
    one = infused()
    observe(one, 30, "38.9")
    observe(one, 36, "39.0")
    give(one, 20)
    assert "after" not in read(one)["First anakinra"].value


def test_who_was_never_feverish_has_no_trigger() -> None:
    one = infused()
    observe(one, 30, "38.5")
    observe(one, 36, "38.5")
    assert "Trigger met" not in read(one)
