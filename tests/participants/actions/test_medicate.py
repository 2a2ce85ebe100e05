"""Drugs whose dates are known in part: what is refused, what a grade makes of them, where they are shown."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.actions.medicate import record_medication
from participants.audit_history import history
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Role
from participants.errors import ActionRefused
from participants.findings import exposure_of_medication
from participants.models import Medication, Participant, Query
from tests import factories
from tests.participants.bedside_support import dose, grades, hour, infused, observe

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Participant:
    return infused(day=40)


def drug(
    person: Participant, start: PartialDate, stop: PartialDate | None = None, **fields: Any
) -> Medication:
    values: dict[str, Any] = {"name": "Paracetamol", "classes": ["antipyretic"]} | fields
    if stop is not None:
        values |= {"stopped_on": stop.on, "stopped_precision": stop.precision}
    return Medication(participant=person, started_on=start.on, started_precision=start.precision, **values)


def give(
    person: Participant, start: PartialDate, stop: PartialDate | None = None, **fields: Any
) -> Medication:
    return record_medication(by=factories.TEST, medication=drug(person, start, stop, **fields))


def month(year: int, number: int) -> PartialDate:
    return PartialDate(date(year, number, 1), Precision.MONTH)


def year(number: int) -> PartialDate:
    return PartialDate(date(number, 1, 1), Precision.YEAR)


def day(*parts: int) -> PartialDate:
    return PartialDate(date(*parts), Precision.DAY)


def month_of(person: Participant, hours: float) -> PartialDate:
    on = hour(person, hours).astimezone(person.site.tz).date()
    return month(on.year, on.month)


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (day(2024, 3, 31), month(2024, 3)),
        (month(2024, 3), day(2024, 3, 1)),
        (month(2024, 3), year(2024)),
        (year(2024), day(2024, 1, 1)),
        (year(2024), year(2024)),
    ],
)
def test_stop_that_may_follow_the_start_is_kept(
    person: Participant, start: PartialDate, stop: PartialDate
) -> None:
    row = Medication.objects.get(pk=give(person, start, stop).pk)
    assert (row.start, row.stop) == (start, stop)


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (day(2024, 4, 1), month(2024, 3)),
        (month(2024, 3), day(2024, 2, 29)),
        (month(2024, 1), year(2023)),
        (year(2024), month(2023, 12)),
    ],
)
def test_stop_before_every_possible_start_is_refused(
    person: Participant, start: PartialDate, stop: PartialDate
) -> None:
    with pytest.raises(ActionRefused, match="Stop: this is before the start"):
        give(person, start, stop)


def test_month_that_has_begun_is_no_future_and_the_next_one_is(person: Participant) -> None:
    today = person.today(timezone.now())
    give(person, month(today.year, today.month))
    with pytest.raises(ActionRefused, match="future"):
        give(person, year(today.year + 1))


def test_year_of_birth_may_be_a_start_and_the_year_before_may_not() -> None:
    person = infused(day=3, birth=PartialDate(date(2015, 5, 20), Precision.DAY))
    give(person, year(2015))
    with pytest.raises(ActionRefused, match="before the birth date"):
        give(person, month(2015, 4))


@pytest.mark.parametrize("end", ["started", "stopped"])
def test_time_without_the_day_of_its_date_is_refused(person: Participant, end: str) -> None:
    row = drug(person, month_of(person, 30), month_of(person, 30))
    setattr(row, f"{end}_at", hour(person, 30))
    with pytest.raises(ActionRefused, match="another day"):
        record_medication(by=factories.TEST, medication=row)


def test_adding_a_stop_in_part_needs_no_reason_and_another_start_does(person: Participant) -> None:
    old = give(person, month(2024, 3))
    stopped = drug(person, month(2024, 3), year(2024))
    record_medication(by=factories.TEST, medication=stopped, replaces=old)
    other = drug(person, day(2024, 3, 1), year(2024))
    with pytest.raises(ActionRefused, match="say why"):
        record_medication(by=factories.TEST, medication=other, replaces=stopped)


def span(row: Medication, person: Participant) -> tuple[datetime | None, ...]:
    found = exposure_of_medication(row, person.site.tz)
    return found.given_at, found.given_by, found.until_from, found.until


def test_month_is_read_from_its_first_moment_to_its_last_at_the_site(person: Participant) -> None:
    found = span(drug(person, month(2024, 3), month(2024, 3)), person)
    begin, end = datetime(2024, 3, 1, 6, tzinfo=UTC), datetime(2024, 4, 1, 5, tzinfo=UTC)
    assert person.site.zone == "America/Chicago"
    assert found == (begin, end - timedelta(microseconds=1), begin, end - timedelta(microseconds=1))


def test_start_in_part_lies_before_a_known_stop(person: Participant) -> None:
    stopped_at = datetime(2024, 3, 10, 12, tzinfo=UTC)
    row = drug(person, month(2024, 3), day(2024, 3, 10), stopped_at=stopped_at)
    assert span(row, person)[1:] == (stopped_at, stopped_at, stopped_at)


def course_with_signs(person: Participant) -> None:
    """Record CRS that begins on D+1 in the evening, and hypotension without fever on D+2."""
    observe(person, 42, "38.4")
    observe(person, 60, "37.0", has_hypotension=True)


def test_drug_of_the_month_of_the_course_gives_no_grade_and_names_itself(person: Participant) -> None:
    give(person, month_of(person, 42), month_of(person, 42))
    course_with_signs(person)
    assert grades(person) == [1, None]
    assert Query.objects.unsettled().get().text.endswith("Not fully dated: Paracetamol.")


def test_premedication_of_an_earlier_month_switches_nothing_off(person: Participant) -> None:
    give(person, year(2024), month(2024, 12))
    course_with_signs(person)
    assert grades(person) == [1, 0]


def test_drug_that_began_in_an_earlier_month_and_goes_on_counts(person: Participant) -> None:
    give(person, month(2024, 3))
    course_with_signs(person)
    assert grades(person) == [1, 2]


def test_anakinra_at_its_time_makes_the_open_date_unimportant(person: Participant) -> None:
    give(person, month_of(person, 42), month_of(person, 42))
    dose(person, 50)
    course_with_signs(person)
    assert grades(person) == [1, 2]
    assert not Query.objects.unsettled().filter(text__contains="Not fully dated").exists()


@pytest.mark.parametrize(("hours", "value"), [(42, None), (20, 0), (60, None)])
def test_day_without_a_time_is_open_on_the_days_of_onset_and_assessment(
    person: Participant, hours: float, value: int | None
) -> None:
    on = hour(person, hours).astimezone(person.site.tz).date()
    give(person, PartialDate(on, Precision.DAY), PartialDate(on, Precision.DAY))
    course_with_signs(person)
    assert grades(person) == [1, value]


def test_completing_the_date_gives_the_grade_and_closes_the_query(person: Participant) -> None:
    old = give(person, month_of(person, 42), month_of(person, 42))
    course_with_signs(person)
    at = hour(person, 50)
    on = PartialDate(at.astimezone(person.site.tz).date(), Precision.DAY)
    full = drug(person, on, on, started_at=at, stopped_at=at)
    record_medication(by=factories.TEST, medication=full, replaces=old, reason="found in the chart")
    assert grades(person) == [1, 2]
    assert not Query.objects.unsettled().exists()


def typed(**answers: str) -> dict[str, str]:
    return {"name": "Paracetamol", "classes": "antipyretic"} | answers


def at_desk(person: Participant) -> Client:
    client = Client()
    client.force_login(factories.make_staff(Role.COORDINATOR, person.site))
    return client


def page(client: Client, name: str, key: int) -> str:
    return client.get(reverse(name, args=[key])).content.decode()


def test_dates_are_shown_as_they_were_typed(person: Participant) -> None:
    client = at_desk(person)
    values = typed(started_on="2024-03", stopped_on="2024")
    client.post(reverse("participants:drug_add", args=[person.pk]), values)
    row = Medication.objects.get()
    chart = page(client, "participants:treatment", person.pk)
    assert re.search(r"from </span>Mar 2024</td>.*to </span>2024</td>", chart)
    form = page(client, "participants:drug_correct", row.pk)
    assert 'value="Mar 2024"' in form
    assert 'value="2024"' in form


def test_history_writes_a_date_as_far_as_it_was_known(person: Participant) -> None:
    row = give(person, month(2024, 3), year(2024))
    said = {each.field: each.new_text for each in history(row)}
    assert (said["started_on"], said["stopped_on"]) == ("Mar 2024", "2024")


def test_time_beside_a_month_is_refused_in_words(person: Participant) -> None:
    answer = at_desk(person).post(
        reverse("participants:drug_add", args=[person.pk]), typed(started_on="Mar 2024", clock="10:00")
    )
    assert "Time, if known: a time needs the day of its date." in answer.content.decode()


@pytest.mark.parametrize("clock", ["10:00", ""])
def test_drug_given_once_stops_where_it_starts(person: Participant, clock: str) -> None:
    values = typed(started_on="D+1", clock=clock, is_single="on")
    at_desk(person).post(reverse("participants:drug_add", args=[person.pk]), values)
    row = Medication.objects.get()
    assert (row.stop, row.stopped_at, row.started_at is None) == (row.start, row.started_at, not clock)


def test_drug_given_once_has_no_other_stop(person: Participant) -> None:
    values = typed(started_on="D+1", stopped_on="D+2", is_single="on")
    answer = at_desk(person).post(reverse("participants:drug_add", args=[person.pk]), values)
    assert "leave one of them empty" in answer.content.decode()


def test_drug_of_the_bedside_is_given_now_and_one_of_the_chart_is_not(person: Participant) -> None:
    client, address = at_desk(person), reverse("participants:drug_add", args=[person.pk])
    today = f'value="{person.today(timezone.now()):%d %b %Y}"'
    assert today in client.get(address, {"from": "bedside"}).content.decode()
    assert today not in client.get(address).content.decode()


def test_drug_of_no_class_is_kept(person: Participant) -> None:
    values = {"name": "Levetiracetam", "started_on": "D+1"}
    answer = at_desk(person).post(reverse("participants:drug_add", args=[person.pk]), values)
    assert (answer.status_code, Medication.objects.get().classes) == (302, [])


@pytest.mark.parametrize("written", ["D+1", "3 Mar 2024", "2024-03-03"])
def test_full_date_may_still_have_its_time(person: Participant, written: str) -> None:
    values = typed(started_on=written, clock="10:00")
    at_desk(person).post(reverse("participants:drug_add", args=[person.pk]), values)
    row = Medication.objects.get()
    assert row.started_at is not None
    assert row.start.precision is Precision.DAY


def test_form_of_a_timed_drug_shows_its_date_with_the_month_as_a_word(person: Participant) -> None:
    at_desk(person).post(
        reverse("participants:drug_add", args=[person.pk]), typed(started_on="2024-03-03", clock="10:00")
    )
    assert 'value="03 Mar 2024"' in page(
        at_desk(person), "participants:drug_correct", Medication.objects.get().pk
    )
