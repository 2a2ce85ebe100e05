"""The maximum grades of each participant, and the grades of each day for those who are drawn.

A signed grade counts instead of the derived one that it stands beside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet

from followup.dashboards.reading.keys import Among
from followup.dashboards.reading.plain import Plain, as_moment
from participants.domain.death_causes import DeathCause
from participants.models import DerivedGrade, Scale, SignedGrade

if TYPE_CHECKING:
    from followup.dashboards.reading.frame import Frame
    from followup.dashboards.reading.people import Person

# Participants whom a drawing shows, the most severe first; above the second number rows are low.
DRAWN, ROOMY = 200, 40
DAYS = range(15)
# The key of all days after those.
LATER = DAYS.stop
# The scale of which a death of this cause is grade 5.
FATAL: dict[str, str] = {DeathCause.CRS: Scale.CRS, DeathCause.ICANS: Scale.ICANS}


@dataclass
class Grades:
    """What one participant was graded in the first course; None is never graded."""

    maximum: dict[str, int] = field(default_factory=dict)

    @property
    def crs(self) -> int | None:
        """The maximum CRS grade."""
        return self.maximum.get(Scale.CRS)

    @property
    def icans(self) -> int | None:
        """The maximum ICANS grade."""
        return self.maximum.get(Scale.ICANS)


def read_grades(frame: Frame) -> dict[int, Grades]:
    """Read the maximum of each scale of everybody infused.

    Who died of a toxicity had grade 5 of it. Source: CTCAE v5.0, grade 5 is death related to the event.
    """
    columns = ("participant_id", "scale", "value", "latest")
    again = [one.pk for one in frame.infused.values() if one.infused_again_on]
    arms = [arm.values_list(*columns) for rows in _graded(frame) for arm in _arms(frame.of(rows), again)]
    found: dict[int, Grades] = defaultdict(Grades)
    for pk, scale, value, at in arms[0].union(*arms[1:], all=True):
        if pk in frame.first_courses and frame.first_courses[pk].holds(as_moment(at)):
            found[pk].maximum[scale] = max(value, found[pk].maximum.get(scale, value))
    for pk, one in frame.infused.items():
        died_on, scale = frame.died_on(pk), FATAL.get(frame.dated[pk].died_of)
        if died_on and scale and not (one.infused_again_on and one.infused_again_on <= died_on):
            found[pk].maximum[scale] = 5
    return found


def _arms(rows: QuerySet[Any], again: Collection[int]) -> Iterator[QuerySet[Any]]:
    """Split a read: of who was infused again each grade, so that those of the first course can be told.

    Of all others the latest moment of each value is enough: only what lies before the infusion is not
    of the first course.
    """
    latest = rows.exclude(participant__in=again).values("participant_id", "scale", "value")
    yield latest.annotate(latest=Plain(Max("at")))
    if again:
        yield rows.filter(participant__in=again).annotate(latest=Plain(F("at")))


def by_severity(frame: Frame) -> list[Person]:
    """Return the infused, those with the highest CRS grade first, then ICANS, then by study id."""

    def order(one: Person) -> tuple[int, int, str]:
        known = frame.grades.get(one.pk, Grades())
        return -(-1 if known.crs is None else known.crs), -(known.icans or 0), one.study_id

    return sorted(frame.infused.values(), key=order)


# By scale, by participant, by trial day.
Days = dict[str, dict[int, dict[int, int]]]


def daily_grades(frame: Frame, people: Collection[Person] | None = None) -> Days:
    """Return the worst grade of each scale and trial day of some of the infused, or of all.

    Each of D0 to D14 has its own; the days after those share one, under `LATER`.
    """
    chosen = frame.infused if people is None else [one.pk for one in people]
    derived, signed = (
        rows.filter(Among(chosen)).values_list("participant_id", "scale", Plain(F("at")), "value")
        for rows in _graded(frame)
    )
    found: Days = {scale: defaultdict(dict) for scale in Scale}
    for pk, scale, written, value in derived.union(signed, all=True):
        at = as_moment(written)
        if not frame.first_courses[pk].holds(at):
            continue
        day = frame.infused[pk].day(at.astimezone(frame.infused[pk].zone).date())
        if day >= DAYS.start:
            place = min(day, LATER)
            found[scale][pk][place] = max(value, found[scale][pk].get(place, 0))
    return found


def _graded(frame: Frame) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return the derived grades that nobody signed, and of the signed ones the last of each.

    Two reads of one table each: to ask about each of millions of derived grades whether it was signed
    takes twice as long.
    """
    standing = SignedGrade.objects.standing().order_by()
    derived = DerivedGrade.objects.filter(frame.by_cut("at"), stands=True, value__isnull=False)
    unsigned = derived.filter(~Exists(standing.filter(derived=OuterRef("pk"))))
    later = standing.filter(derived=OuterRef("derived"), pk__gt=OuterRef("pk"))
    signed = standing.filter(~Exists(later), frame.by_cut("at"), derived__stands=True)
    return unsigned.order_by(), signed
