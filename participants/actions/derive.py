"""Derive again what rests on the findings: grades, queries, the trigger, and what doses are judged by.

Called inside the `audited` of whatever changed a finding, a dose or a drug. Only what is different
is written: a grade that changed leaves its old row in the history, no longer standing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from participants.actions.dose_judgement import judge_doses
from participants.actions.propose import propose_serious
from participants.actions.queries import settle_queries
from participants.actions.trigger import follow_trigger
from participants.audit import Actor, audited
from participants.domain.crs_findings import Vasoactive
from participants.domain.grade import Grade
from participants.findings import COLUMN_OF
from participants.models import (
    AnakinraDose,
    DerivedGrade,
    LifecycleStep,
    Medication,
    NeuroAssessment,
    Observation,
    Participant,
    Scale,
    SignedGrade,
)
from participants.subjects import columns_of, subject_of
from participants.toxicity import ToxicityRecord, read_toxicity

CRS_RULE, ICANS_RULE, REOPENED_RULE = "CRS grade", "ICANS grade", "CRS came back"
LOG_RULE = "drug log"
_RULES = frozenset({CRS_RULE, ICANS_RULE, REOPENED_RULE, LOG_RULE})
_SCALE_RULES = {Scale.CRS: CRS_RULE, Scale.ICANS: ICANS_RULE}
_COMPARED = ("at", "value", "status", "reason", "query", "flags", "rule_version")


@dataclass(frozen=True)
class _Derived:
    """A grade with the row that it rests on."""

    scale: Scale
    row: Observation | NeuroAssessment
    grade: Grade

    @property
    def key(self) -> tuple[str, int]:
        return self.scale, self.row.pk

    def as_row(self, participant: Participant) -> DerivedGrade:
        return DerivedGrade(
            participant=participant,
            scale=self.scale,
            observation=self.row if isinstance(self.row, Observation) else None,
            neuro=self.row if isinstance(self.row, NeuroAssessment) else None,
            at=self.row.at,
            value=self.grade.value,
            status=str(self.grade.status),
            reason=self.grade.reason[:500],
            query=(self.grade.query or "")[:300],
            flags=list(self.grade.flags),
            rule_version=self.grade.rule_version,
        )


def derive(*, by: Actor, participant: Participant) -> None:
    """Bring everything that is derived from a participant's findings in step with them."""
    with audited(by=by, kind="findings.derived", reason="derived again", participant=participant):
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        record = read_toxicity(participant)
        found = list(_derived(record))
        _write_grades(participant, found)
        of_log = _log_questions(record)
        wanted = _questions(record, found) | of_log
        fields = _fields(found) | dict.fromkeys(of_log, "vasopressors")
        settle_queries(by=by, participant=participant, rules=_RULES, wanted=wanted, fields=fields)
        follow_trigger(by=by, record=record)
        judge_doses(by=by, record=record)
        _keep_grades_beside(participant, found)
        propose_serious(by=by, participant=participant)


def on_schedule_inputs_changed(sender: object, participants: Collection[int], by: Actor, **_: object) -> None:
    """Answer the signal: with the dates of a course, what the findings mean may have changed."""
    # The step that the trigger itself has brought about changes nothing in the findings.
    if sender is not LifecycleStep:
        derive_where_findings_are(by=by, participants=participants)


def derive_where_findings_are(*, by: Actor, participants: Collection[int]) -> None:
    """Derive again for those participants that have findings, in two statements where nobody has any."""
    seen = Observation.objects.standing().filter(participant__in=participants)
    tested = NeuroAssessment.objects.standing().filter(participant__in=participants)
    found = {*seen.values_list("participant", flat=True), *tested.values_list("participant", flat=True)}
    for participant in Participant.objects.filter(pk__in=found).select_related("site__study"):
        derive(by=by, participant=participant)


def _derived(record: ToxicityRecord) -> Iterator[_Derived]:
    rows = {row.pk: row for row in record.observations}
    for course in record.courses:
        for key, grade in record.crs(course).grades.items():
            yield _Derived(Scale.CRS, rows[key], grade)
    tested = {row.pk: row for row in record.assessments}
    for key, grade in record.icans().items():
        yield _Derived(Scale.ICANS, tested[key], grade)


def _write_grades(participant: Participant, found: list[_Derived]) -> None:
    rows = DerivedGrade.objects.filter(participant=participant, stands=True)
    standing = {(row.scale, row.observation_id or row.neuro_id or 0): row for row in rows}
    wanted = {each.key: each.as_row(participant) for each in found}
    fallen = [old.pk for key, old in standing.items() if not _says(old, wanted.get(key))]
    if fallen:
        DerivedGrade.objects.filter(pk__in=fallen).update(stands=False)
        # A signature covers the derived grade as it was: it falls with it, and asks to be given again.
        SignedGrade.objects.filter(derived__in=fallen, stands=True).update(stands=False)
    DerivedGrade.objects.bulk_create(
        [new for key, new in wanted.items() if key not in standing or standing[key].pk in fallen]
    )


def _says(old: DerivedGrade, new: DerivedGrade | None) -> bool:
    return new is not None and all(getattr(old, name) == getattr(new, name) for name in _COMPARED)


def _questions(record: ToxicityRecord, found: list[_Derived]) -> dict[tuple[str, str], str]:
    asked = {
        (_SCALE_RULES[each.scale], subject_of(each.row)): each.grade.query
        for each in found
        if each.grade.query
    }
    back = {
        at for course in record.courses for each in record.crs(course).episodes for at in each.reopened_at
    }
    return asked | {
        (REOPENED_RULE, subject_of(row)): (
            "Signs came back after CRS had resolved, while a drug may mask fever: is it the same episode?"
        )
        for row in record.observations
        if row.at in back
    }


def _log_questions(record: ToxicityRecord) -> dict[tuple[str, str], str]:
    """Ask where the drug log and an entry have different vasopressors running, or nobody can tell."""
    asked = ((row, " ".join(_log_doubts(record, row))) for row in record.observations)
    return {(LOG_RULE, subject_of(row)): words for row, words in asked if words}


def _log_doubts(record: ToxicityRecord, row: Observation) -> Iterator[str]:
    if unseen := record.unseen_vasopressors(row):
        yield (
            f"The drug log has {_names(unseen)} running at this moment, the entry does not: which is right? "
            "Until that is known it counts."
        )
    if unnamed := record.unnamed_vasopressors(row):
        yield (
            f"The drug log has {', '.join(unnamed)} running at this moment, a name that is not known here: "
            "which vasopressor is it?"
        )


def _names(drugs: Collection[Vasoactive]) -> str:
    return ", ".join(sorted(drug.replace("_", " ") for drug in drugs))


def _fields(found: list[_Derived]) -> dict[tuple[str, str], str]:
    """Name for each question the first finding that is missing, where the entry itself has a place for it."""
    fields = {}
    for each in found:
        columns = [COLUMN_OF.get(name, name) for name in each.grade.missing]
        known = [name for name in columns if name in columns_of(type(each.row))]
        fields[_SCALE_RULES[each.scale], subject_of(each.row)] = next(iter(known), "")
    return fields


def _keep_grades_beside(participant: Participant, found: list[_Derived]) -> None:
    """Bring the grades that stand beside doses and rescue drugs in step: the latest before each."""
    for dose in AnakinraDose.objects.standing().filter(participant=participant):
        value = _latest(found, Scale.CRS, dose.at)
        if dose.crs_grade_before != value:
            AnakinraDose.objects.filter(pk=dose.pk).update(crs_grade_before=value)
    for drug in Medication.objects.standing().filter(participant=participant, is_rescue=True):
        began_at = drug.started_at
        crs = _latest(found, Scale.CRS, began_at) if began_at else None
        icans = _latest(found, Scale.ICANS, began_at) if began_at else None
        if (drug.crs_grade_at_start, drug.icans_grade_at_start) != (crs, icans):
            Medication.objects.filter(pk=drug.pk).update(crs_grade_at_start=crs, icans_grade_at_start=icans)


def _latest(found: list[_Derived], scale: Scale, at: datetime) -> int | None:
    before = [each for each in found if each.scale == scale and each.row.at <= at]
    return max(before, key=lambda each: each.row.at).grade.value if before else None
