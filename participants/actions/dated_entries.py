"""The days that a record tells of: events, entries of the chart, responses, what was reported."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from participants.domain.bounds import AFTER_RULES, BEFORE_CONSENT, DAY_RULES
from participants.domain.milestones import MilestoneKind
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    DoseState,
    HospitalStay,
    Infection,
    IntensiveCareStay,
    LabResult,
    Medication,
    Milestone,
    NeuroAssessment,
    Observation,
    Participant,
    Relapse,
    Response,
    Weight,
)
from participants.models.base import Fact
from participants.subjects import NAMES

# Cells may have been collected in routine care, long before anybody asked about the trial.
NO_STUDY_PROCEDURE = frozenset({MilestoneKind.LEUKAPHERESIS})


@dataclass(frozen=True)
class Kind:
    """Entries that are many: a deviation is about all of a kind, so that a person can judge them."""

    model: type[Fact]
    column: str
    one: str
    many: str
    rules: frozenset[str] = DAY_RULES
    # Where only some of the rows tell of something that happened: a column and its value.
    only: tuple[tuple[str, str], ...] = ()

    @property
    def subject(self) -> str:
        """The name under which a deviation is about all of this kind."""
        return NAMES.get(self.model) or self.model._meta.model_name or ""


# What is done in routine care too, with or without a trial, can come before consent.
KINDS = (
    Kind(Observation, "at", "observation", "observations"),
    Kind(NeuroAssessment, "at", "neurological assessment", "neurological assessments"),
    Kind(AnakinraDose, "at", "dose of anakinra", "doses of anakinra", only=(("state", DoseState.GIVEN),)),
    Kind(Medication, "started_on", "drug", "drugs", AFTER_RULES),
    Kind(LabResult, "at", "laboratory value", "laboratory values", AFTER_RULES),
    Kind(Weight, "on", "weight", "weights", AFTER_RULES),
    Kind(HospitalStay, "admitted_at", "stay in hospital", "stays in hospital", AFTER_RULES),
    Kind(IntensiveCareStay, "entered_at", "stay in intensive care", "stays in intensive care", AFTER_RULES),
    Kind(Response, "on", "disease assessment", "disease assessments"),
    Kind(Relapse, "on", "relapse", "relapses"),
)
_OWN = ("adverse_event", "infection", *(str(kind) for kind in MilestoneKind))
# The subjects of everything here, up to the colon.
PREFIXES = frozenset({*_OWN, *(kind.subject for kind in KINDS)})


@dataclass(frozen=True)
class DatedEntry:
    """One thing that happened: its day at the site, and the rules about days that it can depart from."""

    subject: str
    on: date
    name: str
    rules: frozenset[str] = DAY_RULES
    kind: Kind | None = None


def dated_entries(participant: Participant) -> list[DatedEntry]:
    """List what happened to a participant with its days, in a constant number of statements."""
    events = list(_events(participant))
    relapses = {entry.on for entry in events if entry.subject.startswith(f"{MilestoneKind.RELAPSE}:")}
    found = [*events, *_reported(participant)]
    for kind in KINDS:
        found += [
            DatedEntry(kind.subject, on, kind.one, kind.rules, kind)
            for on in _days(kind, participant)
            # A relapse that is an event of the course is judged as that event.
            if not (kind.model is Relapse and on in relapses)
        ]
    return found


def spoken(entries: Collection[DatedEntry]) -> str:
    """Name entries of one subject with their days, such as `3 observations, 04 Nov 2026 to 06 Nov 2026`."""
    days, first = sorted(entry.on for entry in entries), next(iter(entries))
    name = first.name
    if first.kind is not None:
        name = f"{len(days)} {first.kind.one if len(days) == 1 else first.kind.many}"
    until = f" to {days[-1]:%d %b %Y}" if days[-1] != days[0] else ""
    return f"{name}, {days[0]:%d %b %Y}{until}"


def _events(participant: Participant) -> Iterator[DatedEntry]:
    for event in Milestone.objects.standing().actual().filter(participant=participant):
        kind = MilestoneKind(event.kind)
        rules = DAY_RULES - {BEFORE_CONSENT} if kind in NO_STUDY_PROCEDURE else DAY_RULES
        yield DatedEntry(f"{event.kind}:{event.course}", event.on, kind.label, rules)


def _reported(participant: Participant) -> Iterator[DatedEntry]:
    for event in AdverseEvent.objects.standing().filter(participant=participant):
        yield DatedEntry(f"adverse_event:{event.pk}", event.onset_on, event.term)
    for infection in Infection.objects.standing().filter(participant=participant):
        yield DatedEntry(f"infection:{infection.pk}", infection.onset_on, "Infection")


def _days(kind: Kind, participant: Participant) -> Iterator[date]:
    rows = kind.model._default_manager.filter(participant=participant, stands=True, **dict(kind.only))
    for when in rows.values_list(kind.column, flat=True):
        yield when.astimezone(participant.site.tz).date() if isinstance(when, datetime) else when
