"""Findings in a line each, as a chart would write them."""

from __future__ import annotations

from participants.forms.doses import plain
from participants.forms.neuro import FLAGS, UNSCORED
from participants.forms.vitals import DEVICE_NAMES
from participants.models import NeuroAssessment, Observation, TemperatureUnit

_SEIZURES = {
    "none": "no seizure",
    "clinical": "clinical seizure",
    "nonconvulsive_eeg": "seizure on EEG",
    "repetitive": "repetitive seizures",
}
_AWAKENS = {
    "spontaneous": "awakens spontaneously",
    "voice": "awakens to voice",
    "tactile": "awakens to touch only",
    "vigorous_tactile": "awakens to vigorous touch",
    "unarousable": "unarousable",
}
NAMES = {str(key): name for key, name in DEVICE_NAMES.items()}


def temperature_words(row: Observation) -> str:
    """Write the temperature in the unit that was typed."""
    if row.temperature is None:
        return ""
    return f"{row.temperature:.1f} {TemperatureUnit(row.temperature_unit).label}"


def vitals_words(row: Observation) -> str:
    """Write an observation in a line."""
    parts = [temperature_words(row)]
    if row.systolic_mmhg is not None:
        parts.append(f"{row.systolic_mmhg}/{row.diastolic_mmhg} mmHg")
    if row.heart_rate_per_min is not None:
        parts.append(f"{row.heart_rate_per_min}/min")
    if row.has_hypotension:
        parts.append("hypotension")
    parts += [*support_parts(row), _causes(row), row.note]
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)


def support_parts(row: Observation) -> list[str]:
    """Write the running infusions and the oxygen, each by itself."""
    parts = [name.replace("_", " ") for name in row.vasopressors or []]
    if row.o2_device and row.o2_device != "none":
        flow = f" {plain(row.o2_flow_lpm)} L/min" if row.o2_flow_lpm is not None else ""
        parts.append(f"{NAMES.get(row.o2_device, row.o2_device).lower()}{flow}")
    return parts


def _causes(row: Observation) -> str:
    other = [sign for sign in ("fever", "hypotension", "hypoxia") if getattr(row, f"{sign}_has_other_cause")]
    return f"{' and '.join(other)} from another cause" if other else ""


def unscored_parts(row: NeuroAssessment) -> list[str]:
    """Write what was seen besides, and counts for no grade of ICANS."""
    found = [words for name, words in UNSCORED.items() if getattr(row, name)]
    return [words.lower().replace("\N{SOFT HYPHEN}", "") for words in found]


def neuro_words(row: NeuroAssessment) -> str:
    """Write an assessment in a line."""
    parts = ["baseline"] if row.is_baseline else []
    if row.ice_score is not None:
        parts.append(f"ICE {row.ice_score}")
    if row.is_capd_impossible:
        parts.append("CAPD cannot be performed")
    elif row.capd_score is not None:
        parts.append(f"CAPD {row.capd_score}")
    parts.append(_AWAKENS.get(row.consciousness, ""))
    parts.append("sedated" if row.consciousness_has_other_cause else "")
    parts.append(_SEIZURES.get(row.seizure, "") if row.seizure != "none" else "")
    parts.append("deep focal weakness" if row.has_deep_focal_weakness else "")
    parts.append(f"{row.cerebral_oedema} oedema" if row.cerebral_oedema not in {"", "none"} else "")
    parts += [words.lower() for name, words in FLAGS.items() if getattr(row, name)]
    parts += unscored_parts(row)
    if not any(parts) and row.has_tremor is False:
        parts.append("no tremor, myoclonus or haemorrhage")
    parts.append("attributed to another cause" if row.is_attributed_to_icans is False else "")
    return " \N{MIDDLE DOT} ".join(part for part in [*parts, row.note] if part)
