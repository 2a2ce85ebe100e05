"""Rows of the record as the findings that the rules read; refused with Impossible where they cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from participants.domain.crs_findings import CrsFindings, OxygenDevice, Vasoactive, VentilationReason
from participants.domain.decimals import without_idle_zeros
from participants.domain.dose_plan import DoseEntry
from participants.domain.dosing import GivenDose, Route, Schedule
from participants.domain.exposure import Exposure, MedicationClass
from participants.domain.fever import Reading
from participants.domain.grade import Death as DiedOf
from participants.domain.icans_findings import (
    ICE_ITEMS,
    CerebralOedema,
    Consciousness,
    IcansFindings,
    Seizure,
)
from participants.domain.partial_dates import PartialDate
from participants.models import (
    AnakinraDose,
    DoseState,
    Medication,
    NeuroAssessment,
    Observation,
    TemperatureUnit,
)

ALWAYS = datetime.max.replace(tzinfo=UTC)
# What makes an entry an assessment of CRS: a pulse alone is none.
_CRS_COLUMNS = ("temperature", "has_hypotension", "vasopressors", "o2_device", "o2_flow_lpm")
# The same for ICANS: haemorrhage, tremor and myoclonus are none of it.
_ICANS_COLUMNS = (
    "ice_items", "ice_score", "capd_score", "is_capd_impossible", "consciousness", "seizure",
    "has_deep_focal_weakness", "cerebral_oedema", "has_posturing", "has_cn6_palsy", "has_papilloedema",
    "has_cushing_triad",
)  # fmt: skip
# The inputs of the rules that are called otherwise in the record.
COLUMN_OF = {
    "temp_c": "temperature",
    "temp_f": "temperature",
    "fever_other_cause": "fever_has_other_cause",
    "hypotension": "has_hypotension",
    "hypotension_other_cause": "hypotension_has_other_cause",
    "hypoxia_other_cause": "hypoxia_has_other_cause",
    "attributable_to_icans": "is_attributed_to_icans",
    "capd_unable": "is_capd_impossible",
    "consciousness_other_cause": "consciousness_has_other_cause",
    "seizure_duration_min": "seizure_minutes",
    "deep_focal_motor_weakness": "has_deep_focal_weakness",
    "posturing": "has_posturing",
    "cn6_palsy": "has_cn6_palsy",
    "papilloedema": "has_papilloedema",
    "cushing_triad": "has_cushing_triad",
}
UNSCORED_COLUMNS = ("has_tremor", "has_myoclonus", "has_intracranial_haemorrhage")


def degrees(row: Observation) -> tuple[Decimal | None, Decimal | None]:
    """Return the temperature in C and in F: the one that was typed, and None."""
    # A row that is not saved yet holds what it was given, a whole number perhaps.
    as_typed = None if row.temperature is None else Decimal(row.temperature)
    if row.temperature_unit == TemperatureUnit.FAHRENHEIT:
        return None, as_typed
    return as_typed, None


def is_crs_assessment(row: Observation) -> bool:
    """Say whether anything was recorded that a CRS grade reads."""
    return any(getattr(row, column) not in (None, "") for column in _CRS_COLUMNS)


def is_icans_assessment(row: NeuroAssessment) -> bool:
    """Say whether anything was recorded that an ICANS grade reads."""
    return any(getattr(row, column) not in (None, "") for column in _ICANS_COLUMNS)


def crs_findings(
    row: Observation,
    *,
    by_log: frozenset[Vasoactive] = frozenset(),
    unnamed_by_log: int = 0,
    death: DiedOf | None = None,
) -> CrsFindings:
    """Read an observation; what the course knows (onset, drugs, day) is added by it.

    `by_log` are the vasopressors that the drug log has running at that moment: they count beside those
    that were seen, and so may `unnamed_by_log` more. `death` is that which followed the observation, None
    while the participant lived on.
    """
    in_c, in_f = degrees(row)
    seen = None if row.vasopressors is None else frozenset(map(Vasoactive, row.vasopressors))
    return CrsFindings(
        temp_c=in_c,
        temp_f=in_f,
        fever_other_cause=row.fever_has_other_cause,
        hypotension=row.has_hypotension,
        hypotension_other_cause=row.hypotension_has_other_cause,
        vasopressors=by_log or None if seen is None else seen | by_log,
        unnamed_vasopressors=unnamed_by_log,
        o2_device=OxygenDevice(row.o2_device) if row.o2_device else None,
        o2_flow_lpm=None if row.o2_flow_lpm is None else Decimal(row.o2_flow_lpm),
        hypoxia_other_cause=row.hypoxia_has_other_cause,
        ventilation_reason=VentilationReason(row.ventilation_reason) if row.ventilation_reason else None,
        death=death,
    )


def reading(row: Observation) -> Reading | None:
    """Read the temperature of an observation, None without one."""
    if row.temperature is None:
        return None
    in_c, in_f = degrees(row)
    return Reading(at=row.at, temperature_c=in_c, temperature_f=in_f, ref=str(row.pk))


def icans_findings(
    row: NeuroAssessment,
    *,
    born_on: date | None,
    on: date,
    is_delayed: bool | None,
    baseline: int | None,
    death: DiedOf | None = None,
) -> IcansFindings:
    """Read an assessment; `on` is its day at the site, `is_delayed` developmental delay at baseline."""
    return IcansFindings(
        dob=born_on,
        assessment_date=on,
        developmental_delay=is_delayed,
        attributable_to_icans=row.is_attributed_to_icans,
        ice_score=row.ice_score,
        ice_items=_ice_items(row),
        capd_score=row.capd_score,
        capd_unable=row.is_capd_impossible,
        baseline_capd=baseline,
        consciousness=Consciousness(row.consciousness) if row.consciousness else None,
        consciousness_other_cause=row.consciousness_has_other_cause,
        seizure=Seizure(row.seizure) if row.seizure else None,
        seizure_duration_min=row.seizure_minutes,
        returns_to_baseline=row.returns_to_baseline,
        deep_focal_motor_weakness=row.has_deep_focal_weakness,
        cerebral_oedema=CerebralOedema(row.cerebral_oedema) if row.cerebral_oedema else None,
        posturing=row.has_posturing,
        cn6_palsy=row.has_cn6_palsy,
        papilloedema=row.has_papilloedema,
        cushing_triad=row.has_cushing_triad,
        intracranial_haemorrhage=row.has_intracranial_haemorrhage,
        tremor_or_myoclonus=_either(row.has_tremor, row.has_myoclonus),
        death=death,
    )


def _either(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001
    """Say whether either is there; None while neither is and one of them is not recorded."""
    return True if one or other else None if None in (one, other) else False


def _ice_items(row: NeuroAssessment) -> tuple[bool | None, ...] | None:
    if row.ice_items is None:
        return None
    return tuple(row.ice_items.get(name) for name in ICE_ITEMS)


def given_dose(row: AnakinraDose) -> GivenDose | None:
    """Read a dose that was given, None for one that was not."""
    if row.dose_mg is None or row.state != DoseState.GIVEN:
        return None
    return GivenDose(
        at=row.at,
        dose_mg=without_idle_zeros(Decimal(row.dose_mg)),
        dosing_weight_kg=without_idle_zeros(Decimal(row.dosing_weight_kg)),
        schedule=Schedule(row.schedule),
        route=Route(row.route),
    )


def dose_entry(row: AnakinraDose) -> DoseEntry:
    """Read a dose, given or not, as the plan of the next one counts it."""
    return DoseEntry(at=row.at, schedule=Schedule(row.schedule), is_given=row.state == DoseState.GIVEN)


def exposure_of_dose(row: AnakinraDose) -> Exposure:
    """Read a given dose as a drug that masks fever."""
    return Exposure(row.at, frozenset({MedicationClass.ANTICYTOKINE}), is_anakinra=True)


def exposure_of_medication(row: Medication, zone: ZoneInfo) -> Exposure:
    """Read a medication: from its start to its stop, each as precise as it is known.

    A drug that goes on has no end. Of a day without a time, a month or a year each moment at the site is
    possible, and no other.
    """
    starts = _span_of(row.start, row.started_at, zone)
    stops = _span_of(row.stop, row.stopped_at, zone) if row.stop else (ALWAYS, ALWAYS)
    return Exposure(
        starts[0],
        frozenset(map(MedicationClass, row.classes)),
        given_by=min(starts[1], stops[1]),
        until_from=max(stops[0], starts[0]),
        until=stops[1],
        name=row.name,
    )


def _span_of(on: PartialDate, at: datetime | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first and the last moment that a date can mean; the moment itself where it is known."""
    if at is not None:
        return at, at
    after = _start_of(on.latest + timedelta(days=1), zone)
    return _start_of(on.earliest, zone), after - timedelta(microseconds=1)


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
