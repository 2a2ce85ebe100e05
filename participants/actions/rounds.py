"""Save one round at the bedside: what was seen and what was tested, as one change."""

from __future__ import annotations

from participants.actions.observe import record_finding
from participants.audit import Actor, audited
from participants.errors import ActionRefused
from participants.models import NeuroAssessment, Observation


def record_round(
    *, by: Actor, observation: Observation | None, assessment: NeuroAssessment | None, reason: str = ""
) -> None:
    """Record an observation, a neurological assessment or both; one refused refuses both.

    Raises ActionRefused when there is neither, and whatever record_finding raises.
    """
    first = observation or assessment
    if first is None:
        raise ActionRefused(None, "Nothing has been answered yet.")
    why = reason or "round at the bedside"
    with audited(by=by, kind="finding.recorded", reason=why, participant=first.participant):
        if observation is not None:
            record_finding(by=by, finding=observation, reason=reason)
        if assessment is not None:
            record_finding(by=by, finding=assessment, reason=reason)
