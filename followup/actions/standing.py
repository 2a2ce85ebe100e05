"""Keep the figures of large studies drawn.

Their table is no part of the record and has no trail: whatever it holds can be drawn again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from followup.dashboards.choice import Choice
from followup.dashboards.page import FIRST_PART, Page, read_page
from followup.dashboards.reading.frame import Frame
from followup.dashboards.standing import frame_of, is_large, key_of, record_of, standing_page
from followup.models import StandingFigures
from participants.domain.roles import Capability
from participants.models import StaffMember
from participants.models.audit import AuditChange, AuditRow

# Figures that nobody has opened for so long are no longer drawn, and forgotten [setting].
FORGOTTEN_AFTER = timedelta(days=7)
# How often an opening is written down: a page that is only looked at writes next to nothing.
NOTED_AFTER = timedelta(minutes=10)
# Some numbers move with the hours, such as the clocks of serious events: who opens older figures has them
# drawn again [setting].
LONGEST_STANDING = timedelta(hours=1)
# A change becomes visible with its transaction, none of which takes longer.
LONGEST_TRANSACTION = timedelta(minutes=5)
# One task draws at a time: the others have reminders to send. What was being drawn for longer was cut short.
LONGEST_DRAWING = timedelta(minutes=30)


def open_figures(*, person: StaffMember, choice: Choice, now: datetime) -> Page:
    """Return the page of a choice: read now, or as it stands where the study is large.

    What nobody has opened lately is left to the task, which draws it within a minute or so. Until then a
    large study is read part by part, of which this is the first; a very large one is awaited.
    """
    capability = Capability.READ_PARTICIPANTS
    page = read_page(person, choice, now, capability)
    if page.frame.study is None or not is_large(page.frame, settings.STANDING_FIGURES_FROM):
        return page
    row = _asked_for(page, capability, now)
    standing = standing_page(page, row)
    if standing is not None:
        return standing
    if is_large(page.frame, settings.AWAITED_FIGURES_FROM):
        return replace(page, is_awaited=True)
    return replace(page, part=FIRST_PART)


def refresh_figures(*, now: datetime) -> int:
    """Draw again what was opened lately and has changed since; return how much of it.

    What somebody waits for comes first. Nothing is drawn beside another drawing.
    """
    StandingFigures.objects.filter(opened_at__lt=now - FORGOTTEN_AFTER).delete()
    drawn = 0
    rows = StandingFigures.objects.defer("record").order_by(F("read_at").asc(nulls_first=True), "pk")
    for row in rows:
        if _is_drawing():
            break
        page = Page(frame_of(row, now), Choice())
        if _is_outdated(row, page.frame):
            own = StandingFigures.objects.filter(pk=row.pk)
            own.update(drawing_since=timezone.now())
            try:
                _draw(row, page, now)
            finally:
                own.update(drawing_since=None)
            drawn += 1
    return drawn


def _is_drawing() -> bool:
    since = timezone.now() - LONGEST_DRAWING
    return StandingFigures.objects.filter(drawing_since__gt=since).exists()


def _asked_for(page: Page, capability: Capability, now: datetime) -> StandingFigures:
    values = {
        "sites": sorted(site.pk for site in page.frame.sites),
        "query": page.choice.query,
        "opened_at": now,
    }
    row, is_new = StandingFigures.objects.get_or_create(key=key_of(page.frame, capability), defaults=values)
    if not is_new and row.opened_at < now - NOTED_AFTER:
        StandingFigures.objects.filter(pk=row.pk).update(opened_at=now)
    return row


def _is_outdated(row: StandingFigures, frame: Frame) -> bool:
    """Say whether the figures are no longer those of now.

    Since they were read the trail has a change at these sites, or a day has ended at one of them, or somebody
    opened them who found them old.
    """
    if row.read_at is None or row.opened_at > row.read_at + LONGEST_STANDING:
        return True
    if _days(frame) != _days(frame_of(row, row.read_at)):
        return True
    of_sites = Q(change__site__in=row.sites) | Q(change__site=None)
    return AuditRow.objects.filter(of_sites, change__gt=row.audit_seen).exists()


def _days(frame: Frame) -> list[date]:
    """Return the last day that counts at each site."""
    return [frame.ends_on(site.tz) for site in frame.sites]


def _draw(row: StandingFigures, page: Page, now: datetime) -> None:
    """Draw the figures, and keep them unless the row has been forgotten meanwhile."""
    seen = AuditChange.objects.filter(at__lt=now - LONGEST_TRANSACTION).order_by("-pk")
    audit_seen = seen.values_list("pk", flat=True).first() or 0
    StandingFigures.objects.filter(pk=row.pk).update(
        record=record_of(page), read_at=now, audit_seen=audit_seen
    )
