"""Findings of an assessment at which everything is recorded and nothing is wrong, to change one thing of."""

from datetime import date
from decimal import Decimal
from typing import Any

from participants.domain.crs_findings import CrsFindings, OxygenDevice, Vasoactive
from participants.domain.icans_findings import CerebralOedema, Consciousness, IcansFindings, Seizure

ASSESSED_ON = date(2025, 6, 15)
AGED_16 = date(2009, 3, 10)
AGED_8 = date(2017, 5, 1)

NOREPINEPHRINE = frozenset({Vasoactive.NOREPINEPHRINE})
TWO_VASOPRESSORS = frozenset({Vasoactive.NOREPINEPHRINE, Vasoactive.EPINEPHRINE})


def crs(**changes: Any) -> CrsFindings:
    """Return the findings of a well, afebrile participant on D+5, changed; a text becomes a Decimal."""
    well: dict[str, Any] = {
        "temp_c": "37.0",
        "temp_f": None,
        "fever_other_cause": False,
        "prior_crs_this_episode": False,
        "antipyretic_or_anticytokine_after_onset": False,
        "hypotension": False,
        "hypotension_other_cause": False,
        "vasopressors": frozenset(),
        "o2_device": OxygenDevice.NONE,
        "o2_flow_lpm": None,
        "hypoxia_other_cause": False,
        "ventilation_reason": None,
        "days_post_infusion": 5,
    }
    return CrsFindings(**_decimals(well | changes, "temp_c", "temp_f", "o2_flow_lpm"))


def febrile(**changes: Any) -> CrsFindings:
    """Return the findings of a participant with 38.8 °C and no other sign, changed."""
    return crs(**({"temp_c": "38.8"} | changes))


def icans(**changes: Any) -> IcansFindings:
    """Return the findings of a well participant of 16 years with an ICE of 10, changed."""
    well: dict[str, Any] = {
        "dob": AGED_16,
        "assessment_date": ASSESSED_ON,
        "developmental_delay": False,
        "attributable_to_icans": True,
        "ice_score": 10,
        "capd_unable": False,
        "consciousness": Consciousness.SPONTANEOUS,
        "consciousness_other_cause": False,
        "seizure": Seizure.NONE,
        "deep_focal_motor_weakness": False,
        "cerebral_oedema": CerebralOedema.NONE,
        "posturing": False,
        "cn6_palsy": False,
        "papilloedema": False,
        "cushing_triad": False,
        "intracranial_haemorrhage": False,
        "tremor_or_myoclonus": False,
    }
    return IcansFindings(**_decimals(well | changes, "seizure_duration_min"))


def child(**changes: Any) -> IcansFindings:
    """Return the findings of a well participant of 8 years with a CAPD of 0, changed."""
    return icans(**({"dob": AGED_8, "ice_score": None, "capd_score": 0} | changes))


def _decimals(values: dict[str, Any], *names: str) -> dict[str, Any]:
    read = {name: Decimal(values[name]) for name in names if isinstance(values.get(name), str)}
    return values | read
