"""Hold the doses that stand against the rules: a deviation is drafted for each warning, or taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from participants.actions.deviations import draft_deviation, withdraw_deviation
from participants.audit import Actor
from participants.courses import Course, course_at
from participants.domain.dose_plan import DoseEntry
from participants.domain.dose_warnings import DoseRule, DoseWarning, dose_warnings
from participants.domain.dosing import GivenDose
from participants.findings import dose_entry, given_dose
from participants.models import AnakinraDose, Deviation, DeviationState
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


@dataclass(frozen=True)
class _Doses:
    """The doses of a course, given and not; those before any infusion belong together too."""

    given: list[tuple[AnakinraDose, GivenDose]]
    not_given: list[DoseEntry]
    met_at: datetime | None

    def warnings(self, dose: GivenDose, row: AnakinraDose | None = None) -> tuple[DoseWarning, ...]:
        """List what is unusual about a dose beside the others; `row` is its own, where it is among them."""
        # Two doses can be alike in everything: the row tells which of them is the other one.
        others = [each for own, each in self.given if own is not row]
        return dose_warnings(dose, others=others, not_given=self.not_given, trigger_met_at=self.met_at)


def warnings_of(record: ToxicityRecord, dose: GivenDose) -> tuple[DoseWarning, ...]:
    """List what is unusual about a dose beside the doses and readings that stand."""
    course = course_at(record.courses, dose.at)
    return _beside(record, course).warnings(dose)


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
    found = []
    for course in [None, *record.courses]:
        doses = _beside(record, course)
        for row, dose in doses.given:
            warnings = doses.warnings(dose, row)
            found += [(subject_of(row), warning) for warning in warnings if warning.is_deviation]
    return found


def _beside(record: ToxicityRecord, course: Course | None) -> _Doses:
    rows = [row for row in record.doses if course_at(record.courses, row.at) == course]
    entries = [(row, given_dose(row)) for row in rows]
    return _Doses(
        given=[(row, dose) for row, dose in entries if dose is not None],
        not_given=[dose_entry(row) for row, dose in entries if dose is None],
        met_at=_met_at(record, course),
    )


def _met_at(record: ToxicityRecord, course: Course | None) -> datetime | None:
    if course is None:
        return None
    trigger = record.fever(course, now=timezone.now()).trigger
    return trigger.met_at if trigger else None
