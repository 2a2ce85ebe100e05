"""Read infections and adverse events."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from followup.timeline.facts import EventSpan, InfectionSpan, SeriousMark
from participants.models import (
    AdverseEvent,
    EventGrade,
    EventOutcome,
    Infection,
    InfectionOutcome,
    Participant,
    SeriousEvent,
    SeriousnessCriterion,
)  # fmt: skip

_GOING_ON = frozenset({str(EventOutcome.ONGOING), str(InfectionOutcome.ONGOING), str(EventOutcome.UNKNOWN)})


def read_infections(participant: Participant) -> tuple[InfectionSpan, ...]:
    """Read the infection episodes, in order of onset."""
    return tuple(
        InfectionSpan(
            title=", ".join(filter(None, [row.get_body_site_display(), row.organism])),
            words=_infection_words(row),
            began_on=row.onset_on,
            ended_on=row.ended_on,
            is_over=row.outcome not in _GOING_ON,
        )
        for row in Infection.objects.standing().filter(participant=participant)
    )


def _infection_words(row: Infection) -> str:
    on = [
        name
        for name, held in (
            ("anakinra", row.on_anakinra), ("steroid", row.on_steroid), ("tocilizumab", row.on_tocilizumab),
        )
        if held
    ]  # fmt: skip
    parts = [
        f"{row.get_kind_display().lower()} infection, {row.get_body_site_display().lower()}",
        row.organism,
        row.get_severity_display().lower(),
        f"CTCAE v{row.ctcae_version} grade {row.ctcae_grade}" if row.ctcae_grade else "",
        f"on {' and '.join(on)} at onset" if on else "",
        row.treatment,
        row.get_outcome_display().lower(),
    ]
    return ", ".join(part for part in parts if part)


def read_events(participant: Participant) -> tuple[EventSpan, ...]:
    """Read the adverse events with the grades that stand, in order of onset."""
    graded: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for grade in EventGrade.objects.standing().filter(participant=participant):
        graded[grade.event_id].append((grade.on, grade.grade))
    serious = {row.event_id: row for row in SeriousEvent.objects.standing().filter(participant=participant)}
    return tuple(
        EventSpan(
            term=row.term,
            version=row.ctcae_version,
            began_on=row.onset_on,
            ended_on=row.ended_on,
            is_over=row.outcome not in _GOING_ON,
            grades=tuple(graded[row.pk]),
            serious=_serious(serious[row.pk]) if row.pk in serious else None,
        )
        for row in AdverseEvent.objects.standing().filter(participant=participant)
    )


def _serious(row: SeriousEvent) -> SeriousMark:
    criteria = [SeriousnessCriterion(name).label.lower() for name in row.criteria]
    state = "" if row.confirmed_at else "proposed, waits to be confirmed"
    return SeriousMark(
        number=row.number,
        aware_at=row.site_aware_at,
        words=", ".join(filter(None, [*criteria, state])),
        is_confirmed=row.confirmed_at is not None,
    )
