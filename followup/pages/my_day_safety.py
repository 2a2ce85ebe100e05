"""The cards of My day that are about safety: clocks that run, and what may be serious."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from followup.domain.urgency import Urgency, urgency_of_day
from followup.pages.tasks import Task
from followup.pages.todays import Todays
from participants.domain.clocks import ClockKind
from participants.domain.day_words import away, short_day
from participants.domain.roles import Capability
from participants.models import SeriousProposal, StaffMember
from participants.pages.clock_rows import ClockRow, clock_rows
from participants.pages.safety import site_report_missing, sponsor_report_missing
from participants.serious_clocks import serious_events, watched

# Above everything else in its list.
FIRST = -2000
SHOWN = 40


def safety_tasks(person: StaffMember, days: Todays, now: datetime) -> list[Task]:
    """List what safety wants of a person; the same number of statements for any number of rows."""
    return [*_clocks(person, now), *_proposals(person, days), *_confirmations(person, days)]


def _clocks(person: StaffMember, now: datetime) -> Iterator[Task]:
    """Ask the site for its report, and the sponsor for theirs; the most urgent first."""
    of_site = serious_events(person, Capability.WRITE_RECORDS).filter(site_report_missing())
    of_sponsor = serious_events(person, Capability.KEEP_SPONSOR_CLOCKS).filter(sponsor_report_missing())
    for rows, is_of_site in ((of_site, True), (of_sponsor, False)):
        clocks = [clock for row in rows for clock in clock_rows(watched(row), now) if clock.is_running]
        mine = [clock for clock in clocks if (clock.clock.kind is ClockKind.SITE) is is_of_site]
        for clock in sorted(mine, key=lambda one: one.clock.late_from)[:SHOWN]:
            yield _clock(clock, now)


def _clock(clock: ClockRow, now: datetime) -> Task:
    row, kind = clock.serious, clock.clock.kind
    site = row.participant.site
    due_at, aware_at = (at.astimezone(site.tz) for at in (clock.clock.due_at, row.site_aware_at))
    told = f"the site became aware {aware_at:%d %b %H:%M}" if kind is ClockKind.SITE else kind.value
    until_judged = ", until judged" if clock.clock.is_provisional else ""
    is_now = kind is ClockKind.SITE or clock.is_late
    return Task(
        urgency=Urgency.NOW if is_now else urgency_of_day(due_at.date(), site.today(now)),
        rank=FIRST,
        sign="safety",
        verb=f"Report {row.number} of",
        participant=row.participant,
        rest="to the sponsor" if kind is ClockKind.SITE else "to the regulator",
        detail=f"{row.event.term} · {told}{until_judged}",
        when=clock.words,
        when_sub=f"due {due_at:%d %b %H:%M}",
        button="Report",
        href=reverse("participants:event", args=[row.event_id]),
        is_over=clock.is_late,
    )


def _proposals(person: StaffMember, days: Todays) -> Iterator[Task]:
    rows = SeriousProposal.objects.visible_to(person, Capability.WRITE_RECORDS).waiting()
    for row in rows.select_related("participant__site").order_by("-at", "-pk")[:SHOWN]:
        proposed_on = row.participant.site.today(row.proposed_at)
        yield Task(
            urgency=Urgency.NOW,
            rank=FIRST + 1,
            sign="safety",
            verb="Decide whether it is serious:",
            participant=row.participant,
            rest="",
            detail=f"{row.summary} · proposed by rule",
            when="To decide",
            when_sub=f"since {short_day(proposed_on)}",
            button="Decide",
            href=reverse("participants:proposal", args=[row.pk]),
        )


def _confirmations(person: StaffMember, days: Todays) -> Iterator[Task]:
    rows = serious_events(person, Capability.CONFIRM_SERIOUS).filter(confirmed_at__isnull=True)
    for row in rows[:SHOWN]:
        today, aware_on = days[row.participant.site_id], row.participant.site.today(row.site_aware_at)
        yield Task(
            urgency=Urgency.TODAY,
            rank=FIRST,
            sign="signed",
            verb=f"Confirm {row.number} of",
            participant=row.participant,
            rest="as serious",
            detail=row.event.term,
            when="To confirm",
            when_sub=f"reported {away(aware_on, today)}",
            button="Confirm",
            href=reverse("participants:event", args=[row.event_id]),
        )
