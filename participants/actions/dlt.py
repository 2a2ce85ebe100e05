"""Assess whether an adverse event is a dose-limiting toxicity: an investigator does, and says why."""

from __future__ import annotations

from django.utils import timezone

from participants.access import require
from participants.actions.work_items import lock, write
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import AdverseEvent


def assess_dlt(*, by: Actor, event: AdverseEvent, version: int, is_dlt: bool, reason: str) -> AdverseEvent:
    """Record whether an event is dose-limiting, by the list that the protocol sets.

    Assessing again replaces the judgement; the former one stays in the history. Raises ActionRefused
    without a reason and for an event that was taken back, StaleVersion when it was changed meanwhile.
    """
    participant = event.participant
    require(by, Capability.ASSESS_DLT, participant.site)
    if by.staff is None:
        raise ActionRefused(None, "A person assesses a dose-limiting toxicity.")
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why it is dose-limiting, or is not.")
    with audited(by=by, kind="event.dlt_assessed", reason=reason, participant=participant):
        current = lock(event, version)
        values = {
            "is_dlt": is_dlt,
            "dlt_reason": reason.strip(),
            "dlt_assessed_at": timezone.now(),
            "dlt_assessed_by": by.staff,
        }
        return write(current, values, free=tuple(values))
