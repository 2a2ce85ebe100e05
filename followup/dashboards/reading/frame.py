"""What all figures share: who is counted, by when, and the core facts of each, read once.

Everything is read when a figure first asks for it, in one statement for all participants. The scope
is the set of sites at which the person holds the capability; nothing else of a site is ever read.
"""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from followup.dashboards.choice import Choice
from followup.dashboards.reading.conduct import Conduct, read_conduct
from followup.dashboards.reading.contacts import LastContact, read_contacts
from followup.dashboards.reading.courses import read_courses
from followup.dashboards.reading.endpoint import read_endpoint
from followup.dashboards.reading.facts import Dated, read_dated
from followup.dashboards.reading.grades import DRAWN, Days, Grades, by_severity, daily_grades, read_grades
from followup.dashboards.reading.keys import Among, at_sites
from followup.dashboards.reading.people import STAGES, Person, read_people
from followup.models import AnalysisPlan, ScheduleVersion
from participants.courses import Course
from participants.domain.roles import Capability
from participants.domain.vital_status import CourseFacts
from participants.models import Site, StaffMember, Study

M = TypeVar("M", bound=models.Model)


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
    def sites_by_zone(self) -> dict[str, list[Site]]:
        """The sites that are counted, by the name of their time zone."""
        found: dict[str, list[Site]] = defaultdict(list)
        for site in self.sites:
            found[site.zone].append(site)
        return found

    @property
    def site_refusal(self) -> str:
        """Why nothing is counted: the chosen site is none of the person's; "" where it is one.

        The words are the same whether there is such a site or not.
        """
        if not self.choice.site or self.sites or not self.study:
            return ""
        return f"Site: there is no {self.choice.site} among the sites of {self.study.code} open to you here."

    @cached_property
    def has_all_sites(self) -> bool:
        """Whether every site of the study is counted, those included that the person may not see."""
        return len(self.sites) == Site.objects.filter(study=self.study).count()

    @cached_property
    def cut_on(self) -> date:
        """The last day that counts: the data cut, never later than the latest day at a site."""
        # The page that refuses an unknown site suggests a day too: that of the others.
        sites = self.sites or self.all_sites
        today = max((site.today(self.now) for site in sites), default=self.now.date())
        return min(self.choice.cut_on or today, today)

    def ends_on(self, zone: ZoneInfo) -> date:
        """Return the last day that counts in a time zone: the cut, or today there if it is earlier."""
        return min(self.cut_on, self.now.astimezone(zone).date())

    def cut_before(self, zone: ZoneInfo) -> datetime:
        """Return the moment at which the data cut's day is over in a time zone."""
        return _end_of(self.cut_on, zone)

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
        return rows.filter(participant__in=at_sites(self.sites))

    def of_members(self, rows: models.QuerySet[M]) -> models.QuerySet[M]:
        """Narrow rows about participants to the chosen denominator."""
        return rows.filter(Among(self.members))

    def people_address(self, figure: str, group: str) -> str:
        """Return the address of the participants behind a number of a figure."""
        query = f"&{self.choice.query}" if self.choice.query else ""
        return f"{reverse('followup:figure_people', args=[figure])}?of={quote(group)}{query}"

    @cached_property
    def people(self) -> dict[int, Person]:
        """Everybody who was considered by the data cut, by key, in the order of their study ids."""
        return read_people(self)

    @cached_property
    def members(self) -> dict[int, Person]:
        """Who belongs to the chosen denominator and analysis set."""
        reached = self.reached(self.choice.denominator)
        if not self.choice.analysis:
            return reached
        evaluable = {one.pk for one in read_endpoint(self.whole).evaluable}
        return {pk: one for pk, one in reached.items() if pk in evaluable}

    @cached_property
    def whole(self) -> Frame:
        """All the infused, whatever denominator and analysis set; what one has read, the other need not."""
        choice = replace(self.choice, denominator="infused", analysis="")
        if choice == self.choice:
            return self
        read = {"plan": self.plan, "people": self.people, "contacts": self.contacts, "dated": self.dated}
        whole = copy(self)
        vars(whole).clear()
        vars(whole).update(read, now=self.now, _visible=self._visible, choice=choice)
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
        event = self.study.day_zero_event if self.study else ""
        return read_dated(at_sites(self.sites), event)

    @cached_property
    def contacts(self) -> dict[int, LastContact]:
        """The last contact of everybody at the chosen sites, after the data cut too."""
        return read_contacts(at_sites(self.sites), self._heard_by if self.choice.cut_on else None)

    def _heard_by(self, column: str) -> Q:
        return self.by_cut(column) if column.endswith("at") else Q(**{f"{column}__lte": self.cut_on})

    @cached_property
    def first_courses(self) -> dict[int, Course]:
        """The first course of whom the chosen denominator counts and who was infused."""
        return {pk: one.course for pk, one in self.infused.items() if one.course is not None}

    @cached_property
    def by_severity(self) -> list[Person]:
        """The infused, the most severely ill first."""
        return by_severity(self)

    @cached_property
    def courses(self) -> dict[int, CourseFacts]:
        """The facts of the endpoints of whom the chosen denominator counts and who was infused."""
        return read_courses(self)

    @cached_property
    def grades(self) -> dict[int, Grades]:
        """The maximum grades of whom the chosen denominator counts and who was infused."""
        if not self.choice.analysis:
            return read_grades(self)
        return {pk: known for pk, known in self.whole.grades.items() if pk in self.infused}

    @cached_property
    def conduct(self) -> Conduct:
        """The serious events, queries and days in hospital at the chosen sites, up to the data cut."""
        return read_conduct(self)

    @cached_property
    def daily_grades(self) -> Days:
        """The worst grades of each of the first trial days, of those whom a heat map draws."""
        return daily_grades(self, self.by_severity[:DRAWN])

    def seen_until(self, one: Person) -> date:
        """Return the day of death, or the last day known alive, at the latest the data cut."""
        facts = self.courses[one.pk]
        return facts.died_on or facts.last_alive_on

    def died_on(self, pk: int) -> date | None:
        """Return the day of a death by the data cut."""
        return self.if_by_cut(self.dated[pk].died_on)

    def left(self, pk: int) -> str:
        """Return why somebody had left the study by the data cut, "" for who had not."""
        reason, on = self.dated[pk].left or ("", None)
        return reason if self.if_by_cut(on) else ""

    def if_by_cut(self, on: date | None) -> date | None:
        """Return a day that counts; None for one after the data cut, or for none."""
        return on if on is not None and on <= self.cut_on else None


@lru_cache
def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
