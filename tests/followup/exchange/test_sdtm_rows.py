"""SDTM files that cannot be imported are refused, naming file, row and column but no value."""

from datetime import date
from pathlib import Path

import pytest

from followup.exchange.sdtm_rows import SdtmError, fingerprints, read_folder
from followup.exchange.xpt_layout import Column, Dataset, Kind
from followup.exchange.xpt_writer import write_xpt
from tests.followup.exchange.sdtm_files import Values, disposition, subject, visit, write_domain, write_study
from tests.followup.exchange.xpt_files import AT

pytestmark = pytest.mark.once


def test_four_domains_are_read(tmp_path: Path) -> None:
    write_study(tmp_path, sv=[visit(1, "2024-01-05")], ds=[disposition("COMPLETED", "2024-03-01")])
    tabulation = read_folder(tmp_path)
    domains = (tabulation.subjects, tabulation.planned, tabulation.actual, tabulation.dispositions)
    assert [len(rows) for rows in domains] == [1, 6, 1, 1]


def test_day_is_read_when_a_time_follows(tmp_path: Path) -> None:
    write_study(tmp_path, dm=[subject(RFPENDTC="2024-07-02T11:45")])
    assert read_folder(tmp_path).subjects[0].contact_ended_on == date(2024, 7, 2)


@pytest.mark.parametrize(
    ("age", "unit", "years"),
    [
        (9.0, "YEARS", 9),
        (23.0, "MONTHS", 1),
        (24.0, "MONTHS", 2),
        (364.0, "DAYS", 0),
        (9.9, "", 9),
        (None, "", None),
    ],
)
def test_age_is_in_completed_years(tmp_path: Path, age: float | None, unit: str, years: int | None) -> None:
    write_study(tmp_path, dm=[subject(AGE=age, AGEU=unit)])
    assert read_folder(tmp_path).subjects[0].age_years == years


def test_study_id_is_without_the_study_before_it(tmp_path: Path) -> None:
    write_study(tmp_path, dm=[subject("ABC-01-A01-000123456789")])
    assert read_folder(tmp_path).subjects[0].study_id == "A01-000123456789"


REFUSED: dict[str, tuple[str, Values, str]] = {
    "lower case id": ("DM", subject("s-001"), "dm.xpt, row 1, column USUBJID: a study id is"),
    "short id": ("DM", subject("S1"), "column USUBJID: a study id is"),
    "long id": ("DM", subject("S" * 21), "column USUBJID: a study id is"),
    "no id": ("DM", subject(""), "column USUBJID: a value is needed"),
    "long study": ("DM", subject(STUDYID="X" * 21), "column STUDYID: the code of a study takes at most 20"),
    "site": ("DM", subject(SITEID="A0001"), "column SITEID: a site is three"),
    "no site": ("DM", subject(SITEID=""), "column SITEID: a value is needed"),
    "sex": ("DM", subject(SEX="X"), "column SEX: the sex is one of"),
    "negative age": ("DM", subject(AGE=-1.0), "column AGE: the age is 0 to 130 years"),
    "great age": ("DM", subject(AGE=131.0), "column AGE: the age is 0 to 130 years"),
    "age unit": ("DM", subject(AGEU="FORTNIGHTS"), "column AGEU: the unit is one of"),
    "no such day": ("DM", subject(RFSTDTC="2024-02-30"), "column RFSTDTC: there is no such date"),
    "partial date": ("DM", subject(RFSTDTC="2024-02"), "column RFSTDTC: a whole date is needed"),
    "US date": ("DM", subject(RFSTDTC="02/03/2024"), "column RFSTDTC: a whole date is needed"),
    "year 24": ("DM", subject(RFSTDTC="0024-02-03"), "column RFSTDTC: the date is before 1900"),
    "visit without date": (
        "SV",
        visit(1, ""),
        "sv.xpt, row 1, column SVSTDTC: the date of the visit is needed",
    ),
    "visit ends first": (
        "SV",
        visit(1, "2024-01-05", SVENDTC="2024-01-04"),
        "column SVENDTC: the visit ends before it starts",
    ),
    "no visit number": (
        "SV",
        {**visit(1, "2024-01-05"), "VISITNUM": None},
        "column VISITNUM: a visit number is",
    ),
    "day 0": (
        "TV",
        {"VISITNUM": 1.0, "VISIT": "A", "VISITDY": 0.0},
        "tv.xpt, row 1, column VISITDY: a study day is",
    ),
    "half a day": ("TV", {"VISITNUM": 1.0, "VISIT": "A", "VISITDY": 1.5}, "column VISITDY: a study day is"),
    "far day": ("TV", {"VISITNUM": 1.0, "VISIT": "A", "VISITDY": 1e9}, "column VISITDY: a study day is"),
    "no name": ("TV", {"VISITNUM": 1.0, "VISITDY": 1.0}, "column VISIT: a value is needed"),
    "no term": ("DS", disposition("", "2024-01-05"), "ds.xpt, row 1, column DSDECOD: a value is needed"),
}


@pytest.mark.parametrize(("domain", "row", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_reading_refuses_what_cannot_be(tmp_path: Path, domain: str, row: Values, message: str) -> None:
    write_study(tmp_path)
    write_domain(tmp_path, domain, [row])
    with pytest.raises(SdtmError, match=message):
        read_folder(tmp_path)


def test_error_names_the_row(tmp_path: Path) -> None:
    write_study(tmp_path, dm=[subject("S-001"), subject("S-002"), subject("S-003", SEX="SECRET")])
    with pytest.raises(SdtmError, match="row 3") as caught:
        read_folder(tmp_path)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("name", ["dm.xpt", "tv.xpt", "sv.xpt", "ds.xpt"])
def test_reading_refuses_a_folder_without_one_of_the_files(tmp_path: Path, name: str) -> None:
    write_study(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(SdtmError, match=f"{name}: No such file"):
        read_folder(tmp_path)


def test_reading_refuses_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    write_study(tmp_path)
    (tmp_path / "dm.xpt").unlink()
    (tmp_path / "dm.xpt").mkdir()
    with pytest.raises(SdtmError, match=r"dm\.xpt: Is a directory"):
        read_folder(tmp_path)


def test_reading_refuses_another_dataset_under_the_name(tmp_path: Path) -> None:
    write_study(tmp_path)
    (tmp_path / "sv.xpt").write_bytes((tmp_path / "tv.xpt").read_bytes())
    with pytest.raises(SdtmError, match=r"sv\.xpt: holds the dataset TV, not SV"):
        read_folder(tmp_path)


@pytest.mark.parametrize("columns", [(), (Column("VISITNUM", Kind.TEXT, 8),)])
def test_reading_refuses_a_dataset_without_a_needed_column(
    tmp_path: Path, columns: tuple[Column, ...]
) -> None:
    texts = (Column(name, Kind.TEXT, 8) for name in ("STUDYID", "USUBJID", "VISIT", "SVSTDTC"))
    write_study(tmp_path)
    with (tmp_path / "sv.xpt").open("wb") as stream:
        write_xpt(stream, Dataset("SV", "", (*texts, *columns), []), at=AT)
    with pytest.raises(SdtmError, match=r"sv.xpt: the column VISITNUM is needed, as a number"):
        read_folder(tmp_path)


def test_reading_refuses_a_broken_file(tmp_path: Path) -> None:
    write_study(tmp_path)
    raw = (tmp_path / "dm.xpt").read_bytes()
    (tmp_path / "dm.xpt").write_bytes(raw[:-100])
    with pytest.raises(ValueError, match=r"dm.xpt, byte \d+: the file ends within"):
        read_folder(tmp_path)


def test_fingerprint_changes_with_a_file(tmp_path: Path) -> None:
    before = fingerprints(write_study(tmp_path))
    assert fingerprints(write_study(tmp_path, dm=[subject("S-002")])) != before


def test_fingerprint_of_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SdtmError, match="No such file"):
        fingerprints(tmp_path)
