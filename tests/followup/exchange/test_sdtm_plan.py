"""What the domains of a study mean: targets, what was missed, how participation ended."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from followup.exchange.sdtm_ending import EndReason
from followup.exchange.sdtm_plan import Person, StudyPlan, dates_of, plan_study
from followup.exchange.sdtm_rows import read_folder
from tests.followup.exchange.sdtm_files import PLAN, disposition, subject, visit, write_study

pytestmark = pytest.mark.once

TODAY = date(2026, 3, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for a study's files."""
    return tmp_path


def plan(folder: Path, as_of: date | None = None, **domains: Any) -> StudyPlan:
    """Write a study and plan it, with windows of 3 days."""
    return plan_study(read_folder(write_study(folder, **domains)), today=TODAY, window_days=3, as_of=as_of)


def person(folder: Path, as_of: date | None = None, **domains: Any) -> Person:
    """Write a study of one subject and return what it tells of them."""
    return plan(folder, as_of, **domains).people[0]


@pytest.mark.parametrize(
    ("day", "target"),
    [(-5, date(2024, 1, 5)), (-1, date(2024, 1, 9)), (1, date(2024, 1, 10)), (15, date(2024, 1, 24))],
)
def test_target_counts_from_the_reference_start_without_a_day_0(folder: Path, day: int, target: date) -> None:
    study = plan(folder, tv=[{"VISITNUM": 1.0, "VISIT": "A", "VISITDY": float(day)}])
    dates = dates_of(study.planned[0], study.people[0].started_on, study.window_days)
    assert dates is not None
    assert dates.target_on == target


def test_window_lies_around_the_target(folder: Path) -> None:
    study = plan(folder)
    dates = dates_of(study.planned[2], study.people[0].started_on, study.window_days)
    assert dates is not None
    assert (dates.opens_on, dates.closes_on) == (date(2024, 1, 21), date(2024, 1, 27))


def test_visit_has_no_window_before_the_start(folder: Path) -> None:
    study = plan(folder, dm=[subject(RFSTDTC="")])
    assert dates_of(study.planned[2], study.people[0].started_on, study.window_days) is None


def test_visit_is_conditional_without_a_day_or_by_its_rule(folder: Path) -> None:
    assert {visit.code for visit in plan(folder).planned if visit.is_conditional} == {"RETRIEVAL", "RASH"}


def test_fractional_number_is_planned_when_it_is_in_tv(folder: Path) -> None:
    assert [done.code for done in person(folder, sv=[visit(3.5, "2024-02-07")]).done] == ["WEEK 4"]


def test_visit_is_unscheduled_when_its_number_is_not_in_tv(folder: Path) -> None:
    done = person(folder, sv=[visit(3.1, "2024-01-30", VISIT="UNSCHEDULED 3.1")]).done
    assert [(visit.code, visit.name) for visit in done] == [("UNS", "UNSCHEDULED 3.1")]


def test_visit_that_occurs_twice_is_numbered_by_day(folder: Path) -> None:
    done = person(folder, sv=[visit(3, "2024-01-30"), visit(3, "2024-01-24")]).done
    assert [(visit.occurrence, visit.on) for visit in done] == [
        (1, date(2024, 1, 24)),
        (2, date(2024, 1, 30)),
    ]


def test_long_name_gives_way_to_the_number(folder: Path) -> None:
    study = plan(folder, tv=[{"VISITNUM": 3.5, "VISIT": "A VISIT WITH A LONG NAME", "VISITDY": 1.0}])
    assert (study.planned[0].code, study.planned[0].label) == ("V3.5", "A VISIT WITH A LONG NAME")


def test_visit_of_several_arms_is_one_visit(folder: Path) -> None:
    assert len(plan(folder, tv=[*PLAN, *PLAN]).planned) == len(PLAN)


def test_visit_is_missed_when_its_target_is_the_last_day(folder: Path) -> None:
    ended = [disposition("ADVERSE EVENT", "2024-01-24")]
    assert person(folder, ds=ended).missed == ("SCREENING", "BASELINE", "WEEK 2")


def test_visit_is_not_missed_when_its_target_is_after_the_last_day(folder: Path) -> None:
    ended = [disposition("ADVERSE EVENT", "2024-01-23")]
    assert person(folder, ds=ended).missed == ("SCREENING", "BASELINE")


def test_conditional_visit_is_never_missed(folder: Path) -> None:
    missed = person(folder, ds=[disposition("COMPLETED", "2025-01-01")]).missed
    assert "RETRIEVAL" not in missed


def test_visit_is_missed_when_a_later_visit_followed_its_window(folder: Path) -> None:
    done = [visit(1, "2024-01-05"), visit(2, "2024-01-10"), visit(3.5, "2024-01-28")]
    assert person(folder, sv=done).missed == ("WEEK 2",)


def test_visit_is_still_open_when_the_later_visit_was_within_its_window(folder: Path) -> None:
    done = [visit(1, "2024-01-05"), visit(2, "2024-01-10"), visit(3.5, "2024-01-27")]
    assert person(folder, sv=done).missed == ()


def test_contact_goes_on_after_the_disposition_event(folder: Path) -> None:
    ended = person(
        folder, dm=[subject(RFPENDTC="2024-06-01T09:30")], ds=[disposition("ADVERSE EVENT", "2024-01-20")]
    ).ended
    assert (ended.visits_on, ended.contact_on) == (date(2024, 1, 20), date(2024, 6, 1))


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        ("COMPLETED", EndReason.COMPLETED),
        ("WITHDRAWAL BY SUBJECT", EndReason.WITHDRAWN),
        ("WITHDRAWAL BY PARENT/GUARDIAN", EndReason.WITHDRAWN),
        ("LOST TO FOLLOW-UP", EndReason.LOST),
        ("DEATH", EndReason.DIED),
        ("PHYSICIAN DECISION", EndReason.OTHER),
    ],
)
def test_reason_of_the_end_is_the_coded_term(folder: Path, term: str, reason: EndReason) -> None:
    assert person(folder, ds=[disposition(term, "2024-02-01")]).ended.reason is reason


def test_other_events_do_not_end_participation(folder: Path) -> None:
    other = [disposition("FINAL LAB VISIT", "2024-02-01", DSCAT="OTHER EVENT")]
    assert person(folder, ds=other).ended.reason is None


def test_latest_disposition_event_ends_participation(folder: Path) -> None:
    events = [disposition("WITHDRAWAL BY SUBJECT", "2024-03-01"), disposition("COMPLETED", "2024-01-10")]
    assert person(folder, ds=events).ended.reason is EndReason.WITHDRAWN


def test_death_ends_visits_before_the_disposition_event(folder: Path) -> None:
    dead = [subject(DTHFL="Y", DTHDTC="2024-01-20", RFPENDTC="2024-02-02")]
    ended = person(folder, dm=dead, ds=[disposition("DEATH", "2024-01-22")]).ended
    assert (ended.visits_on, ended.contact_on, ended.died_on) == (date(2024, 1, 20),) * 3


def test_death_is_dated_by_the_disposition_event_when_its_date_is_missing(folder: Path) -> None:
    ended = person(folder, dm=[subject(DTHFL="Y")], ds=[disposition("DEATH", "2024-01-22")]).ended
    assert ended.died_on == date(2024, 1, 22)


@pytest.mark.parametrize("arm", ["Scrnfail", "SCRNFAIL", ""])
def test_screen_failure_is_told_by_arm_or_term(folder: Path, arm: str) -> None:
    term = "OTHER" if arm else "SCREEN FAILURE"
    ended = person(folder, dm=[subject(ARMCD=arm, RFSTDTC="")], ds=[disposition(term, "2024-01-08")]).ended
    assert (ended.failed_on, ended.reason) == (date(2024, 1, 8), None)


def test_first_contact_begins_screening(folder: Path) -> None:
    assert person(folder, sv=[visit(1, "2023-12-28")]).screened_on == date(2023, 12, 28)


FULL: dict[str, Any] = {
    "dm": [
        subject(RFPENDTC="2024-06-01", DTHFL="Y", DTHDTC="2024-06-02"),
        subject("S-002", DMDTC="2024-02-01", RFSTDTC=""),
    ],
    "sv": [visit(1, "2024-01-05"), visit(2, "2024-01-10"), visit(3, "2024-01-25")],
    "ds": [disposition("ADVERSE EVENT", "2024-03-01")],
}


def test_as_of_leaves_out_who_came_later(folder: Path) -> None:
    study = plan(folder, date(2024, 1, 31), **FULL)
    assert [person.study_id for person in study.people] == ["S-001"]


def test_as_of_includes_its_day(folder: Path) -> None:
    assert len(plan(folder, date(2024, 2, 1), **FULL).people) == 2


def test_as_of_leaves_out_later_visits(folder: Path) -> None:
    done = person(folder, date(2024, 1, 24), **FULL).done
    assert [visit.code for visit in done] == ["SCREENING", "BASELINE"]


def test_as_of_leaves_out_a_later_start(folder: Path) -> None:
    assert person(folder, date(2024, 1, 9), **FULL).started_on is None


@pytest.mark.parametrize(
    ("as_of", "visits_on", "contact_on", "died_on"),
    [
        (date(2024, 2, 29), None, None, None),
        (date(2024, 3, 1), date(2024, 3, 1), None, None),
        (date(2024, 6, 1), date(2024, 3, 1), date(2024, 6, 1), None),
        (date(2024, 6, 2), date(2024, 3, 1), date(2024, 6, 1), date(2024, 6, 2)),
    ],
)
def test_as_of_leaves_out_a_later_end(
    folder: Path, as_of: date, visits_on: date | None, contact_on: date | None, died_on: date | None
) -> None:
    ended = person(folder, as_of, **FULL).ended
    assert (ended.visits_on, ended.contact_on, ended.died_on) == (visits_on, contact_on, died_on)


def test_study_begins_on_the_same_day_whatever_is_left_out(folder: Path) -> None:
    assert plan(folder, date(2024, 2, 5), **FULL).begins_on == plan(folder, **FULL).begins_on
