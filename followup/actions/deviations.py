"""Judge done visits against their windows, and their days against what else is recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from followup.models import Visit, VisitMode
from participants.actions.checks import bounds_of
from participants.actions.deviations import Departure, judge_deviations
from participants.audit import Actor
from participants.domain.bounds import BEFORE_CONSENT, DAY_RULES, Bounds

OUT_OF_WINDOW = "visit out of window"


def subject_of(visit: Visit) -> str:
    """Name a visit as the subject of a deviation."""
    return f"visit:{visit.pk}"


def judge_windows(*, visits: Collection[Visit], by: Actor, reason: str = "") -> None:
    """Draft a deviation for each visit that lies out of its window, and take back what no longer does."""
    out = [
        Departure(
            visit.participant,
            OUT_OF_WINDOW,
            subject_of(visit),
            f"{visit.label} done {_distance(visit.days_out)}",
            visit.days_out,
        )
        for visit in visits
        if visit.days_out
    ]
    judge_deviations(
        by=by,
        participants={visit.participant_id for visit in visits},
        rules=[OUT_OF_WINDOW],
        subjects={subject_of(visit) for visit in visits},
        found=out,
        reason=reason,
    )


def judge_days(*, visits: Collection[Visit], by: Actor, reason: str = "", is_entry: bool = False) -> None:
    """Draft a deviation for each visit before consent, after withdrawal or after death; take back others.

    Who has no consent on record at all is judged by it only as a visit is entered: an imported
    trial may have come without its consents.
    """
    people = {visit.participant_id for visit in visits}
    bounds = bounds_of(people)
    unknown = set() if is_entry else {pk for pk in people if bounds[pk].consented_on is None}
    for rules, judged in (
        (DAY_RULES, [visit for visit in visits if visit.participant_id not in unknown]),
        (DAY_RULES - {BEFORE_CONSENT}, [visit for visit in visits if visit.participant_id in unknown]),
    ):
        if judged:
            judge_deviations(
                by=by,
                participants=people,
                rules=rules,
                subjects={subject_of(visit) for visit in judged},
                found=[one for visit in judged for one in _odd(visit, bounds, rules)],
                reason=reason,
            )


def _odd(visit: Visit, bounds: dict[int, Bounds], rules: Collection[str]) -> Iterator[Departure]:
    if visit.occurred_on is None or visit.mode == VisitMode.CONTACT:
        return
    for rule, sentence in bounds[visit.participant_id].improbable(visit.occurred_on):
        if rule in rules:
            yield Departure(visit.participant, rule, subject_of(visit), f"{visit.label}: {sentence}")


def _distance(days: int) -> str:
    unit = "day" if abs(days) == 1 else "days"
    return f"{abs(days)} {unit} {'late' if days > 0 else 'early'}"
