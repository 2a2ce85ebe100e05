"""The dated facts of everybody at the chosen sites: two statements, whatever the number of figures.

Each statement is a UNION ALL of one read a table, so that a page of many figures asks the
database as often as a page of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, F, Max, QuerySet, Value

from followup.dashboards.plain import Plain, as_day, as_moment
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
            self.steps[detail] = min(on, self.steps.get(detail, on))
        elif what == "event":
            self.events[detail] = min(on, self.events.get(detail, on))
        elif what == "response":
            self.responses.append((on, detail))
        elif what == "rescue":
            self.rescues[detail] = min(on, self.rescues.get(detail, on))
        elif what == "death":
            self.died_on = min(on, self.died_on or on)
        elif what == "left":
            self.left = (detail, on)
        elif what == "relapse":
            self.relapsed_on = min(on, self.relapsed_on or on)
        elif what == "again":
            self.infused_again_on = min(on, self.infused_again_on or on)


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
    arms = [_each("infused", infusions, "at"), *_seen_arms(is_timed=True)]
    latest: dict[int, datetime | str] = {}
    for what, participant, _, at in _union(arms, sites):
        if what == "infused":
            known, moment = found[participant], as_moment(at)
            known.infused_at = min(moment, known.infused_at or moment)
        elif participant not in latest or at > latest[participant]:
            latest[participant] = at
    for participant, at in latest.items():
        found[participant].seen_at = as_moment(at)
    return found


def _dated_arms() -> Iterable[Rows]:
    happened = Milestone.objects.standing().actual()
    again = happened.filter(kind=MilestoneKind.INFUSION, course__gt=1)
    yield _each("step", LifecycleStep.objects.standing(), "on", "phase")
    yield _each("event", happened, "on", "kind")
    yield _each("again", again, "on")
    yield _each("death", Death.objects.standing(), "on")
    yield _each("left", OffStudy.objects.standing(), "on", "reason")
    yield _each("relapse", Relapse.objects.standing().filter(is_mrd_only=False), "on")
    yield _each("rescue", Medication.objects.standing().filter(is_rescue=True), "started_on", "name")
    yield _each("response", Response.objects.standing(), "on", "response")
    yield from _seen_arms(is_timed=False)


def _seen_arms(*, is_timed: bool) -> Iterable[Rows]:
    """Return the latest of each kind of contact that has a moment, or only a day."""
    for contact in CONTACTS:
        if contact.is_timed == is_timed:
            yield _newest("seen", contact.rows(), contact.column)


def _each(what: str, rows: Rows, column: str, detail: str = "") -> Rows:
    """Return each row of a table that has few a participant: sorting them into groups takes longer."""
    words = F(detail) if detail else Value("", output_field=CharField())
    named = rows.order_by().annotate(what=_named(what), detail=words, when=Plain(F(column)))
    return named.values_list("what", "participant_id", "detail", "when")


def _newest(what: str, rows: Rows, column: str) -> Rows:
    """Return the latest of each participant."""
    grouped = rows.order_by().values("participant_id").annotate(when=Plain(Max(column)), what=_named(what))
    words = Value("", output_field=CharField())
    return grouped.annotate(detail=words).values_list("what", "participant_id", "detail", "when")


def _named(what: str) -> Value:
    return Value(what, output_field=CharField())


def _union(arms: Iterable[Rows], sites: list[int]) -> Rows:
    first, *others = [arm.filter(participant__site__in=sites) for arm in arms]
    return first.union(*others, all=True)
