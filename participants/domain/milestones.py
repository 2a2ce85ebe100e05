"""The kinds of dated event from which a schedule counts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MilestoneKind(StrEnum):
    """An event of a participant's course that a schedule can be anchored to."""

    LEUKAPHERESIS = "leukapheresis"
    LD_START = "ld_start"
    INFUSION = "infusion"
    TREATMENT_START = "treatment_start"
    ANAKINRA_FIRST = "anakinra_first"
    ANAKINRA_LAST = "anakinra_last"
    RELAPSE = "relapse"
    HSCT = "hsct"
    NEW_THERAPY = "new_therapy"
    VISITS_ENDED = "visits_ended"

    @property
    def label(self) -> str:
        """The name that pages show."""
        return MILESTONE_NAMES[self]


MILESTONE_NAMES: dict[MilestoneKind, str] = {
    MilestoneKind.LEUKAPHERESIS: "Leukapheresis",
    MilestoneKind.LD_START: "Lymphodepletion start",
    MilestoneKind.INFUSION: "CAR-T infusion",
    MilestoneKind.TREATMENT_START: "First study treatment",
    MilestoneKind.ANAKINRA_FIRST: "First anakinra dose",
    MilestoneKind.ANAKINRA_LAST: "Last anakinra dose",
    MilestoneKind.RELAPSE: "Relapse",
    MilestoneKind.HSCT: "Stem cell transplantation",
    MilestoneKind.NEW_THERAPY: "New anticancer therapy",
    MilestoneKind.VISITS_ENDED: "End of visits, contact kept",
}

# These end the visits after them and begin survival contacts (clinical rules, section 9).
ENDS_VISITS = frozenset(
    {MilestoneKind.RELAPSE, MilestoneKind.HSCT, MilestoneKind.NEW_THERAPY, MilestoneKind.VISITS_ENDED}
)

# An event that was planned can be dated ahead; the others happen.
PLANNABLE = frozenset({MilestoneKind.LEUKAPHERESIS, MilestoneKind.LD_START, MilestoneKind.INFUSION})


@dataclass(frozen=True)
class KnownDate:
    """The date of an event that a schedule counts from; `is_planned` until it has happened."""

    kind: str
    on: date
    is_planned: bool


def dates_to_count_from(known: Iterable[KnownDate]) -> dict[str, KnownDate]:
    """Choose for each kind of event the one date that a schedule counts from.

    What happened goes before what is planned, and the first of several courses before a later
    one; only lymphodepletion counts from the last start that is not after the first infusion,
    because the infusion was postponed when there are two.

    Source: PACER design, clinical rules, sections 1 (course) and 10; the default schedule's anchors.
    """
    by_kind: dict[str, list[KnownDate]] = defaultdict(list)
    for event in known:
        by_kind[event.kind].append(event)
    chosen = {
        kind: min(events, key=lambda event: (event.is_planned, event.on)) for kind, events in by_kind.items()
    }
    starts = [event for event in by_kind.get(MilestoneKind.LD_START, []) if not event.is_planned]
    infusion = chosen.get(MilestoneKind.INFUSION)
    preceding = [
        event for event in starts if infusion is None or infusion.is_planned or event.on <= infusion.on
    ]
    if preceding:
        chosen[MilestoneKind.LD_START] = max(preceding, key=lambda event: event.on)
    return chosen
