"""The dated facts of everybody at the chosen sites: two statements, whatever the number of figures.

Each statement is a UNION ALL of one grouped read a table, so that a page of many figures asks the
database as often as a page of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Aggregate, CharField, F, Max, Min, QuerySet, Value
from django.db.models.functions import Cast

from followup.dashboards.plain import as_day, as_moment, plain
from followup.vital import CONTACTS
from participants.domain.milestones import MilestoneKind
from participants.models import Death, LifecycleStep, Medication, Milestone, OffStudy, Relapse, Response

Rows = QuerySet[Any, Any]


@dataclass
class Dated:
    """The dated facts of one participant, whatever the data cut; None has not happened.

    `steps` and `events` hold the first day of each phase and kind of event, `relapsed_on` the first
    relapse that is more than MRD, `seen_on` the latest day of a contact that has no time,
    `infused_again_on` the infusion of a further course.
    """

    steps: dict[str, date] = field(default_factory=dict)
    events: dict[str, date] = field(default_factory=dict)
    responses: list[tuple[date, str]] = field(default_factory=list)
    rescues: dict[str, date] = field(default_factory=dict)
    died_on: date | None = None
    left: tuple[str, date] | None = None
    relapsed_on: date | None = None
    seen_on: date | None = None
    infused_again_on: date | None = None

    def add(self, what: str, detail: str, on: date) -> None:
        """Take one row of the read; the most frequent kinds are asked for first."""
        if what == "seen":
            self.seen_on = max(on, self.seen_on or on)
        elif what == "step":
            self.steps[detail] = on
        elif what == "event":
            self.events[detail] = on
        elif what == "response":
            self.responses.append((on, detail))
        elif what == "rescue":
            self.rescues[detail] = on
        elif what == "death":
            self.died_on = on
        elif what == "left":
            self.left = (detail, on)
        elif what == "relapse":
            self.relapsed_on = on
        elif what == "again":
            self.infused_again_on = on


@dataclass
class Moments:
    """The latest timed contact of one participant, and the moment of the infusion where it is known."""

    seen_at: datetime | None = None
    infused_at: datetime | None = None


def read_dated(sites: list[int]) -> dict[int, Dated]:
    """Read the dated facts of everybody at some sites."""
    found: dict[int, Dated] = defaultdict(Dated)
    for what, participant, detail, on in _union(_dated_arms(), sites):
        found[participant].add(what, detail, as_day(on))
    return found


def read_moments(sites: list[int], day_zero_event: str) -> dict[int, Moments]:
    """Read the moments of everybody at some sites."""
    found: dict[int, Moments] = defaultdict(Moments)
    infusions = Milestone.objects.standing().actual().filter(kind=day_zero_event, at__isnull=False)
    arms = [_arm("infused", infusions, Min("at")), *_seen_arms(is_timed=True)]
    latest: dict[int, datetime | str] = {}
    for what, participant, _, at in _union(arms, sites):
        if what == "infused":
            found[participant].infused_at = as_moment(at)
        elif participant not in latest or at > latest[participant]:
            latest[participant] = at
    for participant, at in latest.items():
        found[participant].seen_at = as_moment(at)
    return found


def _dated_arms() -> Iterable[Rows]:
    happened = Milestone.objects.standing().actual()
    yield _arm("step", LifecycleStep.objects.standing(), Min("on"), "phase")
    yield _arm("event", happened, Min("on"), "kind")
    yield _arm("again", happened.filter(kind=MilestoneKind.INFUSION, course__gt=1), Min("on"))
    yield _arm("death", Death.objects.standing(), Min("on"))
    yield _arm("left", OffStudy.objects.standing(), Min("on"), "reason")
    yield _arm("relapse", Relapse.objects.standing().filter(is_mrd_only=False), Min("on"))
    yield _arm("rescue", Medication.objects.standing().filter(is_rescue=True), Min("started_on"), "name")
    responses = _named("response", Response.objects.standing(), "response").annotate(when=plain(F("on")))
    yield responses.values_list("what", "participant_id", "detail", "when")
    yield from _seen_arms(is_timed=False)


def _seen_arms(*, is_timed: bool) -> Iterable[Rows]:
    """Return the latest of each kind of contact that has a moment, or only a day."""
    for contact in CONTACTS:
        if contact.is_timed == is_timed:
            yield _arm("seen", contact.rows(), Max(contact.column))


def _named(what: str, rows: Rows, detail: str) -> Rows:
    """Write what a row is, and its detail, as text columns that every arm has."""
    words = Cast(F(detail), CharField()) if detail else Value("", output_field=CharField())
    named: Rows = rows.order_by().annotate(what=Value(what, output_field=CharField()), detail=words)
    return named


def _arm(what: str, rows: Rows, when: Aggregate, detail: str = "") -> Rows:
    grouped = _named(what, rows, detail).values("what", "participant_id", "detail").annotate(when=plain(when))
    listed: Rows = grouped.values_list("what", "participant_id", "detail", "when")
    return listed


def _union(arms: Iterable[Rows], sites: list[int]) -> Rows:
    first, *others = [arm.filter(participant__site__in=sites) for arm in arms]
    return first.union(*others, all=True)
