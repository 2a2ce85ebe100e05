"""Move what was entered on the wrong participant to the right one: a change in the history of each.

The entry is recorded anew where it belongs, by the action of its kind, and taken back where it was. So
whatever is derived from it follows for both, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models, transaction

from participants.access import require
from participants.actions.entries import record_entry, remove_entry
from participants.actions.infect import record_infection, remove_infection
from participants.actions.report import record_event, record_grade, remove_event
from participants.actions.serious_death import question_death
from participants.actions.work_items import write
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused, NeedsReason
from participants.models import (
    AdverseEvent,
    AnakinraDose,
    Infection,
    Participant,
    Query,
    SeriousEvent,
    SeriousProposal,
)
from participants.models.base import Fact
from participants.subjects import subject_of

Movable = Fact | AdverseEvent | Infection

# What belongs to the row, or is judged and derived anew where it is moved to.
_NOT_MOVED = frozenset(
    {
        "id", "participant", "recorded_at", "recorded_by", "replaces", "stands", "version",
        "crs_grade_before", "crs_grade_at_start", "icans_grade_at_start",
        "is_dlt", "dlt_reason", "dlt_assessed_at", "dlt_assessed_by",
        "part_of", "is_own_episode",
    }
)  # fmt: skip


def move_entry(*, by: Actor, entry: Movable, to: Participant, reason: str) -> Movable:
    """Record an entry on the participant that it belongs to, and take it back where it was.

    What a person asked about it goes on about the new entry; what rules asked or drafted is judged anew for
    both. An event that was reported as serious stays so and waits to be confirmed again. Raises ActionRefused
    without a reason, for the same participant, for what no longer stands, without the right at both sites,
    and for what cannot be true of the other participant.
    """
    source = entry.participant
    if to.pk == source.pk:
        raise ActionRefused("study_id", "Study id: the entry is on this participant already.")
    for participant in (source, to):
        require(by, Capability.WRITE_RECORDS, participant.site)
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the entry is moved.")
    if not entry.stands:
        raise ActionRefused(None, "This entry has been corrected or taken back: move what stands.")
    with transaction.atomic():
        people = Participant.objects.select_for_update(no_key=True).filter(pk__in=(source.pk, to.pk))
        # Always in the same order, so that two moves never wait for each other.
        list(people.order_by("pk"))
        name = str(entry._meta.verbose_name).replace(" ", "_")
        here, away = _told(source, to, reason)
        with audited(by=by, kind=f"{name}.moved_here", reason=here, participant=to):
            moved = _record(by, entry, to, reason)
        with audited(by=by, kind=f"{name}.moved_away", reason=away, participant=source):
            _remove(by, entry, reason)
            question_death(source, by=by)
    return moved


def _told(source: Participant, to: Participant, reason: str) -> tuple[str, str]:
    """Write the reason for both histories; who reads one site does not learn of a participant of another."""
    if source.site_id != to.site_id:
        return f"{reason} (moved from another site)", f"{reason} (moved to another site)"
    return f"{reason} (moved from {source})", f"{reason} (moved to {to})"


def _values(row: models.Model) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if field.name not in _NOT_MOVED]
    return {field.name: getattr(row, field.name) for field in fields}


def _record(by: Actor, entry: Movable, to: Participant, reason: str) -> Movable:
    if isinstance(entry, AdverseEvent):
        return _record_event(by, entry, to, reason)
    if isinstance(entry, Infection):
        return record_infection(by=by, participant=to, reason=reason, **_values(entry))
    moved = _record_fact(by, entry, to, reason)
    asked = Query.objects.filter(subject=subject_of(entry), rule="")
    asked.update(subject=subject_of(moved), participant=to)
    return moved


def _record_fact(by: Actor, entry: Fact, to: Participant, reason: str) -> Fact:
    def anew(**more: Any) -> Fact:
        row = type(entry)(participant=to, **(_values(entry) | more))
        return record_entry(by=by, row=row, reason=reason)

    try:
        return anew()
    except NeedsReason:
        # A dose says itself why it is out of the plan, which it was not where it came from.
        if not isinstance(entry, AnakinraDose):
            raise
        return anew(reason_note=reason)


def _record_event(by: Actor, event: AdverseEvent, to: Participant, reason: str) -> AdverseEvent:
    first, *later = event.grades.filter(stands=True).order_by("on")
    moved = record_event(by=by, participant=to, grade=first.grade, reason=reason, **_values(event))
    for row in later:
        record_grade(by=by, event=moved, on=row.on, grade=row.grade, reason=reason)
    serious = SeriousEvent.objects.select_for_update().filter(event=event).first()
    if serious is not None:
        values = {"event": moved, "participant": to, "confirmed_at": None, "confirmed_by": None}
        write(serious, values, free=tuple(values))
        serious.reports.update(participant=to)
        decided = SeriousProposal.objects.filter(serious_event=serious)
        decided.update(settled_at=None, settled_by=None, serious_event=None)
        question_death(to, by=by)
    return moved


def _remove(by: Actor, entry: Movable, reason: str) -> None:
    removals: dict[type[models.Model], Callable[[], None]] = {
        AdverseEvent: lambda: remove_event(by=by, event=_fresh(entry), reason=reason),
        Infection: lambda: remove_infection(by=by, infection=_fresh(entry), reason=reason),
    }
    if type(entry) in removals:
        removals[type(entry)]()
    elif isinstance(entry, Fact):
        remove_entry(by=by, row=entry, reason=reason)


def _fresh(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)
