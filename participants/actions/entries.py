"""Record an entry of a chart, correct it or take it back, whichever kind it is."""

from __future__ import annotations

from typing import Any, cast

from participants.actions.body import record_stay, record_weight, remove_stay, remove_weight
from participants.actions.dose import record_dose, remove_dose
from participants.actions.medicate import record_lab, record_medication, remove_lab, remove_medication
from participants.actions.observe import record_finding, remove_finding
from participants.audit import Actor
from participants.models import (
    AnakinraDose,
    HospitalStay,
    IntensiveCareStay,
    LabResult,
    Medication,
    NeuroAssessment,
    Observation,
    Weight,
)
from participants.models.base import Fact


def record_entry(*, by: Actor, row: Fact, replaces: Any = None, reason: str = "") -> Fact:
    """Record a new row, in place of the one that it replaces if there is one.

    Raises what the action of its kind raises, TypeError for a fact that is no entry.
    """
    how: dict[str, Any] = {"by": by, "replaces": replaces, "reason": reason}
    match row:
        case Observation() | NeuroAssessment():
            return cast(Fact, record_finding(finding=row, **how))
        case AnakinraDose():
            return record_dose(dose=row, **how)
        case Medication():
            return record_medication(medication=row, **how)
        case LabResult():
            return record_lab(result=row, **how)
        case Weight():
            return record_weight(weight=row, **how)
        case HospitalStay() | IntensiveCareStay():
            return cast(Fact, record_stay(stay=row, **how))
    raise TypeError(f"{type(row).__name__} is no entry of a chart")


def remove_entry(*, by: Actor, row: Fact, reason: str) -> None:
    """Take back what never was. Raises what the action of its kind raises, TypeError for no entry."""
    match row:
        case Observation() | NeuroAssessment():
            remove_finding(by=by, finding=row, reason=reason)
        case AnakinraDose():
            remove_dose(by=by, dose=row, reason=reason)
        case Medication():
            remove_medication(by=by, medication=row, reason=reason)
        case LabResult():
            remove_lab(by=by, result=row, reason=reason)
        case Weight():
            remove_weight(by=by, weight=row, reason=reason)
        case HospitalStay() | IntensiveCareStay():
            remove_stay(by=by, stay=row, reason=reason)
        case _:
            raise TypeError(f"{type(row).__name__} is no entry of a chart")
