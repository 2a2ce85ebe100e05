"""What the treatment tab shows of doses, drugs, weights, laboratory values and stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils import timezone

from participants.domain.analytes import BY_CODE, unit_name
from participants.domain.day_words import study_day
from participants.domain.dosing import treatment
from participants.findings import given_dose
from participants.forms.doses import plain
from participants.models import (
    AnakinraDose,
    DoseState,
    HospitalStay,
    IntensiveCareStay,
    LabResult,
    Medication,
    Participant,
    Scale,
    Weight,
)
from participants.models.base import Fact
from participants.pages.bedside_words import span
from participants.pages.grade_card import GradeCard
from participants.toxicity import ToxicityRecord, read_toxicity

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class DoseRow:
    """One dose as it was given, or not."""

    row: AnakinraDose
    at: str
    study_day: str
    amount: str
    per_kg: str
    grade: GradeCard | None


@dataclass(frozen=True)
class DrugRow:
    """One drug in words."""

    row: Medication
    start: str
    stop: str
    classes: str
    grades: str


@dataclass(frozen=True)
class LabRow:
    """One value with its limits, and whether it lies outside."""

    row: LabResult
    name: str
    value: str
    limits: str
    flag: str
    at: str


@dataclass(frozen=True)
class StayRow:
    """One stay in words."""

    slug: str
    row: HospitalStay | IntensiveCareStay
    where: str
    start: str
    end: str
    why: str


@dataclass(frozen=True)
class Chart:
    """All of it, the newest first."""

    doses: list[DoseRow]
    summary: str
    drugs: list[DrugRow]
    weights: list[Weight]
    labs: list[LabRow]
    stays: list[StayRow]
    has_ended: bool


def read_chart(participant: Participant, *, has_ended: bool) -> Chart:
    """Read the chart in a constant number of statements; corrected rows are in the history."""
    record = read_toxicity(participant)
    return Chart(
        doses=[_dose(row, participant) for row in reversed(record.doses)],
        summary=_summary(record),
        drugs=[_drug(row, participant) for row in _standing(Medication, participant, "-started_on")],
        weights=_standing(Weight, participant, "-on"),
        labs=[_lab(row, participant) for row in _standing(LabResult, participant, "-at")],
        stays=_stays(participant),
        has_ended=has_ended,
    )


def _standing(model: type[F], participant: Participant, order: str) -> list[F]:
    rows = model._default_manager.filter(participant=participant, stands=True)
    return list(rows.order_by(order, "-pk"))


def _summary(record: ToxicityRecord) -> str:
    """Sum up the doses of the course that lasts."""
    course = record.course
    if course is None:
        return ""
    trigger = record.fever(course, now=timezone.now()).trigger
    given = [dose for row in record.doses if course.holds(row.at) and (dose := given_dose(row)) is not None]
    met_at = trigger.met_at if trigger else None
    found = treatment(given, trigger_met_at=met_at)
    tz = record.participant.site.tz
    parts = [f"trigger met {met_at.astimezone(tz):%d %b %H:%M}" if met_at else "trigger not met"]
    if found.trigger_to_first_dose is not None:
        late = "after" if found.trigger_to_first_dose.total_seconds() >= 0 else "before"
        parts.append(f"first dose {span(found.trigger_to_first_dose)} {late} it")
    if found.escalated_at is not None:
        parts.append(f"escalated {found.escalated_at.astimezone(tz):%d %b %H:%M}")
    if found.doses:
        parts.append(f"{found.doses} given, {plain(found.total_mg)} mg in all")
    return " \N{MIDDLE DOT} ".join(parts)


def _dose(row: AnakinraDose, participant: Participant) -> DoseRow:
    given, tz = given_dose(row), participant.site.tz
    is_given = row.state == DoseState.GIVEN
    grade = row.crs_grade_before
    return DoseRow(
        row=row,
        at=_moment(row.at, participant),
        study_day=study_day(row.at.astimezone(tz).date(), participant.day_zero_on),
        amount=f"{plain(row.dose_mg)} mg"
        if is_given and row.dose_mg is not None
        else row.get_state_display(),
        per_kg=f"{given.mg_per_kg} mg/kg of {plain(row.dosing_weight_kg)} kg" if given else "",
        grade=GradeCard(Scale.CRS, grade, "graded", "", "") if grade is not None else None,
    )


def _drug(row: Medication, participant: Participant) -> DrugRow:
    grades = [
        f"{name} {value}"
        for name, value in (("CRS", row.crs_grade_at_start), ("ICANS", row.icans_grade_at_start))
        if value is not None
    ]
    start = _moment(row.started_at, participant) if row.started_at else str(row.start)
    stop = _moment(row.stopped_at, participant) if row.stopped_at else str(row.stop or "")
    return DrugRow(row, start, stop, ", ".join(row.classes) or "other", ", ".join(grades))


def _lab(row: LabResult, participant: Participant) -> LabRow:
    low, high = row.lower_limit, row.upper_limit
    flag = "low" if low is not None and row.value < low else ""
    flag = "high" if high is not None and row.value > high else flag
    known = BY_CODE.get(row.analyte)
    limits = [plain(limit) if limit is not None else "" for limit in (low, high)]
    return LabRow(
        row=row,
        name=known.name if known else row.analyte,
        value=f"{plain(row.value)} {unit_name(row.unit)}",
        limits=" to ".join(limits) if any(limits) else "",
        flag=flag,
        at=_moment(row.at, participant),
    )


def _stays(participant: Participant) -> list[StayRow]:
    rows: dict[str, Iterable[HospitalStay] | Iterable[IntensiveCareStay]] = {
        "stay": _standing(HospitalStay, participant, "-admitted_at"),
        "care": _standing(IntensiveCareStay, participant, "-entered_at"),
    }
    found: dict[datetime, list[StayRow]] = defaultdict(list)
    for slug, stays in rows.items():
        for row in stays:
            start = row.admitted_at if isinstance(row, HospitalStay) else row.entered_at
            end = row.discharged_at if isinstance(row, HospitalStay) else row.left_at
            where = "Hospital" if slug == "stay" else "Intensive care"
            until = _moment(end, participant) if end else ""
            found[start].append(StayRow(slug, row, where, _moment(start, participant), until, row.reason))
    return [row for start in sorted(found, reverse=True) for row in found[start]]


def _moment(at: datetime, participant: Participant) -> str:
    return f"{at.astimezone(participant.site.tz):%d %b %Y %H:%M}"
