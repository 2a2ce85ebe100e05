"""The strip under the tabs tells what a course has come to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from participants.actions.conclude import record_death
from participants.actions.treat import record_milestone
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Role
from participants.models import Participant
from participants.pages.chart import read_chart
from participants.pages.strip import StripFact, strip_of
from participants.pages.toxicity import ToxicityPage, read_toxicity_page
from tests.factories import TEST, make_enrolled, make_infused, make_staff
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


def infused_twice() -> Participant:
    """Return a participant with the trigger and a dose in a first course, infused again on D+9."""
    one = infused()
    observe(one, 30, "38.9")
    observe(one, 36, "39.0")
    give(one, 37)
    assert one.day_zero_on is not None
    on = one.day_zero_on + timedelta(days=9)
    record_milestone(by=TEST, participant=one, kind=MilestoneKind.INFUSION, on=on, course=2)
    return one


def test_each_course_tells_its_own_trigger() -> None:
    found = read(infused_twice())
    assert found["Course 1: first anakinra"].value == "1 h 00 after"
    assert found["Course 2: trigger"] == StripFact("Course 2: trigger", "Not met", "so far")
    assert {"Course 1: infusion", "Course 2: infusion", "Course 1: trigger met"} <= set(found)


def test_later_course_counts_its_days_from_its_own_infusion() -> None:
    one = infused_twice()
    observe(one, 9 * 24 + 30, "38.9")
    observe(one, 9 * 24 + 36, "39.0")
    give(one, 9 * 24 + 38)
    found = read(one)
    assert found["Course 2: trigger met"].sub == "D+1, 12:00"
    assert found["Course 2: first anakinra"].value == "2 h 00 after"
    assert found["Course 1: first anakinra"].value == "1 h 00 after"


def test_each_course_tells_its_own_highest_grade() -> None:
    one = infused_twice()
    observe(one, 9 * 24 + 30, "36.8")
    settle(one)
    found = read(one)
    assert (found["Course 1: highest CRS"].value, found["Course 1: highest CRS"].sub) == ("Grade 1", "D+1")
    assert found["Course 2: highest CRS"] == StripFact("Course 2: highest CRS", "Grade 0", "so far")
    assert "Highest CRS" not in found


def test_dose_before_the_infusion_is_none_of_the_course() -> None:
    one = infused()
    give(one, -20)
    assert "First anakinra" not in read(one)


@pytest.mark.parametrize(("day", "is_told"), [(4, True), (0, True), (-1, False)])
def test_first_dose_that_was_recorded_without_a_log_is_told_by_its_day(day: int, *, is_told: bool) -> None:
    one = infused()
    assert one.day_zero_on is not None
    first, on = MilestoneKind.ANAKINRA_FIRST, one.day_zero_on + timedelta(days=day)
    record_milestone(by=TEST, participant=one, kind=first, on=on, reason="the chart of the other hospital")
    found = read(one).get("First anakinra")
    assert (found and found.value) == (f"{on:%d %b %Y}" if is_told else None)


def test_toxicity_tells_the_trigger_by_course() -> None:
    one = infused_twice()
    reader = make_staff(Role.COORDINATOR, one.site)
    first, second = read_toxicity_page(
        Participant.objects.for_pages().get(pk=one.pk), reader, timezone.now()
    ).fever
    assert first.startswith("Course 1: Above 38.5 °C at")
    assert second == "Course 2: the trigger is not met."


def shown(participant: Participant) -> ToxicityPage:
    one = Participant.objects.for_pages().get(pk=participant.pk)
    return read_toxicity_page(one, make_staff(Role.COORDINATOR, one.site), timezone.now())


def test_nothing_is_told_as_so_far_of_who_has_died() -> None:
    one = infused_twice()
    observe(one, 9 * 24 + 30, "36.8")
    settle(one)
    assert one.day_zero_on is not None
    record_death(by=TEST, participant=one, on=one.day_zero_on + timedelta(days=10))
    assert not any("so far" in fact.sub for fact in read(one).values())


def test_episode_without_an_end_lasts_to_the_next_infusion_and_no_longer() -> None:
    (episode,) = shown(infused_twice()).episodes
    # From the fever at hour 30 to the infusion on D+9.
    assert (episode.resolved, episode.lasts, episode.length) == ("", "to next infusion", "7 d")


def test_episode_without_an_end_lasts_to_the_death_and_no_longer() -> None:
    one = infused()
    observe(one, 30, "38.9")
    settle(one)
    assert one.day_zero_on is not None
    assert shown(one).episodes[0].lasts == "lasts"
    record_death(by=TEST, participant=one, on=one.day_zero_on + timedelta(days=3))
    (episode,) = shown(one).episodes
    assert (episode.resolved, episode.lasts, episode.length) == ("", "to death", "2 d")


def test_doses_are_summed_up_by_course() -> None:
    one = infused_twice()
    reader = make_staff(Role.COORDINATOR, one.site)
    summary = read_chart(Participant.objects.for_pages().get(pk=one.pk), reader, has_ended=False).summary
    first, second = summary.split("; ")
    assert first.startswith("Course 1: trigger met ")
    assert second == "Course 2: trigger not met"
