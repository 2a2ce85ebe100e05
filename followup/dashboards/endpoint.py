"""Who can be counted for the primary endpoint, severe CRS, by the data cut.

Source: PACER design, clinical rules, section 3 (grade) and the analysis plan of the study (from which
grade CRS is severe, after which day who has none is evaluable).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from followup.dashboards.frame import Frame, Person


@dataclass(frozen=True)
class Endpoint:
    """The infused in the order of infusion, by whether they can be counted yet."""

    evaluable: list[Person]
    severe: list[Person]
    pending: list[Person]
    ungraded: list[Person]


def read_endpoint(frame: Frame) -> Endpoint:
    """Sort the infused by where they stand towards the endpoint."""
    plan = frame.plan
    order = sorted(frame.infused.values(), key=lambda one: (one.day_zero, one.study_id))
    severe = [one for one in order if (max_crs(frame, one) or 0) >= plan.severe_from_grade]
    found, severe_keys = Endpoint([], severe, [], []), set(keys(severe))
    for one in order:
        if one.pk in severe_keys:
            found.evaluable.append(one)
        elif one.day(frame.cut_on) <= plan.evaluable_day:
            found.pending.append(one)
        else:
            (found.ungraded if max_crs(frame, one) is None else found.evaluable).append(one)
    return found


def max_crs(frame: Frame, one: Person) -> int | None:
    """Return the maximum CRS grade of a participant; None is never graded."""
    known = frame.grades.get(one.pk)
    return known.crs if known else None


def keys(people: Sequence[Person]) -> list[int]:
    """Return the keys of participants, in their order."""
    return [one.pk for one in people]
