"""Read what was seen and given at the bedside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from followup.timeline.facts import Dose, Drug, GradePoint, Heat, Moment, Reading, Stay, Support, TriggerPair
from followup.timeline.joins import Breathing, Seen
from followup.timeline.read_words import breathing, dose_words, drug_words, plain, without_grade
from participants import findings
from participants.courses import Course, courses_of
from participants.domain import fever
from participants.domain.dosing import treatment
from participants.domain.exposure import MedicationClass
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.temperature import CRS_FEVER, at_least, ninths_above_zero_c
from participants.models import (
    AnakinraDose,
    DerivedGrade,
    DoseState,
    HospitalStay,
    IntensiveCareStay,
    Medication,
    Observation,
    Participant,
    Scale,
    SignedGrade,
)
from participants.pages.finding_words import unscored_parts

TOCILIZUMAB = "tocilizumab"


@dataclass(frozen=True)
class Bedside:
    """Everything from the bedside, in order of time."""

    stays: tuple[Stay, ...]
    readings: tuple[Reading, ...]
    triggers: tuple[TriggerPair, ...]
    vasopressors: tuple[Seen[frozenset[str]], ...]
    oxygen: tuple[Seen[Breathing], ...]
    crs: tuple[GradePoint, ...]
    icans: tuple[GradePoint, ...]
    doses: tuple[Dose, ...]
    escalated_at: tuple[datetime, ...]
    tocilizumab: tuple[Drug, ...]
    steroids: tuple[Drug, ...]
    vasopressor_drugs: tuple[Drug, ...]
    other_drugs: tuple[Drug, ...]

    def infused(self, now: datetime) -> tuple[Support, ...]:
        """Return the vasopressors of the drug log; one without a stop is taken to run until now."""
        return tuple(
            Support(
                drug.name,
                drug.began.at,
                (drug.ended and drug.ended.at) or max(now, drug.began.at),
                lasts=drug.ended is None,
                detail=drug.dose,
            )
            for drug in self.vasopressor_drugs
            if drug.began.at
        )


def read_bedside(participant: Participant) -> Bedside:
    """Read observations, grades, doses, drugs and stays; fever triggers and escalates course by course."""
    observations = list(Observation.objects.standing().filter(participant=participant))
    doses = list(AnakinraDose.objects.standing().filter(participant=participant))
    drugs = list(Medication.objects.standing().filter(participant=participant))
    courses = courses_of([participant.pk]).get(participant.pk, [])
    grades = _grades(participant)
    readings = {str(row.pk): _reading(row, found) for row in observations if (found := findings.reading(row))}
    return Bedside(
        stays=_stays(participant),
        readings=tuple(readings.values()),
        triggers=tuple(_triggers(observations, courses, readings)),
        vasopressors=tuple(
            Seen(row.at, frozenset(row.vasopressors)) for row in observations if row.vasopressors is not None
        ),
        oxygen=tuple(
            Seen(row.at, breathing(row.o2_device, row.o2_flow_lpm)) for row in observations if row.o2_device
        ),
        crs=grades[Scale.CRS],
        icans=grades[Scale.ICANS],
        doses=tuple(_dose(row) for row in doses),
        escalated_at=tuple(_escalations(doses, courses)),
        tocilizumab=_drugs(row for row in drugs if _group(row) == TOCILIZUMAB),
        steroids=_drugs(row for row in drugs if _group(row) == MedicationClass.STEROID),
        vasopressor_drugs=_drugs(row for row in drugs if _group(row) == MedicationClass.VASOPRESSOR),
        other_drugs=_drugs(row for row in drugs if _group(row) == "other"),
    )


def _reading(row: Observation, found: fever.Reading) -> Reading:
    in_c, in_f = found.temperature_c, found.temperature_f
    heat = Heat.FEVER if at_least(in_c, in_f, CRS_FEVER) else Heat.NONE
    # Exact degrees C are for drawing only: each reading met its threshold in the unit that was typed.
    celsius = ninths_above_zero_c(in_c, in_f) / 9
    return Reading(row.at, celsius, _degrees(row), Heat.TRIGGER if found.is_above_trigger else heat)


def _degrees(row: Observation) -> str:
    shown = plain(row.temperature or Decimal(0))
    return f"{shown if '.' in shown else f'{shown}.0'} °{row.temperature_unit}"


def _triggers(
    observations: list[Observation], courses: list[Course], readings: dict[str, Reading]
) -> Iterator[TriggerPair]:
    for course in courses:
        of_course = [
            found for row in observations if course.holds(row.at) and (found := findings.reading(row))
        ]
        trigger = fever.fever_trigger(of_course, infused_at=course.began_at)
        if trigger:
            yield TriggerPair(readings[trigger.first.ref], readings[trigger.second.ref])


def _escalations(doses: list[AnakinraDose], courses: list[Course]) -> Iterator[datetime]:
    for course in courses:
        given = [found for row in doses if course.holds(row.at) and (found := findings.given_dose(row))]
        if at := treatment(given, trigger_met_at=None).escalated_at:
            yield at


def _grades(participant: Participant) -> dict[Scale, tuple[GradePoint, ...]]:
    signed = {
        row.derived_id: row
        for row in SignedGrade.objects.standing().filter(participant=participant).order_by("recorded_at")
    }
    points: dict[Scale, list[GradePoint]] = {scale: [] for scale in Scale}
    standing = DerivedGrade.objects.filter(participant=participant, stands=True)
    for row in standing.select_related("neuro"):
        besides = unscored_parts(row.neuro) if row.neuro else []
        point = GradePoint(row.at, row.value, "; ".join([without_grade(row.reason), *besides]))
        points[Scale(row.scale)].append(_as_signed(point, signed[row.pk]) if row.pk in signed else point)
    return {scale: tuple(found) for scale, found in points.items()}


def _as_signed(point: GradePoint, signature: SignedGrade) -> GradePoint:
    derived = "no grade" if point.value is None else f"grade {point.value}"
    same = signature.value == point.value
    words = "signed" if same else f"signed as grade {signature.value}, derived {derived}: {signature.reason}"
    return replace(point, value=signature.value, signed=words)


def _dose(row: AnakinraDose) -> Dose:
    mg = row.dose_mg if row.state == DoseState.GIVEN else None
    return Dose(row.at, mg, row.get_state_display().lower(), row.schedule, dose_words(row))


def _group(row: Medication) -> str:
    """Name the lane of a drug; "" for what grading does not read and nobody gave as rescue."""
    if row.name.lower().startswith(TOCILIZUMAB):
        return TOCILIZUMAB
    if MedicationClass.STEROID in row.classes:
        return MedicationClass.STEROID
    is_timed = row.started_at is not None and (row.stopped_on is None or row.stopped_at is not None)
    if MedicationClass.VASOPRESSOR in row.classes and is_timed:
        return MedicationClass.VASOPRESSOR
    return "other" if row.is_rescue or row.classes else ""


def _drugs(rows: Iterable[Medication]) -> tuple[Drug, ...]:
    return tuple(
        Drug(
            row.name,
            row.dose,
            Moment(row.start.earliest, row.started_at, _in_part(row.start)),
            Moment(row.stop.latest, row.stopped_at, _in_part(row.stop)) if row.stop else None,
            drug_words(row),
        )
        for row in rows
    )


def _in_part(on: PartialDate) -> str:
    return "" if on.precision is Precision.DAY else f"{on}, the day is not known"


def _stays(participant: Participant) -> tuple[Stay, ...]:
    hospital = HospitalStay.objects.standing().filter(participant=participant)
    intensive = IntensiveCareStay.objects.standing().filter(participant=participant)
    return (
        *(Stay(False, row.admitted_at, row.discharged_at, row.reason) for row in hospital),  # noqa: FBT003
        *(Stay(True, row.entered_at, row.left_at, row.reason) for row in intensive),  # noqa: FBT003
    )
