"""The grid: participants by visits, one sign a cell, in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict

from followup.domain.windows import Outcome, Timing
from followup.models import REMINDED_MODES, PlannedVisit, Visit, VisitMode
from followup.pages.todays import Todays, by_today, todays
from followup.pages.visit_words import VisitSign, sentence_of, sign_of
from participants.domain.day_words import day_label, short_day, signed, study_day
from participants.domain.lifecycle import BEFORE_ENROLMENT, PHASE_NAMES, Phase
from participants.domain.milestones import MilestoneKind
from participants.models import Death, OffStudy, OffStudyReason, Participant, Site, StaffMember
from participants.models.participant import ParticipantQuerySet
from participants.pages.by_site import page_of_people
from participants.pages.keyset import KeysetPage

COLUMN_MODES = (VisitMode.VISIT, VisitMode.CONTACT, VisitMode.EVENT)
_TREATED = (Phase.INFUSED, Phase.TRIGGER_MET, Phase.ON_ANAKINRA, Phase.OFF_ANAKINRA)
PHASE_GROUPS: dict[str, tuple[str, tuple[Phase, ...]]] = {
    "": ("Enrolled and after", tuple(set(Phase) - BEFORE_ENROLMENT - {Phase.SCREEN_FAILURE})),
    "screening": ("In screening", tuple(BEFORE_ENROLMENT)),
    "treatment": ("On treatment", (Phase.ENROLLED, Phase.LYMPHODEPLETION, *_TREATED)),
    "follow_up": ("In follow-up", (Phase.FOLLOW_UP, Phase.SURVIVAL_FOLLOW_UP)),
    "ended": ("Off study", (Phase.OFF_STUDY,)),
    "all": ("Everybody", tuple(Phase)),
}
STATES = {
    "": "Any state",
    "overdue": "Overdue",
    "open": "Window open",
    "part": "Incomplete",
    "missed": "Missed",
}
# What stands before the days of an anchor other than day zero.
_ANCHOR_WORDS = {
    MilestoneKind.LD_START: "LD",
    MilestoneKind.ANAKINRA_FIRST: "first",
    MilestoneKind.ANAKINRA_LAST: "last",
}


@dataclass(frozen=True)
class GridFilter:
    """What the reader chose; unknown values count as no choice."""

    site: str = ""
    phase: str = ""
    state: str = ""
    as_dates: bool = False
    after: str = ""

    @classmethod
    def of(cls, values: QueryDict) -> GridFilter:
        """Read the choice from an address."""
        phase, state = values.get("phase", ""), values.get("state", "")
        return cls(
            site=values.get("site", "")[:3],
            phase=phase if phase in PHASE_GROUPS else "",
            state=state if state in STATES else "",
            as_dates=values.get("as") == "dates",
            after=values.get("after", ""),
        )


@dataclass(frozen=True)
class Column:
    """A planned visit as the head of a column."""

    code: str
    label: str
    when: str
    is_series: bool


@dataclass(frozen=True)
class Tally:
    """How many visits are done of those due so far: closed windows and recorded visits, never open ones."""

    done: int
    due: int

    @property
    def percent(self) -> str:
        """The share done in whole percent, rounded down so that 100 % means all; "" when none is due."""
        return f"{100 * self.done // self.due} %" if self.due else ""


@dataclass(frozen=True)
class Cell:
    """One visit of one participant; `visit` None where there is none."""

    visit: Visit | None
    sign: VisitSign
    text: str = ""
    name: str = ""


@dataclass(frozen=True)
class Row:
    """One participant."""

    participant: Participant
    where: str
    cells: list[Cell]
    tally: Tally


@dataclass(frozen=True)
class Grid:
    """The whole page."""

    filter: GridFilter
    sites: list[Site]
    columns: list[Column]
    rows: list[Row]
    totals: list[Tally]
    total: Tally
    people: int
    page: KeysetPage[Participant]

    @property
    def phases(self) -> list[tuple[str, str]]:
        """The choices of phase."""
        return [(key, words) for key, (words, _) in PHASE_GROUPS.items()]

    @property
    def states(self) -> list[tuple[str, str]]:
        """The choices of state."""
        return list(STATES.items())


def read_grid(person: StaffMember, chosen: GridFilter, now: datetime, *, size: int = 50) -> Grid:
    """Read one page of the grid; its totals count everybody who was chosen, not the page only."""
    sites = list(Site.objects.visible_to(person).select_related("study"))
    days = todays(sites, now)
    people = chosen_people(person, chosen, days)
    page = page_of_people(people, sites, chosen.after, size=size, descending=True)
    visits = _visits_of(page.rows)
    columns = _series_with_visits(_columns(sites), visits)
    ends = _ends(page.rows)
    rows = [
        _row(one, columns, visits.get(one.pk, []), days, ends.get(one.pk, ""), chosen) for one in page.rows
    ]
    count, by_code = _totals(people, days)
    totals = [by_code.get(column.code, Tally(0, 0)) for column in columns]
    total = Tally(sum(t.done for t in totals), sum(t.due for t in totals))
    return Grid(chosen, sites, columns, rows, totals, total, count, page)


def _series_with_visits(columns: list[Column], visits: Mapping[int, list[Visit]]) -> list[Column]:
    """Leave out a series, such as survival contacts, that nobody on the page has begun."""
    begun = {visit.code for rows in visits.values() for visit in rows}
    return [column for column in columns if not column.is_series or column.code in begun]


def chosen_people(person: StaffMember, chosen: GridFilter, days: Todays) -> ParticipantQuerySet:
    """Return whom a person may see and has chosen."""
    # The sites are named too: PostgreSQL knows how many are at a site, not at how many somebody may read.
    people = Participant.objects.visible_to(person).filter(site__in=list(days))
    people = people.filter(phase__in=PHASE_GROUPS[chosen.phase][1])
    if chosen.site:
        people = people.filter(site__code=chosen.site)
    if chosen.state:
        wanted = Visit.objects.filter(_in_state(chosen.state, days), participant=OuterRef("pk"))
        people = people.filter(Exists(wanted))
    return people


def _in_state(state: str, days: Todays) -> Q:
    """Return a condition on visits of people who are at these sites only."""
    owed = Q(outcome=Outcome.OPEN, is_projected=False, mode__in=REMINDED_MODES)
    if state == "overdue":
        return owed & by_today(days, lambda day: Q(closes_on__lt=day), of_these_only=True)
    if state == "open":
        is_open = by_today(days, lambda day: Q(opens_on__lte=day, closes_on__gte=day), of_these_only=True)
        return owed & is_open
    return Q(outcome=Outcome.PARTIAL if state == "part" else Outcome.MISSED)


def _columns(sites: Iterable[Site]) -> list[Column]:
    studies = {site.study_id: site.study for site in sites}
    planned = (
        PlannedVisit.objects.filter(schedule__study__in=studies, mode__in=COLUMN_MODES, is_enabled=True)
        .select_related("anchor", "schedule")
        .order_by("-schedule__is_current", "schedule", "position")
    )
    found: dict[str, Column] = {}
    for row in planned:
        zero = studies[row.schedule.study_id].day_zero_event
        found.setdefault(row.code, Column(row.code, row.label, _when(row, zero), bool(row.repeat_every_days)))
    return list(found.values())


def _when(planned: PlannedVisit, day_zero_event: str) -> str:
    if planned.anchor is None or planned.target_day is None:
        return ""
    if planned.repeat_every_days:
        return f"every {planned.repeat_every_days} d"
    if day_zero_event in planned.anchor.events:
        return day_label(planned.target_day)
    word = next((_ANCHOR_WORDS[kind] for kind in planned.anchor.events if kind in _ANCHOR_WORDS), "")
    return f"{word}{signed(planned.target_day)}" if planned.target_day else word


def _visits_of(people: Iterable[Participant]) -> Mapping[int, list[Visit]]:
    by_key = {one.pk: one for one in people}
    found: dict[int, list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(participant__in=by_key, mode__in=COLUMN_MODES).order_by("occurrence"):
        visit.participant = by_key[visit.participant_id]
        found[visit.participant_id].append(visit)
    return found


def _row(
    participant: Participant,
    columns: list[Column],
    visits: list[Visit],
    days: Todays,
    end: str,
    chosen: GridFilter,
) -> Row:
    today = days[participant.site_id]
    shown = _one_a_column(visits)
    cells = [_cell(shown.get(column.code), today, participant, column, chosen) for column in columns]
    done = sum(visit.outcome == Outcome.ATTENDED for visit in visits)
    due = sum(is_due_so_far(visit, today) for visit in visits)
    return Row(participant, _where(participant, today, end), cells, Tally(done, due))


def is_due_so_far(visit: Visit, today: date) -> bool:
    """Say whether a visit counts in percentages: recorded as done, partial or missed, or overdue."""
    recorded = visit.outcome in {Outcome.ATTENDED, Outcome.PARTIAL, Outcome.MISSED}
    return recorded or visit.timing(today) is Timing.OVERDUE


def _one_a_column(visits: list[Visit]) -> dict[str, Visit]:
    """Choose for each code the first open occurrence, else the latest."""
    shown: dict[str, Visit] = {}
    for visit in visits:
        if visit.code not in shown or shown[visit.code].outcome:
            shown[visit.code] = visit
    return shown


def _cell(
    visit: Visit | None, today: date, participant: Participant, column: Column, chosen: GridFilter
) -> Cell:
    if visit is None:
        return Cell(None, VisitSign("none", "none", css="void"), name=f"{participant} {column.code}: none")
    sign = sign_of(visit, today)
    day = visit.occurred_on or visit.target_on
    text = short_day(day) if chosen.as_dates and sign.name != "na" else sign.beside
    words = sentence_of(visit, today, participant.day_zero_on)
    return Cell(visit, sign, text, f"{participant} {visit.label}: {words}")


def _where(participant: Participant, today: date, end: str) -> str:
    if end:
        return end
    day = study_day(today, participant.day_zero_on)
    phase = PHASE_NAMES[Phase(participant.phase)].lower()
    return f"{day}, {phase}" if day else phase


def _ends(people: Iterable[Participant]) -> dict[int, str]:
    """Say in two words how participation ended, for those for whom it has: `died D+96`."""
    zeros = {one.pk: one.day_zero_on for one in people}
    left = (
        OffStudy.objects.standing().filter(participant__in=zeros).values_list("participant", "on", "reason")
    )
    found = {pk: f"{OffStudyReason(why).label} {study_day(on, zeros[pk])}".strip() for pk, on, why in left}
    deaths = Death.objects.standing().filter(participant__in=zeros).values_list("participant", "on")
    found |= {pk: f"Died {study_day(on, zeros[pk])}".strip() for pk, on in deaths}
    return {pk: words[0].lower() + words[1:] for pk, words in found.items()}


def _totals(people: ParticipantQuerySet, days: Todays) -> tuple[int, dict[str, Tally]]:
    recorded = Q(outcome__in=[Outcome.ATTENDED, Outcome.PARTIAL, Outcome.MISSED])
    due = Visit.objects.filter(recorded | _in_state("overdue", days), mode__in=COLUMN_MODES)
    counted = (
        due.filter(participant__in=people.order_by().values("pk"))
        .order_by()
        .values("code")
        .annotate(done=Count("pk", filter=Q(outcome=Outcome.ATTENDED)), due=Count("pk"))
    )
    return people.count(), {row["code"]: Tally(row["done"], row["due"]) for row in counted}
