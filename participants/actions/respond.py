"""Disease assessments and relapses; a relapse that is more than MRD becomes an event of the course."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from participants.access import require
from participants.actions.checks import ask_for_reason, improbable_days, refuse_impossible_day
from participants.actions.facts import add_fact, remove_fact, same
from participants.actions.judge_events import judge_events
from participants.actions.lifecycle import hold
from participants.actions.queries import settle_queries
from participants.actions.treat import record_milestone, remove_milestone
from participants.audit import Actor, audited
from participants.domain.death_causes import DeathCause
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import (
    Cd19Status,
    Death,
    Milestone,
    Participant,
    Relapse,
    RelapseSite,
    Response,
    ResponseKind,
)

# Source: PACER design, clinical rules, section 8.
MRD_NEGATIVE_BELOW_PERCENT = Decimal("0.01")
CAUSE_RULE = "cause of death"


def record_response(
    *,
    by: Actor,
    participant: Participant,
    on: date,
    response: ResponseKind,
    timepoint: str = "",
    mrd_percent: Decimal | None = None,
    is_mrd_negative: bool | None = None,
    replaces: Response | None = None,
    reason: str = "",
) -> Response:
    """Record a disease assessment, or correct one; MRD in percent decides by itself whether it is negative.

    `mrd_percent` and `is_mrd_negative` None are not measured. Raises ActionRefused for a day in the
    future or before birth, for a second assessment on the day, for an MRD that contradicts its
    judgement, and for a correction without a reason; NeedsReason for the improbable.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "Assessed on", on, participant)
    values: dict[str, Any] = {
        "on": on, "timepoint": timepoint, "response": response, "mrd_percent": mrd_percent
    }  # fmt: skip
    values["is_mrd_negative"] = _mrd_negative(mrd_percent, is_mrd_negative)
    if replaces is not None and same(replaces, **values):
        return replaces
    _ask_why_corrected(replaces, reason)
    improbable = improbable_days(on, participant)
    ask_for_reason(improbable, reason)
    new, why = Response(participant=participant, **values), reason or "response recorded"
    with audited(by=by, kind="response.recorded", reason=why, participant=participant):
        _refuse_second(participant, new, replaces)
        add_fact(new, by=by, replaces=replaces)
        if improbable or replaces is not None:
            judge_events(participant=participant, by=by, reason=reason)
    return new


def remove_response(*, by: Actor, response: Response, reason: str) -> None:
    """Take back an assessment that was entered by mistake."""
    participant = response.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="response.removed", reason=reason, participant=participant):
        remove_fact(response)
        judge_events(participant=participant, by=by, reason=reason)


def record_relapse(
    *,
    by: Actor,
    participant: Participant,
    on: date,
    site: RelapseSite,
    cd19: Cd19Status = Cd19Status.UNKNOWN,
    is_mrd_only: bool = False,
    replaces: Relapse | None = None,
    reason: str = "",
) -> Relapse:
    """Record a relapse, or correct one.

    The first that is more than MRD is the event of the course from which survival contacts count; one
    that only MRD shows ends no visit. Raises ActionRefused as record_response does.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "Date", on, participant)
    values = {"on": on, "site": site, "cd19": cd19, "is_mrd_only": is_mrd_only}
    if replaces is not None and same(replaces, **values):
        return replaces
    _ask_why_corrected(replaces, reason)
    improbable = improbable_days(on, participant)
    ask_for_reason(improbable, reason)
    new = Relapse(participant=participant, **values)
    why = reason or "relapse recorded"
    with audited(by=by, kind="relapse.recorded", reason=why, participant=participant):
        _refuse_second(participant, new, replaces)
        was = first_relapse_on(participant)
        add_fact(new, by=by, replaces=replaces)
        _follow_relapse(participant, was, by=by, reason=reason)
        if improbable or replaces is not None:
            judge_events(participant=participant, by=by, reason=reason)
    return new


def remove_relapse(*, by: Actor, relapse: Relapse, reason: str) -> None:
    """Take back a relapse that was entered by mistake, and the end of visits that it had brought."""
    participant = relapse.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="relapse.removed", reason=reason, participant=participant):
        was = first_relapse_on(participant)
        remove_fact(relapse)
        _follow_relapse(participant, was, by=by, reason=reason)
        judge_events(participant=participant, by=by, reason=reason)


def first_relapse_on(participant: Participant) -> date | None:
    """Return the day of the first relapse that is more than MRD, None without one."""
    return (
        Relapse.objects.standing()
        .filter(participant=participant, is_mrd_only=False)
        .order_by("on")
        .values_list("on", flat=True)
        .first()
    )


def question_cause(participant: Participant, *, by: Actor) -> None:
    """Ask about a main cause of death that a relapse before the death contradicts, or stop asking."""
    death = Death.objects.standing().filter(participant=participant).first()
    relapsed_on = first_relapse_on(participant)
    wanted = {}
    is_other = death is not None and death.main_cause not in {"", DeathCause.LEUKAEMIA}
    if death is not None and is_other and relapsed_on is not None and relapsed_on <= death.on:
        wanted[(CAUSE_RULE, "death")] = (
            f"A relapse on {relapsed_on:%d %b %Y} came before the death: the leukaemia is then the main "
            "cause, the others are contributory. Is the cause right?"
        )
    settle_queries(by=by, participant=participant, rules=frozenset({CAUSE_RULE}), wanted=wanted)


def _follow_relapse(participant: Participant, was: date | None, *, by: Actor, reason: str) -> None:
    """Keep the event of the course in step with the first relapse that is more than MRD.

    `was` is the day of that relapse before the change, None without one. An event that no relapse had
    brought was recorded by itself: it stays, unless a relapse before it is found.
    """
    first = first_relapse_on(participant)
    event = (
        Milestone.objects.standing()
        .actual()
        .filter(participant=participant, kind=MilestoneKind.RELAPSE)
        .order_by("course")
        .first()
    )
    is_ours = event is not None and event.on == was and _was_brought(event)
    if first is None:
        if event is not None and is_ours:
            remove_milestone(by=by, milestone=event, reason=reason or "no relapse stands")
    elif event is None or first < event.on or (is_ours and event.on != first):
        why = reason or ("first relapse recorded" if event else "")
        record_milestone(by=by, participant=participant, kind=MilestoneKind.RELAPSE, on=first, reason=why)
    question_cause(participant, by=by)


def _was_brought(event: Milestone) -> bool:
    """Say whether a relapse of that day was in the record before the event was, whatever became of it."""
    rows = Relapse.objects.filter(participant=event.participant_id, on=event.on, is_mrd_only=False)
    return rows.filter(recorded_at__lte=event.recorded_at).exists()


def _mrd_negative(percent: Decimal | None, said: bool | None) -> bool | None:  # noqa: FBT001
    if percent is None:
        return said
    is_negative = percent < MRD_NEGATIVE_BELOW_PERCENT
    if said is not None and said is not is_negative:
        raise ActionRefused(
            "is_mrd_negative", f"MRD: {percent} % is {'' if is_negative else 'not '}below 0.01 %."
        )
    return is_negative


def _refuse_second(
    participant: Participant, new: Response | Relapse, replaces: Response | Relapse | None
) -> None:
    """Raise ActionRefused where one of the day stands; holds the participant, so that nobody adds one."""
    hold(participant)
    on_the_day = type(new)._default_manager.filter(participant=participant, on=new.on, stands=True)
    if on_the_day.exclude(pk__in=[replaces.pk] if replaces else []).exists():
        raise ActionRefused("on", "Date: one is recorded for this day already; correct that one.")


def _ask_why_corrected(replaces: object | None, reason: str) -> None:
    if replaces is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the recorded entry is corrected.")
