"""How one participant counts for each survival endpoint today: what the dashboards take of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from participants.domain.vital_status import (
    Cause,
    CompetingTime,
    CourseFacts,
    TimeToEvent,
    active_disease_on,
    cut_at,
    event_free_survival,
    no_response_on,
    non_relapse_mortality,
    overall_survival,
    relapse_free_survival,
    relapse_incidence,
)

INFUSION, REMISSION = "the infusion", "the first CR or CRi"
NOT_COUNTED = "not counted: no remission before any next therapy"
_NAMES = {Cause.EVENT: "event", Cause.COMPETING: "competing event", Cause.CENSORED: "censored"}


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint of one participant; `days` is None where they do not count for it."""

    name: str
    since: str
    days: int | None
    ending: str


def endpoint_rows(facts: CourseFacts | None, today: date) -> list[EndpointRow]:
    """Return the endpoints as they stand today; nothing before the infusion."""
    known = None if facts is None else cut_at(facts, today)
    return [] if known is None else list(_rows(known))


def _rows(facts: CourseFacts) -> Iterator[EndpointRow]:
    yield _row("Overall survival", INFUSION, overall_survival(facts))
    event_free = event_free_survival(facts)
    row = _row("Event-free survival", INFUSION, event_free)
    yield EndpointRow(row.name, row.since, row.days, f"{row.ending}: {_why(facts, event_free)}")
    yield _row("Relapse-free survival", REMISSION, relapse_free_survival(facts))
    yield _row("Relapse", REMISSION, relapse_incidence(facts))
    yield _row("Non-relapse mortality", INFUSION, non_relapse_mortality(facts))


def _row(name: str, since: str, found: TimeToEvent | CompetingTime | None) -> EndpointRow:
    if found is None:
        return EndpointRow(name, since, None, NOT_COUNTED)
    cause = found.cause if isinstance(found, CompetingTime) else Cause(int(found.is_event))
    return EndpointRow(name, since, found.days, _NAMES[cause])


def _why(facts: CourseFacts, found: TimeToEvent) -> str:
    """Say what ended the time without an event, or its follow-up."""
    if found.is_event:
        ends = {active_disease_on(facts): "relapse", no_response_on(facts): "no response"}
    else:
        ends = {facts.next_therapy_on: "next therapy"}
    days = {(on - facts.day_zero).days: words for on, words in ends.items() if on is not None}
    return days.get(found.days, "death" if found.is_event else "last disease assessment")
