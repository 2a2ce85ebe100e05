"""The screening log: who is in it, what it says, and how many statements it takes."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.actions.criteria import check_criterion
from participants.actions.screen import decide_eligibility
from participants.actions.treat import plan_milestone
from participants.domain.milestones import MilestoneKind
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.roles import Role
from participants.models import Criterion, CriterionAnswer, Participant, Site, StaffMember
from participants.pages.screening_log import LogFilter, ScreeningLog, read_log
from tests.factories import (
    TEST,
    days_ago,
    make_enrolled,
    make_infused,
    make_participant,
    make_site,
    make_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def reader(site: Site) -> StaffMember:
    return make_staff(Role.COORDINATOR, site)


def log_of(person: StaffMember, **chosen: str) -> ScreeningLog:
    values = QueryDict(mutable=True)
    values.update(chosen)
    return read_log(person, LogFilter.of(values), timezone.now())


def ids(log: ScreeningLog) -> list[str]:
    return [row.participant.study_id for row in log.rows]


def prove_burden(participant: Participant, days: int) -> None:
    check_criterion(
        by=TEST,
        participant=participant,
        criterion=Criterion.objects.get(study=participant.site.study, code="BURDEN"),
        answer=CriterionAnswer.MET,
        evidence="marrow",
        evidence_on=days_ago(days, participant.site),
    )


def fail(participant: Participant, code: str | None) -> None:
    failed = Criterion.objects.get(study=participant.site.study, code=code) if code else None
    decide_eligibility(
        by=TEST,
        participant=participant,
        is_eligible=False,
        decided_on=days_ago(1, participant.site),
        reason="too old",
        failed_criterion=failed,
    )


def test_everybody_of_the_persons_sites_is_in_it_and_nobody_else(site: Site, reader: StaffMember) -> None:
    mine = [make_participant(site), make_enrolled(site)]
    make_participant()
    assert ids(log_of(reader)) == [one.study_id for one in reversed(mine)]


def test_it_says_until_when_evidence_counts(site: Site, reader: StaffMember) -> None:
    prove_burden(make_participant(site), days=11)
    row = log_of(reader).rows[0]
    assert row.evidence is not None
    assert row.evidence.last_on == days_ago(-3, site)
    assert row.evidence.words == f"expires {days_ago(-3, site):%a %d %b}"
    assert (row.evidence_sign, row.evidence_away) == ("part", "in 3 d")


def test_evidence_that_ends_before_the_planned_start_says_so(site: Site, reader: StaffMember) -> None:
    participant = make_participant(site)
    prove_burden(participant, days=2)
    planned = days_ago(-13, site)
    plan_milestone(by=TEST, participant=participant, kind=MilestoneKind.LD_START, on=planned)
    row = log_of(reader).rows[0]
    assert row.evidence is not None
    assert row.evidence.words.endswith(f"before the planned lymphodepletion {planned:%d %b}")


def test_a_failure_shows_its_criterion_and_reason_and_no_evidence(site: Site, reader: StaffMember) -> None:
    participant = make_participant(site)
    prove_burden(participant, days=2)
    fail(participant, "AGE")
    row = log_of(reader).rows[0]
    assert (row.failed_code, row.why_failed, row.evidence) == ("AGE", "too old", None)


def test_the_tally_counts_everybody_once(site: Site, reader: StaffMember) -> None:
    make_participant(site)
    make_enrolled(site)
    make_infused(site)
    fail(make_participant(site), "AGE")
    fail(make_participant(site), None)
    tally = log_of(reader, state="failed").tally
    assert (tally.considered, tally.in_screening, tally.eligible) == (5, 1, 0)
    assert (tally.enrolled, tally.failed) == (2, 2)
    assert sorted(tally.reasons) == [("AGE", 1), ("other", 1)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", ["NEW", "EXPIRING", "FAILED", "ENROLLED"]),
        ("in_screening", ["NEW", "EXPIRING"]),
        ("failed", ["FAILED"]),
        ("enrolled", ["ENROLLED"]),
        ("renew", ["EXPIRING"]),
        ("nonsense", ["NEW", "EXPIRING", "FAILED", "ENROLLED"]),
    ],
)
def test_the_filter_keeps_what_it_says(
    site: Site, reader: StaffMember, state: str, expected: list[str]
) -> None:
    make_enrolled(site, study_id="ENROLLED")
    failed = make_participant(site, study_id="FAILED")
    prove_burden(failed, days=13)
    fail(failed, "AGE")
    prove_burden(make_participant(site, study_id="EXPIRING"), days=11)
    prove_burden(make_participant(site, study_id="NEW"), days=10)
    assert ids(log_of(reader, state=state)) == expected


def test_failures_can_be_chosen_by_their_criterion(site: Site, reader: StaffMember) -> None:
    fail(make_participant(site, study_id="OLD"), "AGE")
    fail(make_participant(site, study_id="LOW"), "BURDEN")
    assert ids(log_of(reader, state="failed", failed="BURDEN")) == ["LOW"]


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (PartialDate(date(2015, 5, 5), Precision.DAY), 1),
        (PartialDate(date(2015, 1, 1), Precision.YEAR), 2),
    ],
)
def test_the_age_at_consent_is_as_exact_as_the_birth_date(
    site: Site, reader: StaffMember, birth: PartialDate, age: int
) -> None:
    make_enrolled(site, birth=birth)
    assert len(log_of(reader).rows[0].age.split(" or ")) == age


def test_the_number_of_statements_does_not_grow_with_the_log(site: Site, reader: StaffMember) -> None:
    prove_burden(make_participant(site), days=2)
    with CaptureQueriesContext(
        connection,
    ) as one:
        log_of(reader)
    for _ in range(5):
        prove_burden(make_participant(site), days=2)
        fail(make_participant(site), "AGE")
        make_enrolled(site)
    with CaptureQueriesContext(connection) as many:
        log_of(reader)
    assert len(many) == len(one)


def test_the_file_holds_ages_and_no_birth_date(site: Site, reader: StaffMember) -> None:
    participant = make_enrolled(site)
    prove_burden(participant, days=2)
    client = Client()
    client.force_login(reader)
    text = client.get(reverse("participants:screening_log_csv")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["study_id"] == participant.study_id
    assert row["criterion_BURDEN"] == "met"
    assert row["evidence_counts_until"] == str(days_ago(2, site) + timedelta(days=14))
    assert "2015" not in text


def test_an_empty_log_invites_to_begin(reader: StaffMember) -> None:
    client = Client()
    client.force_login(reader)
    page = client.get(reverse("participants:screening_log")).content.decode()
    assert "Nobody has been screened yet" in page
    assert reverse("participants:pre_screen") in page
