"""Findings, doses and drugs at the bedside of an invented participant."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from participants.actions.dose import record_dose
from participants.actions.medicate import record_medication
from participants.actions.observe import record_finding
from participants.models import (
    AnakinraDose,
    DerivedGrade,
    DoseState,
    Medication,
    NeuroAssessment,
    Observation,
    Participant,
    Scale,
)
from tests import factories

# All three signs recorded as absent, each attributed.
WELL: dict[str, Any] = {
    "has_hypotension": False,
    "vasopressors": [],
    "o2_device": "none",
    "fever_has_other_cause": False,
    "hypotension_has_other_cause": False,
    "hypoxia_has_other_cause": False,
}
AWAKE: dict[str, Any] = {
    "capd_score": 0,
    "is_capd_impossible": False,
    "consciousness": "spontaneous",
    "consciousness_has_other_cause": False,
    "seizure": "none",
    "has_deep_focal_weakness": False,
    "cerebral_oedema": "none",
    "has_posturing": False,
    "has_cn6_palsy": False,
    "has_papilloedema": False,
    "has_cushing_triad": False,
    "is_attributed_to_icans": True,
}


def infused(day: int = 10, **fields: Any) -> Participant:
    """Return a participant on a trial day, read as pages read it."""
    made = factories.make_infused(day=day, **fields)
    return Participant.objects.for_pages().get(pk=made.pk)


def hour(participant: Participant, hours: float) -> datetime:
    """Return a moment that lies some hours after the begin of day zero at the site."""
    infusions = participant.milestones.standing().filter(kind="infusion", is_planned=False)
    zero = infusions.earliest("on").on
    return datetime.combine(zero, time(), tzinfo=participant.site.tz) + timedelta(hours=hours)


def observe(
    participant: Participant, hours: float, celsius: str | None = None, *, reason: str = "", **findings: Any
) -> Observation:
    """Record vital signs; without findings the participant is well but for the temperature."""
    row = Observation(
        participant=participant,
        at=hour(participant, hours),
        temperature=Decimal(celsius) if celsius else None,
        temperature_unit="C" if celsius else "",
        **(WELL | findings),
    )
    return record_finding(by=factories.TEST, finding=row, reason=reason)


def assess(participant: Participant, hours: float, **findings: Any) -> NeuroAssessment:
    """Record a neurological assessment of somebody who is well but for the findings."""
    row = NeuroAssessment(participant=participant, at=hour(participant, hours), **(AWAKE | findings))
    return record_finding(by=factories.TEST, finding=row)


def dose(
    participant: Participant, hours: float, mg: str | None = "50", *, note: str = "as ordered", **fields: Any
) -> AnakinraDose:
    """Record a dose for a weight of 20 kg; without mg it was held."""
    fields = {"state": DoseState.GIVEN if mg else DoseState.HELD, "schedule": "q12h"} | fields
    at = hour(participant, hours)
    row = AnakinraDose(
        participant=participant,
        at=at,
        dose_mg=Decimal(mg) if mg else None,
        dosing_weight_kg=Decimal(20),
        weighed_on=at.date(),
        reason_note=note,
        **fields,
    )
    return record_dose(by=factories.TEST, dose=row)


def give(participant: Participant, hours: float, name: str, *classes: str, **fields: Any) -> Medication:
    """Record a single dose of a drug at a moment."""
    at = hour(participant, hours)
    row = Medication(
        participant=participant,
        name=name,
        classes=list(classes),
        started_on=at.date(),
        started_at=at,
        stopped_on=at.date(),
        stopped_at=at,
        **fields,
    )
    return record_medication(by=factories.TEST, medication=row)


def grades(participant: Participant, scale: Scale = Scale.CRS) -> list[int | None]:
    """Return the standing grades in the order of time."""
    rows = DerivedGrade.objects.filter(participant=participant, scale=scale, stands=True)
    return [row.value for row in rows.order_by("at")]
