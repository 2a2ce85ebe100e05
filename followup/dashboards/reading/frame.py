"""What all figures share: who is counted, by when, and the core facts of each, read once.

Everything is read when a figure first asks for it, in one statement for all participants. The scope
is the set of sites at which the person holds the capability; nothing else of a site is ever read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, reduce
from operator import or_
from typing import TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.urls import reverse

from followup.dashboards.choice import AGE_BANDS, Choice
from followup.dashboards.reading.conduct import Conduct, read_conduct
from followup.dashboards.reading.courses import read_courses
from followup.dashboards.reading.endpoint import read_endpoint
from followup.dashboards.reading.facts import Dated, Moments, read_dated, read_moments
from followup.dashboards.reading.grades import DRAWN, Days, Grades, by_severity, daily_grades, read_grades
from followup.dashboards.reading.keys import keys_in
from followup.models import AnalysisPlan, ScheduleVersion, Visit
from participants.domain.eligibility import Verdict, age_at_consent
from participants.domain.lifecycle import PHASE_NAMES, Phase
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Capability
from participants.domain.vital_status import CourseFacts
from participants.models import Participant, Site, StaffMember, Study

M = TypeVar("M", bound=models.Model)

# How far somebody came, in order: who reached a stage has passed all before it.
STAGES = ("considered", "consented", "eligible", "enrolled", "infused", "triggered", "treated")


@dataclass(frozen=True)
class Person:
    """One participant with the dates of their course up to the data cut.

    `infused_again_on` is the first infusion after the day of the first one; whatever the record calls
    their courses, that one began the first.
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


class Frame:
    """The people whom a member of staff may see, narrowed to their choice."""

    def __init__(
        self,
        staff: StaffMember,
        choice: Choice,
        now: datetime,
        capability: Capability = Capability.READ_PARTICIPANTS,
    ) -> None:
        self.now = now
        self.choice = choice
        self._visible = list(Site.objects.visible_to(staff, capability).select_related("study"))

    @cached_property
    def studies(self) -> list[Study]:
        """The studies to choose from."""
        return list({site.study_id: site.study for site in self._visible}.values())

    @cached_property
    def study(self) -> Study | None:
        """The study that the page is about: the chosen one, or the first; None without any."""
        found = [study for study in self.studies if study.code == self.choice.study]
        if self.choice.study and not found:
            raise Http404
        return next(iter(found or self.studies), None)

    @cached_property
    def all_sites(self) -> list[Site]:
        """The sites of the study that the person may see."""
        return [site for site in self._visible if self.study and site.study_id == self.study.pk]

    @cached_property
    def sites(self) -> list[Site]:
        """The sites that are counted."""
        chosen = self.choice.site
        return [site for site in self.all_sites if not chosen or site.code == chosen]

    @cached_property
    def cut_on(self) -> date:
        """The last day that counts: the data cut, never later than the latest day at a site."""
        today = max((site.today(self.now) for site in self.sites), default=self.now.date())
        return min(self.choice.cut_on or today, today)

    def cut_before(self, zone: ZoneInfo) -> datetime:
        """Return the moment at which the data cut's day is over in a time zone."""
        return datetime.combine(self.cut_on + timedelta(days=1), time(), tzinfo=zone)

    def by_cut(self, column: str) -> Q:
        """Narrow rows about participants to moments on a day that counts at their site."""
        ends: dict[datetime, list[int]] = defaultdict(list)
        for site in self.sites:
            ends[self.cut_before(site.tz).astimezone(UTC)].append(site.pk)
        found = Q(**{f"{column}__lt": max(ends, default=self.now)})
        if len(ends) > 1:
            own = (Q(**{f"{column}__lt": end}, participant__site__in=sites) for end, sites in ends.items())
            found &= reduce(or_, own)
        return found

    @cached_property
    def versions(self) -> list[str]:
        """The schedule versions of the study."""
        rows = ScheduleVersion.objects.filter(study=self.study).order_by("effective_on")
        return list(rows.values_list("label", flat=True))

    @cached_property
    def plan(self) -> AnalysisPlan:
        """The analysis plan of the study; an empty one where nothing has been entered."""
        return AnalysisPlan.objects.filter(study=self.study).first() or AnalysisPlan()

    def of(self, rows: models.QuerySet[M]) -> models.QuerySet[M]:
        """Narrow rows about participants to the sites that are counted."""
        return rows.filter(participant__site__in=[site.pk for site in self.sites])

    def of_members(self, rows: models.QuerySet[M]) -> models.QuerySet[M]:
        """Narrow rows about participants to the chosen denominator."""
        return rows.filter(participant__in=keys_in(self.members))

    def people_address(self, figure: str, group: str) -> str:
        """Return the address of the participants behind a number of a figure."""
        query = f"&{self.choice.query}" if self.choice.query else ""
        return f"{reverse('followup:figure_people', args=[figure])}?of={quote(group)}{query}"

    @cached_property
    def people(self) -> dict[int, Person]:
        """Everybody who was considered by the data cut, by key, in the order of their study ids."""
        rows = Participant.objects.filter(site__in=[site.pk for site in self.sites])
        if self.choice.product:
            rows = rows.filter(product__product=self.choice.product)
        if self.choice.version:
            planned = Visit.objects.filter(
                participant=OuterRef("pk"), planned_visit__schedule__label=self.choice.version
            )
            rows = rows.filter(Exists(planned))
        columns = (
            "pk",
            "study_id",
            "site_id",
            "phase",
            "birth_on",
            "birth_precision",
            "age_at_consent_years",
        )
        known = list(rows.order_by("study_id").values_list(*columns))
        sites = {site.pk: site for site in self.sites}
        everybody = (
            self._person(pk, study_id, sites[site], phase)
            for pk, study_id, site, phase, *age in known
            if not self.choice.age or self._is_in_band(pk, *age)
        )
        return {one.pk: one for one in everybody if one.steps}

    def _is_in_band(self, pk: int, born_on: date | None, precision: str, years: int | None) -> bool:
        """Say whether the age at consent is known well enough to lie in the chosen band."""
        _, youngest, oldest = AGE_BANDS[self.choice.age]
        birth = None if born_on is None else PartialDate(born_on, Precision(precision))
        agreed_on = self._by_cut(self.dated[pk].steps.get(Phase.SCREENING))
        found = age_at_consent(birth, years, agreed_on, minimum=youngest, maximum=oldest + 1)
        return found.verdict is Verdict.MET

    @cached_property
    def members(self) -> dict[int, Person]:
        """Who belongs to the chosen denominator and analysis set."""
        reached = self.reached(self.choice.denominator)
        if not self.choice.analysis:
            return reached
        evaluable = {one.pk for one in read_endpoint(self._whole).evaluable}
        return {pk: one for pk, one in reached.items() if pk in evaluable}

    @cached_property
    def _whole(self) -> Frame:
        """The same people whatever the analysis set; what either has read, the other need not."""
        read = {"plan": self.plan, "people": self.people, "moments": self.moments}
        whole = copy(self)
        vars(whole).update(read, choice=replace(self.choice, analysis=""))
        return whole

    @cached_property
    def infused(self) -> dict[int, Person]:
        """Who belongs to the chosen denominator and has been infused."""
        return {pk: one for pk, one in self.members.items() if one.day_zero is not None}

    def reached(self, stage: str) -> dict[int, Person]:
        """Return who came at least to a stage."""
        least = STAGES.index(stage)
        return {pk: one for pk, one in self.people.items() if one.stage >= least}

    @cached_property
    def dated(self) -> dict[int, Dated]:
        """The dated facts of everybody at the chosen sites, those after the data cut too."""
        by_day = (lambda column: Q(**{f"{column}__lte": self.cut_on})) if self.choice.cut_on else None
        return read_dated([site.pk for site in self.sites], by_day)

    @cached_property
    def moments(self) -> dict[int, Moments]:
        """The moments of everybody at the chosen sites, those after the data cut too."""
        event = self.study.day_zero_event if self.study else ""
        by_moment = self.by_cut if self.choice.cut_on else None
        return read_moments([site.pk for site in self.sites], event, by_moment)

    @cached_property
    def courses(self) -> dict[int, CourseFacts]:
        """The facts of the endpoints of whom the chosen denominator counts and who was infused."""
        return read_courses(self)

    @cached_property
    def grades(self) -> dict[int, Grades]:
        """The maximum grades of whom the chosen denominator counts and who was infused."""
        if not self.choice.analysis:
            return read_grades(self)
        return {pk: known for pk, known in self._whole.grades.items() if pk in self.infused}

    @cached_property
    def conduct(self) -> Conduct:
        """The serious events, queries and days in hospital at the chosen sites, up to the data cut."""
        return read_conduct(self)

    @cached_property
    def daily_grades(self) -> Days:
        """The worst grades of each of the first trial days, of those whom a heat map draws."""
        return daily_grades(self, by_severity(self)[:DRAWN])

    def seen_until(self, one: Person) -> date:
        """Return the day of death, or the last day known alive, at the latest the data cut."""
        facts = self.courses[one.pk]
        return facts.died_on or facts.last_alive_on

    def died_on(self, pk: int) -> date | None:
        """Return the day of a death by the data cut."""
        return self._by_cut(self.dated[pk].died_on)

    def left(self, pk: int) -> str:
        """Return why somebody had left the study by the data cut, "" for who had not."""
        reason, on = self.dated[pk].left or ("", None)
        return reason if self._by_cut(on) else ""

    def _by_cut(self, on: date | None) -> date | None:
        return on if on is not None and on <= self.cut_on else None

    def _cut(self, days: Mapping[str, date]) -> dict[str, date]:
        return {what: on for what, on in days.items() if on <= self.cut_on}

    def _person(self, pk: int, study_id: str, site: Site, phase: str) -> Person:
        known = self.dated[pk]
        steps, events = self._cut(known.steps), self._cut(known.events)
        zero = events.get(site.study.day_zero_event)
        following = known.first_since(zero + timedelta(days=1), site.study.day_zero_event) if zero else None
        again, stage = self._by_cut(following), _stage(steps, events, is_infused=zero is not None)
        return Person(pk, study_id, site.code, site.tz, Phase(phase), steps, events, zero, again, stage)


def _stage(steps: Mapping[str, date], events: Mapping[str, date], *, is_infused: bool) -> int:
    """Return the furthest stage that is on record."""
    reached = (
        True,
        Phase.SCREENING in steps,
        Phase.ELIGIBLE in steps,
        Phase.ENROLLED in steps,
        is_infused,
        Phase.TRIGGER_MET in steps,
        MilestoneKind.ANAKINRA_FIRST in events,
    )
    return max(place for place, is_reached in enumerate(reached) if is_reached)
