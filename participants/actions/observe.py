"""Record what is seen at the bedside, correct it, and take it back; what rests on it follows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from django.utils import timezone

from participants.access import require
from participants.actions.checks import ask_for_reason, improbable_days, refuse_before_birth
from participants.actions.derive import derive
from participants.actions.facts import add_fact, remove_fact
from participants.actions.judge_events import judge_events
from participants.audit import Actor, audited
from participants.domain.decimals import check_range
from participants.domain.refusal import Impossible
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.findings import (
    COLUMN_OF,
    UNSCORED_COLUMNS,
    crs_findings,
    icans_findings,
    is_crs_assessment,
    is_icans_assessment,
)
from participants.models import NeuroAssessment, Observation, Participant
from participants.refusal_words import name_of

Seen = TypeVar("Seen", Observation, NeuroAssessment)

_VITAL_RANGES = {
    "systolic_mmhg": (20, 300),
    "diastolic_mmhg": (10, 250),
    "heart_rate_per_min": (10, 350),
}


def record_finding(*, by: Actor, finding: Seen, replaces: Seen | None = None, reason: str = "") -> Seen:
    """Record one observation or assessment, now or later from the chart, or correct one.

    `finding` is a new row that names its participant. A correction replaces the old row and asks for a
    reason. Raises ActionRefused for what cannot be: a moment in the future or before birth, a value out of
    its range, an entry without any finding; NeedsReason for a moment before consent or after death.
    """
    return record_findings(by=by, findings=[finding], replaces=replaces, reason=reason)[0]


def record_findings(
    *, by: Actor, findings: Sequence[Seen], replaces: Seen | None = None, reason: str = ""
) -> Sequence[Seen]:
    """Record several findings of one participant as one change, and derive once. Refuses all or none."""
    participant = findings[0].participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    for finding in findings:
        _refuse_impossible(finding)
    if replaces is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded finding is corrected.")
    days = {_day_of(finding) for finding in findings}
    odd = (found for day in sorted(days) for found in improbable_days(day, participant))
    improbable = list(dict.fromkeys(odd))
    ask_for_reason(improbable, reason)
    what = "finding corrected" if replaces is not None else "finding recorded"
    with audited(by=by, kind="finding.recorded", reason=reason or what, participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        for finding in findings:
            add_fact(finding, by=by, replaces=replaces)
        if improbable or replaces is not None:
            judge_events(participant=participant, by=by, reason=reason)
        derive(by=by, participant=participant)
    return findings


def remove_finding(*, by: Actor, finding: Observation | NeuroAssessment, reason: str) -> None:
    """Take back an entry that was never true. Raises ActionRefused without a reason."""
    participant = finding.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="finding.removed", reason=reason, participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        remove_fact(finding)
        judge_events(participant=participant, by=by, reason=reason)
        derive(by=by, participant=participant)


def refuse_impossible_moment(field: str, name: str, at: datetime, participant: Participant) -> None:
    """Raise ActionRefused for a moment to come, or before the participant's birth."""
    if at > timezone.now():
        raise ActionRefused(field, f"{name}: this lies in the future.")
    refuse_before_birth(field, name, at.astimezone(participant.site.tz).date(), participant)


def _day_of(finding: Observation | NeuroAssessment) -> date:
    return finding.at.astimezone(finding.participant.site.tz).date()


def _refuse_impossible(finding: Observation | NeuroAssessment) -> None:
    refuse_impossible_moment("at", "Time", finding.at, finding.participant)
    try:
        if isinstance(finding, Observation):
            _check_vitals(finding)
        else:
            _check_neuro(finding)
    except Impossible as wrong:
        field = COLUMN_OF.get(wrong.field or "", wrong.field)
        raise ActionRefused(field, f"{_name_of(finding, field)}{wrong.message}") from wrong


def _name_of(finding: Observation | NeuroAssessment, field: str | None) -> str:
    names = {each.name: str(each.verbose_name) for each in finding._meta.concrete_fields}
    return f"{name_of(names[field])}: " if field in names else ""


def _check_vitals(row: Observation) -> None:
    for field, (low, high) in _VITAL_RANGES.items():
        check_range(field, getattr(row, field), low, high)
    if row.systolic_mmhg and row.diastolic_mmhg and row.diastolic_mmhg >= row.systolic_mmhg:
        raise Impossible("systolic_mmhg", "pressure_order", "The first number is the higher one.")
    try:
        crs_findings(row)
    except ValueError as wrong:
        if isinstance(wrong, Impossible):
            raise
        raise Impossible(None, "unknown_choice", "This is none of the choices.") from wrong
    recorded = (row.systolic_mmhg, row.diastolic_mmhg, row.heart_rate_per_min, row.note or None)
    if not is_crs_assessment(row) and not any(value is not None for value in recorded):
        raise Impossible(None, "empty", "Record at least one finding.")


def _check_neuro(row: NeuroAssessment) -> None:
    on = row.at.astimezone(row.participant.site.tz).date()
    icans_findings(row, born_on=None, on=on, is_delayed=None, baseline=None)
    beside = any(getattr(row, column) is not None for column in UNSCORED_COLUMNS)
    if not beside and not is_icans_assessment(row):
        raise Impossible(None, "empty", "Record at least one finding.")
