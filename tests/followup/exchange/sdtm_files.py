"""Small SDTM studies for tests: the four files, from rows that say only what matters to the test."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from followup.exchange.xpt_layout import Column, Dataset, Kind, Row
from followup.exchange.xpt_writer import write_xpt
from tests.followup.exchange.xpt_files import AT

Values = Mapping[str, str | float | None]

STUDY = "ABC-01"
NUMBERS = {"AGE", "VISITNUM", "VISITDY", "DSSEQ"}
DEFAULTS: dict[str, Row] = {
    "DM": {
        "STUDYID": STUDY, "DOMAIN": "DM", "USUBJID": "", "SITEID": "A01", "SEX": "F", "AGE": 9.0,
        "AGEU": "YEARS", "ARMCD": "A", "RFICDTC": "", "DMDTC": "2024-01-01",
        "RFSTDTC": "2024-01-10", "RFPENDTC": "", "DTHFL": "", "DTHDTC": "",
    },
    "TV": {"STUDYID": STUDY, "VISITNUM": None, "VISIT": "", "VISITDY": None, "TVSTRL": ""},
    "SV": {"STUDYID": STUDY, "USUBJID": "", "VISITNUM": None, "VISIT": "", "SVSTDTC": "", "SVENDTC": ""},
    "DS": {
        "STUDYID": STUDY, "USUBJID": "", "DSCAT": "DISPOSITION EVENT", "DSDECOD": "COMPLETED",
        "DSTERM": "", "DSSTDTC": "", "VISITNUM": None,
    },
}  # fmt: skip
PLAN: tuple[Values, ...] = (
    {"VISITNUM": 1.0, "VISIT": "SCREENING", "VISITDY": -5.0},
    {"VISITNUM": 2.0, "VISIT": "BASELINE", "VISITDY": 1.0},
    {"VISITNUM": 3.0, "VISIT": "WEEK 2", "VISITDY": 15.0},
    {"VISITNUM": 3.5, "VISIT": "WEEK 4", "VISITDY": 29.0},
    {"VISITNUM": 9.0, "VISIT": "RETRIEVAL", "VISITDY": 29.0, "TVSTRL": "If subject stopped early"},
    {"VISITNUM": 10.0, "VISIT": "RASH", "TVSTRL": "Two weeks after a rash"},
)


def subject(usubjid: str = "S-001", **values: str | float | None) -> Values:
    """Return a row of DM, by default started on 2024-01-10."""
    return {"USUBJID": usubjid, **values}


def visit(number: float, on: str, usubjid: str = "S-001", **values: str | float | None) -> Values:
    """Return a row of SV."""
    return {"USUBJID": usubjid, "VISITNUM": number, "SVSTDTC": on, "SVENDTC": on, **values}


def disposition(term: str, on: str, usubjid: str = "S-001", **values: str | float | None) -> Values:
    """Return a row of DS."""
    return {"USUBJID": usubjid, "DSDECOD": term, "DSSTDTC": on, **values}


def write_study(
    folder: Path,
    dm: Iterable[Values] = ({"USUBJID": "S-001"},),
    tv: Iterable[Values] = PLAN,
    sv: Iterable[Values] = (),
    ds: Iterable[Values] = (),
) -> Path:
    """Write the four files of a study and return their folder."""
    for domain, rows in (("DM", dm), ("TV", tv), ("SV", sv), ("DS", ds)):
        write_domain(folder, domain, rows)
    return folder


def write_domain(folder: Path, domain: str, rows: Iterable[Values]) -> None:
    """Write one file, with the columns of its defaults."""
    defaults = DEFAULTS[domain]
    columns = tuple(
        Column(name, Kind.NUMBER if name in NUMBERS else Kind.TEXT, 8 if name in NUMBERS else 60)
        for name in defaults
    )
    with (folder / f"{domain.lower()}.xpt").open("wb") as stream:
        write_xpt(stream, Dataset(domain, "", columns, [{**defaults, **row} for row in rows]), at=AT)
