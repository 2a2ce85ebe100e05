"""manage.py import_sdtm refuses: what the record contradicts, broken files, who may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from followup.models import Visit
from participants.domain.roles import Role
from participants.models import (
    Delegation,
    StaffMember,
    Study,
)
from tests import factories
from tests.followup.exchange.sdtm_files import (
    STUDY,
    Values,
    disposition,
    subject,
    visit,
    write_domain,
    write_study,
)
from tests.followup.importing import (
    STARTED,
    STOPPED,
    load,
    make_importer,
    record_of,
    run,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def importer() -> StaffMember:
    """Return somebody who may import studies."""
    return make_importer()


def test_import_is_refused_when_a_person_recorded_another_day(tmp_path: Path, importer: StaffMember) -> None:
    load(tmp_path, importer, sv=STARTED)
    with factories.as_test():
        Visit.objects.filter(code="BASELINE").update(occurred_on=date(2024, 1, 11))
    before = record_of()
    with pytest.raises(CommandError, match="visit BASELINE of S-001 is on record with another outcome"):
        load(tmp_path, importer, sv=[*STARTED, visit(3, "2024-01-24")])
    assert record_of() == before


CHANGED: dict[str, tuple[dict[str, list[Values]], str]] = {
    "sex": ({"dm": [subject(SEX="M")]}, "participant S-001 is on record with another sex"),
    "site": ({"dm": [subject(SITEID="B02")]}, "participant S-001 is on record with another site"),
    "age": ({"dm": [subject(AGE=10.0)]}, "another age at consent years"),
    "start": (
        {"dm": [subject(RFSTDTC="2024-01-11")]},
        "milestone First study treatment .* of S-001 .* another date",
    ),
    "end": (
        {"ds": [disposition("COMPLETED", "2024-03-01")]},
        "off study .* of S-001 is on record with another reason",
    ),
    "plan": (
        {"tv": [{"VISITNUM": 1.0, "VISIT": "SCREENING", "VISITDY": -6.0}]},
        "SCREENING .* another target day",
    ),
    "new plan": ({"tv": [{"VISITNUM": 5.0, "VISIT": "WEEK 8", "VISITDY": 57.0}]}, "has no visit WEEK 8"),
}


@pytest.mark.parametrize(("domains", "message"), CHANGED.values(), ids=CHANGED.keys())
def test_import_is_refused_when_the_files_contradict_the_record(
    tmp_path: Path, importer: StaffMember, domains: dict[str, list[Values]], message: str
) -> None:
    load(tmp_path, importer, sv=STARTED, ds=STOPPED)
    before = record_of()
    with pytest.raises(CommandError, match=message):
        load(tmp_path, importer, **{"sv": STARTED, "ds": STOPPED, **domains})
    assert record_of() == before


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [("--window", "5", "another window"), ("--zone", "Asia/Tokyo", "another zone")],
)
def test_import_is_refused_when_asked_for_another_schedule_or_zone(
    tmp_path: Path, importer: StaffMember, option: str, value: str, message: str
) -> None:
    load(tmp_path, importer)
    with pytest.raises(CommandError, match=message):
        run(tmp_path, importer, option, value)


def test_import_is_refused_when_the_study_was_not_imported(tmp_path: Path, importer: StaffMember) -> None:
    factories.make_study(STUDY.lower())
    with pytest.raises(CommandError, match="is on record and was not imported"):
        load(tmp_path, importer)


def test_import_is_refused_when_another_study_has_the_id(tmp_path: Path, importer: StaffMember) -> None:
    factories.make_participant(study_id="S-001")
    with pytest.raises(CommandError, match="study id S-001 is in use in another study"):
        load(tmp_path, importer)
    assert not Study.objects.filter(code=STUDY).exists()


@pytest.mark.parametrize("domain", ["DM", "TV", "SV", "DS"])
def test_nothing_is_kept_when_a_file_is_cut_off(tmp_path: Path, importer: StaffMember, domain: str) -> None:
    path = write_study(tmp_path, sv=STARTED, ds=STOPPED) / f"{domain.lower()}.xpt"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CommandError, match=rf"{path.name}, byte \d+: .*Nothing was imported"):
        run(tmp_path, importer)
    assert not Study.objects.filter(code=STUDY).exists()


def test_nothing_is_kept_when_a_row_cannot_be(tmp_path: Path, importer: StaffMember) -> None:
    write_study(tmp_path, sv=STARTED)
    write_domain(tmp_path, "DS", [disposition("COMPLETED", "2024-13-01")])
    with pytest.raises(CommandError, match=r"ds\.xpt, row 1, column DSSTDTC: there is no such date"):
        run(tmp_path, importer)
    assert not Study.objects.filter(code=STUDY).exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--window", "-1"], "--window is 0 to 365 days"),
        (["--window", "366"], "--window is 0 to 365 days"),
        (["--zone", "Mars/Olympus"], "IANA time zone"),
        (["--as-of", "2999-01-01"], "--as-of lies in the future"),
        (["--as-of", "01/02/2024"], "--as-of"),
    ],
)
def test_import_is_refused_when_an_option_cannot_be(
    tmp_path: Path, importer: StaffMember, options: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        load(tmp_path, importer, *options)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.DATA_MANAGER])
def test_import_is_for_who_manages_all_sites(tmp_path: Path, role: Role) -> None:
    person = factories.make_staff(role=role, study=factories.make_study("OTHER"))
    assert load(tmp_path, person).participants == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM_ADMINISTRATOR, Role.DATA_MANAGER}))
def test_import_is_refused_for_other_roles(tmp_path: Path, role: Role) -> None:
    person = factories.make_staff(role=role, site=factories.make_site())
    with pytest.raises(CommandError, match="is not delegated to import a study"):
        load(tmp_path, person)


def test_import_is_refused_for_a_data_manager_of_one_site(tmp_path: Path) -> None:
    person = factories.make_staff(role=Role.DATA_MANAGER, site=factories.make_site())
    with pytest.raises(CommandError, match="is not delegated to import a study"):
        load(tmp_path, person)


def test_import_is_refused_when_the_delegation_has_ended(tmp_path: Path) -> None:
    person = factories.make_staff(role=None)
    study = factories.make_study("OTHER")
    factories.delegate(person, Role.SYSTEM_ADMINISTRATOR, study=study, ends_at=timezone.now())
    with pytest.raises(CommandError, match="is not delegated to import a study"):
        load(tmp_path, person)


def test_import_is_refused_for_a_disabled_account(tmp_path: Path, importer: StaffMember) -> None:
    with factories.as_test():
        StaffMember.objects.filter(pk=importer.pk).update(is_active=False)
    with pytest.raises(CommandError, match="no active member of staff"):
        load(tmp_path, importer)


def test_importer_keeps_in_the_study_the_roles_held_for_all_sites(
    tmp_path: Path, importer: StaffMember
) -> None:
    load(tmp_path, importer)
    held = Delegation.objects.filter(study__code=STUDY, site=None).values_list("staff", "role")
    assert list(held) == [(importer.pk, str(Role.SYSTEM_ADMINISTRATOR))]
