"""Change an anchor date after a look at everything that moves with it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from followup.domain.windows import Outcome, VisitDates
from followup.models import Visit
from participants.actions.lifecycle import hold
from participants.actions.treat import plan_milestone, record_milestone
from participants.audit import Actor
from participants.domain.milestones import MilestoneKind
from participants.errors import StaleVersion
from participants.models import Deviation, Milestone, Participant


@dataclass(frozen=True)
class AnchorChange:
    """A new date for an event: planned, or as it happened.

    `seen` is the key of the entry that the person saw and replaces, None if there was none.
    """

    kind: MilestoneKind
    on: date
    is_planned: bool = False
    at: datetime | None = None
    course: int = 1
    note: str = ""
    reason: str = ""
    seen: int | None = None


@dataclass(frozen=True)
class VisitState:
    """What a change of anchor can change of a visit."""

    dates: VisitDates | None
    is_projected: bool
    outcome: str
    reason: str
    days_out: int

    @property
    def outcome_name(self) -> str:
        """The outcome in words."""
        return Outcome(self.outcome).label


@dataclass(frozen=True)
class MovedVisit:
    """A visit before and after; `before` None for one that the change makes."""

    label: str
    before: VisitState | None
    after: VisitState


@dataclass(frozen=True)
class Preview:
    """Everything that a change would do."""

    moved: list[MovedVisit]
    unchanged: int
    new_drafts: int


def preview_anchor(*, by: Actor, participant: Participant, change: AnchorChange) -> Preview:
    """Say what a change of an anchor date would do, and do nothing.

    The change is carried out and taken back within one transaction, so that the preview cannot
    differ from what is applied later. Raises ActionRefused as applying it would.
    """
    with transaction.atomic():
        before, drafts = _states(participant), _drafts(participant)
        # A copy: the actions write the new phase into the object that they are given.
        apply_anchor(by=by, participant=copy(participant), change=change)
        after = _states(participant)
        new_drafts = _drafts(participant) - drafts
        transaction.set_rollback(True)
    moved = [
        MovedVisit(visit.label, before[pk][1] if pk in before else None, state)
        for pk, (visit, state) in after.items()
        if pk not in before or before[pk][1] != state
    ]
    return Preview(moved, len(after) - len(moved), max(new_drafts, 0))


def apply_anchor(*, by: Actor, participant: Participant, change: AnchorChange) -> Milestone:
    """Record or plan an event and let every visit that counts from it move: one change, one reason.

    Raises StaleVersion when the entry that the person saw no longer stands, and ActionRefused as
    participants.actions.treat does.
    """
    with transaction.atomic():
        # Held from the look to the change: of two who apply at once the second sees what the first did.
        hold(participant)
        if _standing_key(participant, change) != change.seen:
            raise StaleVersion(None, "Somebody else has changed this date since you opened it.")
        return _record(by, participant, change)


def _standing_key(participant: Participant, change: AnchorChange) -> int | None:
    rows = Milestone.objects.standing().filter(
        participant=participant, kind=change.kind, course=change.course, is_planned=change.is_planned
    )
    return rows.values_list("pk", flat=True).first()


def _record(by: Actor, participant: Participant, change: AnchorChange) -> Milestone:
    if change.is_planned:
        return plan_milestone(
            by=by,
            participant=participant,
            kind=change.kind,
            on=change.on,
            course=change.course,
            reason=change.reason,
        )
    return record_milestone(
        by=by,
        participant=participant,
        kind=change.kind,
        on=change.on,
        at=change.at,
        course=change.course,
        note=change.note,
        reason=change.reason,
    )


def _states(participant: Participant) -> dict[int, tuple[Visit, VisitState]]:
    rows = Visit.objects.filter(participant=participant).order_by(
        "target_on", "planned_visit__position", "occurrence"
    )
    return {
        visit.pk: (
            visit,
            VisitState(visit.dates, visit.is_projected, visit.outcome, visit.outcome_reason, visit.days_out),
        )
        for visit in rows
    }


def _drafts(participant: Participant) -> int:
    return Deviation.objects.filter(participant=participant).drafts().count()
