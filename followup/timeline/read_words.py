"""The words of what was given at the bedside, from its rows."""

from __future__ import annotations

import re
from decimal import Decimal

from followup.timeline.joins import Breathing
from participants.domain.crs_findings import OxygenDevice
from participants.models import AnakinraDose, DoseState, Medication

_LOW = frozenset({OxygenDevice.NASAL_CANNULA, OxygenDevice.BLOW_BY})
_NASAL = frozenset({OxygenDevice.NASAL_CANNULA, OxygenDevice.HIGH_FLOW_NASAL_CANNULA})
LOW_FLOW_UP_TO_LPM = 6
_NAMES = {
    OxygenDevice.NONE: "room air",
    OxygenDevice.CPAP: "CPAP",
    OxygenDevice.BIPAP: "BiPAP",
    OxygenDevice.HIGH_FLOW_NASAL_CANNULA: "high-flow cannula",
    OxygenDevice.SIMPLE_FACEMASK: "face mask",
    OxygenDevice.NONREBREATHER: "non-rebreather",
    OxygenDevice.INVASIVE_VENTILATION: "ventilation",
}


def plain(number: Decimal) -> str:
    """Write a number without trailing zeros: `68.5`."""
    return f"{number.normalize():f}"


def breathing(device: str, flow_lpm: Decimal | None) -> Breathing:
    """Say what somebody breathes with: half height is low flow, up to 6 L/min (ASTCT 2019)."""
    known = OxygenDevice(device)
    if known is OxygenDevice.NONE:
        return Breathing("room air", 0)
    name = _NAMES.get(known, known.replace("_", " "))
    is_low = known in _LOW or (known in _NASAL and flow_lpm is not None and flow_lpm <= LOW_FLOW_UP_TO_LPM)
    words = name if flow_lpm is None else f"{name} {plain(flow_lpm)} L/min"
    return Breathing(words, 1 if is_low and (flow_lpm is None or flow_lpm <= LOW_FLOW_UP_TO_LPM) else 2)


def dose_words(row: AnakinraDose) -> str:
    """Describe a dose: `anakinra 68.5 mg IV, q12h = 2.5 mg/kg × 27.4 kg`."""
    if row.state != DoseState.GIVEN or row.dose_mg is None:
        words = f"anakinra dose {row.get_state_display().lower()}: {row.reason_note}"
    else:
        per_kg = (row.dose_mg / row.dosing_weight_kg).quantize(Decimal("0.1"))
        words = (
            f"anakinra {plain(row.dose_mg)} mg {row.get_route_display()}, {row.schedule} "
            f"({per_kg} mg/kg × {plain(row.dosing_weight_kg)} kg)"
        )
        if row.reason_note:
            words += f", {row.reason_note}"
    before = row.crs_grade_before
    return words if before is None else f"{words}; CRS grade {before} before the dose"


def drug_words(row: Medication) -> str:
    """Describe a drug with the grades at its start."""
    grades = [
        f"{name} grade {grade}"
        for name, grade in (("CRS", row.crs_grade_at_start), ("ICANS", row.icans_grade_at_start))
        if grade is not None
    ]
    rescue = ["rescue"] if row.is_rescue else []
    return ", ".join([f"{row.name} {row.dose}".strip(), *rescue, *grades])


def without_grade(reason: str) -> str:
    """Leave away what the mark says already: the grade before a reason."""
    return re.sub(r"^Grade \d: ", "", reason).removesuffix(".")
