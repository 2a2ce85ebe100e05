"""The strip under a participant's tabs: the key dates of the course, and what it has come to so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from participants import findings
from participants.anchors import CONSENT, known_dates
from participants.courses import Course, courses_of
from participants.domain.clock_times import clock_words
from participants.domain.day_words import lasted, study_day
from participants.domain.fever import FeverTrigger, fever_trigger
from participants.domain.lifecycle import Phase
from participants.domain.milestones import KnownDate, MilestoneKind
from participants.models import (
    AnakinraDose,
    DerivedGrade,
    Observation,
    Participant,
    Response,
    Scale,
    SignedGrade,
)

_BEFORE = ((CONSENT, "First consent"), (MilestoneKind.LD_START, "Lymphodepletion"))
_AFTER = (
    (MilestoneKind.RELAPSE, "Relapse"),
    (MilestoneKind.HSCT, "Transplantation"),
    (MilestoneKind.NEW_THERAPY, "New therapy"),
)


@dataclass(frozen=True)
class StripFact:
    """A key fact: what it is, its value, and what belongs to it in small."""

    label: str
    value: str
    sub: str


def strip_of(participant: Participant) -> list[StripFact]:
    """Read the key facts as far as they are known; before the infusion, what leads to it."""
    known = known_dates([participant.pk]).get(participant.pk, {})
    zero = participant.day_zero_on
    facts: list[StripFact] = []
    if zero is None:
        facts += _dates(known, _BEFORE, zero)
    courses = courses_of([participant.pk]).get(participant.pk, []) if zero is not None else []
    if len(courses) > 1:
        facts += [_infused(course) for course in courses]
    else:
        facts += _dates(known, ((MilestoneKind.INFUSION, "Infusion"),), zero)
    if zero is not None:
        first = known.get(MilestoneKind.ANAKINRA_FIRST)
        facts += [*_treatment(participant, courses, first), *_grades(participant, courses)]
        facts += _response(participant)
    return facts + _dates(known, _AFTER, zero)


def _infused(course: Course) -> StripFact:
    return StripFact(
        f"Course {course.number}: infusion", f"{course.day_zero:%d %b %Y}", f"{course.day_zero:%A}"
    )


def _dates(
    known: Mapping[str, KnownDate], kinds: tuple[tuple[str, str], ...], zero: date | None
) -> list[StripFact]:
    return [_dated(label, known[kind], zero) for kind, label in kinds if kind in known]


def _dated(label: str, event: KnownDate, zero: date | None) -> StripFact:
    sub = "planned" if event.is_planned else study_day(event.on, zero)
    return StripFact(label, f"{event.on:%d %b %Y}", sub or f"{event.on:%A}")


def _treatment(
    participant: Participant, courses: Sequence[Course], recorded: KnownDate | None
) -> Iterator[StripFact]:
    """Tell when the fever trigger was met, and how long the first dose took from there, by course.

    A dose before the first infusion belongs to none, as in the dashboards; without a log the recorded day
    of the first dose stands.
    """
    seen = list(Observation.objects.standing().filter(participant=participant))
    given = AnakinraDose.objects.standing().given().filter(participant=participant)
    doses = list(given.order_by("at", "pk").values_list("at", flat=True))
    for course in courses:
        trigger = _trigger(course, seen)
        own = [at for at in doses if course.holds(at)]
        if len(courses) == 1:
            yield from _told(participant, course, trigger, own)
            continue
        if trigger is None:
            yield StripFact(f"Course {course.number}: trigger", "Not met", _so_far(participant, course))
        for fact in _told(participant, course, trigger, own):
            label = f"Course {course.number}: {fact.label[:1].lower()}{fact.label[1:]}"
            yield replace(fact, label=label)
    if not doses and recorded is not None and recorded.on >= courses[0].day_zero:
        yield _dated("First anakinra", recorded, courses[0].day_zero)


def _so_far(participant: Participant, course: Course) -> str:
    """Return what marks a finding that may yet change: a course that is over has come to what it has."""
    is_over = course.until is not None or participant.phase == Phase.OFF_STUDY
    return "" if is_over else "so far"


def _told(
    participant: Participant, course: Course, trigger: FeverTrigger | None, doses: Sequence[datetime]
) -> Iterator[StripFact]:
    if trigger:
        yield StripFact("Trigger met", *_moment(participant, course, trigger.met_at))
    if not doses:
        return
    first = doses[0]
    day, sub = _moment(participant, course, first)
    local = first.astimezone(participant.site.tz)
    wait = first - trigger.met_at if trigger else None
    if wait is not None and wait >= timedelta(0):
        day, sub = f"{lasted(wait)} after", f"{local:%d %b} {clock_words(local)}"
    yield StripFact("First anakinra", day, sub)


def _trigger(course: Course, seen: Sequence[Observation]) -> FeverTrigger | None:
    readings = [found for row in seen if course.holds(row.at) and (found := findings.reading(row))]
    return fever_trigger(readings, infused_at=course.began_at)


def _moment(participant: Participant, course: Course, at: datetime) -> tuple[str, str]:
    local = at.astimezone(participant.site.tz)
    return f"{local:%d %b %Y}", f"{study_day(local.date(), course.day_zero)}, {clock_words(local)}"


def _grades(participant: Participant, courses: Sequence[Course]) -> Iterator[StripFact]:
    """Tell the highest grade of each scale and its first day, by course; a signed grade counts first."""
    signed = dict(
        SignedGrade.objects.standing().filter(participant=participant).values_list("derived", "value")
    )
    rows = list(DerivedGrade.objects.filter(participant=participant, stands=True).order_by("at", "pk"))
    for course in courses:
        highest: dict[str, tuple[int, date]] = {}
        for row in rows:
            value = signed.get(row.pk, row.value)
            if value is not None and course.holds(row.at) and value > highest.get(row.scale, (-1, row.at))[0]:
                highest[row.scale] = (value, row.at.astimezone(participant.site.tz).date())
        for scale in Scale:
            if scale in highest:
                value, on = highest[scale]
                first = f"Course {course.number}: highest" if len(courses) > 1 else "Highest"
                day = study_day(on, course.day_zero) if value else _so_far(participant, course)
                yield StripFact(f"{first} {scale.label}", f"Grade {value}", day)


def _response(participant: Participant) -> Iterator[StripFact]:
    last = Response.objects.standing().filter(participant=participant).order_by("on", "pk").last()
    if last:
        mrd = {True: ", MRD negative", False: ", MRD positive", None: ""}[last.is_mrd_negative]
        day = study_day(last.on, participant.day_zero_on)
        yield StripFact("Last response", last.get_response_display(), f"{day}{mrd}")
