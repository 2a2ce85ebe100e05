"""Record weights and stays in hospital."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from participants.access import require
from participants.actions.checks import ask_for_reason, improbable_after, refuse_impossible_day
from participants.actions.facts import add_fact, remove_fact
from participants.actions.judge_events import judge_events
from participants.actions.lifecycle import hold
from participants.actions.observe import refuse_impossible_moment
from participants.actions.propose import propose_serious
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import HospitalStay, IntensiveCareStay, Participant, Weight
from participants.models.base import Fact

Stay = TypeVar("Stay", HospitalStay, IntensiveCareStay)
FIELDS: dict[type[Fact], tuple[str, str]] = {
    HospitalStay: ("admitted_at", "discharged_at"),
    IntensiveCareStay: ("entered_at", "left_at"),
}


def record_weight(*, by: Actor, weight: Weight, replaces: Weight | None = None, reason: str = "") -> Weight:
    """Record a weight with its date, or correct one, which asks for a reason.

    Raises ActionRefused for a day in the future or before birth, or a weight out of 0.5 to 300 kg;
    NeedsReason for a day after withdrawal or death.
    """
    participant = weight.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "Date", weight.on, participant)
    if not Decimal("0.5") <= weight.weight_kg <= Decimal(300):
        raise ActionRefused("weight_kg", "Weight: between 0.5 and 300 kg.")
    _ask_why_replaced(replaces, reason)
    improbable = improbable_after(weight.on, participant)
    ask_for_reason(improbable, reason)
    why = reason or "weight recorded"
    with audited(by=by, kind="weight.recorded", reason=why, participant=participant):
        add_fact(weight, by=by, replaces=replaces)
        if improbable or replaces is not None:
            judge_events(participant=participant, by=by, reason=reason)
    return weight


def remove_weight(*, by: Actor, weight: Weight, reason: str) -> None:
    """Take back a weight that was never measured; doses keep the weight that they were given by."""
    require(by, Capability.WRITE_RECORDS, weight.participant.site)
    with audited(by=by, kind="weight.removed", reason=reason, participant=weight.participant):
        remove_fact(weight)
        judge_events(participant=weight.participant, by=by, reason=reason)


def record_stay(*, by: Actor, stay: Stay, replaces: Stay | None = None, reason: str = "") -> Stay:
    """Record a stay in hospital or in intensive care, its end, or a correction.

    Adding the end of a stay needs no reason. Raises ActionRefused for a moment in the future or before
    birth, an end before the start, or a second stay while one lasts.
    """
    participant = stay.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    start, end = moments(stay)
    fields = FIELDS[type(stay)]
    refuse_impossible_moment(fields[0], "Start", start, participant)
    if end is not None:
        refuse_impossible_moment(fields[1], "End", end, participant)
        if end < start:
            raise ActionRefused(fields[1], "End: this is before the start.")
    if replaces is not None and (moments(replaces)[0], replaces.reason) != (start, stay.reason):
        _ask_why_replaced(replaces, reason)
    improbable = improbable_after(start.astimezone(participant.site.tz).date(), participant)
    ask_for_reason(improbable, reason)
    why = reason or ("stay ended" if replaces is not None else "stay recorded")
    with audited(by=by, kind="stay.recorded", reason=why, participant=participant):
        # Held first: of two who record at once the second sees what the first did.
        hold(participant)
        _refuse_overlap(stay, replaces, fields[0])
        add_fact(stay, by=by, replaces=replaces)
        if improbable or replaces is not None:
            judge_events(participant=participant, by=by, reason=reason)
        propose_serious(by=by, participant=participant)
    return stay


def remove_stay(*, by: Actor, stay: HospitalStay | IntensiveCareStay, reason: str) -> None:
    """Take back a stay that never was."""
    require(by, Capability.WRITE_RECORDS, stay.participant.site)
    with audited(by=by, kind="stay.removed", reason=reason, participant=stay.participant):
        remove_fact(stay)
        judge_events(participant=stay.participant, by=by, reason=reason)
        propose_serious(by=by, participant=stay.participant)


def moments(stay: HospitalStay | IntensiveCareStay) -> tuple[datetime, datetime | None]:
    """Return the start of a stay, and its end, None while it lasts."""
    if isinstance(stay, HospitalStay):
        return stay.admitted_at, stay.discharged_at
    return stay.entered_at, stay.left_at


def _refuse_overlap(
    stay: HospitalStay | IntensiveCareStay, replaces: HospitalStay | IntensiveCareStay | None, field: str
) -> None:
    start, end = moments(stay)
    rows = type(stay)._default_manager.filter(participant=stay.participant, stands=True)
    for other in rows.exclude(pk__in=[replaces.pk] if replaces else []):
        begins, ends = moments(other)
        if (end is None or begins < end) and (ends is None or start < ends):
            raise ActionRefused(
                field, f"Start: another stay from {_when(begins, stay.participant)} overlaps."
            )


def _when(at: datetime, participant: Participant) -> str:
    return f"{at.astimezone(participant.site.tz):%d %b %Y %H:%M}"


def _ask_why_replaced(old: object | None, reason: str) -> None:
    if old is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded entry is corrected.")
