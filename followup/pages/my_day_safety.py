"""The cards of My day that are about safety: clocks that run, and what may be serious."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from followup.domain.urgency import Urgency
from followup.pages.tasks import Task
from followup.pages.todays import Todays
from participants.domain.clocks import ClockKind
from participants.domain.day_words import away, short_day
from participants.domain.roles import Capability
from participants.models import SeriousEvent, SeriousProposal, StaffMember
from participants.pages.clock_rows import ClockRow, clock_rows
from participants.pages.safety import with_open_clocks
from participants.serious_clocks import serious_events, watched

# Above everything else in its list.
FIRST = -2000
SHOWN = 40


def safety_tasks(person: StaffMember, days: Todays, now: datetime) -> list[Task]:
    """List what safety wants of a person; the same number of statements for any number of rows."""
    return [*_clocks(person, now), *_proposals(person, days), *_confirmations(person, days)]


def _clocks(person: StaffMember, now: datetime) -> Iterator[Task]:
    """Ask for the site's report, whose clock is the site's own."""
    rows = with_open_clocks(serious_events(person, Capability.WRITE_RECORDS))
    for row in rows[:SHOWN]:
        for clock in clock_rows(watched(row), now):
            if clock.is_running and clock.clock.kind is ClockKind.SITE:
                yield _clock(row, clock)


def _clock(row: SeriousEvent, clock: ClockRow) -> Task:
    site = row.participant.site
    due_at, aware_at = (at.astimezone(site.tz) for at in (clock.clock.due_at, row.site_aware_at))
    return Task(
        urgency=Urgency.NOW,
        rank=FIRST,
        sign="safety",
        verb=f"Report {row.number} of",
        participant=row.participant,
        rest="to the sponsor",
        detail=f"{row.event.term} · the site became aware {aware_at:%d %b %H:%M}",
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
