"""Who was considered by the data cut, with the dates of their course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from followup.dashboards.choice import AGE_BANDS
from followup.dashboards.reading.facts import Dated
from followup.dashboards.reading.first_course import first_course
from followup.models import Visit
from participants.courses import Course
from participants.domain.eligibility import Verdict, age_at_consent
from participants.domain.lifecycle import PHASE_NAMES, Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.models import AnakinraDose, Participant, Site

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame

# How far somebody came, in order: who reached a stage has passed all before it.
STAGES = ("considered", "consented", "eligible", "enrolled", "infused", "triggered", "treated")


@dataclass(frozen=True)
class Person:
    """One participant with the dates of their course up to the data cut.

    `infused_again_on` is the first infusion after the day of the first one; whatever the record calls
    their courses, that one began the first: `course`, None before it. `dosed_from_on` is the first dose
    of that course.
    """

    pk: int
    study_id: str
    site: str
    zone: ZoneInfo
    phase: Phase
    steps: Mapping[str, date]
    events: Mapping[str, date]
    day_zero: date | None
    infused_again_on: date | None
    course: Course | None
    dosed_from_on: date | None
    stage: int

    @property
    def phase_name(self) -> str:
        """The phase now, in words."""
        return PHASE_NAMES[self.phase]

    def day(self, on: date) -> int:
        """Return the trial day of a date. Raises ValueError before the infusion is known."""
        if self.day_zero is None:
            raise ValueError(f"{self.study_id} has no day zero")
        return (on - self.day_zero).days

    def in_first_course(self, on: date | None) -> bool:
        """Say whether a day lies in the first course: from the infusion to the day before the next one."""
        return _holds(self.day_zero, self.infused_again_on, on)


def read_people(frame: Frame) -> dict[int, Person]:
    """Return everybody whom the choice of sites and cohort counts, in the order of their study ids."""
    columns = ("pk", "study_id", "site_id", "phase", "birth_on", "birth_precision", "age_at_consent_years")
    known = list(_chosen(frame).order_by("study_id").values_list(*columns))
    sites = {site.pk: site for site in frame.sites}
    begun = {pk: found for pk, _, site, *_ in known if (found := _begun(frame, pk, sites[site]))}
    doses = _first_doses(begun)
    everybody = (
        _person(frame, pk, study_id, sites[site], phase, begun.get(pk), doses.get(pk))
        for pk, study_id, site, phase, *age in known
        if not frame.choice.age or _is_in_band(frame, pk, *age)
    )
    return {one.pk: one for one in everybody if one.steps}


def _chosen(frame: Frame) -> QuerySet[Participant]:
    rows, choice = Participant.objects.filter(site__in=[site.pk for site in frame.sites]), frame.choice
    if choice.product:
        rows = rows.filter(product__product=choice.product)
    if choice.version:
        planned = Visit.objects.filter(
            participant=OuterRef("pk"), planned_visit__schedule__label=choice.version
        )
        rows = rows.filter(Exists(planned))
    return rows


def _is_in_band(frame: Frame, pk: int, born_on: date | None, precision: str, years: int | None) -> bool:
    """Say whether the age at consent is known well enough to lie in the chosen band."""
    _, youngest, oldest = AGE_BANDS[frame.choice.age]
    birth = None if born_on is None else PartialDate(born_on, Precision(precision))
    agreed_on = frame.if_by_cut(frame.dated[pk].steps.get(Phase.SCREENING))
    found = age_at_consent(birth, years, agreed_on, minimum=youngest, maximum=oldest + 1)
    return found.verdict is Verdict.MET


@dataclass(frozen=True)
class _Begun:
    """The first course of somebody infused; `again_on` is the infusion that ended it."""

    known: Dated
    zone: ZoneInfo
    course: Course
    again_on: date | None

    def dosed_on(self, first_at: datetime | None) -> date | None:
        """Return the day of the first dose: by the log, or as recorded where the log holds none."""
        if first_at is not None:
            return self._day(first_at)
        zero = self.course.day_zero
        on = self.known.first_since(zero, MilestoneKind.ANAKINRA_FIRST)
        # What the log holds of that day was given before the infusion.
        is_before = self.known.dosed_at is not None and self._day(self.known.dosed_at) == on
        return on if _holds(zero, self.again_on, on) and not is_before else None

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def _begun(frame: Frame, pk: int, site: Site) -> _Begun | None:
    known, event = frame.dated[pk], site.study.day_zero_event
    zero = frame.if_by_cut(known.events.get(event))
    if zero is None:
        return None
    again = frame.if_by_cut(known.first_since(zero + timedelta(days=1), event))
    return _Begun(known, site.tz, first_course(known, site.tz, zero, again), again)


def _first_doses(begun: Mapping[int, _Begun]) -> dict[int, datetime]:
    """Return the first given dose of each first course on the log, those after the data cut too.

    Of who had one before the infusion, which is rare, each is read.
    """
    first = {pk: one.known.dosed_at for pk, one in begun.items() if one.known.dosed_at is not None}
    found = {pk: at for pk, at in first.items() if begun[pk].course.holds(at)}
    early = [pk for pk, at in first.items() if at < begun[pk].course.began_at]
    if early:
        given = AnakinraDose.objects.standing().given().filter(participant__in=early).order_by("-at")
        rows = given.values_list("participant_id", "at")
        found |= {pk: at for pk, at in rows if begun[pk].course.holds(at)}
    return found


def _person(
    frame: Frame,
    pk: int,
    study_id: str,
    site: Site,
    phase: str,
    begun: _Begun | None,
    first_dose_at: datetime | None,
) -> Person:
    known = frame.dated[pk]
    steps, events = _cut(frame, known.steps), _cut(frame, known.events)
    zero = again = course = dosed = None
    if begun is not None:
        course, again = begun.course, begun.again_on
        zero, dosed = course.day_zero, frame.if_by_cut(begun.dosed_on(first_dose_at))
    is_triggered = _holds(zero, again, steps.get(Phase.TRIGGER_MET))
    has = {"is_infused": zero is not None, "is_triggered": is_triggered, "is_treated": dosed is not None}
    stage = _stage(steps, **has)
    return Person(
        pk, study_id, site.code, site.tz, Phase(phase), steps, events, zero, again, course, dosed, stage
    )


def _holds(zero: date | None, again: date | None, on: date | None) -> bool:
    return zero is not None and on is not None and zero <= on and (again is None or on < again)


def _cut(frame: Frame, days: Mapping[str, date]) -> dict[str, date]:
    return {what: on for what, on in days.items() if on <= frame.cut_on}


def _stage(steps: Mapping[str, date], *, is_infused: bool, is_triggered: bool, is_treated: bool) -> int:
    """Return the furthest stage that is on record; trigger and first dose are those of the first course."""
    reached = (
        True,
        Phase.SCREENING in steps,
        Phase.ELIGIBLE in steps,
        Phase.ENROLLED in steps,
        is_infused,
        is_triggered,
        is_treated,
    )
    return max(place for place, is_reached in enumerate(reached) if is_reached)
