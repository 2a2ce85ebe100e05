"""Adverse events: record them, grade them over time, edit them and take them back."""

from __future__ import annotations

from datetime import date
from typing import Any

from participants.access import require
from participants.actions.checks import ask_for_reason, improbable_days, refuse_impossible_day
from participants.actions.deviations import settle_deviations
from participants.actions.facts import add_fact, remove_fact
from participants.actions.grade_5 import keep_death, refuse_fatal_without_death
from participants.actions.work_items import lock, lock_standing, write
from participants.audit import Actor, audited
from participants.ctcae import ctcae_term
from participants.domain.ctcae import VERSIONS, check_grade
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import AdverseEvent, Death, EventGrade, EventOutcome, Participant

# These move forward by themselves: an event ends, and causes and consequences are judged.
FREE = ("outcome", "ended_on")


def record_event(
    *, by: Actor, participant: Participant, grade: int, reason: str = "", **values: Any
) -> AdverseEvent:
    """Record an adverse event with its grade from the onset on.

    Raises ActionRefused for what cannot be: an onset in the future, an end before it, a grade that the
    term does not have in its version, grade 5 without a death of that cause. The improbable (before
    consent, after death) needs a reason and drafts a deviation.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    _check(participant, values, grades=[(values["onset_on"], grade)])
    improbable = improbable_days(values["onset_on"], participant)
    ask_for_reason(improbable, reason)
    event = AdverseEvent(participant=participant)
    why = reason or "adverse event recorded"
    with audited(by=by, kind="event.recorded", reason=why, participant=participant):
        write(event, values)
        add_fact(EventGrade(participant=participant, event=event, on=event.onset_on, grade=grade), by=by)
        keep_death(participant)
        _settle(event, improbable, by=by, reason=reason)
    return event


def edit_event(
    *, by: Actor, event: AdverseEvent, version: int, reason: str = "", **values: Any
) -> AdverseEvent:
    """Edit an adverse event; its first grade moves with the onset.

    Raises StaleVersion, and ActionRefused as recording does, or when a recorded value changes
    without a reason.
    """
    participant = event.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    improbable = improbable_days(values["onset_on"], participant)
    ask_for_reason(improbable, reason)
    why = reason or "adverse event completed"
    with audited(by=by, kind="event.edited", reason=why, participant=participant):
        current = lock(event, version)
        standing = list(current.grades.filter(stands=True).order_by("on"))
        first, moved_to = standing[0], values["onset_on"]
        _refuse_onset_after_grades(moved_to, standing[1:])
        _check(
            participant,
            values,
            grades=[(moved_to, first.grade), *((row.on, row.grade) for row in standing[1:])],
        )
        write(current, values, reason=reason, free=FREE)
        if first.on != moved_to:
            again = EventGrade(participant=participant, event=current, on=moved_to, grade=first.grade)
            add_fact(again, by=by, replaces=first)
        keep_death(participant)
        _settle(current, improbable, by=by, reason=reason)
    return current


def record_grade(*, by: Actor, event: AdverseEvent, on: date, grade: int, reason: str = "") -> EventGrade:
    """Record that an event has another grade from a day on; on a day that has one, correct it.

    Raises ActionRefused for a day before the onset or after the end, for a grade that the term does
    not have, for grade 5 without a death of that cause on that day, for a correction without a reason, and
    for an event that was taken back.
    """
    participant = event.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("on", "From", on, participant)
    why = reason or f"grade {grade} from {on:%d %b %Y}"
    with audited(by=by, kind="event.graded", reason=why, participant=participant):
        current = lock_standing(event)
        if on < current.onset_on or (current.ended_on is not None and on > current.ended_on):
            raise ActionRefused("on", "From: the event was not going on that day.")
        _check_grade(participant, current.term, current.ctcae_version, on, grade)
        old = current.grades.filter(stands=True, on=on).first()
        if old is not None and not reason.strip():
            raise ActionRefused("reason", f"Reason: say why the grade from {on:%d %b %Y} is corrected.")
        new = EventGrade(participant=participant, event=current, on=on, grade=grade)
        add_fact(new, by=by, replaces=old)
        keep_death(participant)
    return new


def remove_grade(*, by: Actor, grade: EventGrade, reason: str) -> None:
    """Take back a grade that was entered by mistake; the first one can only be corrected."""
    event = grade.event
    require(by, Capability.WRITE_RECORDS, event.participant.site)
    if grade.on == event.onset_on:
        raise ActionRefused(None, "The grade at the onset can be corrected, not taken back.")
    with audited(by=by, kind="event.grade_removed", reason=reason, participant=event.participant):
        remove_fact(grade)


def remove_event(*, by: Actor, event: AdverseEvent, reason: str) -> None:
    """Take back an adverse event that was entered by mistake.

    Raises ActionRefused while it is reported as serious: that is taken back first, by an investigator.
    """
    participant = event.participant
    require(by, Capability.WRITE_RECORDS, participant.site)
    with audited(by=by, kind="event.removed", reason=reason, participant=participant):
        current = lock(event, event.version)
        serious = getattr(current, "seriousness", None)
        if serious is not None and serious.stands:
            raise ActionRefused(None, f"This event is reported as serious ({serious}): take that back first.")
        write(current, {"stands": False}, free=("stands",))
        _settle(current, [], by=by, reason=reason)


def _settle(event: AdverseEvent, found: list[tuple[str, str]], *, by: Actor, reason: str) -> None:
    settle_deviations(
        by=by,
        participant=event.participant,
        subject=f"adverse_event:{event.pk}",
        found=found,
        reason=reason,
    )


def _check(participant: Participant, values: dict[str, Any], *, grades: list[tuple[date, int]]) -> None:
    onset_on, ended_on = values["onset_on"], values.get("ended_on")
    version, term = values.get("ctcae_version", "5.0"), values.get("term", "")
    if version not in VERSIONS:
        raise ActionRefused("ctcae_version", "CTCAE version: choose 5.0 or 6.0.")
    if not term.strip():
        raise ActionRefused("term", "CTCAE term: name the event.")
    refuse_impossible_day("onset_on", "Onset", onset_on, participant)
    if ended_on is not None:
        _check_end(participant, onset_on, ended_on, values)
        if max(on for on, _ in grades) > ended_on:
            raise ActionRefused("ended_on", "End: the event was graded after this day.")
    if values.get("outcome") == EventOutcome.FATAL:
        refuse_fatal_without_death(participant, "outcome", term, version)
    for on, grade in grades:
        _check_grade(participant, term, version, on, grade)


def _check_end(participant: Participant, onset_on: date, ended_on: date, values: dict[str, Any]) -> None:
    refuse_impossible_day("ended_on", "End", ended_on, participant)
    if ended_on < onset_on:
        raise ActionRefused("ended_on", "End: this is before the onset.")
    if values.get("outcome") == EventOutcome.ONGOING:
        raise ActionRefused("outcome", "Outcome: an event with an end does not go on.")


def _check_grade(participant: Participant, term: str, version: str, on: date, grade: int) -> None:
    try:
        check_grade(ctcae_term(version, term), version, grade)
    except ValueError as refused:
        raise ActionRefused("grade", f"Grade: {refused}") from refused
    if grade < 5:
        return
    refuse_fatal_without_death(participant, "grade", term, version)
    deaths = Death.objects.standing().filter(participant=participant)
    died_on = deaths.values_list("on", flat=True).first()
    if died_on is not None and on > died_on:
        raise ActionRefused("grade", f"Grade: the death was on {died_on:%d %b %Y}, before this day.")


def _refuse_onset_after_grades(onset_on: date, later: list[EventGrade]) -> None:
    if later and onset_on >= later[0].on:
        raise ActionRefused(
            "onset_on", f"Onset: the event has another grade from {later[0].on:%d %b %Y} already."
        )
