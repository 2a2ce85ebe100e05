"""What the treatment tab shows of doses, drugs, weights, laboratory values and stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils import timezone

from participants.access import holds
from participants.courses import Course
from participants.domain.analytes import BY_CODE, unit_name
from participants.domain.clock_times import clock_words
from participants.domain.day_words import study_day
from participants.domain.dosing import treatment
from participants.domain.roles import Capability
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
    StaffMember,
    Weight,
)
from participants.models.base import Fact
from participants.pages.balloons import Balloon, read_balloons
from participants.pages.bedside_words import span
from participants.pages.entries import address_of
from participants.pages.grade_card import GradeCard
from participants.subjects import subject_of
from participants.toxicity import ToxicityRecord, read_toxicity

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Asked:
    """The queries about an entry, and the address at which another is raised, "" for who may not."""

    balloons: list[Balloon]
    ask: str


@dataclass(frozen=True)
class DoseRow:
    """One dose as it was given, or not."""

    asked: Asked
    row: AnakinraDose
    at: str
    study_day: str
    amount: str
    per_kg: str
    grade: GradeCard | None


@dataclass(frozen=True)
class DrugRow:
    """One drug in words."""

    asked: Asked
    row: Medication
    start: str
    stop: str
    classes: str
    grades: str


@dataclass(frozen=True)
class LabRow:
    """One value with its limits, and whether it lies outside."""

    asked: Asked
    row: LabResult
    name: str
    value: str
    limits: str
    flag: str
    at: str


@dataclass(frozen=True)
class StayRow:
    """One stay in words."""

    asked: Asked
    slug: str
    row: HospitalStay | IntensiveCareStay
    where: str
    start: str
    end: str
    why: str


@dataclass(frozen=True)
class WeightRow:
    """One weight."""

    asked: Asked
    row: Weight


@dataclass(frozen=True)
class Chart:
    """All of it, the newest first."""

    doses: list[DoseRow]
    summary: str
    drugs: list[DrugRow]
    weights: list[WeightRow]
    labs: list[LabRow]
    stays: list[StayRow]
    has_ended: bool


def read_chart(participant: Participant, person: StaffMember, *, has_ended: bool) -> Chart:
    """Read the chart in a constant number of statements; corrected rows are in the history."""
    record = read_toxicity(participant)
    balloons = read_balloons(participant, person)
    may_raise = holds(person, Capability.RAISE_QUERIES, participant.site)

    def asked(row: Fact) -> Asked:
        ask = address_of(row, "query") if may_raise else ""
        return Asked(balloons.get(subject_of(row), []), ask)

    return Chart(
        doses=[_dose(row, participant, asked(row)) for row in reversed(record.doses)],
        summary=_summary(record),
        drugs=[
            _drug(row, participant, asked(row)) for row in _standing(Medication, participant, "-started_on")
        ],
        weights=[WeightRow(asked(row), row) for row in _standing(Weight, participant, "-on")],
        labs=[_lab(row, participant, asked(row)) for row in _standing(LabResult, participant, "-at")],
        stays=_stays(participant, asked),
        has_ended=has_ended,
    )


def _standing(model: type[F], participant: Participant, order: str) -> list[F]:
    rows = model._default_manager.filter(participant=participant, stands=True)
    return list(rows.order_by(order, "-pk"))


def _summary(record: ToxicityRecord) -> str:
    """Sum up the doses, by course where there are several; "" before the infusion."""
    if len(record.courses) == 1:
        return _summary_of(record, record.courses[0])
    told = (f"Course {course.number}: {_summary_of(record, course)}" for course in record.courses)
    return "; ".join(told)


def _summary_of(record: ToxicityRecord, course: Course) -> str:
    trigger = record.fever(course, now=timezone.now()).trigger
    given = [dose for row in record.doses if course.holds(row.at) and (dose := given_dose(row)) is not None]
    met_at = trigger.met_at if trigger else None
    found = treatment(given, trigger_met_at=met_at)
    tz = record.participant.site.tz
    parts = [f"trigger met {_brief(met_at.astimezone(tz))}" if met_at else "trigger not met"]
    if found.trigger_to_first_dose is not None:
        late = "after" if found.trigger_to_first_dose.total_seconds() >= 0 else "before"
        parts.append(f"first dose {span(found.trigger_to_first_dose)} {late} it")
    if found.escalated_at is not None:
        parts.append(f"escalated {_brief(found.escalated_at.astimezone(tz))}")
    if found.doses:
        parts.append(f"{found.doses} given, {plain(found.total_mg)} mg in all")
    return " \N{MIDDLE DOT} ".join(parts)


def _dose(row: AnakinraDose, participant: Participant, asked: Asked) -> DoseRow:
    given, tz = given_dose(row), participant.site.tz
    is_given = row.state == DoseState.GIVEN
    grade = row.crs_grade_before
    return DoseRow(
        asked=asked,
        row=row,
        at=_moment(row.at, participant),
        study_day=study_day(row.at.astimezone(tz).date(), participant.day_zero_on),
        amount=f"{plain(row.dose_mg)} mg"
        if is_given and row.dose_mg is not None
        else row.get_state_display(),
        per_kg=f"{given.mg_per_kg} mg/kg of {plain(row.dosing_weight_kg)} kg" if given else "",
        grade=GradeCard(Scale.CRS, grade, "graded", "", "") if grade is not None else None,
    )


def _drug(row: Medication, participant: Participant, asked: Asked) -> DrugRow:
    grades = [
        f"{name} {value}"
        for name, value in (("CRS", row.crs_grade_at_start), ("ICANS", row.icans_grade_at_start))
        if value is not None
    ]
    start = _moment(row.started_at, participant) if row.started_at else str(row.start)
    stop = _moment(row.stopped_at, participant) if row.stopped_at else str(row.stop or "")
    return DrugRow(asked, row, start, stop, ", ".join(row.classes) or "other", ", ".join(grades))


def _lab(row: LabResult, participant: Participant, asked: Asked) -> LabRow:
    low, high = row.lower_limit, row.upper_limit
    flag = "low" if low is not None and row.value < low else ""
    flag = "high" if high is not None and row.value > high else flag
    known = BY_CODE.get(row.analyte)
    limits = [plain(limit) if limit is not None else "" for limit in (low, high)]
    return LabRow(
        asked=asked,
        row=row,
        name=known.name if known else row.analyte,
        value=f"{plain(row.value)} {unit_name(row.unit)}",
        limits=" to ".join(limits) if any(limits) else "",
        flag=flag,
        at=_moment(row.at, participant),
    )


def _stays(participant: Participant, asked: Callable[[Fact], Asked]) -> list[StayRow]:
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
            began = _moment(start, participant)
            found[start].append(StayRow(asked(row), slug, row, where, began, until, row.reason))
    return [row for start in sorted(found, reverse=True) for row in found[start]]


def _moment(at: datetime, participant: Participant) -> str:
    local = at.astimezone(participant.site.tz)
    return f"{local:%d %b %Y} {clock_words(local)}"


def _brief(local: datetime) -> str:
    return f"{local:%d %b} {clock_words(local)}"
