"""Adverse events: one participant's list, and one event with its grades and its seriousness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from participants.access import holds
from participants.ctcae import ctcae_term
from participants.domain.ctcae import Term
from participants.domain.roles import Capability
from participants.models import (
    RELATED,
    AdverseEvent,
    Attribution,
    EventGrade,
    Participant,
    SafetyReport,
    SeriousEvent,
    SeriousnessCriterion,
    SeriousProposal,
    StaffMember,
)
from participants.pages.clock_rows import ClockRow, clock_rows
from participants.serious_clocks import serious_events, watched

EVENTS_CSV_HEAD = (
    "study_id", "site", "term", "ctcae_version", "onset_on", "ended_on", "first_grade", "worst_grade",
    "latest_grade", "grades", "anakinra", "car_t", "lymphodepletion", "disease", "action_taken", "outcome",
    "dlt", "dlt_reason", "dlt_assessed_at", "dlt_assessed_by", "serious_number", "serious_because",
    "site_aware_at", "confirmed_at",
)  # fmt: skip
_CAUSES = (
    ("anakinra", "attribution_anakinra"),
    ("CAR-T cells", "attribution_car_t"),
    ("lymphodepletion", "attribution_ld"),
    ("disease", "attribution_disease"),
)


@dataclass(frozen=True)
class EventRow:
    """One event with its grades in order of their days; there is always one."""

    event: AdverseEvent
    grades: list[EventGrade]
    serious: SeriousEvent | None

    @property
    def worst(self) -> int:
        """The highest grade so far."""
        return max((row.grade for row in self.grades), default=0)

    @property
    def latest(self) -> int:
        """The grade of the last change."""
        return self.grades[-1].grade if self.grades else 0

    @property
    def course(self) -> str:
        """How the grade went, `2 → 3 → 1`."""
        return " → ".join(str(row.grade) for row in self.grades)

    @property
    def related_to(self) -> str:
        """What is at least a possible cause, in words."""
        found = [name for name, field in _CAUSES if getattr(self.event, field) in RELATED]
        return ", ".join(found)

    @property
    def is_graded_since(self) -> bool:
        """Whether a grade was recorded after the judgement of dose limitation."""
        at = self.event.dlt_assessed_at
        return at is not None and any(row.recorded_at > at for row in self.grades)

    @property
    def is_judged(self) -> bool:
        """Whether every cause has been judged."""
        return all(getattr(self.event, field) for _, field in _CAUSES)


@dataclass(frozen=True)
class EventsPage:
    """The events of one participant, the latest onset first, and what waits for a decision."""

    rows: list[EventRow]
    proposals: list[SeriousProposal]


@dataclass(frozen=True)
class EventPage:
    """One event: its words, its causes, its grades and, where it is serious, its clocks and reports."""

    row: EventRow
    term: Term | None
    causes: list[tuple[str, str, bool]]
    earlier_grades: list[EventGrade]
    clocks: list[ClockRow]
    reports: list[SafetyReport]
    criteria: str
    is_receipt_assumed: bool
    dlt_list: str
    may_assess_dlt: bool
    may_confirm: bool
    may_judge: bool


def with_grades(events: QuerySet[AdverseEvent]) -> QuerySet[AdverseEvent]:
    """Read along the grades, the seriousness, and who assessed it."""
    grades = Prefetch("grades", EventGrade.objects.standing().order_by("on", "pk"))
    return events.select_related("seriousness", "dlt_assessed_by").prefetch_related(grades)


def row_of(event: AdverseEvent) -> EventRow:
    """Return an event whose grades were read along as a row."""
    serious = getattr(event, "seriousness", None)
    return EventRow(event, list(event.grades.all()), serious if serious and serious.stands else None)


def read_events(participant: Participant) -> EventsPage:
    """Read the events of a participant."""
    events = with_grades(AdverseEvent.objects.standing().filter(participant=participant))
    waiting = SeriousProposal.objects.waiting().filter(participant=participant)
    return EventsPage([row_of(event) for event in events.order_by("-onset_on", "-pk")], list(waiting))


def read_event(event: AdverseEvent, person: StaffMember, now: datetime) -> EventPage:
    """Read one event with all that belongs to it."""
    row = row_of(with_grades(AdverseEvent.objects.visible_to(person)).get(pk=event.pk))
    serious = serious_events(person).filter(event=event).first()
    found = watched(serious) if serious else None
    site = event.participant.site
    replaced = EventGrade.objects.filter(event=event, stands=False)
    return EventPage(
        row=row,
        term=ctcae_term(event.ctcae_version, event.term),
        causes=[_cause(name, getattr(event, field)) for name, field in _CAUSES],
        earlier_grades=list(replaced.select_related("recorded_by")),
        clocks=clock_rows(found, now) if found else [],
        reports=list(serious.reports.all()) if serious else [],
        criteria=criteria_words(serious) if serious else "",
        is_receipt_assumed=found.is_sponsor_receipt_assumed if found else False,
        dlt_list=site.study.dlt_list,
        may_assess_dlt=event.stands and holds(person, Capability.ASSESS_DLT, site),
        may_confirm=holds(person, Capability.CONFIRM_SERIOUS, site),
        may_judge=holds(person, Capability.KEEP_SPONSOR_CLOCKS, site),
    )


def criteria_words(serious: SeriousEvent) -> str:
    """Say why an event is serious."""
    return "; ".join(SeriousnessCriterion(name).label.lower() for name in serious.criteria)


def event_rows(events: Iterable[AdverseEvent]) -> Iterable[tuple[object, ...]]:
    """Yield events, whose grades and participants were read along, as rows of a file."""
    for event in events:
        row, owner, serious = row_of(event), event.participant, row_of(event).serious
        yield (
            owner.study_id, owner.site.code, event.term, event.ctcae_version, event.onset_on, event.ended_on,
            row.grades[0].grade if row.grades else None, row.worst, row.latest,
            "; ".join(f"{grade.on} {grade.grade}" for grade in row.grades),
            *(getattr(event, field) for _, field in _CAUSES), event.action_taken, event.outcome,
            event.is_dlt, event.dlt_reason, event.dlt_assessed_at,
            event.dlt_assessed_by.name if event.dlt_assessed_by else "",
            serious.number if serious else "", "; ".join(serious.criteria) if serious else "",
            serious.site_aware_at if serious else None, serious.confirmed_at if serious else None,
        )  # fmt: skip


def _cause(name: str, value: str) -> tuple[str, str, bool]:
    return name, Attribution(value).label.lower() if value else "", value in RELATED
