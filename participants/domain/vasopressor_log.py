"""Read from the drug log which vasopressors run at a moment: one that runs is hypotension that needs it.

Source: PACER design, clinical rules, sections 3.6 and 5. The names are those of the consensus (Lee et al.,
Biol Blood Marrow Transplant 2019;25:625-638) and the other nonproprietary names of the same drugs.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from participants.domain.crs_findings import Vasoactive
from participants.domain.exposure import Exposure, MedicationClass

_WORDS = re.compile(r"[^\W\d_]+")
_NAMES = {
    Vasoactive.NOREPINEPHRINE: {"norepinephrine", "noradrenaline"},
    Vasoactive.EPINEPHRINE: {"epinephrine", "adrenaline"},
    Vasoactive.VASOPRESSIN: {"vasopressin", "argipressin"},
    Vasoactive.DOPAMINE: {"dopamine"},
    Vasoactive.PHENYLEPHRINE: {"phenylephrine"},
    Vasoactive.ANGIOTENSIN_II: {"angiotensin"},
    Vasoactive.MILRINONE: {"milrinone"},
    Vasoactive.DOBUTAMINE: {"dobutamine"},
}


def vasoactive_named(name: str) -> Vasoactive | None:
    """Return the infusion that a drug's name means, as it is written in a log; None for another drug."""
    words = set(_WORDS.findall(name.casefold()))
    return next((drug for drug, names in _NAMES.items() if words & names), None)


def running_by_log(exposures: Iterable[Exposure], at: datetime) -> frozenset[Vasoactive]:
    """Return the vasopressors that the log has running at a moment, its start included, its stop not.

    A drug counts by its class; one whose dates leave open whether it ran does not.
    """
    named = map(vasoactive_named, _names_running(exposures, at))
    return frozenset(drug for drug in named if drug is not None)


def unnamed_by_log(exposures: Iterable[Exposure], at: datetime) -> tuple[str, ...]:
    """Return the names of the drugs that run as in running_by_log, and by which no vasopressor is known.

    A brand or a slip of the pen: only a person can tell what it counts as.
    """
    return tuple(sorted({name for name in _names_running(exposures, at) if vasoactive_named(name) is None}))


def _names_running(exposures: Iterable[Exposure], at: datetime) -> list[str]:
    return [
        each.name for each in exposures if MedicationClass.VASOPRESSOR in each.classes and _runs(each, at)
    ]


def _runs(drug: Exposure, at: datetime) -> bool:
    is_over = drug.until is not None and drug.until <= at
    return not is_over and drug.was_given(since=at, up_to=at) is True
