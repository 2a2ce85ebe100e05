"""Hold the doses that stand against the rules: a deviation is drafted for each warning, or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from participants.actions.deviations import draft_deviation, withdraw_deviation
from participants.audit import Actor
from participants.courses import Course, course_at
from participants.domain.dose_warnings import DoseRule, DoseWarning, dose_warnings
from participants.domain.dosing import GivenDose
from participants.findings import given_dose
from participants.models import Deviation, DeviationState
from participants.subjects import subject_of
from participants.toxicity import ToxicityRecord

RULE_NAMES: dict[DoseRule, str] = {
    DoseRule.OVER_CAP: "dose over the cap",
    DoseRule.OFF_CALCULATED: "dose off the calculated one",
    DoseRule.INTERVAL: "interval between doses",
    DoseRule.BEFORE_TRIGGER: "dose before the trigger",
    DoseRule.ROLLING_24_H: "dose in 24 h over the limit",
    DoseRule.ROUTE: "dose not intravenous",
}


def warnings_of(record: ToxicityRecord, dose: GivenDose) -> tuple[DoseWarning, ...]:
    """List what is unusual about a dose beside the doses and readings that stand."""
    course = course_at(record.courses, dose.at)
    return dose_warnings(dose, earlier=_doses(record, course), trigger_met_at=_met_at(record, course))


def judge_doses(*, by: Actor, record: ToxicityRecord) -> None:
    """Draft what departs about any dose, and take back what no longer does; called inside `audited`."""
    rows = Deviation.objects.filter(
        participant=record.participant, rule__in=RULE_NAMES.values(), subject__startswith="dose:"
    ).exclude(state=DeviationState.WITHDRAWN)
    drafted = {(row.subject, row.rule): row.summary for row in rows}
    for subject, warning in _departures(record):
        rule = RULE_NAMES[warning.rule]
        if drafted.pop((subject, rule), None) != warning.message:
            draft_deviation(
                by=by,
                participant=record.participant,
                rule=rule,
                subject=subject,
                summary=warning.message,
            )
    for subject, rule in drafted:
        withdraw_deviation(by=by, participant=record.participant, rule=rule, subject=subject)


def _departures(record: ToxicityRecord) -> list[tuple[str, DoseWarning]]:
    by_course = {
        course.number: (_doses(record, course), _met_at(record, course)) for course in record.courses
    }
    found = []
    for row in record.doses:
        dose, course = given_dose(row), course_at(record.courses, row.at)
        if dose is not None:
            doses, met_at = by_course[course.number] if course else (_doses(record, None), None)
            warnings: Iterable[DoseWarning] = dose_warnings(dose, earlier=doses, trigger_met_at=met_at)
            found += [(subject_of(row), warning) for warning in warnings if warning.is_deviation]
    return found


def _doses(record: ToxicityRecord, course: Course | None) -> Sequence[GivenDose]:
    """Return the given doses of a course; those before any infusion belong together too."""
    known = [row for row in record.doses if course_at(record.courses, row.at) == course]
    return [dose for row in known if (dose := given_dose(row)) is not None]


def _met_at(record: ToxicityRecord, course: Course | None) -> datetime | None:
    if course is None:
        return None
    trigger = record.fever(course, now=timezone.now()).trigger
    return trigger.met_at if trigger else None
