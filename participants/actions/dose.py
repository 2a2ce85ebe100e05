"""Record doses of anakinra as they were given or not, and correct them."""

from __future__ import annotations

from collections.abc import Sequence

from participants.access import require
from participants.actions.checks import improbable_days
from participants.actions.derive import derive
from participants.actions.deviations import carry_over_deviations, settle_deviations
from participants.actions.dose_judgement import RULE_NAMES, warnings_of
from participants.actions.dose_milestones import day_of, given_doses, keep_milestones
from participants.actions.facts import add_fact, remove_fact
from participants.actions.judge_events import judge_events
from participants.actions.observe import refuse_impossible_moment
from participants.audit import Actor, audited
from participants.domain.bounds import DAY_RULES
from participants.domain.refusal import Impossible
from participants.domain.roles import Capability
from participants.errors import ActionRefused, NeedsReason
from participants.findings import given_dose
from participants.models import AnakinraDose, DoseReason, DoseState, Participant
from participants.subjects import subject_of
from participants.toxicity import read_toxicity

Found = list[tuple[str, str]]


def record_dose(
    *, by: Actor, dose: AnakinraDose, replaces: AnakinraDose | None = None, reason: str = ""
) -> AnakinraDose:
    """Record a dose that was given, held, missed or refused, or correct one; nothing true is refused.

    A warning of the rules is answered by `reason_note` of the dose and drafts a deviation; a correction
    asks for `reason`. The first given dose is the milestone that visits count from. Raises ActionRefused
    for what cannot be: a moment to come or before birth, a given dose without mg, one not given without a
    reason; NeedsReason for a warning that nobody has answered.
    """
    return record_doses(by=by, doses=[dose], replaces=replaces, reason=reason)[0]


def record_doses(
    *, by: Actor, doses: Sequence[AnakinraDose], replaces: AnakinraDose | None = None, reason: str = ""
) -> Sequence[AnakinraDose]:
    """Record doses of one participant in the order of time, as one change. Refuses all or none."""
    participant = doses[0].participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    for dose in doses:
        _refuse_impossible(dose)
    if replaces is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded dose is corrected.")
    odd = _out_of_plan(doses, replaces)
    for dose, found in zip(doses, odd, strict=True):
        _ask_why(found, dose)
    why = reason or f"dose {DoseState(doses[0].state).label.lower()}"
    with audited(by=by, kind=f"dose.{doses[0].state}", reason=why, participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        before = given_doses(participant)
        for dose, found in zip(doses, odd, strict=True):
            _add(dose, found, by=by, replaces=replaces)
        keep_milestones(participant, before, by=by, reason=doses[0].reason_note or why)
        if replaces is not None or any(rule in DAY_RULES for found in odd for rule, _ in found):
            judge_events(participant=participant, by=by, reason=doses[0].reason_note or reason)
        derive(by=by, participant=participant)
    return doses


def _ask_why(found: Found, dose: AnakinraDose) -> None:
    if found and not dose.reason_note.strip():
        sentences = " ".join(sentence for _, sentence in found)
        raise NeedsReason(
            "reason_note", f"{sentences} Nothing is refused: give the reason, and it is recorded."
        )


def _add(dose: AnakinraDose, found: Found, *, by: Actor, replaces: AnakinraDose | None) -> None:
    add_fact(dose, by=by, replaces=replaces)
    if replaces is not None:
        carry_over_deviations(subject_of(replaces), subject_of(dose))
    if found or replaces is not None:
        settle_deviations(
            by=by,
            participant=dose.participant,
            subject=subject_of(dose),
            # What its day says is judged with all that happened.
            found=[each for each in found if each[0] not in DAY_RULES],
            reason=dose.reason_note,
        )


def remove_dose(*, by: Actor, dose: AnakinraDose, reason: str) -> None:
    """Take back a dose that never was. Raises ActionRefused without a reason."""
    participant = dose.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="dose.removed", reason=reason, participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        before = given_doses(participant)
        remove_fact(dose)
        settle_deviations(by=by, participant=participant, subject=subject_of(dose), found=[], reason=reason)
        keep_milestones(participant, before, by=by, reason=reason)
        judge_events(participant=participant, by=by, reason=reason)
        derive(by=by, participant=participant)


def _refuse_impossible(dose: AnakinraDose) -> None:
    refuse_impossible_moment("at", "Time", dose.at, dose.participant)
    if dose.state == DoseState.GIVEN and dose.dose_mg is None:
        raise ActionRefused("dose_mg", "Dose: write the mg that were given.")
    if dose.state != DoseState.GIVEN:
        dose.dose_mg = None
        if not dose.reason_note.strip():
            words = DoseState(dose.state).label.lower()
            raise ActionRefused("reason_note", f"Reason: say why the dose was {words}.")
    elif dose.reason != DoseReason.TRIGGER and not dose.reason_note.strip():
        raise ActionRefused("reason_note", "Reason: say why, in words.")
    try:
        given_dose(dose)
    except Impossible as wrong:
        field = {"weight_kg": "dosing_weight_kg"}.get(wrong.field or "", wrong.field)
        raise ActionRefused(field, wrong.message) from wrong


def _out_of_plan(doses: Sequence[AnakinraDose], replaces: AnakinraDose | None) -> list[Found]:
    """List for each dose what is unusual, beside what stands and the doses before it."""
    record = read_toxicity(doses[0].participant)
    record.doses[:] = [row for row in record.doses if replaces is None or row.pk != replaces.pk]
    found = []
    for dose in doses:
        given = given_dose(dose)
        warnings = warnings_of(record, given) if given is not None else ()
        departures = [(RULE_NAMES[each.rule], each.message) for each in warnings if each.is_deviation]
        found.append(departures + _improbable(dose))
        record.doses.append(dose)
    return found


def _improbable(dose: AnakinraDose) -> Found:
    found = improbable_days(day_of(dose), dose.participant)
    return found if dose.state == DoseState.GIVEN else []
