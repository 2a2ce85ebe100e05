"""Record drugs other than anakinra, and laboratory results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from participants.access import require
from participants.actions.checks import (
    ask_for_reason,
    improbable_after,
    refuse_before_birth,
    refuse_future_day,
)
from participants.actions.derive import derive
from participants.actions.facts import add_fact, remove_fact
from participants.actions.judge_events import judge_events
from participants.actions.observe import refuse_impossible_moment
from participants.audit import Actor, audited
from participants.domain.exposure import MedicationClass
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import LabResult, Medication, Participant

MOST = Decimal(10_000_000)


def record_medication(
    *, by: Actor, medication: Medication, replaces: Medication | None = None, reason: str = ""
) -> Medication:
    """Record a drug with its classes, its stop, or a correction; grades that read it follow at once.

    Adding the stop needs no reason, any other correction does. Raises ActionRefused for an unknown class, a
    day in the future or before birth, a stop before the start, or a time on another day than its date. Of a
    month or a year each day is possible: it is refused only where no day of it can be.
    """
    participant = medication.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    _refuse_impossible(medication)
    if replaces is not None and not _only_stops(replaces, medication) and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded drug is corrected.")
    improbable = improbable_after(medication.started_on, participant)
    ask_for_reason(improbable, reason)
    why = reason or ("drug stopped" if replaces is not None else "drug recorded")
    with audited(by=by, kind="medication.recorded", reason=why, participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        add_fact(medication, by=by, replaces=replaces)
        if improbable or replaces is not None:
            judge_events(participant=participant, by=by, reason=reason)
        derive(by=by, participant=participant)
    return medication


def remove_medication(*, by: Actor, medication: Medication, reason: str) -> None:
    """Take back a drug that was never given."""
    participant = medication.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="medication.removed", reason=reason, participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        remove_fact(medication)
        judge_events(participant=participant, by=by, reason=reason)
        derive(by=by, participant=participant)


def record_lab(
    *, by: Actor, result: LabResult, replaces: LabResult | None = None, reason: str = ""
) -> LabResult:
    """Record a laboratory value with its unit and limits, or correct one.

    Raises ActionRefused for a moment in the future or before birth, a value below 0, or limits in the wrong
    order; NeedsReason for a moment after withdrawal or death.
    """
    participant = result.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_moment("at", "Time", result.at, participant)
    if not 0 <= result.value <= MOST:
        raise ActionRefused("value", f"Value: between 0 and {MOST}.")
    low, high = result.lower_limit, result.upper_limit
    if low is not None and high is not None and low > high:
        raise ActionRefused("upper_limit", "Upper limit: this is below the lower limit.")
    if replaces is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded value is corrected.")
    improbable = improbable_after(result.at.astimezone(participant.site.tz).date(), participant)
    ask_for_reason(improbable, reason)
    why = reason or "laboratory value recorded"
    with audited(by=by, kind="lab.recorded", reason=why, participant=participant):
        add_fact(result, by=by, replaces=replaces)
        if improbable or replaces is not None:
            judge_events(participant=participant, by=by, reason=reason)
    return result


def remove_lab(*, by: Actor, result: LabResult, reason: str) -> None:
    """Take back a value that was never measured."""
    participant = result.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="lab.removed", reason=reason, participant=participant):
        remove_fact(result)
        judge_events(participant=participant, by=by, reason=reason)


def _refuse_impossible(drug: Medication) -> None:
    if not set(drug.classes) <= {str(each) for each in MedicationClass}:
        raise ActionRefused("classes", "Class: this is none of the classes.")
    tz = drug.participant.site.tz
    _refuse_impossible_date("started_on", "Start", drug.start, drug.participant)
    if drug.stop is not None:
        _refuse_impossible_date("stopped_on", "Stop", drug.stop, drug.participant)
        if drug.stop.latest < drug.start.earliest:
            raise ActionRefused("stopped_on", "Stop: this is before the start.")
    for field, at, on in (
        ("started_at", drug.started_at, drug.start),
        ("stopped_at", drug.stopped_at, drug.stop),
    ):
        if at is not None:
            refuse_impossible_moment(field, "Time", at, drug.participant)
            _refuse_other_day(field, at.astimezone(tz).date(), on)
    if drug.started_at and drug.stopped_at and drug.stopped_at < drug.started_at:
        raise ActionRefused("stopped_at", "Time: the stop is before the start.")


def _refuse_impossible_date(field: str, name: str, on: PartialDate, participant: Participant) -> None:
    refuse_future_day(field, name, on.earliest, participant)
    refuse_before_birth(field, name, on.latest, participant)


def _refuse_other_day(field: str, day: date, on: PartialDate | None) -> None:
    if on != PartialDate(day, Precision.DAY):
        raise ActionRefused(field, "Time: this moment is on another day at the site.")


def _only_stops(old: Medication, new: Medication) -> bool:
    kept = ("name", "classes", "start", "started_at", "dose", "is_rescue")
    return old.stopped_on is None and all(getattr(old, name) == getattr(new, name) for name in kept)
