"""Keep the milestones of the first and last anakinra dose in step with the dose log; end the treatment."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from participants.access import require
from participants.actions.treat import record_milestone, remove_milestone
from participants.audit import Actor
from participants.courses import course_at, courses_of
from participants.domain.milestones import MilestoneKind
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import AnakinraDose, Milestone, Participant

# The given doses of each course by its number, in the order of time.
Given = dict[int, list[AnakinraDose]]


def end_treatment(*, by: Actor, participant: Participant, reason: str) -> Milestone:
    """Say that no further dose follows: the last given one is the milestone that visits count from.

    Raises ActionRefused without a reason, and where no dose was given.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    course = _current_course(participant)
    doses = given_doses(participant).get(course)
    if not doses:
        raise ActionRefused(None, "No dose has been given: there is no treatment to end.")
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the treatment ends.")
    return record_milestone(
        by=by,
        participant=participant,
        kind=MilestoneKind.ANAKINRA_LAST,
        on=day_of(doses[-1]),
        at=doses[-1].at,
        course=course,
        reason=reason,
    )


def resume_treatment(*, by: Actor, participant: Participant, reason: str) -> None:
    """Take the end of the treatment back. Raises ActionRefused without a reason or where it has not ended."""
    ended = _milestone(participant, MilestoneKind.ANAKINRA_LAST, _current_course(participant))
    if ended is None:
        raise ActionRefused(None, "The treatment has not been ended.")
    remove_milestone(by=by, milestone=ended, reason=reason)


def given_doses(participant: Participant) -> Given:
    """Return the given doses of each course that has any; those before the infusion are of the first."""
    rows = AnakinraDose.objects.standing().given().filter(participant=participant)
    courses = courses_of([participant.pk]).get(participant.pk, [])
    found: Given = defaultdict(list)
    for dose in rows.select_related("participant__site").order_by("at", "pk"):
        course = course_at(courses, dose.at) or next(iter(courses), None)
        found[course.number if course else 1].append(dose)
    return found


def keep_milestones(participant: Participant, before: Given, *, by: Actor, reason: str) -> None:
    """Bring the milestones of the first and, once it has ended, the last dose in step with the log.

    `before` are the given doses as they were: a milestone that no dose has ever borne stays, and so do
    those of a course in which nothing has changed.
    """
    after = given_doses(participant)
    for course in sorted({*before, *after}):
        if before.get(course) == after.get(course):
            continue
        for kind, place in ((MilestoneKind.ANAKINRA_FIRST, 0), (MilestoneKind.ANAKINRA_LAST, -1)):
            known, doses = _milestone(participant, kind, course), after.get(course)
            if doses:
                _move(known, kind, doses[place], course, by=by, reason=reason)
            elif known is not None:
                remove_milestone(by=by, milestone=known, reason=reason)


def _move(
    known: Milestone | None, kind: MilestoneKind, dose: AnakinraDose, course: int, *, by: Actor, reason: str
) -> None:
    if known is None and kind is MilestoneKind.ANAKINRA_LAST:
        return
    if known is None or _has_moved(known, kind, dose):
        record_milestone(
            by=by,
            participant=dose.participant,
            kind=kind,
            on=day_of(dose),
            at=dose.at,
            course=course,
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


def _current_course(participant: Participant) -> int:
    courses = courses_of([participant.pk]).get(participant.pk, [])
    return courses[-1].number if courses else 1
