"""Everything that a participant's grades and fever trigger rest on, read once and given to the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from participants.courses import Course, course_at, courses_of
from participants.domain.crs_course import Assessed, CourseOfCrs, grade_course
from participants.domain.crs_findings import NOT_VASOPRESSORS, Vasoactive
from participants.domain.death_causes import DeathCause
from participants.domain.exposure import Exposure
from participants.domain.fever_state import FeverState, fever_state
from participants.domain.grade import Death as DiedOf
from participants.domain.grade import Grade
from participants.domain.icans import icans_grade
from participants.domain.icans_findings import Instrument, dob_for_grading
from participants.domain.vasopressor_log import running_by_log, unnamed_by_log
from participants.findings import (
    crs_findings,
    exposure_of_dose,
    exposure_of_medication,
    icans_findings,
    is_crs_assessment,
    is_icans_assessment,
    reading,
)
from participants.models import (
    AnakinraDose,
    Death,
    DiseaseHistory,
    DoseState,
    Medication,
    NeuroAssessment,
    Observation,
    Participant,
)

Row = TypeVar("Row", Observation, NeuroAssessment)


@dataclass(frozen=True)
class ToxicityRecord:
    """The standing findings, doses and drugs of one participant, in the order of time.

    A row that is not saved yet may be among them, to see what it would say: its key is 0.
    """

    participant: Participant
    courses: list[Course]
    observations: list[Observation]
    assessments: list[NeuroAssessment]
    doses: list[AnakinraDose]
    exposures: list[Exposure]
    is_delayed: bool | None
    death: Death | None

    @property
    def course(self) -> Course | None:
        """The course that lasts, None before the first infusion."""
        return self.courses[-1] if self.courses else None

    def crs(self, course: Course, *, now: datetime | None = None) -> CourseOfCrs:
        """Grade CRS over a course, by the key of the observation; `now` None ends with the findings."""
        rows = [row for row in self.observations if course.holds(row.at) and is_crs_assessment(row)]
        fatal = self._last_before_death(rows, DeathCause.CRS) if course is self.course else None
        return grade_course(
            [
                Assessed(
                    row.pk or 0,
                    row.at,
                    crs_findings(
                        row,
                        by_log=running_by_log(self.exposures, row.at),
                        unnamed_by_log=self._unnamed_beyond_seen(row),
                        death=DiedOf.CRS if row is fatal else None,
                    ),
                )
                for row in rows
            ],
            infused_at=course.began_at,
            day_zero=course.day_zero,
            zone=self.participant.site.tz,
            exposures=self.exposures,
            now=now,
        )

    def unseen_vasopressors(self, row: Observation) -> frozenset[Vasoactive]:
        """Return what the drug log has running at a moment at which somebody saw it not running."""
        if row.vasopressors is None:
            return frozenset()
        return running_by_log(self.exposures, row.at) - frozenset(map(Vasoactive, row.vasopressors))

    def unnamed_vasopressors(self, row: Observation) -> tuple[str, ...]:
        """Return what the drug log has running under names that are not known, beyond what somebody saw."""
        return unnamed_by_log(self.exposures, row.at) if self._unnamed_beyond_seen(row) else ()

    def _unnamed_beyond_seen(self, row: Observation) -> int:
        """Count the drugs of the log under unknown names that cannot all be those that somebody saw.

        As many as were seen running, and are not in the log by their names, may be the same drugs.
        """
        seen = frozenset(map(Vasoactive, row.vasopressors or [])) - NOT_VASOPRESSORS
        may_be_same = seen - running_by_log(self.exposures, row.at)
        return max(0, len(unnamed_by_log(self.exposures, row.at)) - len(may_be_same))

    def icans(self) -> dict[int, Grade]:
        """Grade ICANS for every assessment after the first infusion, by its key."""
        rows = [row for row in self.assessments if self._is_graded(row)]
        fatal = self._last_before_death(rows, DeathCause.ICANS)
        return {row.pk or 0: self.icans_of(row, is_fatal=row is fatal) for row in rows}

    def icans_of(self, row: NeuroAssessment, *, is_fatal: bool = False) -> Grade:
        """Grade one assessment; `is_fatal` marks the last one before a death due to ICANS."""
        on = self.day_of(row.at)
        findings = icans_findings(
            row,
            born_on=self._born_on(on),
            on=on,
            is_delayed=self.is_delayed,
            baseline=self.baseline_capd(row.at),
            death=DiedOf.ICANS if is_fatal else None,
        )
        return icans_grade(findings)

    def baseline_capd(self, at: datetime) -> int | None:
        """Return the last CAPD before a moment that was marked as baseline."""
        scores = [row.capd_score for row in self.assessments if row.is_baseline and row.at <= at]
        return scores[-1] if scores else None

    def fever(self, course: Course, *, now: datetime) -> FeverState:
        """Say where the fever trigger of a course stands."""
        rows = [row for row in self.observations if course.holds(row.at)]
        readings = [found for row in rows if (found := reading(row)) is not None]
        return fever_state(readings, infused_at=course.began_at, now=now)

    def day_of(self, at: datetime) -> date:
        """Return the calendar day of a moment at the site."""
        return at.astimezone(self.participant.site.tz).date()

    def instrument(self, at: datetime) -> Instrument:
        """Choose the test of cognition that a form asks for: by age on the day, CAPD where it is open."""
        on = self.day_of(at)
        blank = NeuroAssessment(participant=self.participant, at=at)
        findings = icans_findings(
            blank, born_on=self._born_on(on), on=on, is_delayed=self.is_delayed, baseline=None
        )
        if len(findings.possible_instruments) == 1:
            return findings.possible_instruments[0]
        return Instrument.CAPD if self._born_on(on) is None else Instrument.ICE

    def with_rows(self, *rows: Observation | NeuroAssessment) -> ToxicityRecord:
        """Return the record as it would be with further rows, in place of what they replace."""
        replaced = {row.replaces_id for row in rows} | {None}
        seen = [row for row in self.observations if row.pk not in replaced]
        tested = [row for row in self.assessments if row.pk not in replaced]
        return replace(
            self,
            observations=sorted(
                [*seen, *(row for row in rows if isinstance(row, Observation))], key=lambda row: row.at
            ),
            assessments=sorted(
                [*tested, *(row for row in rows if isinstance(row, NeuroAssessment))], key=lambda row: row.at
            ),
        )

    def _last_before_death(self, rows: list[Row], cause: DeathCause) -> Row | None:
        """Return the assessment that bears grade 5: the last one up to a death with this main cause."""
        if self.death is None or self.death.main_cause != cause:
            return None
        died_on = self.death.on
        return next((row for row in reversed(rows) if self.day_of(row.at) <= died_on), None)

    def _is_graded(self, row: NeuroAssessment) -> bool:
        in_course = course_at(self.courses, row.at) is not None
        return in_course and not row.is_baseline and is_icans_assessment(row)

    def _born_on(self, on: date) -> date | None:
        birth = self.participant.birth
        return None if birth is None or on < birth.earliest else dob_for_grading(birth, on=on)


def read_toxicity(participant: Participant) -> ToxicityRecord:
    """Read the record of one participant in a constant number of statements."""
    own = {"participant": participant.pk}
    doses = list(AnakinraDose.objects.standing().filter(**own))
    drugs = Medication.objects.standing().filter(**own)
    delayed = DiseaseHistory.objects.filter(**own).values_list("has_developmental_delay", flat=True)
    return ToxicityRecord(
        participant=participant,
        courses=courses_of([participant.pk]).get(participant.pk, []),
        observations=list(Observation.objects.standing().filter(**own)),
        assessments=list(NeuroAssessment.objects.standing().filter(**own)),
        doses=doses,
        exposures=[
            *(exposure_of_dose(row) for row in doses if row.state == DoseState.GIVEN),
            *(exposure_of_medication(row, participant.site.tz) for row in drugs),
        ],
        is_delayed=delayed.first(),
        death=Death.objects.standing().filter(**own).first(),
    )
