"""The planner: which reminders there should be, from the schedule as it stands now. It sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone

from followup.actions.grouping import group_by_recipient
from followup.actions.reminders import cancel_moved, hold_floods
from followup.domain.reminders import LONGEST_LIFE_DAYS, RULES, Rule, Subject, moments
from followup.mails import mail_domain
from followup.models import ReminderCycle, Visit
from followup.planning_sql import Made, Range, plan_rule
from followup.reminded import subject_of
from participants.models import AuditRow, Site

LOOK_BACK = timedelta(days=LONGEST_LIFE_DAYS)
WHOLE_EVERY = timedelta(hours=1)
# After a gap something may have happened that no row tells of: a restored backup, a moved clock.
GAP = timedelta(minutes=10)
# A change carries the moment it was made, and is seen only when its transaction has ended.
LONGEST_TRANSACTION = timedelta(minutes=5)
# So many changed visits are planned faster together with all others.
MANY_CHANGED = 2000
ONE_DAY = timedelta(days=1)
# One a minute: longer than anybody asks back, and not forever.
CYCLES_KEPT = timedelta(days=30)
ADVISORY_LOCK = 0x50414345


@dataclass(frozen=True)
class Planned:
    """A finished planning: its cycle, and how many reminders it made, woke, cancelled and held back."""

    cycle: ReminderCycle
    counts: Counter[str]


def plan(*, now: datetime) -> Planned:
    """Bring the reminders in step with the schedule at a moment of the business; idempotent.

    Plans the moments since the last planning and all rules of the visits that changed since; once
    an hour, after a gap and when somebody's delegation changed, everything that could still matter.
    """
    with transaction.atomic():
        _wait_for_other_planners()
        started_at = timezone.now()
        last = ReminderCycle.objects.filter(planned_until__lte=now).order_by("-planned_until", "-pk").first()
        audit_seen = AuditRow.objects.aggregate(last=Max("pk"))["last"] or 0
        is_whole = last is None or _must_be_whole(last, now)
        since = now - LOOK_BACK if last is None else last.planned_until
        counts = Counter(cancelled=cancel_moved(changed_since=since - LONGEST_TRANSACTION))
        made = Made(_zones(), started_at, mail_domain())
        for rule, due_on, asked in _statements(since, now, is_whole=is_whole):
            new, revived = plan_rule(connection, rule, due_on, asked, made)
            counts.update(planned=new, revived=revived)
        counts["held"] = hold_floods(planned_at=started_at)
        group_by_recipient(now=now, planned_at=started_at)
        ReminderCycle.objects.filter(planned_until__lt=now - CYCLES_KEPT).delete()
        cycle = ReminderCycle.objects.create(
            started_at=started_at, planned_until=now, is_whole=is_whole, audit_seen=audit_seen
        )
    return Planned(cycle, counts)


def _wait_for_other_planners() -> None:
    """Let one planner after the other look at the same moments; on SQLite the transaction does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def _must_be_whole(last: ReminderCycle, now: datetime) -> bool:
    if now - last.planned_until > GAP or _recipients_changed(last.audit_seen):
        return True
    whole = ReminderCycle.objects.filter(
        is_whole=True, planned_until__gt=now - WHOLE_EVERY, planned_until__lte=now
    )
    return not whole.exists()


def _recipients_changed(audit_seen: int) -> bool:
    """Ask the trail whether since some row an account, a delegation, a coordinator or a zone has changed."""
    others = Q(table_name__in=["participants_staffmember", "participants_delegation", "participants_site"])
    coordinator = Q(table_name="participants_participant", operation="update", new__has_key="coordinator_id")
    return AuditRow.objects.filter(others | coordinator, pk__gt=audit_seen).exists()


def _statements(since: datetime, now: datetime, *, is_whole: bool) -> Iterator[tuple[Rule, date, Range]]:
    """Yield which rules to plan on which days, and among which visits."""
    changed_since = since - LONGEST_TRANSACTION
    subjects = [] if is_whole else _changed_subjects(changed_since)
    if is_whole or subjects is None:
        since = now - LOOK_BACK
    for rule in RULES:
        for due_on in _days(max(since, now - timedelta(days=rule.life_days)), now):
            yield rule, due_on, Range(since, now)
    possible = set(_days(now - LOOK_BACK, now))
    found = {(moment.rule, moment.due_on) for subject in subjects or [] for moment in moments(subject)}
    for rule, due_on in sorted(found, key=lambda pair: (pair[1], pair[0].kind, pair[0].days)):
        if due_on in possible:
            yield rule, due_on, Range(now - LOOK_BACK, now, changed_since)


def _changed_subjects(changed_since: datetime) -> list[Subject] | None:
    """Return the dates of the open visits that changed after a moment; None when they are many."""
    changed = Visit.objects.open().filter(changed_at__gt=changed_since, target_on__isnull=False)
    rows = list(changed[: MANY_CHANGED + 1])
    return None if len(rows) > MANY_CHANGED else [subject for row in rows if (subject := subject_of(row))]


def _days(since: datetime, until: datetime) -> Iterable[date]:
    """List the calendar days that some site may have had within a range."""
    first, last = since.date() - ONE_DAY, until.date() + ONE_DAY
    return [first + timedelta(days=later) for later in range((last - first).days + 1)]


def _zones() -> list[ZoneInfo]:
    return [
        ZoneInfo(zone) for zone in Site.objects.order_by("zone").values_list("zone", flat=True).distinct()
    ]
