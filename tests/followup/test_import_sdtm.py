"""manage.py import_sdtm: a study from SDTM files becomes participants, visits and dated facts."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from followup.actions.schedule import sync_visits
from participants.audit import Actor
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import (
    AuditChange,
    Consent,
    Death,
    Deviation,
    EligibilityDecision,
    LifecycleStep,
    Milestone,
    OffStudy,
    Participant,
    Site,
    StaffMember,
)
from tests.followup.exchange.sdtm_files import (
    STUDY,
    disposition,
    subject,
    visit,
    write_study,
)
from tests.followup.importing import (
    GROWN,
    STARTED,
    STOPPED,
    load,
    make_importer,
    outcomes_of,
    run,
    visits_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def importer() -> StaffMember:
    """Return somebody who may import studies."""
    return make_importer()


def test_participant_is_who_the_files_say(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, dm=[subject("S-001", SEX="M", AGE=11.0)])
    row = Participant.objects.values(
        "site__code", "sex", "age_at_consent_years", "phase", "enrolment_number"
    ).get()
    assert row == {
        "site__code": "A01",
        "sex": "M",
        "age_at_consent_years": 11,
        "phase": "enrolled",
        "enrolment_number": "S-001",
    }


def test_age_needs_no_birth_date(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer)
    assert Participant.objects.get().birth is None


def test_sites_have_the_zone_asked_for(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, "--zone", "Europe/Berlin", dm=[subject(), subject("S-002", SITEID="B02")])
    sites = Site.objects.filter(study__code=STUDY).values_list("code", "zone")
    assert set(sites) == {("A01", "Europe/Berlin"), ("B02", "Europe/Berlin")}


def test_visits_get_windows_around_their_targets(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, "--window", "2")
    week_2 = visits_of()["WEEK 2"]
    assert (week_2.opens_on, week_2.target_on, week_2.closes_on) == (
        date(2024, 1, 22),
        date(2024, 1, 24),
        date(2024, 1, 26),
    )


def test_planned_visits_are_open_while_participation_goes_on(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, sv=STARTED)
    assert outcomes_of() == {"SCREENING": "attended", "BASELINE": "attended", "WEEK 2": "", "WEEK 4": ""}


def test_planned_visits_are_missed_before_the_end_and_cancelled_after_it(
    tmp_path: Path, importer: StaffMember
) -> None:
    load(tmp_path, importer, sv=STARTED, ds=STOPPED)
    assert outcomes_of() == {
        "SCREENING": "attended", "BASELINE": "attended", "WEEK 2": "missed", "WEEK 4": "cancelled",
    }  # fmt: skip


def test_conditional_visit_exists_where_it_took_place(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, sv=[visit(9, "2024-02-07"), visit(10, "2024-02-20")])
    assert outcomes_of() == {
        "SCREENING": "missed", "BASELINE": "missed", "WEEK 2": "missed", "WEEK 4": "missed",
        "RETRIEVAL": "attended", "RASH": "attended",
    }  # fmt: skip


def test_conditional_visit_is_judged_when_it_has_a_day(tmp_path: Path, importer: StaffMember) -> None:
    summary = load(tmp_path, importer, sv=[visit(9, "2024-02-11"), visit(10, "2024-02-20")])
    assert (summary.in_window, summary.out_of_window) == (0, 1)


def test_unscheduled_visits_keep_their_name(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, sv=[visit(2.1, "2024-01-12", VISIT="UNSCHEDULED 2.1"), visit(2.2, "2024-01-13")])
    notes = {label: visit.note for label, visit in visits_of().items() if visit.code == "UNS"}
    assert notes == {"UNS": "UNSCHEDULED 2.1", "UNS 2": ""}


def test_visit_that_occurs_twice_is_two_visits(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, sv=[visit(3, "2024-01-24"), visit(3, "2024-01-25")])
    assert visits_of()["WEEK 2 2"].occurred_on == date(2024, 1, 25)


@pytest.mark.parametrize(("on", "days"), [("2024-01-20", -1), ("2024-01-28", 1), ("2024-02-20", 24)])
def test_visit_outside_its_window_drafts_a_deviation(
    tmp_path: Path, importer: StaffMember, on: str, days: int
) -> None:
    load(tmp_path, importer, sv=[visit(3, on)])
    assert Deviation.objects.get().days == days


@pytest.mark.parametrize("on", ["2024-01-21", "2024-01-27"])
def test_visit_on_the_ends_of_its_window_drafts_none(tmp_path: Path, importer: StaffMember, on: str) -> None:
    load(tmp_path, importer, sv=[visit(3, on)])
    assert not Deviation.objects.exists()


def test_visit_after_a_death_is_kept_with_a_deviation(tmp_path: Path, importer: StaffMember) -> None:
    dead = [subject(DTHFL="Y", DTHDTC="2024-01-23")]
    load(tmp_path, importer, dm=dead, sv=[visit(3, "2024-01-24")], ds=[disposition("DEATH", "2024-01-23")])
    assert visits_of()["WEEK 2"].outcome == "attended"
    assert Deviation.objects.get().rule == "event after death"


def test_death_is_recorded_and_ends_participation(tmp_path: Path, importer: StaffMember) -> None:
    dead = [subject(DTHFL="Y", DTHDTC="2024-01-23")]
    load(tmp_path, importer, dm=dead, ds=[disposition("DEATH", "2024-01-23")])
    assert Death.objects.get().on == OffStudy.objects.get(reason="died").on == date(2024, 1, 23)


def test_contact_kept_after_the_visits_is_on_record(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, dm=[subject(RFPENDTC="2024-06-01")], ds=STOPPED)
    assert Milestone.objects.get(kind=MilestoneKind.VISITS_ENDED).on == date(2024, 1, 26)
    assert OffStudy.objects.get().on == date(2024, 6, 1)


def test_end_of_participation_has_the_coded_reason_and_no_free_text(
    tmp_path: Path, importer: StaffMember
) -> None:
    told = [disposition("ADVERSE EVENT", "2024-01-26", DSTERM="FELL ILL IN LISBON")]
    load(tmp_path, importer, ds=told)
    assert (OffStudy.objects.get().reason, OffStudy.objects.get().note) == ("other", "Adverse event")


def test_screen_failure_has_no_visit_left_open(tmp_path: Path, importer: StaffMember) -> None:
    failed = [subject(ARMCD="SCRNFAIL", RFSTDTC="")]
    load(
        tmp_path,
        importer,
        dm=failed,
        sv=[visit(1, "2024-01-05")],
        ds=[disposition("SCREEN FAILURE", "2024-01-08")],
    )
    assert Participant.objects.get().phase == Phase.SCREEN_FAILURE
    assert EligibilityDecision.objects.get().decided_on == date(2024, 1, 8)
    assert Counter(outcomes_of().values()) == {"attended": 1, "cancelled": 3}


def test_consent_is_recorded_where_its_date_is_known(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, dm=[subject(RFICDTC="2023-12-20"), subject("S-002")])
    assert list(Consent.objects.values_list("participant__study_id", "signed_on")) == [
        ("S-001", date(2023, 12, 20))
    ]


def test_steps_lead_to_the_phase(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, dm=[subject(RFPENDTC="2024-06-01")], ds=STOPPED)
    steps = LifecycleStep.objects.order_by("on", "entry").values_list("phase", "on")
    assert list(steps) == [
        ("screening", date(2024, 1, 1)),
        ("enrolled", date(2024, 1, 10)),
        ("survival_follow_up", date(2024, 1, 26)),
        ("off_study", date(2024, 6, 1)),
    ]


def test_schedule_has_nothing_to_add_afterwards(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, dm=[subject(), subject("S-002", RFSTDTC="")], sv=STARTED, ds=STOPPED)
    everybody = list(Participant.objects.values_list("pk", flat=True))
    result = sync_visits(participants=everybody, by=Actor.machine("test"))
    assert (result.made, result.moved, result.closed) == (0, 0, 0)


def test_import_is_one_change_in_the_trail_that_names_the_files(
    tmp_path: Path, importer: StaffMember
) -> None:
    before = AuditChange.objects.count()
    load(tmp_path, importer, sv=STARTED, ds=STOPPED)
    change = AuditChange.objects.get(kind="study.imported")
    assert (change.actor, AuditChange.objects.count()) == (importer, before + 1)
    assert all(
        name in change.reason for name in ("dm.xpt ", "tv.xpt ", "sv.xpt ", "ds.xpt ", "window 3 days")
    )


def test_logs_and_output_name_no_participant(
    tmp_path: Path, importer: StaffMember, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        printed = run(write_study(tmp_path, sv=STARTED, ds=STOPPED), importer)
    assert "S-001" not in printed + caplog.text


def test_output_counts_what_is_on_record(tmp_path: Path, importer: StaffMember) -> None:
    printed = run(write_study(tmp_path, **GROWN), importer)
    assert "3 participants at 2 sites, 1 screen failures, 1 deaths" in printed
    assert "8 planned ones took place, 2 unscheduled" in printed


def test_today_is_that_of_the_zone(tmp_path: Path, importer: StaffMember) -> None:
    first_day = timezone.now().astimezone(ZoneInfo("Pacific/Kiritimati")).date()
    load(tmp_path, importer, "--zone", "Pacific/Kiritimati", sv=[visit(1, first_day.isoformat())])
    assert visits_of()["SCREENING"].occurred_on == first_day
