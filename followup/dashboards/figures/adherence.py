"""Visit adherence: done, and done inside the window, of what is due so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models import Count as Number

from followup.dashboards.drawing.bars import Bar, draw_bars
from followup.dashboards.figure import Count, Figure, Groups, Table
from followup.dashboards.reading.decided import outcome_at
from followup.dashboards.reading.frame import Frame
from followup.dashboards.reading.keys import at_sites
from followup.domain.windows import Outcome
from followup.models import REMINDED_MODES, AssessmentState, PlannedVisit, Visit, VisitAssessment

TITLE = "Visits done of those due so far"
DEFINITION = (
    "Due so far: visits and contacts that took place by the data cut (done: attended or in part); that were "
    "recorded as missed by then, their window having opened; or whose window had closed by then with nothing "
    "on record (overdue), also of who died or left the study after that. What is missed, cancelled or not "
    "applicable is so from the day on which that was recorded to the next recording, and was open before. "
    "What death or leaving cut short is not due, by their dates, whenever they were entered; nor are open "
    "windows of which nothing is on record, planned dates, and what is cancelled or not applicable. In "
    "window: done between opening and closing, both days included, of windows whose dates no longer rest on "
    "a planned one. Assessments: those planned for visits done by the cut and answered there; not applicable "
    "ones do not count."
)
SOURCE = "PACER design, clinical rules, section 9"
# Bars on the page, those with the smallest share; the table has every visit.
SHOWN = 9
HEAD = ("Visit", "Due", "Done", "In window", "Missed", "Overdue", "Assessments", "Assessments done")
TOOK = Q(outcome__in=[Outcome.ATTENDED, Outcome.PARTIAL])
# What is not due, and what did not take place.
OUT = (Outcome.CANCELLED, Outcome.NOT_APPLICABLE)
UNDONE = (*OUT, Outcome.MISSED)


@dataclass(frozen=True)
class Conditions:
    """What a visit must fulfil to be counted, at a data cut."""

    done: Q
    in_window: Q
    missed: Q
    overdue: Q

    @classmethod
    def at(cls, frame: Frame) -> Conditions:
        """Return the conditions at the data cut; at a past one of visits with their outcome `then`."""
        done = TOOK & Q(occurred_on__lte=frame.cut_on)
        inside = Q(occurred_on__gte=F("opens_on"), occurred_on__lte=F("closes_on"), is_projected=False)
        if frame.choice.cut_on:
            missed = ~done & Q(then=Outcome.MISSED)
            still_open = ~(done | Q(then__in=UNDONE) | Q(recorded_at=None, outcome__in=OUT))
        else:
            missed = Q(outcome=Outcome.MISSED, recorded_at__isnull=False)
            still_open = Q(outcome=Outcome.OPEN) | Q(outcome=Outcome.MISSED, recorded_at=None)
        return cls(
            done=done,
            in_window=done & inside,
            missed=missed & Q(opens_on__lte=frame.cut_on),
            overdue=_closed(frame) & Q(is_projected=False) & still_open,
        )

    @property
    def named(self) -> dict[str, tuple[str, Q]]:
        """The conditions by the key and the words of their columns."""
        due = self.done | self.missed | self.overdue
        return {
            "due": ("due so far", due),
            "done": ("done", self.done),
            "in_window": ("done in window", self.in_window),
            "missed": ("missed", self.missed),
            "overdue": ("overdue", self.overdue),
        }


def _closed(frame: Frame) -> Q:
    """Keep the windows that had closed: by the data cut, and by what is today at their site."""
    sites: dict[date, list[int]] = defaultdict(list)
    for site in frame.sites:
        sites[frame.ends_on(site.tz)].append(site.pk)
    found = Q(closes_on__lt=frame.cut_on)
    if len(sites) > 1:
        own = (Q(closes_on__lt=on, participant__site__in=keys) for on, keys in sites.items())
        found &= reduce(or_, own)
    return found


# What is counted of the assessments planned for visits that took place.
ASSESSMENTS = {
    "assessments": ("planned assessments of visits done", (AssessmentState.DONE, AssessmentState.NOT_DONE)),
    "assessments_done": ("planned assessments done", (AssessmentState.DONE,)),
}


def draw(frame: Frame) -> Figure:
    """Count visits by code."""
    groups, conditions = Groups(), Conditions.at(frame)
    found = _read(frame, conditions)
    counted = [row for row in found if row["due"]]
    total = {name: sum(row[name] for row in counted) for name in (*conditions.named, *ASSESSMENTS)}
    rows = [_row(frame, groups, row["code"], row) for row in counted]
    rows += [_row(frame, groups, "", total)] if counted else []
    bars = [
        Bar("All visits", total["done"], total["due"]),
        Bar("In window", total["in_window"], total["done"]),
        Bar("Assessments", total["assessments_done"], total["assessments"]),
    ]
    least = sorted(counted, key=lambda row: row["done"] / row["due"])[: SHOWN - len(bars)]
    bars += [Bar(row["code"], row["done"], row["due"]) for row in least]
    finding: list[str | Count] = ["No visit is due so far"]
    if rows:
        _, due, done, in_window, *_, asked, answered = rows[-1]
        finding = [done, " of ", due, " visits due so far are done, ", in_window, " in their window; "]
        finding += [answered, " of ", asked, " planned assessments of these are done"]
    return Figure(
        "visits", TITLE, finding, DEFINITION, SOURCE,
        Table("Visits and contacts by code", HEAD, rows),
        draw_bars(bars, f"Visits: {total['done']} of {total['due']} due so far are done") if rows else None,
        "" if rows else "No visit is due by the data cut.", groups,
    )  # fmt: skip


def _read(frame: Frame, conditions: Conditions) -> list[dict[str, Any]]:
    """Count the visits of each code by column, in the order of the schedule.

    Counted by planned visit, whose place in the schedule is looked up afterwards: several versions of a
    schedule have visits of the same code.
    """
    visits = _visits(frame)
    asked = {name: Number("pk", filter=one) for name, (_, one) in conditions.named.items() if name != "due"}
    counted = {
        planned: dict(zip(asked, numbers, strict=True))
        for planned, *numbers in visits.values_list("planned_visit").annotate(**asked)
    }
    answers = {
        f"{name}_counted": Number("assessments", filter=Q(assessments__state__in=states))
        for name, (_, states) in ASSESSMENTS.items()
    }
    took_place = visits.filter(conditions.done).values_list("planned_visit__pk").annotate(**answers)
    for planned, *numbers in took_place:
        counted[planned] |= dict(zip(ASSESSMENTS, numbers, strict=True))
    found: dict[str, Counter[str]] = {}
    planned = PlannedVisit.objects.filter(pk__in=counted).order_by("position", "code")
    for pk, code in planned.values_list("pk", "code"):
        found.setdefault(code, Counter(dict.fromkeys(ASSESSMENTS, 0))).update(counted[pk])
    return [
        {"code": code, "due": one["done"] + one["missed"] + one["overdue"], **one}
        for code, one in found.items()
    ]


def _row(frame: Frame, groups: Groups, code: str, numbers: dict[str, int]) -> list[str | Count]:
    """Write one row of the table; code "" is the row of all visits."""
    who, conditions = code or "All visits", Conditions.at(frame)
    behind = {
        name: (words, "visit", _people(frame, code, condition))
        for name, (words, condition) in conditions.named.items()
    } | {
        name: (words, "assessment", _assessed(frame, code, conditions.done, states))
        for name, (words, states) in ASSESSMENTS.items()
    }  # fmt: skip
    counts = [
        groups.later(f"{code or 'all'}-{name}", f"{who}: {words}", unit, numbers[name], people)
        for name, (words, unit, people) in behind.items()
    ]
    return [who, *counts]


def _people(frame: Frame, code: str, condition: Q) -> Callable[[], Collection[int]]:
    """Return the read of the participants, once for each of their visits."""

    def read() -> Collection[int]:
        return list(_visits(frame, code).filter(condition).values_list("participant_id", flat=True))

    return read


def _assessed(
    frame: Frame, code: str, done: Q, states: Collection[AssessmentState]
) -> Callable[[], Collection[int]]:
    """Return the read of the participants, once for each of their assessments in some states."""

    def read() -> Collection[int]:
        rows = VisitAssessment.objects.filter(visit__in=_visits(frame, code).filter(done).values("pk"))
        chosen = rows.filter(state__in=[str(state) for state in states]).order_by()
        return list(chosen.values_list("visit__participant_id", flat=True))

    return read


def _visits(frame: Frame, code: str = "") -> QuerySet[Visit]:
    """Return the visits of a code, "" for all; at a past cut with what a person had recorded by then."""
    rows = frame.of_members(Visit.objects.filter(mode__in=REMINDED_MODES)).order_by()
    if frame.choice.cut_on:
        rows = rows.alias(then=Case(*_then(frame), default=Value(""), output_field=CharField()))
    return rows.filter(code=code) if code else rows


def _then(frame: Frame) -> Iterator[When]:
    for sites in frame.sites_by_zone.values():
        own, ends_at = Q(participant__in=at_sites(sites)), frame.cut_before(sites[0].tz)
        yield When(own, then=outcome_at(ends_at))
