"""Read from the dose and medication log whether fever may be masked.

Source: Lee et al., Biol Blood Marrow Transplant 2019;25:625-638, Table 2, note on antipyretic and
anticytokine therapy. Anakinra counts as anticytokine [setting, on]. That a date known in part gives no
grade where it could change it is the PACER design's, clinical rules 3.7.
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

    It began between `given_at` and `given_by` and was last given between `until_from` and `until`, all ends
    included. `given_by` None: it began at `given_at`. `until` None: a single dose. `until_from` None: it
    lasted to `until`. `name` is for people.
    """

    given_at: datetime
    classes: frozenset[MedicationClass]
    is_anakinra: bool = False
    until: datetime | None = None
    given_by: datetime | None = None
    until_from: datetime | None = None
    name: str = ""

    def masks_fever(self, *, anakinra_counts: bool = True) -> bool:
        """Tell whether the drug is antipyretic or anticytokine; a steroid is."""
        if self.is_anakinra and anakinra_counts:
            return True
        return not self.is_anakinra and bool(self.classes & _MASKING)

    def was_given(self, *, since: datetime, up_to: datetime) -> bool | None:
        """Tell whether it was given at any time from one moment to another, both included.

        None when its dates leave that open. A course that goes on over `since` was given.
        """
        latest_start = self.given_by or self.given_at
        latest_end = self.until or latest_start
        earliest_end = max(self.until_from or self.until or self.given_at, self.given_at)
        if self.given_at > up_to or latest_end < since:
            return False
        return True if latest_start <= up_to and earliest_end >= since else None


def given_after_onset(
    exposures: Iterable[Exposure], *, onset_at: datetime | None, at: datetime, anakinra_counts: bool = True
) -> bool | None:
    """Tell whether an antipyretic or anticytokine drug was given since CRS began, up to an assessment.

    Both ends are included; a course that goes on over the onset counts. Without an onset (None) nothing
    counts: premedication switches nothing off. None when only drugs whose dates are not fully known may
    have been given: such a date switches nothing on by itself, and nothing off.
    """
    if onset_at is None:
        return False
    masking = [each for each in exposures if each.masks_fever(anakinra_counts=anakinra_counts)]
    return _any(each.was_given(since=onset_at, up_to=at) for each in masking)


def masked_at(exposures: Iterable[Exposure], at: datetime, *, masked: timedelta) -> bool | None:
    """Tell whether fever may be masked: a drug that masks it was given at most `masked` ago, both included.

    None when only drugs whose dates are not fully known may have been given so.
    """
    drugs = [each for each in exposures if each.masks_fever()]
    return _any(each.was_given(since=at - masked, up_to=at) for each in drugs)


def undated(exposures: Iterable[Exposure], *, since: datetime, up_to: datetime) -> tuple[str, ...]:
    """Name the drugs that mask fever and whose dates leave open whether they were given in a span of time."""
    names = [
        each.name
        for each in exposures
        if each.masks_fever() and each.was_given(since=since, up_to=up_to) is None
    ]
    return tuple(dict.fromkeys(filter(None, names)))


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False
