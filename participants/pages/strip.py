"""The strip under a participant's tabs: the key dates of the course, and what it has come to so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from participants import findings
from participants.anchors import CONSENT, known_dates
from participants.courses import courses_of
from participants.domain.day_words import lasted, study_day
from participants.domain.fever import FeverTrigger, fever_trigger
from participants.domain.milestones import KnownDate, MilestoneKind
from participants.models import (
    AnakinraDose,
    DerivedGrade,
    DoseState,
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
    facts += _dates(known, ((MilestoneKind.INFUSION, "Infusion"),), zero)
    if zero is not None:
        facts += [*_treatment(participant), *_grades(participant), *_response(participant)]
    return facts + _dates(known, _AFTER, zero)


def _dates(
    known: Mapping[str, KnownDate], kinds: tuple[tuple[str, str], ...], zero: date | None
) -> list[StripFact]:
    return [_dated(label, known[kind], zero) for kind, label in kinds if kind in known]


def _dated(label: str, event: KnownDate, zero: date | None) -> StripFact:
    sub = "planned" if event.is_planned else study_day(event.on, zero)
    return StripFact(label, f"{event.on:%d %b %Y}", sub or f"{event.on:%A}")


def _treatment(participant: Participant) -> Iterator[StripFact]:
    """Tell when the fever trigger was met, and how long the first dose took from there."""
    trigger = _trigger(participant)
    given = AnakinraDose.objects.standing().filter(participant=participant, state=DoseState.GIVEN)
    first = given.order_by("at", "pk").first()
    if trigger:
        yield StripFact("Trigger met", *_moment(participant, trigger.met_at))
    if first is None:
        return
    day, sub = _moment(participant, first.at)
    wait = first.at - trigger.met_at if trigger else None
    if wait is not None and wait >= timedelta(0):
        day, sub = f"{lasted(wait)} after", f"{first.at.astimezone(participant.site.tz):%d %b %H:%M}"
    yield StripFact("First anakinra", day, sub)


def _trigger(participant: Participant) -> FeverTrigger | None:
    """Return the first trigger of the courses, as they follow each other."""
    rows = list(Observation.objects.standing().filter(participant=participant))
    for course in courses_of([participant.pk]).get(participant.pk, []):
        readings = [found for row in rows if course.holds(row.at) and (found := findings.reading(row))]
        if trigger := fever_trigger(readings, infused_at=course.began_at):
            return trigger
    return None


def _moment(participant: Participant, at: datetime) -> tuple[str, str]:
    local = at.astimezone(participant.site.tz)
    day = study_day(local.date(), participant.day_zero_on)
    return f"{local:%d %b %Y}", f"{day}, {local:%H:%M}"


def _grades(participant: Participant) -> Iterator[StripFact]:
    """Tell the highest grade of each scale and its first day; a signed grade counts before a derived one."""
    signed = dict(
        SignedGrade.objects.standing().filter(participant=participant).values_list("derived", "value")
    )
    rows = DerivedGrade.objects.filter(participant=participant, stands=True).order_by("at", "pk")
    highest: dict[str, tuple[int, datetime]] = {}
    for row in rows:
        value = signed.get(row.pk, row.value)
        if value is not None and value > highest.get(row.scale, (-1, row.at))[0]:
            highest[row.scale] = (value, row.at)
    for scale in Scale:
        if scale in highest:
            value, at = highest[scale]
            on = at.astimezone(participant.site.tz).date()
            day = study_day(on, participant.day_zero_on) if value else "so far"
            yield StripFact(f"Highest {scale.label}", f"Grade {value}", day)


def _response(participant: Participant) -> Iterator[StripFact]:
    last = Response.objects.standing().filter(participant=participant).order_by("on", "pk").last()
    if last:
        mrd = {True: ", MRD negative", False: ", MRD positive", None: ""}[last.is_mrd_negative]
        day = study_day(last.on, participant.day_zero_on)
        yield StripFact("Last response", last.get_response_display(), f"{day}{mrd}")
