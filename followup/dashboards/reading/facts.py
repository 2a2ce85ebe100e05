"""The dated facts of everybody at the chosen sites: two statements, whatever the number of figures.

Each statement is a UNION ALL of one read a table, so that a page of many figures asks the
database as often as a page of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, F, Max, Q, QuerySet, Value
from django.db.models.functions import Concat

from followup.dashboards.reading.plain import Plain, as_day, as_moment
from followup.vital import CONTACTS
from participants.domain.partial_dates import PartialDate, Precision
from participants.models import (
    Death,
    Infection,
    LifecycleStep,
    Medication,
    Milestone,
    OffStudy,
    Relapse,
    Response,
)

Rows = QuerySet[Any, Any]
# What narrows rows to those whose date or moment, in a column, counts.
Within = Callable[[str], Q]


@dataclass
class Dated:
    """The dated facts of one participant, whatever the data cut; None has not happened.

    `steps` holds the first day of each phase, `happened` every day of each kind of event, `relapses`
    those that are more than MRD, `seen_on` the latest day of a contact that has no time and `heard_on` that
    by the data cut, `rescues` the start of each rescue drug as far as it is known, with its name,
    `infections` the onset of each episode with its type and site, `died_of` the main cause of the death, ""
    where it is not known.
    """

    steps: dict[str, date] = field(default_factory=dict)
    happened: dict[str, list[date]] = field(default_factory=dict)
    responses: list[tuple[date, str]] = field(default_factory=list)
    rescues: list[tuple[PartialDate, str]] = field(default_factory=list)
    infections: list[tuple[date, str]] = field(default_factory=list)
    relapses: list[date] = field(default_factory=list)
    died_on: date | None = None
    died_of: str = ""
    left: tuple[str, date] | None = None
    seen_on: date | None = None
    heard_on: date | None = None

    @property
    def events(self) -> dict[str, date]:
        """The first day of each kind of event."""
        return {kind: min(days) for kind, days in self.happened.items()}

    def first_since(self, since: date, *kinds: str) -> date | None:
        """Return the first day, from one on, of some kinds of event; None without any."""
        days = (on for kind in kinds for on in self.happened.get(kind, ()))
        return min((on for on in days if on >= since), default=None)

    def add(self, what: str, detail: str, on: date) -> None:
        """Take one row of the read; it says which of the facts it is."""
        if what in ("seen_on", "heard_on"):
            setattr(self, what, max(on, getattr(self, what) or on))
        elif what == "steps":
            self.steps[detail] = min(on, self.steps.get(detail, on))
        elif what == "events":
            self.happened.setdefault(detail, []).append(on)
        elif what in ("responses", "infections"):
            getattr(self, what).append((on, detail))
        elif what == "rescues":
            precision, _, name = detail.partition(" ")
            self.rescues.append((PartialDate(on, Precision(precision)), name))
        elif what == "relapses":
            self.relapses.append(on)
        elif what == "left":
            self.left = (detail, on)
        else:
            self.died_on, self.died_of = on, detail


@dataclass
class Moments:
    """The latest timed contact of one participant, that by a past data cut, and the infusions with a time."""

    seen_at: datetime | None = None
    heard_at: datetime | None = None
    infused_at: list[datetime] = field(default_factory=list)


def read_dated(sites: list[int], heard_by: Within | None = None) -> dict[int, Dated]:
    """Read the dated facts of everybody at some sites; `heard_by` narrows the contacts before a past cut."""
    found: dict[int, Dated] = defaultdict(Dated)
    arms = [*_dated_arms(), *_heard_arms(heard_by, is_timed=False)]
    for what, participant, detail, on in _union(arms, sites):
        found[participant].add(what, detail, as_day(on))
    return found


def read_moments(sites: list[int], day_zero_event: str, heard_by: Within | None = None) -> dict[int, Moments]:
    """Read the moments of everybody at some sites; `heard_by` narrows the contacts before a past cut."""
    found: dict[int, Moments] = defaultdict(Moments)
    infusions = Milestone.objects.standing().actual().filter(kind=day_zero_event, at__isnull=False)
    contacts = [*_seen_arms(is_timed=True), *_heard_arms(heard_by, is_timed=True)]
    arms = [_each("infused", infusions, "at"), *contacts]
    latest: dict[tuple[int, str], datetime | str] = {}
    for what, participant, _, at in _union(arms, sites):
        if what == "infused":
            found[participant].infused_at.append(as_moment(at))
        elif (participant, what) not in latest or at > latest[participant, what]:
            latest[participant, what] = at
    for (participant, what), at in latest.items():
        setattr(found[participant], what, as_moment(at))
    return found


def _dated_arms() -> Iterable[Rows]:
    happened = Milestone.objects.standing().actual()
    yield _each("steps", LifecycleStep.objects.standing(), "on", "phase")
    yield _each("events", happened, "on", "kind")
    yield _each("death", Death.objects.standing(), "on", "main_cause")
    yield _each("left", OffStudy.objects.standing(), "on", "reason")
    yield _each("relapses", Relapse.objects.standing().filter(is_mrd_only=False), "on")
    rescues = Medication.objects.standing().filter(is_rescue=True)
    yield _each("rescues", rescues, "started_on", Concat("started_precision", Value(" "), "name"))
    episodes = Infection.objects.standing().filter(part_of=None)
    yield _each("infections", episodes, "onset_on", Concat("kind", Value(" "), "body_site"))
    yield _each("responses", Response.objects.standing(), "on", "response")
    yield from _seen_arms(is_timed=False)


def _seen_arms(*, is_timed: bool) -> Iterable[Rows]:
    """Return the latest of each kind of contact that has a moment, or only a day."""
    for contact in CONTACTS:
        if contact.is_timed == is_timed:
            yield _newest("seen_at" if is_timed else "seen_on", contact.rows(), contact.column)


def _heard_arms(heard_by: Within | None, *, is_timed: bool) -> Iterable[Rows]:
    """Return the same of the contacts by a past data cut; nothing where the cut is today."""
    for contact in CONTACTS if heard_by else ():
        if heard_by and contact.is_timed == is_timed:
            rows = contact.rows().filter(heard_by(contact.column))
            yield _newest("heard_at" if is_timed else "heard_on", rows, contact.column)


def _each(what: str, rows: Rows, column: str, detail: str | Concat = "") -> Rows:
    """Return each row of a table that has few a participant: sorting them into groups takes longer."""
    words = _named("") if detail == "" else F(detail) if isinstance(detail, str) else detail
    named = rows.order_by().annotate(what=_named(what), detail=words, when=Plain(F(column)))
    listed: Rows = named.values_list("what", "participant_id", "detail", "when")
    return listed


def _newest(what: str, rows: Rows, column: str) -> Rows:
    """Return the latest of each participant."""
    grouped = rows.order_by().values("participant_id").annotate(when=Plain(Max(column)), what=_named(what))
    listed: Rows = grouped.annotate(detail=_named("")).values_list("what", "participant_id", "detail", "when")
    return listed


def _named(what: str) -> Value:
    return Value(what, output_field=CharField())


def _union(arms: Iterable[Rows], sites: list[int]) -> Rows:
    first, *others = [arm.filter(participant__site__in=sites) for arm in arms]
    return first.union(*others, all=True)
