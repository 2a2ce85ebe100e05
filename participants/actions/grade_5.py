"""Grade 5 needs a death with that cause; a death needs no grade 5.

Asked twice: before something fatal is written, to say it beside the field, and inside the transaction of
each change of either side, when the participant's row is held. docs/adr says why no trigger asks.
"""

from __future__ import annotations

from django.db.models import Q

from participants.actions.lifecycle import hold
from participants.ctcae import ctcae_term
from participants.domain.death_causes import CAUSE_NAMES, DeathCause, causes_of_grade_5
from participants.errors import ActionRefused
from participants.models import (
    AdverseEvent,
    Death,
    EventOutcome,
    Infection,
    InfectionOutcome,
    InfectionSeverity,
    Participant,
)


def refuse_fatal_without_death(participant: Participant, field: str, term: str, version: str) -> None:
    """Raise ActionRefused when an event of a term is fatal and no death names its cause."""
    death = Death.objects.standing().filter(participant=participant).first()
    if death is None:
        raise ActionRefused(field, "Grade 5 or a fatal outcome needs a death: record the death first.")
    fitting = _causes(term, version)
    if not fitting & death.causes:
        names = " or ".join(sorted(CAUSE_NAMES[cause].lower() for cause in fitting))
        raise ActionRefused(field, f"The death has to name the cause first: {names}.")


def refuse_deaths_end(participant: Participant) -> None:
    """Raise ActionRefused when something fatal is left without a death that names its cause.

    Called after a death has changed or was taken back, inside its transaction. The participant's row is
    held first: of two people, one of whom records what is fatal, the second sees what the first did.
    """
    hold(participant)
    death = Death.objects.standing().filter(participant=participant).first()
    known: frozenset[DeathCause] = death.causes if death else frozenset()
    for term, version in _fatal(participant):
        if not _causes(term, version) & known:
            raise ActionRefused(
                None, f"{term} is recorded as fatal and needs a death with that cause: correct it first."
            )


def keep_death(participant: Participant) -> None:
    """Raise ActionRefused when something fatal was written and its death has gone meanwhile.

    Called after the writing, inside its transaction.
    """
    if _fatal(participant):
        refuse_deaths_end(participant)


def _causes(term: str, version: str) -> frozenset[DeathCause]:
    if not version:
        return frozenset({DeathCause.INFECTION})
    listed = ctcae_term(version, term)
    return causes_of_grade_5(term, listed.organ_class if listed else "")


def _fatal(participant: Participant) -> list[tuple[str, str]]:
    """List what is fatal as (term, CTCAE version); an infection has no version here: its cause is plain."""
    events = AdverseEvent.objects.standing().filter(participant=participant)
    graded = events.filter(grades__stands=True, grades__grade=5)
    lethal = events.filter(outcome=EventOutcome.FATAL)
    found = {(event.term, event.ctcae_version) for event in [*graded, *lethal]}
    infections = Infection.objects.standing().filter(participant=participant)
    lethal_if = Q(outcome=InfectionOutcome.FATAL) | Q(severity=InfectionSeverity.FATAL) | Q(ctcae_grade=5)
    fatal = infections.filter(lethal_if)
    return sorted(found | {(str(row), "") for row in fatal})
