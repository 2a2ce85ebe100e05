"""The worst grade of each day, for many participants in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from participants.domain.episodes import DailyMaximum, daily_maxima
from participants.domain.grade import Grade, Status
from participants.models import DerivedGrade, Participant, Scale, SignedGrade


def daily_grades(participants: Collection[int], scale: Scale) -> dict[int, tuple[DailyMaximum, ...]]:
    """Return the worst grade of each site-local day, by participant, in order.

    Where an investigator has signed, the signed value counts, else the derived one.
    """
    signed = dict(
        SignedGrade.objects.standing()
        .filter(participant__in=participants, scale=scale)
        .values_list("derived", "value")
    )
    rows = DerivedGrade.objects.of(scale).filter(participant__in=participants, stands=True)
    graded: dict[int, list[tuple[datetime, Grade]]] = defaultdict(list)
    for row in rows:
        graded[row.participant_id].append((row.at, _as_grade(row, signed.get(row.pk, row.value))))
    people = Participant.objects.filter(pk__in=list(graded)).select_related("site")
    return {one.pk: daily_maxima(graded[one.pk], zone=one.site.tz) for one in people}


def _as_grade(row: DerivedGrade, value: int | None) -> Grade:
    if value is None:
        status = Status.INSUFFICIENT_DATA
    elif value > 0:
        status = Status.GRADED
    else:
        status = Status(row.status) if row.value == 0 else Status.RESOLVED
    return Grade(value, status, row.reason, row.rule_version)
