"""The clocks of serious events, from the rows that hold their moments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from participants.domain.clocks import (
    Clock,
    ClockRules,
    ReportKind,
    SentReport,
    SeriousFacts,
    clocks_of,
    running,
)
from participants.domain.roles import Capability
from participants.models import SafetyReport, SeriousEvent, Site, StaffMember


@dataclass(frozen=True)
class Watched:
    """A serious event with its clocks at a moment."""

    row: SeriousEvent
    clocks: list[Clock]

    @property
    def running(self) -> list[Clock]:
        """The clocks whose report is still to be sent, the most urgent first."""
        return running(self.clocks)

    @property
    def is_sponsor_receipt_assumed(self) -> bool:
        """Whether the sponsor's clocks count from the site's report, because no receipt is recorded."""
        return self.row.sponsor_aware_at is None and len(self.clocks) > 1


def serious_events(
    person: StaffMember, capability: Capability = Capability.READ_PARTICIPANTS
) -> QuerySet[SeriousEvent]:
    """Return the serious events that a person may see, with all that their clocks read."""
    rows = SeriousEvent.objects.visible_to(person, capability).standing()
    reports = Prefetch("reports", SafetyReport.objects.standing())
    return rows.select_related("event", "participant__site__study", "confirmed_by").prefetch_related(reports)


def watched(row: SeriousEvent) -> Watched:
    """Count the clocks of a serious event whose reports were read along."""
    return Watched(row, clocks_of(_facts(row), clock_rules(row.participant.site)))


def clock_rules(site: Site) -> ClockRules:
    """Return what a site's study says about the clocks."""
    return ClockRules(
        zone=site.tz,
        site_hours=site.study.serious_report_hours,
        follow_up_days=site.study.serious_follow_up_days,
        is_under_ind=site.study.is_under_ind,
        counts_from_determination=site.study.counts_from_determination,
    )


def sponsor_known_at(recorded_at: datetime | None, reports: Iterable[SentReport]) -> datetime | None:
    """Return since when the sponsor has known: since the site's report until the receipt is recorded."""
    received = [report.sent_at for report in reports if report.kind is ReportKind.TO_SPONSOR]
    return recorded_at or min(received, default=None)


def _facts(row: SeriousEvent) -> SeriousFacts:
    reports = tuple(
        SentReport(ReportKind(report.kind), report.sent_at) for report in row.reports.all() if report.stands
    )
    return SeriousFacts(
        site_aware_at=row.site_aware_at,
        sponsor_aware_at=sponsor_known_at(row.sponsor_aware_at, reports),
        determined_at=row.determined_at,
        criteria=frozenset(row.criteria),
        is_expected=row.is_expected,
        is_suspected_reaction=row.is_suspected_reaction,
        reports=reports,
    )
