"""Last known alive, and the facts of the endpoints, read for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from followup.models import ContactAttempt, ContactResult
from followup.vital import sightings
from participants.actions.respond import record_relapse, record_response
from participants.domain.vital_status import overall_survival
from participants.models import RelapseSite, ResponseKind
from participants.vital import course_facts, last_known_alive
from tests.factories import TEST, as_test, days_ago, make_infused, make_participant, make_site
from tests.factories.safety import make_death, make_event

pytestmark = pytest.mark.django_db


def test_last_known_alive_advances_with_any_dated_contact() -> None:
    participant = make_infused(day=40)
    make_event(participant, days=20)
    assert last_known_alive(sightings([participant.pk]))[participant.pk].on == days_ago(20, participant.site)
    with as_test():
        ContactAttempt.objects.create(
            participant=participant, tried_on=days_ago(5, participant.site), result=ContactResult.REACHED
        )
    seen = last_known_alive(sightings([participant.pk]))[participant.pk]
    assert (seen.on, seen.what) == (days_ago(5, participant.site), "contact")


def test_a_call_that_nobody_answers_proves_nothing() -> None:
    participant = make_infused(day=40)
    with as_test():
        ContactAttempt.objects.create(
            participant=participant, tried_on=days_ago(5, participant.site), result=ContactResult.NO_ANSWER
        )
    assert last_known_alive(sightings([participant.pk]))[participant.pk].on == days_ago(40, participant.site)


def test_course_facts_of_who_was_not_infused_are_missing() -> None:
    participant = make_participant()
    assert course_facts(sightings([participant.pk])) == {}


def test_course_facts_hold_what_the_endpoints_read() -> None:
    participant = make_infused(day=100)
    site = participant.site
    record_response(by=TEST, participant=participant, on=days_ago(72, site), response=ResponseKind.CRI)
    record_relapse(by=TEST, participant=participant, on=days_ago(30, site), site=RelapseSite.CNS)
    make_death(participant, days_ago(10, site))
    facts = course_facts(sightings([participant.pk]))[participant.pk]
    assert (facts.relapses, facts.died_on) == ((days_ago(30, site),), days_ago(10, site))
    assert [(one.on, one.is_remission) for one in facts.assessments] == [(days_ago(72, site), True)]
    assert overall_survival(facts).days == 90


def test_course_facts_take_as_many_statements_for_five_as_for_one() -> None:
    site = make_site()
    people = [make_infused(site, day=40).pk for _ in range(5)]
    numbers = []
    for some in (people[:1], people):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            course_facts(sightings(some))
        numbers.append(len(caught))
    assert numbers[0] == numbers[1]
