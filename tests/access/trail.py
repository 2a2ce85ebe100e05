"""What a request left behind: entries of the trail, rows, and what no trail covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core import mail
from django.db import connection

from followup.models import Reminder, ReminderAttempt
from participants.models import AuditChange, AuditRow
from tests.access.world import Actor


@dataclass(frozen=True)
class Mark:
    """The last change of the trail, and a count of all else."""

    change: int
    others: tuple[int, ...]


def last_written() -> Mark:
    """Return a mark after which everything new is seen, in one statement: it is asked for often."""
    last = "SELECT COALESCE(MAX(id), 0) FROM {}"
    number = "SELECT COUNT(*) FROM {}"
    parts = [(last, AuditChange), (last, AuditRow), (number, Reminder), (number, ReminderAttempt)]
    columns = ", ".join(f"({text.format(model._meta.db_table)})" for text, model in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}")
        change, *others = cursor.fetchone()
    return Mark(change, (*others, len(mail.outbox)))


def changes(actor: Actor, before: Mark, *, denials: int) -> Iterator[str]:
    """A refused attempt writes its denial, once, and nothing else."""
    kinds = list(AuditChange.objects.filter(pk__gt=before.change).values_list("kind", flat=True))
    if kinds != ["access.denied"] * denials:
        yield f"{actor.label}: refused {denials} times, the trail holds {len(kinds)} entries: {set(kinds)}"
    if last_written().others != before.others:
        yield f"{actor.label}: a refused attempt has written"
