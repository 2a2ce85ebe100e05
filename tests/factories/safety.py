"""Invented infections, adverse events and serious events for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from participants.actions.conclude import record_death
from participants.actions.death_causes import record_causes
from participants.actions.infect import record_infection
from participants.actions.report import record_event
from participants.actions.serious import report_serious
from participants.domain.death_causes import DeathCause
from participants.models import (
    AdverseEvent,
    Death,
    Infection,
    InfectionRoute,
    InfectionSite,
    InfectionType,
    Participant,
    SeriousEvent,
    SeriousnessCriterion,
)
from tests.factories import TEST, days_ago


def make_infection(participant: Participant, *, days: int = 3, **values: Any) -> Infection:
    """Record an infection with its onset some days ago: E. coli in the urine, given a drug by mouth."""
    known: dict[str, Any] = {
        "onset_on": days_ago(days, participant.site),
        "kind": InfectionType.BACTERIAL,
        "body_site": InfectionSite.URINARY,
        "organism": "Escherichia coli",
        "route": InfectionRoute.ORAL,
        "treatment": "co-trimoxazole",
    }
    return record_infection(by=TEST, participant=participant, **(known | values))


def make_event(participant: Participant, *, days: int = 3, grade: int = 3, **values: Any) -> AdverseEvent:
    """Record an adverse event with its onset some days ago: hypoxia of grade 3."""
    known: dict[str, Any] = {
        "onset_on": days_ago(days, participant.site),
        "term": "Hypoxia",
        "ctcae_version": "5.0",
    }
    return record_event(by=TEST, participant=participant, grade=grade, **(known | values))


def make_serious(
    participant: Participant, *, aware_at: datetime | None = None, grave: bool = False, **values: Any
) -> SeriousEvent:
    """Report hypoxia as serious, known to the site for two hours."""
    criterion = SeriousnessCriterion.LIFE_THREATENING if grave else SeriousnessCriterion.HOSPITALISATION
    aware_at = aware_at or timezone.now() - timedelta(hours=2)
    event = make_event(participant, **values)
    return report_serious(by=TEST, event=event, criteria=[criterion], site_aware_at=aware_at)


def make_death(participant: Participant, on: date, cause: DeathCause | None = None) -> Death:
    """Record a death with its main cause."""
    death = record_death(by=TEST, participant=participant, on=on)
    return record_causes(by=TEST, death=death, main_cause=cause) if cause else death
