"""How the trial is conducted: serious events and their reports, queries, deviations, days in hospital and
what was recorded on them. One statement, a UNION ALL of one read a table, whatever the number of figures.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from followup.dashboards.reading.decided import answer_at, classification_at
from followup.dashboards.reading.keys import at_sites
from followup.dashboards.reading.local_days import LocalDays
from followup.dashboards.reading.plain import Plain, as_moment
from participants.domain.clocks import ReportKind, SentReport
from participants.models import (
    DerivedGrade,
    Deviation,
    DeviationClass,
    HospitalStay,
    Observation,
    Query,
    QueryState,
    SafetyReport,
    Scale,
    SeriousEvent,
    SignedGrade,
)

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame

Rows = QuerySet[Any, Any]
COLUMNS = ("what", "participant_id", "key", "detail", "first", "second", "third", "expected", "suspected")


@dataclass
class Serious:
    """A serious event as the record holds it; None is not yet known."""

    participant: int
    site_aware_at: datetime
    sponsor_aware_at: datetime | None
    determined_at: datetime | None
    criteria: frozenset[str]
    is_expected: bool | None
    is_suspected_reaction: bool | None
    reports: list[SentReport] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """A query by its moments; None is not yet, or no more where it was asked again."""

    participant: int
    raised_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Departed:
    """A deviation that counts, as it was judged by the data cut; a classification of "" is not yet."""

    participant: int
    rule: str
    classification: str


@dataclass
class Logged:
    """The stays in hospital of one participant, and the days with a temperature and with a CRS grade."""

    stays: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    warm: frozenset[str] = frozenset()
    graded: frozenset[str] = frozenset()


@dataclass
class Conduct:
    """Everything of the conduct, of everybody who was considered, up to the end of the cut's day at their
    site.
    """

    serious: dict[int, Serious] = field(default_factory=dict)
    queries: list[Asked] = field(default_factory=list)
    deviations: list[Departed] = field(default_factory=list)
    logs: dict[int, Logged] = field(default_factory=lambda: defaultdict(Logged))


def read_conduct(frame: Frame) -> Conduct:
    """Read the conduct up to the data cut."""
    one, *others = [arm.values_list(*COLUMNS) for arm in _arms(frame)]
    found, reports = Conduct(), []
    # A database returns rows in any order, and marks of equal clocks would change places.
    rows = sorted(one.union(*others, all=True), key=lambda row: (row[2], str(row[4])))
    for what, participant, key, detail, *columns, expected, suspected in rows:
        if participant not in frame.people:
            continue
        cut = frame.cut_before(frame.people[participant].zone)
        first, second, third = (as_moment(at) if at else None for at in columns)
        by_cut = [_before(cut, at) for at in (first, second, third)]
        if what == "serious" and first:
            found.serious[key] = _serious(participant, detail, first, by_cut[1:], (expected, suspected))
        elif what == "report" and first:
            reports.append((key, SentReport(ReportKind(detail), first)))
        elif what == "query" and first:
            found.queries.append(_asked(participant, detail, first, *by_cut[1:]))
        elif what == "stay" and first:
            found.logs[participant].stays.append((first, by_cut[1]))
        elif what == "deviation":
            found.deviations += _departed(participant, detail)
        else:
            setattr(found.logs[participant], what, frozenset(detail.split(",")))
    for key, report in reports:
        if key in found.serious:
            found.serious[key].reports.append(report)
    return found


def _serious(
    participant: int,
    criteria: str,
    aware_at: datetime,
    known_at: list[datetime | None],
    judged: tuple[int | None, int | None],
) -> Serious:
    sponsor_aware_at, determined_at = known_at
    is_expected, is_suspected = (None if one is None else bool(one) for one in judged)
    known = frozenset(json.loads(criteria))
    return Serious(
        participant, aware_at, sponsor_aware_at, determined_at, known, is_expected, is_suspected
    )  # fmt: skip


def _asked(
    participant: int,
    detail: str,
    raised_at: datetime,
    answered_at: datetime | None,
    closed_at: datetime | None,
) -> Asked:
    """Return a query; an answer to what was then asked again does not count."""
    state, _, earlier = detail.partition(" ")
    if earlier:
        answered_at = as_moment(earlier)
    return Asked(participant, raised_at, None if state == QueryState.OPEN else answered_at, closed_at)


def _departed(participant: int, detail: str) -> list[Departed]:
    """Return a deviation with its judgement; nothing where it was judged to be none."""
    classification, _, rule = detail.partition(" ")
    return [] if classification == DeviationClass.NONE else [Departed(participant, rule, classification)]


def _before(cut: datetime, at: datetime | None) -> datetime | None:
    return at if at is not None and at < cut else None


def _arms(frame: Frame) -> Iterator[Rows]:
    events = SeriousEvent.objects.standing().filter(frame.by_cut("site_aware_at"))
    yield _arm(
        "serious", frame.of(events), "pk", "criteria",
        ("site_aware_at", "sponsor_aware_at", "determined_at"), ("is_expected", "is_suspected_reaction"),
    )  # fmt: skip
    reports = SafetyReport.objects.standing().filter(frame.by_cut("sent_at"), event__stands=True)
    yield _arm("report", frame.of(reports), "event_id", "kind", ("sent_at",))
    yield from _judged_and_answered(frame)
    stays = HospitalStay.objects.standing().filter(frame.by_cut("admitted_at"))
    yield _arm("stay", frame.of(stays), "pk", "", ("admitted_at", "discharged_at"))
    warm = Observation.objects.standing().filter(frame.by_cut("at"), temperature__isnull=False)
    signed = Exists(SignedGrade.objects.standing().order_by().filter(derived=OuterRef("pk")))
    is_known = Q(value__isnull=False) | Q(signed)
    graded = DerivedGrade.objects.filter(is_known, frame.by_cut("at"), stands=True, scale=Scale.CRS)
    for zone, sites in frame.sites_by_zone.items():
        yield _days("warm", warm.filter(participant__in=at_sites(sites)), zone, frame)
        yield _days("graded", graded.filter(participant__in=at_sites(sites)), zone, frame)


def _judged_and_answered(frame: Frame) -> Iterator[Rows]:
    """Write deviations and queries as people have judged and answered them, at a past cut by then."""
    deviations = Deviation.objects.applying().filter(frame.by_cut("drafted_at"))
    queries = Query.objects.filter(frame.by_cut("raised_at"))
    moments = ("raised_at", "answered_at", "closed_at")
    if not frame.choice.cut_on:
        words = Concat("classification", Value(" "), "rule")
        yield _arm("deviation", frame.of(deviations), "pk", words)
        yield _arm("query", frame.of(queries), "pk", "state", moments)
        return
    for sites in frame.sites_by_zone.values():
        own, ends_at = Q(participant__in=at_sites(sites)), frame.cut_before(sites[0].tz)
        words = Concat(classification_at(ends_at), Value(" "), "rule")
        yield _arm("deviation", deviations.filter(own), "pk", words)
        yield _arm("query", queries.filter(own), "pk", answer_at(ends_at), moments)


def _days(what: str, rows: QuerySet[Any], zone: str, frame: Frame) -> Rows:
    """Write one row a participant: the days at the site from the first infusion on."""
    zeros = [one.day_zero for one in frame.infused.values() if one.day_zero is not None]
    first = min(zeros, default=frame.cut_on) - timedelta(days=2)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    days = LocalDays("at", zone=zone, first_on=first, last_on=frame.cut_on + timedelta(days=2))
    grouped = rows.filter(at__gte=begin).order_by().values("participant_id").annotate(detail=days)
    found: Rows = grouped.annotate(**_named(what, Value(0), moments=[]))
    return found


def _arm(
    what: str,
    rows: QuerySet[Any],
    key: str,
    detail: str | Concat,
    moments: Iterable[str] = (),
    judged: Iterable[str] = (),
) -> Rows:
    written = F(detail) if isinstance(detail, str) and detail else detail or Value("")
    words = Cast(written, CharField())
    named = _named(what, F(key), [F(name) for name in moments])
    named |= {
        column: Cast(F(name), IntegerField())
        for column, name in zip(("expected", "suspected"), judged, strict=False)
    }
    found: Rows = rows.order_by().annotate(detail=words, **named)
    return found


def _named(what: str, key: F | Value, moments: list[F]) -> dict[str, Any]:
    """Write the columns that every arm has; a moment or a judgement that it lacks is null."""
    nothing: dict[str, Any] = {
        name: Plain(Cast(Value(None), DateTimeField())) for name in ("first", "second", "third")
    }
    nothing |= {name: Cast(Value(None), IntegerField()) for name in ("expected", "suspected")}
    known = {name: Plain(at) for name, at in zip(("first", "second", "third"), moments, strict=False)}
    return {
        "what": Value(what, output_field=CharField()),
        "key": Cast(key, IntegerField()),
        **nothing,
        **known,
    }
