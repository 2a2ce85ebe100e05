"""My day: what needs this person, in three lists by urgency, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from followup.domain.urgency import Urgency
from followup.models import Visit
from followup.pages.my_day_bedside import bedside_tasks
from followup.pages.my_day_record import record_tasks
from followup.pages.my_day_safety import safety_tasks
from followup.pages.my_day_visits import task_of_visit, visits_of_the_day
from followup.pages.tasks import Task
from followup.pages.todays import Todays, todays
from participants.domain.day_words import short_day
from participants.domain.roles import Capability
from participants.models import Site, StaffMember

SECTIONS = (
    (Urgency.NOW, "Now", "overdue, or closing today"),
    (Urgency.TODAY, "Today", "closing tomorrow, booked, due"),
    (Urgency.WEEK, "This week", "can wait until tomorrow"),
)
# More than a person can work through; the grid has the rest.
SECTION_TASKS = 40
COMING_DAYS = 14
COMING_ROWS = 8


@dataclass(frozen=True)
class Section:
    """One list of the day."""

    key: str
    title: str
    hint: str
    tasks: list[Task]
    hidden: int


@dataclass(frozen=True)
class Booked:
    """An appointment of today."""

    at: str
    words: str
    visit: Visit


@dataclass(frozen=True)
class Coming:
    """A window that opens, or an appointment, in the next two weeks."""

    on: date | None
    words: str
    visit: Visit


@dataclass(frozen=True)
class Day:
    """The whole page."""

    on: date
    sections: list[Section]
    by_the_clock: list[Booked]
    coming: list[Coming]

    @property
    def number(self) -> int:
        """How many things need the person."""
        return sum(len(section.tasks) + section.hidden for section in self.sections)

    @property
    def summary(self) -> str:
        """Say in a line how much there is."""
        parts = [
            f"{len(section.tasks) + section.hidden} {section.title.lower()}"
            for section in self.sections
            if section.tasks
        ]
        verb = "needs" if self.number == 1 else "need"
        return f"{self.number} {verb} you: {', '.join(parts)}" if parts else ""


def read_day(person: StaffMember, now: datetime) -> Day:
    """Read what needs a person at the sites where they write the record."""
    sites = list(Site.objects.visible_to(person, Capability.WRITE_RECORDS))
    days = todays(sites, now)
    visits = list(visits_of_the_day(person, days))
    tasks = [task for visit in visits if (task := task_of_visit(visit, days[visit.participant.site_id]))]
    tasks += record_tasks(person, days)
    tasks += bedside_tasks(person, now)
    tasks += safety_tasks(person, days, now)
    today = min(days.values(), default=now.astimezone(person.tz).date())
    return Day(
        on=today,
        sections=[_section(urgency, title, hint, tasks) for urgency, title, hint in SECTIONS],
        by_the_clock=_by_the_clock(visits, days),
        coming=_coming(person, days),
    )


def _section(urgency: Urgency, title: str, hint: str, tasks: Iterable[Task]) -> Section:
    mine = sorted((task for task in tasks if task.urgency is urgency), key=lambda task: task.order)
    return Section(
        title.lower().replace(" ", "-"), title, hint, mine[:SECTION_TASKS], len(mine[SECTION_TASKS:])
    )


def _by_the_clock(visits: Iterable[Visit], days: Todays) -> list[Booked]:
    booked = [visit for visit in visits if visit.booked_on == days[visit.participant.site_id]]
    booked.sort(key=lambda visit: (visit.scheduled_time is None, visit.scheduled_time, visit.pk))
    return [
        Booked(
            f"{visit.scheduled_time:%H:%M}" if visit.scheduled_time else "day", f"{visit.label} visit", visit
        )
        for visit in booked
    ]


def _coming(person: StaffMember, days: Todays) -> list[Coming]:
    first = min(days.values(), default=None)
    if first is None:
        return []
    rows = Visit.objects.visible_to(person, Capability.WRITE_RECORDS).owed()
    rows = rows.filter(opens_on__gt=first, opens_on__lte=first + timedelta(days=COMING_DAYS))
    visits = rows.select_related("participant").order_by("opens_on", "pk")[:COMING_ROWS]
    return [
        Coming(visit.opens_on, f"{visit.label} opens, target {short_day(visit.target_on)}", visit)
        for visit in visits
    ]
