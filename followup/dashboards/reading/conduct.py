"""How the trial is conducted: serious events and their reports, queries, days in hospital and what
was recorded on them. One statement, a UNION ALL of one read a table, whatever the number of figures.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, DateTimeField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from followup.dashboards.reading.local_days import LocalDays
from participants.domain.clocks import ReportKind, SentReport
from participants.models import (
    DerivedGrade,
    HospitalStay,
    Observation,
    Query,
    SafetyReport,
    Scale,
    SeriousEvent,
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
    """A query by its moments; None is not yet."""

    participant: int
    raised_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None


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
    logs: dict[int, Logged] = field(default_factory=lambda: defaultdict(Logged))


def read_conduct(frame: Frame) -> Conduct:
    """Read the conduct up to the data cut."""
    first, *others = [arm.values_list(*COLUMNS) for arm in _arms(frame)]
    found, reports = Conduct(), []
    for row in first.union(*others, all=True):
        what, participant, key, detail, *moments = row
        if participant not in frame.people:
            continue
        cut = frame.cut_before(frame.people[participant].zone)
        if what == "serious":
            found.serious[key] = _serious(cut, participant, detail, moments)
        elif what == "report":
            reports.append((key, SentReport(ReportKind(detail), moments[0])))
        elif what == "query":
            raised_at, answered_at, closed_at, *_ = (_before(cut, at) for at in moments[:3])
            found.queries.append(Asked(participant, raised_at or moments[0], answered_at, closed_at))
        elif what == "stay":
            found.logs[participant].stays.append((moments[0], _before(cut, moments[1])))
        else:
            setattr(found.logs[participant], what, frozenset(detail.split(",")))
    for key, report in reports:
        if key in found.serious:
            found.serious[key].reports.append(report)
    return found


def _serious(cut: datetime, participant: int, detail: str, rest: list[Any]) -> Serious:
    aware_at, sponsor_at, determined_at, expected, suspected = rest
    return Serious(
        participant, aware_at, _before(cut, sponsor_at), _before(cut, determined_at),
        frozenset(json.loads(detail)), None if expected is None else bool(expected),
        None if suspected is None else bool(suspected),
    )  # fmt: skip


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
    queries = Query.objects.filter(frame.by_cut("raised_at"))
    yield _arm("query", frame.of(queries), "pk", "", ("raised_at", "answered_at", "closed_at"))
    stays = HospitalStay.objects.standing().filter(frame.by_cut("admitted_at"))
    yield _arm("stay", frame.of(stays), "pk", "", ("admitted_at", "discharged_at"))
    warm = Observation.objects.standing().filter(frame.by_cut("at"), temperature__isnull=False)
    graded = DerivedGrade.objects.filter(
        frame.by_cut("at"), stands=True, scale=Scale.CRS, value__isnull=False
    )
    for zone, sites in _sites_by_zone(frame).items():
        yield _days("warm", warm.filter(participant__site__in=sites), zone, frame)
        yield _days("graded", graded.filter(participant__site__in=sites), zone, frame)


def _sites_by_zone(frame: Frame) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for site in frame.sites:
        found[site.zone].append(site.pk)
    return found


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
    detail: str,
    moments: Iterable[str],
    judged: Iterable[str] = (),
) -> Rows:
    words = Cast(F(detail), CharField()) if detail else Value("", output_field=CharField())
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
        name: Cast(Value(None), DateTimeField()) for name in ("first", "second", "third")
    }
    nothing |= {name: Cast(Value(None), IntegerField()) for name in ("expected", "suspected")}
    known = dict(zip(("first", "second", "third"), moments, strict=False))
    return {
        "what": Value(what, output_field=CharField()),
        "key": Cast(key, IntegerField()),
        **nothing,
        **known,
    }
