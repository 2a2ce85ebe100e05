"""Log what became of a visit, and correct it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from followup.actions.deviations import judge_days, judge_windows
from followup.actions.reminders import cancel_reminders
from followup.actions.schedule import sync_visits
from followup.actions.visit_rows import lock_visit, save_visit
from followup.domain.windows import TOOK_PLACE, Outcome, outcome_of_assessments
from followup.models import (
    AssessmentState,
    MissedReason,
    PlannedVisit,
    Visit,
    VisitAssessment,
    VisitMode,
)
from participants.access import require
from participants.actions.checks import (
    ask_for_reason,
    improbable_days,
    refuse_impossible_day,
)
from participants.actions.lifecycle import hold
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Participant

LONGEST_WHY = VisitAssessment._meta.get_field("reason").max_length or 0


@dataclass(frozen=True)
class AssessmentResult:
    """What became of one planned assessment; `reason` says why it was not done."""

    state: AssessmentState
    reason: str = ""


def log_visit(
    *,
    by: Actor,
    visit: Visit,
    version: int,
    occurred_on: date,
    assessments: Mapping[int, AssessmentResult],
    note: str = "",
    reason: str = "",
) -> Visit:
    """Log a visit that took place: attended when nothing planned was left undone, else partial.

    `assessments` is keyed by planned assessment. A visit out of its window is stored and drafts a
    deviation; one after death or withdrawal needs a reason and drafts one too. Correcting a
    logged visit needs a reason. Raises ActionRefused for a day in the future or before birth and
    for an assessment left undone without a reason; StaleVersion when the visit was changed meanwhile.
    """
    require(by, Capability.WRITE_RECORDS, visit.participant.site)
    refuse_impossible_day("occurred_on", "Date of the visit", occurred_on, visit.participant)
    _refuse_unexplained(assessments)
    improbable = improbable_days(occurred_on, visit.participant) if visit.mode != VisitMode.CONTACT else []
    ask_for_reason(improbable, reason)
    with audited(by=by, kind="visit.logged", reason=reason or "visit logged", participant=visit.participant):
        current = lock_visit(visit, version)
        _ask_why_corrected(current, reason)
        outcome = outcome_of_assessments([result.state for result in assessments.values()])
        _set_outcome(current, outcome, by=by, occurred_on=occurred_on, reason=reason, note=note)
        _write_assessments(current, assessments)
        judge_windows(visits=[current], by=by, reason=reason)
        judge_days(visits=[current], by=by, reason=reason, is_entry=True)
        cancel_reminders(visits=[current.pk], reason="the visit was logged", by=by)
    return current


def record_not_done(
    *,
    by: Actor,
    visit: Visit,
    version: int,
    outcome: Outcome,
    reason: str,
    missed_reason: MissedReason | None = None,
) -> Visit:
    """Record that a visit did not take place: missed, not applicable or cancelled, with the reason.

    Raises ActionRefused for another outcome, a missing reason, or a window that has not opened
    (a visit cannot be missed before it could take place).
    """
    require(by, Capability.WRITE_RECORDS, visit.participant.site)
    if outcome in TOOK_PLACE or outcome is Outcome.OPEN:
        raise ActionRefused("outcome", "Outcome: choose missed, not applicable or cancelled.")
    if outcome is Outcome.MISSED and missed_reason is None:
        raise ActionRefused("missed_reason", "Why missed: choose one of the reasons.")
    if not reason.strip() and missed_reason in {None, MissedReason.OTHER}:
        raise ActionRefused("reason", "Reason: say why the visit did not take place.")
    if outcome is Outcome.MISSED and (visit.opens_on is None or visit.opens_on > visit.today(timezone.now())):
        raise ActionRefused(
            "outcome", "Outcome: the window has not opened, so the visit cannot have been missed."
        )
    words = reason.strip() or (missed_reason.label if missed_reason else "")
    with audited(by=by, kind=f"visit.{outcome}", reason=words, participant=visit.participant):
        current = lock_visit(visit, version)
        _ask_why_corrected(current, reason)
        _set_outcome(current, outcome, by=by, reason=words, missed_reason=missed_reason)
        _take_assessments_back(current)
        judge_windows(visits=[current], by=by)
        judge_days(visits=[current], by=by)
        cancel_reminders(visits=[current.pk], reason=f"the visit is {outcome.label.lower()}", by=by)
    return current


def reopen_visit(*, by: Actor, visit: Visit, version: int, reason: str) -> Visit:
    """Take a recorded outcome back: the visit waits again, unless the record itself closes it."""
    require(by, Capability.WRITE_RECORDS, visit.participant.site)
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded outcome is taken back.")
    with audited(by=by, kind="visit.reopened", reason=reason, participant=visit.participant):
        # The participant before the visit, in the order in which everybody takes them.
        hold(visit.participant)
        current = lock_visit(visit, version)
        _set_outcome(current, Outcome.OPEN, by=by)
        _take_assessments_back(current)
        judge_windows(visits=[current], by=by)
        judge_days(visits=[current], by=by)
        sync_visits(participants=[current.participant_id], by=by)
    current.refresh_from_db()
    return current


def add_unscheduled(
    *, by: Actor, participant: Participant, occurred_on: date, note: str = "", reason: str = ""
) -> Visit:
    """Log a visit that the schedule does not plan.

    Raises ActionRefused for an impossible day, or where the schedule has no unscheduled visit.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("occurred_on", "Date of the visit", occurred_on, participant)
    improbable = improbable_days(occurred_on, participant)
    ask_for_reason(improbable, reason)
    planned = _unscheduled_of(participant)
    with audited(
        by=by, kind="visit.unscheduled", reason=reason or "unscheduled visit logged", participant=participant
    ):
        hold(participant)
        earlier = Visit.objects.filter(participant=participant, planned_visit=planned)
        visit = Visit(
            participant=participant,
            planned_visit=planned,
            code=planned.code,
            mode=planned.mode,
            occurrence=max((row.occurrence for row in earlier), default=0) + 1,
        )
        _set_outcome(visit, Outcome.ATTENDED, by=by, occurred_on=occurred_on, reason=reason, note=note)
        judge_days(visits=[visit], by=by, reason=reason, is_entry=True)
    return visit


def _set_outcome(
    visit: Visit,
    outcome: Outcome,
    *,
    by: Actor,
    occurred_on: date | None = None,
    reason: str = "",
    note: str | None = None,
    missed_reason: MissedReason | None = None,
) -> None:
    if outcome != visit.outcome or visit.recorded_at is None:
        is_open = outcome is Outcome.OPEN
        visit.recorded_at, visit.recorded_by = (None, None) if is_open else (timezone.now(), by.staff)
    visit.outcome, visit.occurred_on = outcome, occurred_on
    visit.outcome_reason, visit.missed_reason = reason.strip(), missed_reason or ""
    visit.note = visit.note if note is None else note.strip()
    save_visit(visit)


def _ask_why_corrected(visit: Visit, reason: str) -> None:
    if visit.outcome and visit.recorded_at is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: this visit was logged already; say why it is corrected.")


def _refuse_unexplained(assessments: Mapping[int, AssessmentResult]) -> None:
    for key, result in assessments.items():
        if result.state == AssessmentState.NOT_DONE and not result.reason.strip():
            raise ActionRefused(f"reason_{key}", "Not done: say why this assessment was not done.")
        if len(result.reason.strip()) > LONGEST_WHY:
            raise ActionRefused(f"reason_{key}", f"Not done: say why in at most {LONGEST_WHY} characters.")


def _write_assessments(visit: Visit, assessments: Mapping[int, AssessmentResult]) -> None:
    known = {row.planned_assessment_id: row for row in visit.assessments.all()}
    planned = visit.planned_visit.assessments.filter(pk__in=assessments).values_list("pk", flat=True)
    added: list[VisitAssessment] = []
    changed: list[VisitAssessment] = []
    for key in planned:
        row = known.get(key) or VisitAssessment(visit=visit, planned_assessment_id=key)
        row.state, row.reason = assessments[key].state, assessments[key].reason.strip()
        (changed if key in known else added).append(row)
    VisitAssessment.objects.bulk_create(added)
    VisitAssessment.objects.bulk_update(changed, ["state", "reason"])


def _take_assessments_back(visit: Visit) -> None:
    """Remove what was said to be done at a visit that did not take place; the audit trail keeps it."""
    visit.assessments.all().delete()


def _unscheduled_of(participant: Participant) -> PlannedVisit:
    own = Visit.objects.filter(participant=participant).values("planned_visit__schedule")
    planned = PlannedVisit.objects.filter(mode=VisitMode.UNSCHEDULED, schedule__in=own).first()
    if planned is None:
        raise ActionRefused(None, "The schedule of this study has no unscheduled visit.")
    return planned
