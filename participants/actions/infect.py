"""Record infections, edit them, take them back, and judge what is one episode."""

from __future__ import annotations

from typing import Any

from participants.access import require
from participants.actions.checks import ask_for_reason, improbable_days, refuse_impossible_day
from participants.actions.deviations import settle_deviations
from participants.actions.grade_5 import keep_death, refuse_fatal_without_death
from participants.actions.work_items import lock, write
from participants.audit import Actor, audited
from participants.ctcae import ctcae_term
from participants.domain.ctcae import check_grade
from participants.domain.infections import severity_by_treatment
from participants.domain.roles import Capability
from participants.episodes import earlier_of
from participants.errors import ActionRefused
from participants.models import Infection, InfectionOutcome, InfectionSeverity, Participant

# These move forward by themselves: the episode ends, gets worse, or a culture tells what it was.
FREE = ("outcome", "ended_on", "severity", "is_documented")


def record_infection(*, by: Actor, participant: Participant, reason: str = "", **values: Any) -> Infection:
    """Record an infection episode; without a `severity` it is the one that its treatment says.

    Raises ActionRefused for what cannot be (an onset in the future, an end before it, a grade that the
    term does not have, a fatal outcome without a death of infection), NeedsReason for the improbable.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    return _write(Infection(participant=participant), values, by=by, reason=reason)


def edit_infection(
    *, by: Actor, infection: Infection, version: int, reason: str = "", **values: Any
) -> Infection:
    """Edit an infection. Raises StaleVersion, and ActionRefused as recording does, or without a reason."""
    require(by, Capability.WRITE_RECORDS, infection.participant.site)
    return _write(infection, values, by=by, reason=reason, version=version)


def remove_infection(*, by: Actor, infection: Infection, reason: str) -> None:
    """Take back an infection that was entered by mistake; its parts become episodes of their own."""
    participant = infection.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="infection.removed", reason=reason, participant=participant):
        for part in infection.parts.all():
            write(part, {"part_of": None}, free=("part_of",))
        current = lock(infection, infection.version)
        write(current, {"stands": False}, free=("stands",))
        settle_deviations(by=by, participant=participant, subject=_subject(current), found=[], reason=reason)


def judge_same_episode(*, by: Actor, infection: Infection, version: int, is_same: bool) -> Infection:
    """Decide whether an infection is the same episode as the earlier one that proposes it.

    Raises ActionRefused when nothing is proposed any more, StaleVersion when it was changed meanwhile.
    """
    participant = infection.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    reason = "judged the same episode" if is_same else "judged an episode of its own"
    with audited(by=by, kind="infection.judged", reason=reason, participant=participant):
        current = lock(infection, version)
        earlier = current.part_of or _earlier_episode(current)
        if earlier is None:
            raise ActionRefused(None, "No earlier entry proposes the same episode any more.")
        values = {"part_of": earlier if is_same else None, "is_own_episode": not is_same}
        return write(current, values, free=tuple(values))


def _earlier_episode(infection: Infection) -> Infection | None:
    within = infection.participant.site.study.same_infection_days
    rows = Infection.objects.standing().filter(participant=infection.participant_id)
    return earlier_of(infection, list(rows), within_days=within)


def _write(
    row: Infection, values: dict[str, Any], *, by: Actor, reason: str, version: int | None = None
) -> Infection:
    participant = row.participant
    values = values | {"severity": values.get("severity") or _severity(values)}
    _check(participant, values)
    improbable = improbable_days(values["onset_on"], participant)
    ask_for_reason(improbable, reason)
    kind, why = ("recorded", "infection recorded") if version is None else ("edited", "infection completed")
    with audited(by=by, kind=f"infection.{kind}", reason=reason or why, participant=participant):
        current = row if version is None else lock(row, version)
        write(current, values, reason=reason, free=FREE)
        keep_death(participant)
        settle_deviations(
            by=by, participant=participant, subject=_subject(current), found=improbable, reason=reason
        )
    return current


def _subject(row: Infection) -> str:
    return f"infection:{row.pk}"


def _severity(values: dict[str, Any]) -> str:
    return InfectionSeverity(
        severity_by_treatment(
            route=values.get("route", ""),
            was_hospitalised=values.get("was_hospitalised"),
            was_in_icu=values.get("was_in_icu"),
            is_fatal=values.get("outcome") == InfectionOutcome.FATAL,
        )
    )


def _check(participant: Participant, values: dict[str, Any]) -> None:
    onset_on, ended_on = values["onset_on"], values.get("ended_on")
    refuse_impossible_day("onset_on", "Onset", onset_on, participant)
    if ended_on is not None:
        refuse_impossible_day("ended_on", "End", ended_on, participant)
        if ended_on < onset_on:
            raise ActionRefused("ended_on", "End: this is before the onset.")
        if values.get("outcome") == InfectionOutcome.ONGOING:
            raise ActionRefused("outcome", "Outcome: an infection with an end does not go on.")
    _check_grade(values)
    is_fatal = (
        values.get("outcome") == InfectionOutcome.FATAL or values["severity"] == InfectionSeverity.FATAL
    )
    if is_fatal or values.get("ctcae_grade") == 5:
        refuse_fatal_without_death(participant, "outcome", "infection", "")


def _check_grade(values: dict[str, Any]) -> None:
    grade, name = values.get("ctcae_grade"), values.get("ctcae_term", "")
    if grade is None:
        return
    if not name:
        raise ActionRefused("ctcae_term", "CTCAE term: a grade belongs to a term.")
    version = values.get("ctcae_version", "5.0")
    try:
        check_grade(ctcae_term(version, name), version, grade)
    except ValueError as refused:
        raise ActionRefused("ctcae_grade", f"Grade: {refused}") from refused
