"""Read from the dose and medication log whether fever may be masked.

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, Table 2, note on antipyretic and
anticytokine therapy. Anakinra counts as anticytokine [setting, on].
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MedicationClass(StrEnum):
    """The classes that grading reads."""

    ANTIPYRETIC = "antipyretic"
    ANTICYTOKINE = "anticytokine"
    STEROID = "steroid"
    VASOPRESSOR = "vasopressor"


_MASKING = frozenset({MedicationClass.ANTIPYRETIC, MedicationClass.ANTICYTOKINE, MedicationClass.STEROID})


@dataclass(frozen=True, slots=True)
class Exposure:
    """A drug that was given; `is_anakinra` marks the trial drug, whose class is a setting."""

    given_at: datetime
    classes: frozenset[MedicationClass]
    is_anakinra: bool = False

    def masks_fever(self, *, anakinra_counts: bool = True) -> bool:
        """Tell whether the drug is antipyretic or anticytokine; a steroid is."""
        if self.is_anakinra and anakinra_counts:
            return True
        return not self.is_anakinra and bool(self.classes & _MASKING)


def given_after_onset(
    exposures: Iterable[Exposure], *, onset_at: datetime | None, at: datetime, anakinra_counts: bool = True
) -> bool:
    """Tell whether an antipyretic or anticytokine drug was given since CRS began, up to an assessment.

    Both ends are included. Without an onset (None) nothing counts: premedication switches nothing off.
    """
    if onset_at is None:
        return False
    return any(
        onset_at <= each.given_at <= at and each.masks_fever(anakinra_counts=anakinra_counts)
        for each in exposures
    )
