"""Serious because of death: such an event needs a recorded death."""

from __future__ import annotations

from collections.abc import Collection

from participants.actions.queries import settle_queries
from participants.audit import Actor
from participants.errors import ActionRefused
from participants.models import Death, Participant, SeriousEvent, SeriousnessCriterion

DEATH_RULE = "serious because of death"


def refuse_death_of_the_living(participant: Participant, criteria: Collection[SeriousnessCriterion]) -> None:
    """Raise ActionRefused where death is a criterion and no death is recorded."""
    if SeriousnessCriterion.DEATH in criteria and not _has_died(participant):
        raise ActionRefused("criteria", "Seriousness: death needs a recorded death. Record the death first.")


def question_death(participant: Participant, *, by: Actor) -> None:
    """Ask about each serious event whose death was taken back since, or stop asking.

    The event stays as it was reported: its clocks run, and what was sent was sent.
    """
    wanted = {}
    if not _has_died(participant):
        for serious in SeriousEvent.objects.standing().filter(participant=participant):
            if SeriousnessCriterion.DEATH in serious.criteria:
                wanted[(DEATH_RULE, f"serious:{serious.pk}")] = (
                    f"{serious} is serious because of death, and no death is recorded. "
                    "Is the criterion right, or was the death taken back by mistake?"
                )
    settle_queries(by=by, participant=participant, rules=frozenset({DEATH_RULE}), wanted=wanted)


def _has_died(participant: Participant) -> bool:
    return Death.objects.standing().filter(participant=participant).exists()
