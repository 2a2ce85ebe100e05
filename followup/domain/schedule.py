"""Which visits a participant should have, and on which dates.

Source: PACER design, clinical rules, section 9; the default schedule's notes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from followup.domain.windows import VisitDates


@dataclass(frozen=True)
class AnchorDate:
    """The date that visits count from; `is_planned` while the event has not happened."""

    on: date
    is_planned: bool


@dataclass(frozen=True)
class Plan:
    """A planned visit as far as dates need it; days count from the anchor, window ends included.

    A series repeats every `repeat_every_days` from its target until `until_day` after day zero.
    """

    planned_visit: int
    anchor: str
    target_day: int
    before_days: int
    after_days: int
    repeat_every_days: int | None = None
    until_day: int | None = None


@dataclass(frozen=True)
class WantedVisit:
    """A visit that should exist; `dates` None while its anchor is missing."""

    planned_visit: int
    occurrence: int
    dates: VisitDates | None
    is_projected: bool


def wanted_visits(
    plans: Iterable[Plan], anchors: Mapping[str, AnchorDate], day_zero: date | None
) -> Iterator[WantedVisit]:
    """Yield the visits that a schedule wants for one participant, dated from the anchors known.

    A planned anchor gives projected dates, an unknown one a visit without dates. A series has no
    visit while its anchor is unknown or only planned, and none after `until_day`.
    """
    for plan in plans:
        anchor = anchors.get(plan.anchor)
        if plan.repeat_every_days is not None:
            yield from _series(plan, anchor, day_zero)
        elif anchor is None:
            yield WantedVisit(plan.planned_visit, 1, None, is_projected=False)
        else:
            yield WantedVisit(plan.planned_visit, 1, window(plan, anchor.on), anchor.is_planned)


def window(plan: Plan, anchor_on: date, later_days: int = 0) -> VisitDates:
    """Return the window of a planned visit around its target, `later_days` later for a series."""
    target = anchor_on + timedelta(days=plan.target_day + later_days)
    return VisitDates(
        target - timedelta(days=plan.before_days), target, target + timedelta(days=plan.after_days)
    )


def _series(plan: Plan, anchor: AnchorDate | None, day_zero: date | None) -> Iterator[WantedVisit]:
    if anchor is None or anchor.is_planned or not plan.repeat_every_days:
        return
    last = (day_zero or anchor.on) + timedelta(days=plan.until_day or 0)
    occurrence, dates = 1, window(plan, anchor.on)
    while dates.target_on <= last:
        yield WantedVisit(plan.planned_visit, occurrence, dates, is_projected=False)
        dates = window(plan, anchor.on, plan.repeat_every_days * occurrence)
        occurrence += 1
