"""The dated facts of everybody at the chosen sites: one statement, whatever the number of figures.

It is a UNION ALL of one read a table, so that a page of many figures asks the database as often as a
page of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db.models import CharField, DateField, F, Func, Min, QuerySet, Value
from django.db.models.functions import Cast, Concat

from followup.dashboards.reading.plain import Plain, as_day, as_moment
from participants.domain.lifecycle import Phase, Step, is_screen_failure
from participants.domain.partial_dates import PartialDate, Precision
from participants.models import (
    AnakinraDose,
    Death,
    Infection,
    LifecycleStep,
    Medication,
    Milestone,
    OffStudy,
    Participant,
    Relapse,
    Response,
)

Rows = QuerySet[Any, Any]
Scope = QuerySet[Participant, Any]


@dataclass
class Dated:
    """The dated facts of one participant, whatever the data cut; None has not happened.

    `steps` holds the first day of each phase, `entered` every step with its order of entry,
    `happened` every day of each kind of event, `relapses` those that are more than MRD, `infused_at` the
    infusions that have a time, `dosed_at` the first given dose on the log, of whatever course, `rescues` the
    start of each rescue drug as far as it is known, with its name, `infections` the onset of each episode
    with its type and site, `died_of` the main cause of the death, "" where it is not known.
    """

    steps: dict[str, date] = field(default_factory=dict)
    entered: list[tuple[date, int, str]] = field(default_factory=list)
    happened: dict[str, list[date]] = field(default_factory=dict)
    responses: list[tuple[date, str]] = field(default_factory=list)
    rescues: list[tuple[PartialDate, str]] = field(default_factory=list)
    infections: list[tuple[date, str]] = field(default_factory=list)
    relapses: list[date] = field(default_factory=list)
    died_on: date | None = None
    died_of: str = ""
    left: tuple[str, date] | None = None
    infused_at: list[datetime] = field(default_factory=list)
    dosed_at: datetime | None = None

    @property
    def events(self) -> dict[str, date]:
        """The first day of each kind of event."""
        return {kind: min(days) for kind, days in self.happened.items()}

    def is_screen_failure(self, cut_on: date) -> bool:
        """Say whether the steps up to a day, that day included, end with a screen failure, whatever followed.

        Of one day they count in the order of their entry.
        """
        entered = (Step(on, entry, Phase(phase)) for on, entry, phase in self.entered if on <= cut_on)
        return is_screen_failure(entered)

    def first_since(self, since: date, *kinds: str) -> date | None:
        """Return the first day, from one on, of some kinds of event; None without any."""
        days = (on for kind in kinds for on in self.happened.get(kind, ()))
        return min((on for on in days if on >= since), default=None)

    def last_seen_on(self, until: date | None = None) -> date:
        """Return the latest day of an event or a disease assessment, up to one; `date.min` without any."""
        known = [*chain.from_iterable(self.happened.values()), *(on for on, _ in self.responses)]
        if until is not None:
            known = [on for on in known if on <= until]
        return max(known, default=date.min)

    def add(self, what: str, detail: str, on: date) -> None:
        """Take one row of the read; it says which of the facts it is."""
        if what == "steps":
            phase, _, entry = detail.partition(" ")
            self.steps[phase] = min(on, self.steps.get(phase, on))
            self.entered.append((on, int(entry), phase))
        elif what == "events":
            self.happened.setdefault(detail, []).append(on)
        elif what in ("responses", "infections"):
            getattr(self, what).append((on, detail))
        elif what == "rescues":
            precision, _, name = detail.partition(" ")
            self.rescues.append((PartialDate(on, Precision(precision)), name))
        elif what == "relapses":
            self.relapses.append(on)
        elif what == "infused":
            self.infused_at.append(as_moment(detail))
        elif what == "dosed":
            self.dosed_at = as_moment(detail)
        elif what == "left":
            self.left = (detail, on)
        else:
            self.died_on, self.died_of = on, detail


def read_dated(people: Scope, day_zero_event: str) -> dict[int, Dated]:
    """Read the dated facts of some participants; `day_zero_event` is the kind of their infusions."""
    found: dict[int, Dated] = defaultdict(Dated)
    first, *others = [arm.filter(participant__in=people) for arm in _arms(day_zero_event)]
    for what, participant, detail, on in first.union(*others, all=True):
        found[participant].add(what, detail, as_day(on))
    return found


def _arms(day_zero_event: str) -> Iterable[Rows]:
    happened = Milestone.objects.standing().actual()
    timed = happened.filter(kind=day_zero_event, at__isnull=False)
    yield _each("infused", timed, "on", Cast("at", CharField()))
    entry = Cast("entry", CharField())
    yield _each("steps", LifecycleStep.objects.standing(), "on", Concat("phase", Value(" "), entry))
    yield _each("events", happened, "on", "kind")
    yield _first_doses()
    yield _each("death", Death.objects.standing(), "on", "main_cause")
    yield _each("left", OffStudy.objects.standing(), "on", "reason")
    yield _each("relapses", Relapse.objects.standing().filter(is_mrd_only=False), "on")
    rescues = Medication.objects.standing().filter(is_rescue=True)
    yield _each("rescues", rescues, "started_on", Concat("started_precision", Value(" "), "name"))
    episodes = Infection.objects.standing().filter(part_of=None)
    yield _each("infections", episodes, "onset_on", Concat("kind", Value(" "), "body_site"))
    yield _each("responses", Response.objects.standing(), "on", "response")


def _first_doses() -> Rows:
    """Return the first given dose of each participant, whatever the course."""
    first = AnakinraDose.objects.standing().given().order_by().values("participant_id").annotate(at=Min("at"))
    named = first.annotate(
        what=_named("dosed"), detail=Cast("at", CharField()), when=Plain(Cast("at", DateField()))
    )
    listed: Rows = named.values_list("what", "participant_id", "detail", "when")
    return listed


def _each(what: str, rows: Rows, column: str, detail: str | Func = "") -> Rows:
    """Return each row of a table that has few a participant: sorting them into groups takes longer."""
    words = _named("") if detail == "" else F(detail) if isinstance(detail, str) else detail
    named = rows.order_by().annotate(what=_named(what), detail=words, when=Plain(F(column)))
    listed: Rows = named.values_list("what", "participant_id", "detail", "when")
    return listed


def _named(what: str) -> Value:
    return Value(what, output_field=CharField())
