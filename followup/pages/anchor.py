"""What stands of an event that the schedule counts from, before its date is changed."""

from __future__ import annotations

from followup.actions.reanchor import AnchorChange
from followup.forms.anchor import HAPPENED, PLANNED
from participants.domain.milestones import PLANNABLE, MilestoneKind
from participants.forms.facts import clock_at_site
from participants.models import Milestone, Participant


def standing_entries(participant: Participant, event: MilestoneKind) -> list[Milestone]:
    """Return what stands of an event: what happened before what is planned, later courses first."""
    rows = Milestone.objects.standing().filter(participant=participant, kind=event)
    return list(rows.order_by("is_planned", "-course"))


def filled_in(participant: Participant, event: MilestoneKind, standing: list[Milestone]) -> dict[str, object]:
    """Return how the form begins: with what stands, or as a plan where one can be made."""
    if not standing:
        return {"state": PLANNED if event in PLANNABLE else HAPPENED}
    last = standing[0]
    clock = clock_at_site(last.at, participant) if last.at else None
    state = PLANNED if last.is_planned else HAPPENED
    return {"state": state, "on": last.on, "clock": clock, "course": last.course, "note": last.note}


def replaced_by(change: AnchorChange, standing: list[Milestone]) -> int | None:
    """Return the entry that a change replaces, None when it is the first of its kind."""
    kind = (change.course, change.is_planned)
    return next((entry.pk for entry in standing if (entry.course, entry.is_planned) == kind), None)
