"""manage.py import_sdtm again: the same files add nothing, later ones what is new."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from followup.exchange.sdtm_summary import summarise
from followup.models import Visit
from participants.domain.roles import Role
from participants.models import (
    AuditChange,
    Participant,
    Site,
    StaffMember,
)
from tests import factories
from tests.followup.exchange.sdtm_files import (
    PLAN,
    STUDY,
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
    record_of,
    run,
    visits_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def importer() -> StaffMember:
    """Return somebody who may import studies."""
    return make_importer()


def test_importing_again_changes_nothing(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, **GROWN)
    before = record_of()
    changes = AuditChange.objects.count()
    printed = run(tmp_path, importer)
    assert "Added: nothing" in printed
    assert (record_of(), AuditChange.objects.count()) == (before, changes)


def test_importing_an_earlier_day_again_changes_nothing(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, **GROWN)
    before = record_of()
    run(tmp_path, importer, "--as-of", "2024-01-08")
    assert record_of() == before


def test_importing_day_by_day_ends_where_importing_at_once_does(
    tmp_path: Path, importer: StaffMember
) -> None:
    write_study(tmp_path, **GROWN)
    for day in (
        "2024-01-09",
        "2024-01-25",
        "2024-01-31",
        "2024-02-03",
        "2024-02-25",
        "2024-03-01",
        "2024-06-01",
    ):
        run(tmp_path, importer, "--as-of", day)
    grown = record_of()
    renamed = {
        domain: [{**row, "STUDYID": "AT-ONCE", "USUBJID": f"T{row['USUBJID']}"} for row in rows]
        for domain, rows in GROWN.items()
    }
    (tmp_path / "at_once").mkdir()
    planned = [{**row, "STUDYID": "AT-ONCE"} for row in PLAN]
    run(write_study(tmp_path / "at_once", tv=planned, **renamed), importer)
    assert record_of("AT-ONCE") == grown


def test_as_of_leaves_something_to_do(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, "--as-of", "2024-01-25", **GROWN)
    assert outcomes_of() == {"SCREENING": "attended", "BASELINE": "attended", "WEEK 2": "", "WEEK 4": ""}
    assert not Participant.objects.filter(study_id="S-003").exists()


def test_as_of_leaves_something_to_remind(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, "--as-of", "2024-01-15", **GROWN)
    begun = datetime(2023, 1, 1, tzinfo=UTC)
    for site in Site.objects.filter(study__code=STUDY):
        factories.delegate(factories.make_staff(role=None), Role.COORDINATOR, site=site, starts_at=begun)
    said = StringIO()
    call_command("reminder_cycle", "--as-of", "2024-01-21T13:00Z", "--dry-run", "--json", stdout=said)
    assert json.loads(said.getvalue())["planned"] > 0


def test_visit_called_missed_is_attended_when_later_files_have_it(
    tmp_path: Path, importer: StaffMember
) -> None:
    first = load(tmp_path, importer, sv=STARTED, ds=STOPPED)
    assert first.missed == 1
    load(tmp_path, importer, sv=[*STARTED, visit(3, "2024-01-24")], ds=STOPPED)
    assert visits_of()["WEEK 2"].outcome == "attended"


def test_outcome_that_a_person_recorded_stays_when_the_files_are_silent(
    tmp_path: Path, importer: StaffMember
) -> None:
    load(tmp_path, importer, sv=STARTED)
    with factories.as_test():
        Visit.objects.filter(code="WEEK 2").update(
            outcome="attended",
            occurred_on=date(2024, 1, 24),
            recorded_by=importer,
            recorded_at=timezone.now(),
        )
    load(tmp_path, importer, sv=STARTED, ds=STOPPED)
    assert visits_of()["WEEK 2"].outcome == "attended"


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_one_study(tmp_path: Path, importer: StaffMember) -> None:
    write_study(tmp_path, **GROWN)

    def import_once() -> str:
        try:
            return run(tmp_path, importer)
        except CommandError as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        printed = "".join(pool.map(lambda _: import_once(), range(2)))
    assert "is being imported by somebody else" in printed or "Added: nothing" in printed
    assert summarise(STUDY).participants == 3
