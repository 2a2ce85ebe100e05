"""Judge done visits against their windows."""

from __future__ import annotations

from collections.abc import Iterable

from followup.models import Visit
from participants.actions.deviations import draft_deviation, withdraw_deviation
from participants.audit import Actor
from participants.models import Deviation, DeviationState

OUT_OF_WINDOW = "visit out of window"


def subject_of(visit: Visit) -> str:
    """Name a visit as the subject of a deviation."""
    return f"visit:{visit.pk}"


def judge_windows(*, visits: Iterable[Visit], by: Actor, reason: str = "") -> None:
    """Draft a deviation for each visit that lies out of its window, and take back what no longer does."""
    judged = [visit for visit in visits if visit.occurred_on is not None or visit.outcome == ""]
    drafted = set(
        Deviation.objects.filter(rule=OUT_OF_WINDOW, subject__in=[subject_of(visit) for visit in judged])
        .exclude(state=DeviationState.WITHDRAWN)
        .values_list("subject", flat=True)
    )
    for visit in judged:
        if visit.days_out:
            draft_deviation(
                by=by,
                participant=visit.participant,
                rule=OUT_OF_WINDOW,
                subject=subject_of(visit),
                summary=f"{visit.label} done {_distance(visit.days_out)}",
                days=visit.days_out,
                reason=reason,
            )
        elif subject_of(visit) in drafted:
            withdraw_deviation(
                by=by, participant=visit.participant, rule=OUT_OF_WINDOW, subject=subject_of(visit)
            )


def _distance(days: int) -> str:
    unit = "day" if abs(days) == 1 else "days"
    return f"{abs(days)} {unit} {'late' if days > 0 else 'early'}"
