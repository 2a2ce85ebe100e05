"""Who can be counted for the primary endpoint, severe CRS, by the data cut.

Who was not followed long enough may have had it unseen, and who died before was never at its end: neither
counts as not severe. A further infusion ends the first course, and with it what can be seen of it.

Source: PACER design, clinical rules, section 3 (grade) and the analysis plan of the study (from which
grade CRS is severe, after which day who has none is evaluable).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame
    from followup.dashboards.reading.people import Person


@dataclass(frozen=True)
class Endpoint:
    """The infused in the order of infusion, by whether they can be counted yet.

    `short` is not known to have been alive in the first course up to the plan's day, `died` died before it;
    neither was severe.
    """

    evaluable: list[Person]
    severe: list[Person]
    pending: list[Person]
    ungraded: list[Person]
    short: list[Person]
    died: list[Person]


def read_endpoint(frame: Frame) -> Endpoint:
    """Sort the infused by where they stand towards the endpoint."""
    plan = frame.plan
    order = sorted(frame.infused.values(), key=lambda one: (one.day_zero, one.study_id))
    severe = [one for one in order if (max_crs(frame, one) or 0) >= plan.severe_from_grade]
    found, severe_keys = Endpoint([], severe, [], [], [], []), set(keys(severe))
    for one in order:
        (found.evaluable if one.pk in severe_keys else _group(frame, found, one)).append(one)
    return found


def _group(frame: Frame, found: Endpoint, one: Person) -> list[Person]:
    """Return where somebody without severe CRS stands."""
    least, died_on = frame.plan.evaluable_day, frame.died_on(one.pk)
    if died_on is not None and one.day(died_on) < least:
        return found.died
    again = one.infused_again_on
    if again is not None and one.day(again) < least:
        return found.short
    if one.day(frame.ends_on(one.zone)) <= least:
        return found.pending
    if one.day(frame.seen_until(one)) < least:
        return found.short
    return found.ungraded if max_crs(frame, one) is None else found.evaluable


def max_crs(frame: Frame, one: Person) -> int | None:
    """Return the maximum CRS grade of a participant; None is never graded."""
    known = frame.grades.get(one.pk)
    return known.crs if known else None


def keys(people: Sequence[Person]) -> list[int]:
    """Return the keys of participants, in their order."""
    return [one.pk for one in people]
