"""Record what somebody died of."""

from __future__ import annotations

from collections.abc import Collection

from participants.access import require
from participants.actions.derive import derive_where_findings_are
from participants.actions.facts import add_fact, same
from participants.actions.grade_5 import refuse_deaths_end
from participants.actions.respond import first_relapse_on, question_cause
from participants.audit import Actor, audited
from participants.domain.death_causes import DeathCause, check_causes
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Death


def record_causes(
    *,
    by: Actor,
    death: Death,
    main_cause: DeathCause | None,
    contributory_causes: Collection[DeathCause] = (),
    reason: str = "",
) -> Death:
    """Record the main cause of a death, and those that contributed.

    `main_cause` None is not yet known. Raises ActionRefused when a relapse came before and the
    leukaemia is not the main cause, for a cause named twice, for a change without a reason, and when
    something graded 5 would lose its cause.
    """
    participant = death.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    try:
        check_causes(
            main_cause, contributory_causes, died_on=death.on, relapsed_on=first_relapse_on(participant)
        )
    except ValueError as refused:
        raise ActionRefused("main_cause", f"Main cause: {refused}") from refused
    values = {
        "main_cause": str(main_cause or ""),
        "contributory_causes": sorted(str(cause) for cause in set(contributory_causes)),
    }
    if same(death, **values):
        return death
    if death.main_cause and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded cause changes.")
    new = Death(participant=participant, on=death.on, note=death.note, **values)
    why = reason or "cause of death recorded"
    with audited(by=by, kind="death.causes", reason=why, participant=participant):
        add_fact(new, by=by, replaces=death)
        refuse_deaths_end(participant)
        question_cause(participant, by=by)
        derive_where_findings_are(by=by, participants=[participant.pk])
    return new
