"""Read from the dose and medication log whether fever may be masked.

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, Table 2, note on antipyretic and
anticytokine therapy. Anakinra counts as anticytokine [setting, on].
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    """A drug that was given; `is_anakinra` marks the trial drug, whose class is a setting.

    `until` is the last moment at which it may have been given, None for a single dose.
    """

    given_at: datetime
    classes: frozenset[MedicationClass]
    is_anakinra: bool = False
    until: datetime | None = None

    def masks_fever(self, *, anakinra_counts: bool = True) -> bool:
        """Tell whether the drug is antipyretic or anticytokine; a steroid is."""
        if self.is_anakinra and anakinra_counts:
            return True
        return not self.is_anakinra and bool(self.classes & _MASKING)

    def doses(self, *, by: datetime) -> tuple[datetime, ...]:
        """List the moments up to one, included, at which it was given: of a longer course one a day."""
        last = min(self.until or self.given_at, by)
        days = max((last - self.given_at).days, 0)
        daily = [self.given_at + timedelta(days=day) for day in range(days + 1)]
        return tuple(moment for moment in dict.fromkeys([*daily, last]) if self.given_at <= moment <= by)


def given_after_onset(
    exposures: Iterable[Exposure], *, onset_at: datetime | None, at: datetime, anakinra_counts: bool = True
) -> bool:
    """Tell whether an antipyretic or anticytokine drug was given since CRS began, up to an assessment.

    Both ends are included; a course that goes on over the onset counts. Without an onset (None) nothing
    counts: premedication switches nothing off.
    """
    if onset_at is None:
        return False
    return any(
        each.given_at <= at
        and onset_at <= (each.until or each.given_at)
        and each.masks_fever(anakinra_counts=anakinra_counts)
        for each in exposures
    )
