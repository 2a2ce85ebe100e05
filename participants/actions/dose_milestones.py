"""Keep the milestones of the first and last anakinra dose in step with the dose log; end the treatment."""

from __future__ import annotations

from datetime import date

from participants.access import require
from participants.actions.treat import record_milestone, remove_milestone
from participants.audit import Actor
from participants.courses import course_at, courses_of
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import AnakinraDose, Milestone, Participant
from participants.models.medication import AnakinraDoseQuerySet


def end_treatment(*, by: Actor, participant: Participant, reason: str) -> Milestone:
    """Say that no further dose follows: the last given one is the milestone that visits count from.

    Raises ActionRefused without a reason, and where no dose was given.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    last = last_given(participant)
    if last is None:
        raise ActionRefused(None, "No dose has been given: there is no treatment to end.")
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the treatment ends.")
    return record_milestone(
        by=by,
        participant=participant,
        kind=MilestoneKind.ANAKINRA_LAST,
        on=day_of(last),
        at=last.at,
        course=_course(last),
        reason=reason,
    )


def resume_treatment(*, by: Actor, participant: Participant, reason: str) -> None:
    """Take the end of the treatment back. Raises ActionRefused without a reason or where it has not ended."""
    ended = _milestone(participant, MilestoneKind.ANAKINRA_LAST, _current_course(participant))
    if ended is None:
        raise ActionRefused(None, "The treatment has not been ended.")
    remove_milestone(by=by, milestone=ended, reason=reason)


def first_given(participant: Participant) -> AnakinraDose | None:
    """Return the first given dose of the course that lasts."""
    return _given(participant).order_by("at", "pk").first()


def last_given(participant: Participant) -> AnakinraDose | None:
    """Return the last given dose of the course that lasts."""
    return _given(participant).order_by("at", "pk").last()


def _given(participant: Participant) -> AnakinraDoseQuerySet:
    rows = AnakinraDose.objects.standing().given().filter(participant=participant)
    courses = courses_of([participant.pk]).get(participant.pk, [])
    return rows.filter(at__gte=courses[-1].began_at) if len(courses) > 1 else rows


def keep_milestones(participant: Participant, before: AnakinraDose | None, *, by: Actor, reason: str) -> None:
    """Bring the milestones of the first and, once it has ended, the last dose in step with the log.

    `before` is the first given dose as it was: a milestone that no dose has ever borne stays.
    """
    first, last = first_given(participant), last_given(participant)
    course = _current_course(participant)
    known = _milestone(participant, MilestoneKind.ANAKINRA_FIRST, course)
    if first is not None:
        _move(participant, MilestoneKind.ANAKINRA_FIRST, first, by=by, reason=reason)
    elif known is not None and before is not None:
        remove_milestone(by=by, milestone=known, reason=reason)
    ended = _milestone(participant, MilestoneKind.ANAKINRA_LAST, course)
    if ended is not None and last is not None:
        _move(participant, MilestoneKind.ANAKINRA_LAST, last, by=by, reason=reason)
    elif ended is not None and before is not None:
        remove_milestone(by=by, milestone=ended, reason=reason)


def _move(
    participant: Participant, kind: MilestoneKind, dose: AnakinraDose, *, by: Actor, reason: str
) -> None:
    known = _milestone(participant, kind, _course(dose))
    if known is None or _has_moved(known, kind, dose):
        record_milestone(
            by=by,
            participant=participant,
            kind=kind,
            on=day_of(dose),
            at=dose.at,
            course=_course(dose),
            reason=reason,
        )


def _has_moved(known: Milestone, kind: MilestoneKind, dose: AnakinraDose) -> bool:
    # A date that a person recorded before the log was entered moves only when a dose contradicts it.
    if known.at is None:
        is_first = kind is MilestoneKind.ANAKINRA_FIRST
        return day_of(dose) < known.on if is_first else day_of(dose) > known.on
    return known.at != dose.at


def _milestone(participant: Participant, kind: MilestoneKind, course: int) -> Milestone | None:
    rows = Milestone.objects.standing().actual().filter(participant=participant, kind=kind, course=course)
    return rows.select_related("participant__site__study").first()


def day_of(dose: AnakinraDose) -> date:
    """Return the calendar day of a dose at the site."""
    return dose.at.astimezone(dose.participant.site.tz).date()


def _course(dose: AnakinraDose) -> int:
    courses = courses_of([dose.participant_id]).get(dose.participant_id, [])
    found = course_at(courses, dose.at)
    return found.number if found else 1


def _current_course(participant: Participant) -> int:
    courses = courses_of([participant.pk]).get(participant.pk, [])
    return courses[-1].number if courses else 1
