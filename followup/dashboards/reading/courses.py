"""The facts of the survival endpoints, from what the frame has read."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from participants.domain.milestones import MilestoneKind
from participants.domain.vital_status import Assessment, CourseFacts, cut_at
from participants.models import ResponseKind

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame
    from followup.dashboards.reading.people import Person

REMISSION = frozenset({ResponseKind.CR, ResponseKind.CRI})


def read_courses(frame: Frame) -> dict[int, CourseFacts]:
    """Return the facts of each infused participant of the denominator, as they were at the data cut."""
    found = {pk: cut_at(_facts(frame, one), frame.cut_on) for pk, one in frame.infused.items()}
    return {pk: facts for pk, facts in found.items() if facts is not None}


def _facts(frame: Frame, one: Person) -> CourseFacts:
    known = frame.dated[one.pk]
    zero = one.day_zero
    if zero is None:
        raise ValueError(f"{one.study_id} has no day zero")
    relapses = {*known.relapses, *known.happened.get(MilestoneKind.RELAPSE, ())}
    therapies = known.first_since(zero, MilestoneKind.HSCT, MilestoneKind.NEW_THERAPY)
    return CourseFacts(
        day_zero=zero,
        last_alive_on=max(_last_alive(frame, one), zero),
        assessments=tuple(
            Assessment(on, is_remission=response in REMISSION) for on, response in sorted(known.responses)
        ),
        relapses=tuple(sorted(on for on in relapses if on >= zero)),
        next_therapy_on=_first(therapies, one.infused_again_on),
        died_on=known.died_on,
    )


def _last_alive(frame: Frame, one: Person) -> date:
    """Return the last day with a dated contact; what is dated after the death proves nothing."""
    known, contact = frame.dated[one.pk], frame.contacts[one.pk]
    latest = _latest(one, contact.seen_on, contact.seen_at, known.last_seen_on())
    return min(latest, known.died_on) if known.died_on else latest


def heard_on(frame: Frame, one: Person) -> date:
    """Return the last day up to the data cut with a dated contact, whatever was heard later."""
    last_alive_on = frame.courses[one.pk].last_alive_on
    if frame.choice.cut_on is None:
        return last_alive_on
    contact, seen_on = frame.contacts[one.pk], frame.dated[one.pk].last_seen_on(frame.cut_on)
    heard = _latest(one, contact.heard_on, contact.heard_at, seen_on)
    return max(min(heard, last_alive_on), frame.courses[one.pk].day_zero)


def _latest(one: Person, on: date, at: datetime, seen_on: date) -> date:
    return max(on, at.astimezone(one.zone).date(), seen_on)


def _first(*days: date | None) -> date | None:
    return min((on for on in days if on is not None), default=None)
