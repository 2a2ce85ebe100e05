"""Play the bedside of one participant of the demo: stays, weights, findings, drugs, doses, values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from followup.demo import bedside_beats as courses
from followup.demo.bedside_beats import Beat, Course, Drug
from followup.demo.cast import Role
from followup.demo.severe_beats import SEVERE_DAY_BY_DAY
from participants.actions.body import record_stay, record_weight
from participants.actions.dose import record_doses
from participants.actions.dose_milestones import end_treatment
from participants.actions.medicate import record_lab, record_medication
from participants.actions.observe import record_findings
from participants.audit import Actor
from participants.domain.dosing import Schedule, calculate_dose
from participants.domain.icans_findings import ICE_FROM_AGE_YEARS
from participants.domain.partial_dates import age_years
from participants.models import (
    AnakinraDose,
    DoseReason,
    DoseState,
    HospitalStay,
    IntensiveCareStay,
    LabResult,
    Medication,
    NeuroAssessment,
    Observation,
    Participant,
    Weight,
)

ADMITTED_DAY, LAST_QUIET_DAY = -6, 3
FIRST_DOSE = "07:45"
DOSES_ESCALATED = 8
LAB_DAYS = (0, 3, 6, 10)
# Share of the peak of each day on which blood was drawn.
_CRP_SHAPE = {0: Decimal("0.1"), 3: Decimal("0.6"), 6: Decimal(1), 10: Decimal("0.3")}
_LIMITS = {"crp": ("mg/L", None, 5), "ferritin": ("ng/mL", 15, 150), "platelets": ("10^9/L", 150, 400)}
_QUIET = {
    "fever_has_other_cause": False,
    "hypotension_has_other_cause": False,
    "hypoxia_has_other_cause": False,
}


@dataclass(frozen=True)
class Stage:
    """One participant's bedside: their days, and who enters what; `now` ends everything."""

    role: Role
    participant: Participant
    by: Actor
    day_zero: date
    today: date
    now: datetime

    def at(self, day: int, clock: str) -> datetime:
        """Return a moment at the site."""
        hours, minutes = map(int, clock.split(":"))
        on = self.day_zero + timedelta(days=day)
        local = datetime.combine(on, time(hours, minutes), tzinfo=self.participant.site.tz)
        return local.astimezone(UTC)


def play_bedside(role: Role, participant: Participant, by: Actor, day_zero: date, today: date) -> None:
    """Write what was seen and given after the infusion, up to the day of the demo."""
    end_of_day = datetime.combine(today + timedelta(days=1), time(), tzinfo=participant.site.tz)
    now = min(timezone.now(), end_of_day.astimezone(UTC))
    stage = Stage(role, participant, by, day_zero, today, now)
    course, base = course_of(role), role.dosed[0] if role.dosed else 0
    if course is courses.WAITS_FOR_DOSE:
        base = role.today
    _stay(stage, course, base)
    kg = _weigh(stage)
    for drug in course.drugs:
        _drug(stage, drug, base)
    beats = [*_quiet_days(course, base), *(replace(beat, day=beat.day + base) for beat in course.beats)]
    seen = [_observation(stage, beat) for beat in beats if stage.at(beat.day, beat.clock) < now]
    tested = [_assessment(stage, beat) for beat in beats if beat.capd is not None or beat.ice is not None]
    if seen:
        record_findings(by=by, findings=seen)
    tested = [_baseline(stage), *(row for row in tested if row.at < now)]
    record_findings(by=by, findings=tested)
    if role.dosed is not None:
        _doses(stage, course, kg)
    _labs(stage, course)


def course_of(role: Role) -> Course:
    """Choose the course that a role plays."""
    if role.bedside == "severe day by day":
        return SEVERE_DAY_BY_DAY
    if role.bedside:
        return courses.NAMED[role.bedside]
    return courses.MILD if role.dosed else courses.NEVER_TRIGGERED


def last_clock_change(today: date, zone_name: str) -> date:
    """Return the last day, at least three weeks ago, on which the clocks of a zone changed."""
    zone = ZoneInfo(zone_name)
    day = today - timedelta(days=21)
    while _offset(day, zone) == _offset(day + timedelta(days=1), zone):
        day -= timedelta(days=1)
    return day


def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime.combine(day, time(), tzinfo=zone).utcoffset()


def _stay(stage: Stage, course: Course, base: int) -> None:
    until = max(beat.day for beat in course.beats) + (0 if course in _BY_DAY else base) + 3
    discharged_at = stage.at(until, "11:00")
    stay = HospitalStay(
        participant=stage.participant,
        admitted_at=stage.at(ADMITTED_DAY, "10:00"),
        discharged_at=discharged_at if discharged_at < stage.now else None,
        reason="Lymphodepletion and CAR-T infusion",
    )
    record_stay(by=stage.by, stay=stay)
    if course.intensive_care is not None:
        (day, clock), (last, end) = course.intensive_care
        care = IntensiveCareStay(
            participant=stage.participant,
            entered_at=stage.at(base + day, clock),
            left_at=stage.at(base + last, end),
            reason="Vasopressor",
        )
        record_stay(by=stage.by, stay=care)


_BY_DAY = (courses.NEVER_TRIGGERED, courses.AFEBRILE, courses.LATE_ONSET)


def _weigh(stage: Stage) -> Decimal:
    kg = Decimal(min(8 + 2 * stage.role.age_years, 62)) + Decimal("0.3")
    for day, more in ((ADMITTED_DAY, Decimal("0.4")), (0, Decimal(0))):
        on = stage.day_zero + timedelta(days=day)
        record_weight(by=stage.by, weight=Weight(participant=stage.participant, on=on, weight_kg=kg + more))
    return kg


def _quiet_days(course: Course, base: int) -> Iterator[Beat]:
    first = min(beat.day for beat in course.beats) + (0 if course in _BY_DAY else base)
    for day in range(1, min(first, LAST_QUIET_DAY + 1)):
        yield Beat(day, "08:00", "36.8", capd=0, ice=10)


def _observation(stage: Stage, beat: Beat) -> Observation:
    return Observation(
        participant=stage.participant,
        at=stage.at(beat.day, beat.clock),
        temperature=Decimal(beat.temp_c),
        temperature_unit="C",
        systolic_mmhg=beat.pressure[0],
        diastolic_mmhg=beat.pressure[1],
        heart_rate_per_min=96 + 4 * max(int(Decimal(beat.temp_c)) - 36, 0) * 3,
        has_hypotension=beat.has_hypotension,
        vasopressors=list(beat.running),
        o2_device=beat.device,
        o2_flow_lpm=Decimal(beat.flow_lpm) if beat.flow_lpm else None,
        **_QUIET,
    )


def _assessment(stage: Stage, beat: Beat) -> NeuroAssessment:
    at = stage.at(beat.day, beat.clock)
    is_ice = _uses_ice(stage, at)
    return NeuroAssessment(
        participant=stage.participant,
        at=at,
        ice_score=beat.ice if is_ice else None,
        capd_score=None if is_ice else beat.capd,
        is_capd_impossible=None if is_ice else False,
        consciousness=beat.awakens,
        consciousness_has_other_cause=False,
        seizure="none",
        has_deep_focal_weakness=False,
        cerebral_oedema="none",
        has_posturing=False,
        has_cn6_palsy=False,
        has_papilloedema=False,
        has_cushing_triad=False,
        is_attributed_to_icans=True,
    )


def _baseline(stage: Stage) -> NeuroAssessment:
    at = stage.at(-1, "15:00")
    is_ice = _uses_ice(stage, at)
    score = stage.role.age_years % 3
    return NeuroAssessment(
        participant=stage.participant,
        at=at,
        is_baseline=True,
        ice_score=10 if is_ice else None,
        capd_score=None if is_ice else score,
        consciousness="spontaneous",
    )


def _uses_ice(stage: Stage, at: datetime) -> bool:
    birth, on = stage.participant.birth_on, at.astimezone(stage.participant.site.tz).date()
    return birth is not None and age_years(birth, on) >= ICE_FROM_AGE_YEARS


def _drug(stage: Stage, drug: Drug, base: int) -> None:
    tz = stage.participant.site.tz
    began_at = stage.at(base + drug.day, drug.clock)
    if began_at >= stage.now:
        return
    day, clock = drug.until or (drug.day, drug.clock)
    ended_at = stage.at(base + day, clock)
    is_over = ended_at < stage.now
    row = Medication(
        participant=stage.participant,
        name=drug.name,
        dose=drug.dose,
        classes=list(drug.classes),
        started_on=began_at.astimezone(tz).date(),
        started_at=began_at,
        stopped_on=ended_at.astimezone(tz).date() if is_over else None,
        stopped_at=ended_at if is_over else None,
        is_rescue=drug.is_rescue,
    )
    record_medication(by=stage.by, medication=row)


def _doses(stage: Stage, course: Course, kg: Decimal) -> None:
    first, last = stage.role.dosed or (0, 0)
    rows: list[AnakinraDose] = []
    at, schedule, why = stage.at(first, FIRST_DOSE), Schedule.Q12H, ""
    end = min(stage.at(last, "23:59"), stage.now)
    while at < end:
        number = len(rows) + 1
        if number == course.escalated:
            schedule, why = Schedule.Q6H, "CRS progresses on every 12 h"
        if course.escalated is not None and number == course.escalated + DOSES_ESCALATED:
            schedule, why = Schedule.Q12H, "back to every 12 h, CRS is improving"
        after_held = "the dose before was held" if number - 1 in course.held else ""
        rows.append(_dose(stage, at, kg, schedule, why or after_held, held=course.held.get(number, "")))
        at += schedule.every
    record_doses(by=stage.by, doses=rows)
    if last < stage.role.today:
        end_treatment(by=stage.by, participant=stage.participant, reason="CRS has resolved")


def _dose(
    stage: Stage, at: datetime, kg: Decimal, schedule: Schedule, why: str, *, held: str
) -> AnakinraDose:
    is_escalated = schedule is Schedule.Q6H
    return AnakinraDose(
        participant=stage.participant,
        at=at,
        state=DoseState.HELD if held else DoseState.GIVEN,
        dose_mg=None if held else calculate_dose(kg).dose_mg,
        dosing_weight_kg=kg,
        weighed_on=stage.day_zero,
        schedule=schedule,
        reason=DoseReason.ESCALATION if is_escalated else DoseReason.TRIGGER,
        reason_note=held or why,
        lot="ANK-4471",
    )


def _labs(stage: Stage, course: Course) -> None:
    for day in LAB_DAYS:
        at = stage.at(day, "06:30")
        if at >= stage.now:
            break
        crp = (Decimal(course.peak_crp) * _CRP_SHAPE[day]).quantize(Decimal("0.1"))
        values = {"crp": crp, "ferritin": crp * 9, "platelets": Decimal(140 - 8 * day)}
        for analyte, value in values.items():
            unit, low, high = _LIMITS[analyte]
            result = LabResult(
                participant=stage.participant, analyte=analyte, value=value, unit=unit,
                lower_limit=low, upper_limit=high, at=at,
            )  # fmt: skip
            record_lab(by=stage.by, result=result)
