"""Causes of death: one main cause, and those that contributed.

Source: PACER design, clinical rules, sections 7 (grade 5) and 8 (main cause after a relapse).
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum


class DeathCause(StrEnum):
    """What somebody died of."""

    LEUKAEMIA = "leukaemia"
    CRS = "crs"
    ICANS = "icans"
    INFECTION = "infection"
    HAEMORRHAGE = "haemorrhage"
    ORGAN_FAILURE = "organ_failure"
    TRANSPLANT = "transplant"
    SECOND_CANCER = "second_cancer"
    OTHER = "other"
    UNKNOWN = "unknown"


CAUSE_NAMES: dict[DeathCause, str] = {
    DeathCause.LEUKAEMIA: "Leukaemia: relapse, progression or no response",
    DeathCause.CRS: "Cytokine release syndrome",
    DeathCause.ICANS: "ICANS",
    DeathCause.INFECTION: "Infection",
    DeathCause.HAEMORRHAGE: "Haemorrhage",
    DeathCause.ORGAN_FAILURE: "Organ failure or toxicity",
    DeathCause.TRANSPLANT: "Complication of transplantation",
    DeathCause.SECOND_CANCER: "Second cancer",
    DeathCause.OTHER: "Other cause",
    DeathCause.UNKNOWN: "Unknown",
}

INFECTION_CLASS = "Infections and infestations"
_BY_TERM = {
    "cytokine release syndrome": DeathCause.CRS,
    "immune effector cell-associated neurotoxicity syndrome": DeathCause.ICANS,
    "intracranial hemorrhage": DeathCause.HAEMORRHAGE,
}
# A toxicity that is none of these can have killed by any cause but the leukaemia itself.
_OF_OTHER_TERMS = frozenset(DeathCause) - {DeathCause.LEUKAEMIA, DeathCause.UNKNOWN, *_BY_TERM.values()}


def check_causes(
    main: DeathCause | None, contributory: Collection[DeathCause], *, died_on: date, relapsed_on: date | None
) -> None:
    """Refuse causes that contradict each other or the relapse; `main` None is not yet known.

    Raises ValueError for a contributory cause without a main one, for a cause that is named as
    both, and for another main cause than the leukaemia when a relapse came before the death
    (the same day included): what else played a part is contributory.
    """
    if main is None and contributory:
        raise ValueError("Name the main cause first.")
    if main in contributory:
        raise ValueError("A cause is either the main one or contributory.")
    relapsed_before = relapsed_on is not None and relapsed_on <= died_on
    if main is not None and relapsed_before and main is not DeathCause.LEUKAEMIA:
        raise ValueError(
            "A relapse came before the death: the leukaemia is the main cause, the others are contributory."
        )


def causes_of_grade_5(term: str, organ_class: str) -> frozenset[DeathCause]:
    """Return the causes of which a death must name one when an event of this term is graded 5.

    `organ_class` is the CTCAE system organ class, "" for a term that is not in the list.
    """
    if organ_class == INFECTION_CLASS:
        return frozenset({DeathCause.INFECTION})
    known = _BY_TERM.get(term.strip().lower())
    return frozenset({known}) if known else _OF_OTHER_TERMS
