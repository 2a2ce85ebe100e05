"""What happens in the demo beside the schedule, by the number of the participant. All invented.

Days count from the infusion; what lies after a participant's day of the demo has not happened yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from participants.actions.propose import DEATH, GRADE, INTENSIVE_CARE
from participants.domain.death_causes import DeathCause
from participants.models import InfectionOutcome, InfectionRoute, InfectionSite, InfectionType


@dataclass(frozen=True)
class InfectionBeat:
    """An infection with its days; `ends` None goes on."""

    day: int
    kind: InfectionType
    site: InfectionSite
    organism: str
    treatment: str
    route: InfectionRoute
    ends: int | None = None
    in_hospital: bool = False
    on_anakinra: bool | None = None
    outcome: InfectionOutcome = InfectionOutcome.RESOLVED


@dataclass(frozen=True)
class EventBeat:
    """An adverse event: its grades by day, when it ended, and how likely each is a cause."""

    term: str
    grades: tuple[tuple[int, int], ...]
    ends: int | None = None
    causes: tuple[str, str, str, str] = ("unlikely", "possible", "unlikely", "unrelated")
    version: str = "5.0"
    action: str = ""
    serious: tuple[str, ...] = ()
    # Hours from the site's awareness to its report; None is not reported yet.
    reported_after_hours: float | None = 5
    # Hours before now at which the site became aware, for an event whose clock runs.
    aware_hours_ago: float | None = None
    # The day on which the site became aware; None is the day of the last grade.
    aware_on: int | None = None
    is_confirmed: bool = True
    is_fatal: bool = False
    # The investigator's judgement of dose limitation with its reason; None is not assessed.
    dlt: tuple[bool, str] | None = None
    # The rules whose proposals this event settles.
    settles: tuple[str, ...] = ()
    # Days from the site's report to the sponsor's own, and to its follow-up.
    passed_on_after_days: tuple[int, ...] = ()


VIRAL, BACTERIAL, FUNGAL = InfectionType.VIRAL, InfectionType.BACTERIAL, InfectionType.FUNGAL
ORAL, IV, NONE = InfectionRoute.ORAL, InfectionRoute.IV, InfectionRoute.NONE

# Of anakinra, the CAR-T cells, the lymphodepletion and the disease.
BY_CELLS = ("unlikely", "definite", "unrelated", "unrelated")
BY_ALL = ("possible", "possible", "possible", "unlikely")
BY_LYMPHODEPLETION = ("unlikely", "possible", "definite", "possible")
BY_DRUG = ("definite", "unrelated", "unrelated", "unrelated")

# By the number of the participant.
INFECTIONS: dict[int, tuple[InfectionBeat, ...]] = {
    1: (
        InfectionBeat(
            9, BACTERIAL, InfectionSite.BLOODSTREAM_LINE, "Staphylococcus epidermidis", "vancomycin", IV, 19,
            in_hospital=True, on_anakinra=True,
        ),
        InfectionBeat(74, VIRAL, InfectionSite.UPPER_RESPIRATORY, "Rhinovirus", "", NONE, 81),
    ),
    3: (
        InfectionBeat(
            41, VIRAL, InfectionSite.GASTROINTESTINAL, "Adenovirus", "cidofovir", IV, 66, in_hospital=True
        ),
    ),
    6: (
        InfectionBeat(33, BACTERIAL, InfectionSite.URINARY, "Escherichia coli", "co-trimoxazole", ORAL, 40),
        InfectionBeat(46, BACTERIAL, InfectionSite.URINARY, "Escherichia coli", "cefixime", ORAL, 53),
    ),
    8: (
        InfectionBeat(
            12, FUNGAL, InfectionSite.LOWER_RESPIRATORY, "Aspergillus fumigatus", "voriconazole", IV, 60,
            in_hospital=True, on_anakinra=False,
        ),
    ),
    14: (InfectionBeat(20, VIRAL, InfectionSite.UPPER_RESPIRATORY, "Influenza A", "oseltamivir", ORAL, 25),),
    16: (InfectionBeat(22, VIRAL, InfectionSite.SKIN, "Herpes simplex", "aciclovir", ORAL, 30),),
    20: (
        InfectionBeat(
            10, BACTERIAL, InfectionSite.BLOODSTREAM_LINE, "Escherichia coli", "meropenem", IV,
            in_hospital=True, on_anakinra=False, outcome=InfectionOutcome.ONGOING,
        ),
    ),
}  # fmt: skip

EVENTS: dict[int, tuple[EventBeat, ...]] = {
    1: (EventBeat("Neutrophil count decreased", ((-2, 3), (4, 4), (16, 3), (24, 2)), 33),),
    3: (
        EventBeat(
            "Hypotension", ((2, 3), (4, 2), (5, 1)), 8, BY_CELLS, serious=("hospitalisation",), aware_on=2,
            settles=(INTENSIVE_CARE,), passed_on_after_days=(9, 20),
        ),
        EventBeat("Encephalopathy", ((6, 2),), 9),
        EventBeat(
            "Sepsis", ((197, 3), (201, 4)), 203, ("unlikely", "possible", "unrelated", "unlikely"),
            serious=("death",), aware_on=203, settles=(DEATH,), passed_on_after_days=(4, 15), is_fatal=True,
        ),
    ),
    4: (EventBeat("Febrile neutropenia", ((3, 3),), 8),),
    8: (
        EventBeat("Neutrophil count decreased", ((2, 3), (6, 4), (15, 2)), 19, BY_LYMPHODEPLETION),
        EventBeat("Alanine aminotransferase increased", ((6, 2), (8, 3), (12, 2)), 15, BY_ALL),
        EventBeat(
            "Cytokine release syndrome", ((2, 1), (4, 2), (5, 3), (6, 4), (7, 3), (9, 2)), 10, BY_CELLS,
            action="anakinra every 6 h, tocilizumab, dexamethasone", serious=("life_threatening",),
            dlt=(False, "expected of the cells, resolved within a week"),
            reported_after_hours=5.5, aware_on=6, settles=(GRADE, INTENSIVE_CARE),
            passed_on_after_days=(4, 17),
        ),
        EventBeat(
            "Lung infection", ((12, 3), (14, 4), (20, 3)), 60, BY_ALL,
            action="anakinra had ended; voriconazole", serious=("life_threatening", "hospitalisation"),
            dlt=(True, "grade 4, anakinra a possible cause"),
            passed_on_after_days=(5, 18),
        ),
    ),
    13: (EventBeat("Alanine aminotransferase increased", ((6, 2), (9, 3), (15, 1)), 25),),
    14: (EventBeat("Platelet count decreased", ((5, 3), (9, 4), (30, 2)), 44),),
    17: (EventBeat("Injection site reaction", ((4, 1),), 7, BY_DRUG),),
    19: (EventBeat("Fever", ((8, 1),), 9),),
    20: (
        EventBeat(
            "Sepsis", ((10, 3), (12, 4)), None, ("possible", "possible", "probable", "unlikely"),
            action="meropenem, fluids", serious=("life_threatening",), reported_after_hours=29,
        ),
        EventBeat("Immune effector cell-associated neurotoxicity syndrome", ((7, 1),), 9, version="6.0"),
    ),
    21: (
        EventBeat(
            "Hypoxia", ((5, 3),), None, ("unlikely", "probable", "unrelated", "unrelated"),
            serious=("hospitalisation",), reported_after_hours=None, aware_hours_ago=19.5, is_confirmed=False,
        ),
    ),
    23: (EventBeat("Cytokine release syndrome", ((3, 1), (4, 2)), None, ("", "", "", "")),),
}  # fmt: skip

NO_RESPONSE, WITHOUT_COUNTS = {7, 12}, {2, 9, 16}
CAUSES = {
    3: (DeathCause.INFECTION, (DeathCause.ORGAN_FAILURE,)),
    7: (DeathCause.LEUKAEMIA, ()),
}
