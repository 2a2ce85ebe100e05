"""Queries, from the question to its closing."""

import pytest

from participants.actions.queries import answer_query, close_query, raise_query
from participants.audit import Actor
from participants.domain.roles import Role
from participants.errors import ActionRefused, StaleVersion
from participants.models import Participant, Query, QueryState
from tests import factories
from tests.participants.bedside_support import infused, observe

pytestmark = pytest.mark.django_db


def asked(person: Participant) -> Query:
    """Return the query of a rule about an observation without an oxygen device."""
    observe(person, 30, "39.0", o2_device="")
    return Query.objects.get(participant=person)


def test_query_is_answered_by_the_site_and_closed_by_who_oversees_it() -> None:
    person = infused()
    coordinator = Actor.of(factories.make_staff(site=person.site))
    manager = Actor.of(factories.make_staff(Role.DATA_MANAGER, study=person.site.study))
    query = raise_query(by=manager, participant=person, text="Was the fever really 39.0 °C?")
    query = answer_query(by=coordinator, query=query, answer="Yes, by the chart.", version=1)
    query = close_query(by=manager, query=query, version=2)
    assert (query.state, query.closed_by) == (QueryState.CLOSED, manager.staff)


def test_site_does_not_close_queries() -> None:
    person = infused()
    coordinator = Actor.of(factories.make_staff(site=person.site))
    with pytest.raises(ActionRefused):
        close_query(by=coordinator, query=asked(person), version=1, reason="done")


def test_question_that_a_person_has_closed_is_not_asked_again() -> None:
    person = infused()
    close_query(by=factories.TEST, query=asked(person), version=1, reason="the chart is lost")
    manager = factories.make_staff(Role.DATA_MANAGER, study=person.site.study)
    with factories.as_test():
        Query.objects.update(closed_by=manager)
    observe(person, 50, "36.8")
    assert not Query.objects.unsettled().exists()


def test_query_nobody_answered_is_closed_only_with_a_reason() -> None:
    with pytest.raises(ActionRefused) as refused:
        close_query(by=factories.TEST, query=asked(infused()), version=1)
    assert refused.value.field == "reason"


def test_answer_to_a_query_changed_meanwhile_is_refused() -> None:
    query = asked(infused())
    answer_query(by=factories.TEST, query=query, answer="Room air.", version=1)
    with pytest.raises(StaleVersion):
        answer_query(by=factories.TEST, query=query, answer="Blow-by.", version=1)
