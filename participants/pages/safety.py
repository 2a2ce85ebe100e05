"""The safety page: what is proposed, which clocks run, all serious and other events, the reports sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from participants.access import holds
from participants.domain.clocks import ReportKind
from participants.domain.roles import Capability
from participants.models import (
    AdverseEvent,
    EventGrade,
    SafetyReport,
    SeriousEvent,
    SeriousProposal,
    Site,
    StaffMember,
)
from participants.pages.adverse_events import EventRow, criteria_words, row_of, with_grades
from participants.pages.clock_rows import ClockRow, clock_rows
from participants.pages.keyset import KeysetPage, keyset_page
from participants.serious_clocks import serious_events, watched

Rows = TypeVar("Rows", bound="QuerySet[Any]")

SERIOUS_CSV_HEAD = (
    "study_id", "site", "number", "term", "criteria", "site_aware_at", "confirmed_at", "sponsor_aware_at",
    "is_expected", "is_suspected_reaction", "determined_at", "clock", "started_at", "due_at", "sent_at",
    "late",
)  # fmt: skip
REPORTS_CSV_HEAD = ("study_id", "site", "number", "term", "report", "sent_at", "reference", "recorded_by")
# What the list of events can be narrowed to, by the judgement of dose limitation.
DLT_CHOICES = {"yes": "Yes", "no": "No", "open": "Not assessed"}
# More than these at once need the list below them.
PROPOSALS_SHOWN = 40


@dataclass(frozen=True)
class SafetyFilter:
    """What the reader chose; unknown values count as no choice."""

    site: str = ""
    participant: str = ""
    grade: str = ""
    dlt: str = ""
    after: str = ""

    @property
    def dlt_choices(self) -> list[tuple[str, str]]:
        """The judgements of dose limitation to choose from."""
        return list(DLT_CHOICES.items())

    @classmethod
    def of(cls, values: QueryDict) -> SafetyFilter:
        """Read the choice from an address."""
        grade, dlt = values.get("grade", ""), values.get("dlt", "")
        return cls(
            site=values.get("site", "")[:3],
            participant=values.get("participant", "").strip()[:20],
            grade=grade if grade in {"1", "2", "3", "4", "5"} else "",
            dlt=dlt if dlt in DLT_CHOICES else "",
            after=values.get("after", ""),
        )


@dataclass(frozen=True)
class SeriousRow:
    """One serious event with its clocks."""

    serious: SeriousEvent
    clocks: list[ClockRow]
    criteria: str


@dataclass(frozen=True)
class SafetyPage:
    """Proposals to decide, clocks that run (the most urgent first), and a page of serious events."""

    filter: SafetyFilter
    sites: list[Site]
    proposals: list[SeriousProposal]
    running: list[ClockRow]
    rows: list[SeriousRow]
    page: KeysetPage[SeriousEvent]
    number: int
    ind_unsaid: bool


@dataclass(frozen=True)
class EventListPage:
    """A page of all adverse events; the numbers of the judged ones do not follow the choice."""

    filter: SafetyFilter
    dose_limiting: int
    not_assessed: int
    sites: list[Site]
    rows: list[EventRow]
    page: KeysetPage[AdverseEvent]
    number: int


@dataclass(frozen=True)
class ReportLogPage:
    """A page of the reports that were sent, the latest entered first."""

    filter: SafetyFilter
    sites: list[Site]
    page: KeysetPage[SafetyReport]
    number: int


@dataclass(frozen=True)
class ProposalPage:
    """A proposal with the events that it may be about."""

    events: list[EventRow]
    is_open: bool
    may_write: bool
    may_decline: bool


def read_safety(person: StaffMember, chosen: SafetyFilter, now: datetime) -> SafetyPage:
    """Read the safety page of a person's sites, in a constant number of statements."""
    sites = list(Site.objects.visible_to(person, Capability.READ_PARTICIPANTS).select_related("study"))
    proposals = _chosen(SeriousProposal.objects.visible_to(person).waiting(), chosen)
    rows = _chosen(serious_events(person), chosen)
    page = keyset_page(rows, "id", chosen.after, descending=True)
    clocks = [clock for row in with_open_clocks(rows) for clock in clock_rows(watched(row), now)]
    return SafetyPage(
        filter=chosen,
        sites=sites,
        proposals=list(proposals.select_related("participant__site")[:PROPOSALS_SHOWN]),
        running=sorted((one for one in clocks if one.is_running), key=lambda one: one.clock.late_from),
        rows=[SeriousRow(row, clock_rows(watched(row), now), criteria_words(row)) for row in page.rows],
        page=page,
        number=rows.count(),
        ind_unsaid=any(site.study.is_under_ind is None for site in sites),
    )


def read_event_list(person: StaffMember, chosen: SafetyFilter) -> EventListPage:
    """Read one page of the adverse events that a person may see."""
    rows = all_events(person, chosen)
    page = keyset_page(rows, "id", chosen.after, descending=True)
    sites = list(Site.objects.visible_to(person, Capability.READ_PARTICIPANTS))
    seen = AdverseEvent.objects.visible_to(person)
    return EventListPage(
        filter=chosen,
        dose_limiting=seen.dose_limiting().count(),
        not_assessed=seen.not_assessed().count(),
        sites=sites,
        rows=[row_of(event) for event in page.rows],
        page=page,
        number=rows.count(),
    )


def all_events(
    person: StaffMember, chosen: SafetyFilter, capability: Capability = Capability.READ_PARTICIPANTS
) -> QuerySet[AdverseEvent]:
    """Return the adverse events chosen; a grade means that grade or worse at any time."""
    rows = _chosen(AdverseEvent.objects.visible_to(person, capability).standing(), chosen)
    if chosen.grade:
        graded = EventGrade.objects.standing().filter(event=OuterRef("pk"), grade__gte=int(chosen.grade))
        rows = rows.filter(Exists(graded))
    if chosen.dlt:
        judged = {"yes": True, "no": False}.get(chosen.dlt)
        rows = rows.filter(is_dlt__isnull=True) if judged is None else rows.filter(is_dlt=judged)
    return with_grades(rows).select_related("seriousness", "participant__site")


def read_report_log(person: StaffMember, chosen: SafetyFilter) -> ReportLogPage:
    """Read one page of the reports that were sent."""
    rows = sent_reports(person, chosen)
    page = keyset_page(rows, "id", chosen.after, descending=True)
    sites = list(Site.objects.visible_to(person, Capability.READ_PARTICIPANTS))
    return ReportLogPage(chosen, sites, page, rows.count())


def sent_reports(
    person: StaffMember, chosen: SafetyFilter, capability: Capability = Capability.READ_PARTICIPANTS
) -> QuerySet[SafetyReport]:
    """Return the reports chosen, those that were taken back left out."""
    rows = _chosen(SafetyReport.objects.visible_to(person, capability).standing(), chosen)
    return rows.select_related("event__event", "participant__site", "recorded_by")


def read_proposal(proposal: SeriousProposal, person: StaffMember) -> ProposalPage:
    """Read the events that a proposal may be about: those that are not serious yet."""
    events = with_grades(AdverseEvent.objects.visible_to(person).standing())
    rows = [row_of(event) for event in events.filter(participant=proposal.participant_id)]
    site = proposal.participant.site
    return ProposalPage(
        events=[row for row in rows if row.serious is None],
        is_open=proposal.settled_at is None and proposal.stands,
        may_write=holds(person, Capability.WRITE_RECORDS, site),
        may_decline=holds(person, Capability.CONFIRM_SERIOUS, site),
    )


def serious_rows(person: StaffMember, chosen: SafetyFilter, now: datetime) -> Iterable[tuple[object, ...]]:
    """Yield one row a clock of the serious events chosen, for a file."""
    for row in _chosen(serious_events(person, Capability.EXPORT), chosen):
        for one in clock_rows(watched(row), now):
            yield (
                row.participant.study_id, row.participant.site.code, row.number, row.event.term,
                "; ".join(row.criteria), row.site_aware_at, row.confirmed_at, row.sponsor_aware_at,
                row.is_expected, row.is_suspected_reaction, row.determined_at, one.clock.kind.value,
                one.clock.started_at, one.clock.due_at, one.clock.done_at, one.is_late,
            )  # fmt: skip


def report_rows(person: StaffMember, chosen: SafetyFilter) -> Iterable[tuple[object, ...]]:
    """Yield the reports chosen as rows of a file."""
    for row in sent_reports(person, chosen, Capability.EXPORT):
        yield (
            row.participant.study_id, row.participant.site.code, row.event.number, row.event.event.term,
            row.get_kind_display(), row.sent_at, row.reference,
            row.recorded_by.name if row.recorded_by else "",
        )  # fmt: skip


def with_open_clocks(rows: QuerySet[SeriousEvent]) -> QuerySet[SeriousEvent]:
    """Keep the serious events of which a clock may run: a report of the site or the sponsor is missing."""
    return rows.filter(site_report_missing() | sponsor_report_missing())


def site_report_missing() -> Q:
    """Return the condition that the site has not reported to the sponsor: its clock runs."""
    return Q(~Exists(_sent(ReportKind.TO_SPONSOR)))


def sponsor_report_missing() -> Q:
    """Return the condition that a clock of the sponsor may run; what is not yet judged may be expedited."""
    may_be_expedited = ~Q(is_expected=True) & ~Q(is_suspected_reaction=False)
    open_yet = Q(~Exists(_sent(ReportKind.REGULATOR_FOLLOW_UP)))
    return open_yet & may_be_expedited & Q(participant__site__study__is_under_ind=True)


def _sent(kind: ReportKind) -> QuerySet[SafetyReport]:
    return SafetyReport.objects.standing().filter(event=OuterRef("pk"), kind=kind)


def _chosen(rows: Rows, chosen: SafetyFilter) -> Rows:
    if chosen.site:
        rows = rows.filter(participant__site__code=chosen.site)
    if chosen.participant:
        rows = rows.filter(participant__study_id__iexact=chosen.participant)
    return rows
