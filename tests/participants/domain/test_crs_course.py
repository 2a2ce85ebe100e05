"""CRS graded over a course."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from participants.domain.crs_course import Assessed, CourseOfCrs, grade_course
from participants.domain.crs_findings import CrsFindings, OxygenDevice, Vasoactive
from participants.domain.exposure import Exposure, MedicationClass
from participants.domain.grade import Status

pytestmark = pytest.mark.once

ZERO = datetime(2026, 3, 10, tzinfo=UTC)
WELL: dict[str, Any] = {
    "hypotension": False,
    "vasopressors": frozenset(),
    "o2_device": OxygenDevice.NONE,
    "fever_other_cause": False,
    "hypotension_other_cause": False,
    "hypoxia_other_cause": False,
}


def seen(hours: float, temp_c: str, **findings: Any) -> Assessed:
    """Return an assessment some hours after the infusion; its key is the hour."""
    known = CrsFindings(temp_c=Decimal(temp_c), **(WELL | findings))
    return Assessed(int(hours), ZERO + timedelta(hours=hours), known)


def drug(hours: float, *, until: float | None = None) -> Exposure:
    """Return an antipyretic given once, or from an hour until another."""
    end = None if until is None else ZERO + timedelta(hours=until)
    return Exposure(ZERO + timedelta(hours=hours), frozenset({MedicationClass.ANTIPYRETIC}), until=end)


def course(*assessed: Assessed, drugs: tuple[Exposure, ...] = ()) -> CourseOfCrs:
    """Grade a course that begins with the infusion."""
    return grade_course(
        assessed, infused_at=ZERO, day_zero=date(2026, 3, 10), zone=UTC, exposures=drugs, now=None
    )


def test_entries_out_of_order_are_graded_in_the_order_of_time() -> None:
    late = seen(40, "37.0", vasopressors=frozenset({Vasoactive.NOREPINEPHRINE}))
    found = course(late, seen(30, "39.0"), drugs=(drug(35),))
    assert {key: grade.value for key, grade in found.grades.items()} == {30: 1, 40: 3}


def test_drug_that_began_before_onset_and_goes_on_counts() -> None:
    signs = seen(40, "37.0", hypotension=True)
    assert course(seen(30, "39.0"), signs, drugs=(drug(20, until=60),)).grades[40].value == 2
    assert course(seen(30, "39.0"), signs, drugs=(drug(20, until=29),)).grades[40].value == 0


def test_resolved_is_said_only_while_the_episode_lasts() -> None:
    found = course(seen(30, "39.0"), seen(40, "37.0"), seen(80, "36.8"), drugs=(drug(35),))
    assert [found.grades[key].status for key in (30, 40, 80)] == [
        Status.GRADED, Status.RESOLVED, Status.NO_CRS,
    ]  # fmt: skip


def test_signs_that_come_back_while_fever_may_be_masked_reopen_the_episode() -> None:
    back = seen(100, "36.9", hypotension=True)
    found = course(seen(30, "39.0"), seen(40, "37.0"), seen(80, "36.8"), back, drugs=(drug(35),))
    assert found.episodes[0].reopened_at == (back.at,)
    assert (found.grades[100].value, found.episodes[0].maximum) == (2, 2)


def test_onset_later_than_14_days_is_graded_and_flagged() -> None:
    grade = course(seen(15 * 24, "39.0")).grades[360]
    assert (grade.value, grade.flags) == (1, ("late_onset",))


def test_assessment_before_the_infusion_has_no_grade() -> None:
    assert course(seen(-5, "39.0")).grades == {}


def test_a_longer_drug_is_given_daily_up_to_its_stop() -> None:
    days = drug(0, until=50).doses(by=ZERO + timedelta(hours=90))
    assert [(at - ZERO) / timedelta(hours=1) for at in days] == [0, 24, 48, 50]
