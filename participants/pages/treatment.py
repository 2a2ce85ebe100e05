"""The dated events of a course, as they stand and as they were before a correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from participants.domain.milestones import PLANNABLE, MilestoneKind
from participants.models import CarTProduct, Milestone, Participant

# Recorded by another page, with a withdrawal.
_ELSEWHERE = frozenset({MilestoneKind.VISITS_ENDED})


@dataclass(frozen=True)
class EventRow:
    """One kind of event with what is known of it; `entries` are those that stand, by course."""

    kind: MilestoneKind
    entries: list[Milestone]
    earlier: list[Milestone]
    may_be_planned: bool
    # The day that another page has, where no entry of its own stands.
    of_product_on: date | None = None

    @property
    def label(self) -> str:
        """The name of the event."""
        return self.kind.label

    @property
    def is_known(self) -> bool:
        """Say whether it has happened."""
        return any(not entry.is_planned for entry in self.entries)


@dataclass(frozen=True)
class TreatmentPage:
    """What was given when."""

    events: list[EventRow]
    product: CarTProduct | None

    @property
    def has_ended(self) -> bool:
        """Say whether the last dose of anakinra is on record."""
        return any(event.kind is MilestoneKind.ANAKINRA_LAST and event.is_known for event in self.events)


def read_treatment(participant: Participant) -> TreatmentPage:
    """Read the events of a participant, those that a correction replaced included."""
    rows = list(Milestone.objects.filter(participant=participant).select_related("recorded_by"))
    product = CarTProduct.objects.filter(participant=participant).first()
    events = [
        EventRow(
            kind,
            sorted(
                (row for row in rows if row.kind == kind and row.stands),
                key=lambda row: (row.course, row.is_planned),
            ),
            [row for row in rows if row.kind == kind and not row.stands],
            kind in PLANNABLE,
            product.leukapheresis_on if product and kind is MilestoneKind.LEUKAPHERESIS else None,
        )
        for kind in MilestoneKind
    ]
    shown = [event for event in events if event.entries or event.kind not in _ELSEWHERE]
    return TreatmentPage(shown, product)
