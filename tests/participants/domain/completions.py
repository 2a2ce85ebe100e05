"""The slow and obvious way to grade incomplete findings: fill in everything that is missing, in every way.

The complete cases are graded by plain conditions, written apart from the code under test.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any, TypeVar

from participants.domain.crs_findings import CrsFindings, OxygenDevice, VentilationReason
from participants.domain.grade import Death
from participants.domain.icans_findings import CerebralOedema, Consciousness, IcansFindings, Seizure
from tests.participants.domain.findings import NOREPINEPHRINE, TWO_VASOPRESSORS

F = TypeVar("F", CrsFindings, IcansFindings)

_CRS_WAYS: dict[str, list[Any]] = {
    "temp_c": [Decimal("37"), Decimal("38")],
    "vasopressors": [frozenset(), NOREPINEPHRINE, TWO_VASOPRESSORS],
    "o2_device": list(OxygenDevice),
    "o2_flow_lpm": [Decimal("6"), Decimal("6.1")],
    "ventilation_reason": list(VentilationReason),
}
_CRS_LEFT = {"temp_f", "death", "days_post_infusion"}
_ICANS_WAYS: dict[str, list[Any]] = {
    "dob": [date(2013, 6, 16), date(2013, 6, 15)],
    "ice_score": [0, 2, 3, 6, 7, 9, 10],
    "capd_score": [0, 1, 8, 9],
    "consciousness": list(Consciousness),
    "seizure": list(Seizure),
    "seizure_duration_min": [Decimal("5"), Decimal("5.1")],
    "cerebral_oedema": list(CerebralOedema),
}
_ICANS_LEFT = {
    "assessment_date",
    "ice_items",
    "baseline_capd",
    "death",
    "intracranial_haemorrhage",
    "tremor_or_myoclonus",
}


def crs_grades(findings: CrsFindings) -> set[int]:
    """Return the grades of all completions."""
    left = _CRS_LEFT | ({"temp_c"} if findings.temp_f is not None else set())
    return {_complete_crs(each) for each in _completed(findings, _CRS_WAYS, left)}


def icans_grades(findings: IcansFindings) -> set[int]:
    """Return the grades of all completions; a CAPD with a score was performed."""
    scored = findings.capd_score is not None
    left = _ICANS_LEFT | ({"capd_unable"} if scored else set())
    return {_complete_icans(each) for each in _completed(findings, _ICANS_WAYS, left)}


def _completed(findings: F, ways: dict[str, list[Any]], left: set[str]) -> Iterator[F]:
    names = [each.name for each in fields(findings) if each.name not in left]
    missing = [name for name in names if getattr(findings, name) is None]
    for values in product(*(ways.get(name, [False, True]) for name in missing)):
        yield replace(findings, **dict(zip(missing, values, strict=True)))


def _complete_crs(f: CrsFindings) -> int:
    if f.death is Death.CRS:
        return 5
    hot = (f.temp_c is not None and f.temp_c >= 38) or (f.temp_f is not None and f.temp_f >= Decimal("100.4"))
    fever = hot and not f.fever_other_cause
    exception = f.prior_crs_this_episode and f.antipyretic_or_anticytokine_after_onset
    worst = max(_complete_pressure(f), _complete_oxygen(f))
    if fever:
        return max(worst, 1)
    return worst if exception else 0


def _complete_pressure(f: CrsFindings) -> int:
    drugs = {str(drug) for drug in f.vasopressors or ()} - {"milrinone", "dobutamine"}
    if f.hypotension_other_cause:
        return 0
    if len(drugs - {"vasopressin"}) >= 2:
        return 4
    return 3 if drugs else 2 if f.hypotension else 0


def _complete_oxygen(f: CrsFindings) -> int:
    device = str(f.o2_device)
    if f.hypoxia_other_cause or device == "none":
        return 0
    if device == "invasive_ventilation":
        return 4 if f.ventilation_reason == "hypoxia" else 0
    if device in ("cpap", "bipap"):
        return 4
    if device in ("nasal_cannula", "high_flow_nasal_cannula"):
        return 2 if (f.o2_flow_lpm or 0) <= 6 else 3
    return 2 if device == "blow_by" else 3


def _complete_icans(f: IcansFindings) -> int:
    if f.death is Death.ICANS:
        return 5
    if not f.attributable_to_icans:
        return 0
    signs = (f.posturing, f.cn6_palsy, f.papilloedema, f.cushing_triad, f.deep_focal_motor_weakness)
    oedema = {"none": 0, "focal": 3, "diffuse": 4}[str(f.cerebral_oedema)]
    return max(_complete_cognition(f), _complete_waking(f), _complete_seizure(f), oedema, 4 * any(signs))


def _complete_cognition(f: IcansFindings) -> int:
    assert f.dob is not None
    assert f.assessment_date is not None
    is_twelve = (f.assessment_date.year - 12, f.assessment_date.month, f.assessment_date.day) >= (
        f.dob.year,
        f.dob.month,
        f.dob.day,
    )
    if is_twelve and not f.developmental_delay:
        assert f.ice_score is not None
        return [3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 0][f.ice_score]
    if f.capd_unable:
        return 4
    assert f.capd_score is not None
    return 3 if f.capd_score >= 9 else min(f.capd_score, 1)


def _complete_waking(f: IcansFindings) -> int:
    grades = {"spontaneous": 0, "voice": 2, "tactile": 3, "vigorous_tactile": 4, "unarousable": 4}
    return 0 if f.consciousness_other_cause else grades[str(f.consciousness)]


def _complete_seizure(f: IcansFindings) -> int:
    if str(f.seizure) == "none":
        return 0
    if (f.seizure_duration_min or 0) > 5:
        return 4
    return 4 if str(f.seizure) == "repetitive" and not f.returns_to_baseline else 3
