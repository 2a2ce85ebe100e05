"""How participants stand at the bedside now: fever, next dose, next assessment; a few statements for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Max

from participants.courses import Course, courses_of
from participants.domain.dose_plan import DosePlan, Due, dose_plan
from participants.domain.fever import Reading
from participants.domain.fever_state import FeverState, fever_state
from participants.domain.icans import cognition_due_at
from participants.domain.milestones import MilestoneKind
from participants.endings import endings
from participants.findings import dose_entry, reading
from participants.models import (
    AnakinraDose,
    DerivedGrade,
    DoseState,
    HospitalStay,
    IntensiveCareStay,
    Milestone,
    NeuroAssessment,
    Observation,
    Scale,
    Weight,
    Withdrawal,
    WithdrawalScope,
)
from participants.models.base import Fact

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class BedsideNow:
    """The present state of one participant after an infusion.

    `tested_at` is the last ICE or CAPD, `test_due_at` the latest moment of the next while in hospital; each
    None where there is none. `ended` says why nothing is wanted at the bedside any more, `withdrawn` why no
    dose is; each is "" otherwise.
    """

    course: Course
    fever: FeverState
    plan: DosePlan
    stay: HospitalStay | None
    intensive_care: IntensiveCareStay | None
    tested_at: datetime | None
    test_due_at: datetime | None
    seen_at: datetime | None
    grades: dict[str, DerivedGrade]
    weight: Weight | None
    last_dose: AnakinraDose | None
    ended: str
    withdrawn: str

    @property
    def no_dose(self) -> str:
        """Say why no dose is wanted although nobody ended the treatment; "" where one may be."""
        return self.ended or self.withdrawn

    @property
    def wants_dose(self) -> bool:
        """Say whether a dose is due now."""
        return self.plan.due in {Due.FIRST, Due.DUE, Due.LATE}


def read_bedside(participants: Collection[int], now: datetime) -> dict[int, BedsideNow]:
    """Return how each participant stands; who was not infused is missing."""
    courses = {owner: found[-1] for owner, found in courses_of(participants).items()}
    observed = _by_owner(Observation.objects.standing().filter(participant__in=courses, at__lte=now))
    doses = _by_owner(AnakinraDose.objects.standing().filter(participant__in=courses))
    stays = _open(HospitalStay.objects.standing().filter(participant__in=courses, discharged_at=None))
    care = _open(IntensiveCareStay.objects.standing().filter(participant__in=courses, left_at=None))
    weights = _open(Weight.objects.standing().filter(participant__in=courses).order_by("on", "pk"))
    tested = _last_tests(courses)
    grades = _last_grades(courses)
    treated = _treated(courses)
    ended, withdrawn = endings(courses), _withdrawn(courses)
    found = {}
    for owner, course in courses.items():
        rows = [row for row in observed[owner] if course.holds(row.at)]
        fever = _fever(rows, course, now)
        stay, tested_at, over = stays.get(owner), tested.get(owner), ended[owner].ended
        has_ended = bool(over) or owner in withdrawn or (owner, course.number) in treated
        found[owner] = BedsideNow(
            course=course,
            fever=fever,
            plan=_plan(doses[owner], course, fever, now, has_ended=has_ended),
            stay=stay,
            intensive_care=care.get(owner),
            tested_at=tested_at,
            test_due_at=None if over else _test_due_at(stay, tested_at, course),
            seen_at=rows[-1].at if rows else None,
            grades=grades[owner],
            weight=weights.get(owner),
            last_dose=_last_given(doses[owner], course),
            ended=over,
            withdrawn=withdrawn.get(owner, ""),
        )
    return found


def _by_owner(rows: Iterable[F]) -> dict[int, list[F]]:
    found: dict[int, list[F]] = defaultdict(list)
    for row in rows:
        found[row.participant_id].append(row)
    return found


def _open(rows: Iterable[F]) -> dict[int, F]:
    return {row.participant_id: row for row in rows}


def _fever(rows: list[Observation], course: Course, now: datetime) -> FeverState:
    readings: list[Reading] = [found for row in rows if (found := reading(row)) is not None]
    return fever_state(readings, infused_at=course.began_at, now=now)


def _plan(
    rows: list[AnakinraDose], course: Course, fever: FeverState, now: datetime, *, has_ended: bool
) -> DosePlan:
    entries = [dose_entry(row) for row in rows if course.holds(row.at)]
    met_at = fever.trigger.met_at if fever.trigger else None
    return dose_plan(entries, trigger_met_at=met_at, has_ended=has_ended, now=now)


def _last_given(rows: list[AnakinraDose], course: Course) -> AnakinraDose | None:
    given = [row for row in rows if row.state == DoseState.GIVEN and course.holds(row.at)]
    return given[-1] if given else None


def _test_due_at(stay: HospitalStay | None, tested_at: datetime | None, course: Course) -> datetime | None:
    if stay is None:
        return None
    return cognition_due_at(max(tested_at or course.began_at, stay.admitted_at, course.began_at))


def _last_tests(courses: dict[int, Course]) -> dict[int, datetime]:
    rows = NeuroAssessment.objects.standing().filter(participant__in=courses, is_baseline=False)
    # A seizure or a tremor noted between two tests is no test of cognition.
    rows = rows.exclude(ice_score=None, ice_items__isnull=True, capd_score=None, is_capd_impossible=None)
    return dict(rows.values_list("participant").annotate(last=Max("at")))


def _last_grades(courses: dict[int, Course]) -> dict[int, dict[str, DerivedGrade]]:
    rows = DerivedGrade.objects.filter(participant__in=courses, stands=True).order_by("at", "pk")
    found: dict[int, dict[str, DerivedGrade]] = defaultdict(dict)
    for row in rows:
        if courses[row.participant_id].holds(row.at):
            found[row.participant_id][Scale(row.scale)] = row
    return found


def _treated(courses: dict[int, Course]) -> set[tuple[int, int]]:
    rows = Milestone.objects.standing().actual()
    rows = rows.filter(participant__in=courses, kind=MilestoneKind.ANAKINRA_LAST)
    return set(rows.values_list("participant", "course"))


def _withdrawn(courses: dict[int, Course]) -> dict[int, str]:
    """Say who withdrew from treatment since the present course began; a later course asks for doses again."""
    rows = Withdrawal.objects.standing().filter(participant__in=courses, scope=WithdrawalScope.TREATMENT)
    return {
        row.participant_id: f"Withdrew from treatment {row.on:%d %b %Y}"
        for row in rows
        if row.on >= courses[row.participant_id].day_zero
    }
