"""The infections of one participant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from participants.domain.roles import Capability
from participants.episodes import earlier_of
from participants.models import Infection, Participant, StaffMember

INFECTIONS_CSV_HEAD = (
    "study_id", "onset_on", "type", "site", "organism", "specimen", "documented", "anc", "igg", "on_anakinra",
    "on_steroid", "on_tocilizumab", "treatment", "route", "hospitalised", "intensive_care", "severity",
    "ctcae_version", "ctcae_term", "ctcae_grade", "outcome", "ended_on", "is_part_of_onset",
)  # fmt: skip


@dataclass(frozen=True)
class InfectionRow:
    """One infection; `earlier` is the entry that it may be one episode with, None when nobody is asked."""

    infection: Infection
    earlier: Infection | None

    @property
    def at_onset(self) -> str:
        """What was being given at the onset, and the counts, in words."""
        one = self.infection
        given = [
            name
            for name, held in (
                ("anakinra", one.on_anakinra),
                ("steroid", one.on_steroid),
                ("tocilizumab", one.on_tocilizumab),
            )
            if held
        ]
        counts = [
            f"{name} {value.normalize():f}"
            for name, value in (("ANC", one.anc_at_onset), ("IgG", one.igg_at_onset))
            if value is not None
        ]
        return ", ".join([*counts, *([f"on {' and '.join(given)}"] if given else [])])


@dataclass(frozen=True)
class InfectionsPage:
    """Episodes in order of onset; entries that belong to an episode follow it."""

    rows: list[InfectionRow]
    episodes: int
    same_days: int

    @property
    def asked(self) -> list[InfectionRow]:
        """The entries about which somebody has to decide."""
        return [row for row in self.rows if row.earlier is not None]


def read_infections(participant: Participant) -> InfectionsPage:
    """Read the infections that stand."""
    found = Infection.objects.standing().filter(participant=participant).select_related("part_of")
    infections = list(found.order_by("onset_on", "pk"))
    within = participant.site.study.same_infection_days
    rows = [InfectionRow(one, earlier_of(one, infections, within_days=within)) for one in infections]
    return InfectionsPage(rows, sum(one.part_of_id is None for one in infections), within)


def infection_rows(person: StaffMember, participant: Participant) -> Iterable[tuple[object, ...]]:
    """Yield the infections as rows of a file."""
    rows = Infection.objects.visible_to(person, Capability.EXPORT).standing().filter(participant=participant)
    for one in rows.select_related("part_of"):
        yield (
            participant.study_id, one.onset_on, one.kind, one.body_site, one.organism, one.specimen,
            one.is_documented, one.anc_at_onset, one.igg_at_onset, one.on_anakinra, one.on_steroid,
            one.on_tocilizumab, one.treatment, one.route, one.was_hospitalised, one.was_in_icu, one.severity,
            one.ctcae_version, one.ctcae_term, one.ctcae_grade, one.outcome, one.ended_on,
            one.part_of.onset_on if one.part_of else None,
        )  # fmt: skip
