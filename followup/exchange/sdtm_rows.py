"""Read the SDTM domains DM, SV, TV and DS into typed rows, refusing what cannot be.

Source: CDISC SDTM Implementation Guide 3.2: DM (5.1), SV (5.3), DS (6.2.4), TV (7.3.2); dates and
times are ISO 8601, of which the calendar day is read.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeVar

from followup.exchange.xpt import read_xpt
from followup.exchange.xpt_layout import Dataset, Kind, Row

T = TypeVar("T")

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T[\d:.,+Z-]+)?", re.ASCII)
# What the record can hold: participants.models has the same rules, without a row to name.
_STUDY_ID = re.compile(r"[A-Z0-9-]{3,20}", re.ASCII)
_SITE = re.compile(r"[A-Z0-9]{3}", re.ASCII)
_STUDY_LENGTH = 20
_SEXES = {"F": "F", "M": "M", "U": "U", "": "U", "UNDIFFERENTIATED": "O", "INTERSEX": "O"}
_EARLIEST_YEAR = 1900
_MOST_DAYS = 36_500
_IN_A_YEAR = {"YEARS": 1, "MONTHS": 12, "WEEKS": 52.1775, "DAYS": 365.25}
_OLDEST_YEARS = 130


class SdtmError(ValueError):
    """Say which file of a study cannot be imported, in which row and column, and why; never a value."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A row of DM. Dates are None where the file has none; age is in completed years.

    `subject` is USUBJID, which the other domains refer to; `study_id` is the same without STUDYID
    before it, the name by which the participant is known here.
    """

    row: int
    study: str
    subject: str
    study_id: str
    site: str
    sex: str
    age_years: int | None
    arm: str
    consented_on: date | None
    collected_on: date | None
    started_on: date | None
    contact_ended_on: date | None
    is_dead: bool
    died_on: date | None


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of TV. `day` is VISITDY, None where the visit has none; `rule` is TVSTRL."""

    row: int
    study: str
    number: float
    name: str
    day: int | None
    rule: str


@dataclass(frozen=True, slots=True)
class ActualRow:
    """A row of SV: a visit that took place, on its first day."""

    row: int
    study: str
    subject: str
    number: float
    name: str
    on: date


@dataclass(frozen=True, slots=True)
class DispositionRow:
    """A row of DS: `term` is the coded DSDECOD, `category` the DSCAT, the visit that of its recording."""

    row: int
    study: str
    subject: str
    category: str
    term: str
    on: date | None
    visit_number: float | None


@dataclass(frozen=True)
class Tabulation:
    """The four domains of one study."""

    subjects: list[Subject]
    planned: list[PlannedRow]
    actual: list[ActualRow]
    dispositions: list[DispositionRow]


class _Fields:
    """One row of a file, whose fields are asked for by name and meaning."""

    def __init__(self, source: str, number: int, row: Row) -> None:
        self.source, self.number, self._row = source, number, row

    def refuse(self, column: str, problem: str) -> NoReturn:
        """Raise an error about one field."""
        raise SdtmError(f"{self.source}, row {self.number}, column {column}: {problem}")

    def text(self, column: str) -> str:
        """Return a text without blanks around it; "" where it is missing or the file lacks the column."""
        value = self._row.get(column)
        return value.strip() if isinstance(value, str) else ""

    def needed(self, column: str) -> str:
        """Return a text that cannot be missing."""
        return self.text(column) or self.refuse(column, "a value is needed")

    def study(self) -> str:
        """Return STUDYID, the code of the study."""
        code = self.needed("STUDYID")
        if len(code) > _STUDY_LENGTH:
            self.refuse("STUDYID", f"the code of a study takes at most {_STUDY_LENGTH} characters")
        return code

    def amount(self, column: str) -> float | None:
        """Return a number, None where it is missing."""
        value = self._row.get(column)
        return value if isinstance(value, float) else None

    def day_number(self, column: str) -> int | None:
        """Return a study day, None where it is missing; there is no day 0."""
        value = self.amount(column)
        if value is None:
            return None
        if value != int(value) or value == 0 or abs(value) > _MOST_DAYS:
            self.refuse(column, f"a study day is a whole number, not 0, of at most {_MOST_DAYS}")
        return int(value)

    def visit_number(self) -> float:
        """Return VISITNUM, which cannot be missing."""
        value = self.amount("VISITNUM")
        return self.refuse("VISITNUM", "a visit number is needed") if value is None else value

    def day(self, column: str) -> date | None:
        """Return the calendar day of an ISO 8601 date or time, None where it is missing."""
        text = self.text(column)
        if not text:
            return None
        found = _DAY.fullmatch(text)
        if found is None:
            self.refuse(column, "a whole date is needed, as in 2026-03-03 or 2026-03-03T11:45")
        try:
            day = date.fromisoformat(found[1])
        except ValueError:
            self.refuse(column, "there is no such date")
        if day.year < _EARLIEST_YEAR:
            self.refuse(column, f"the date is before {_EARLIEST_YEAR}")
        return day

    def age_years(self) -> int | None:
        """Return AGE in completed years, whatever its unit; None where it is missing."""
        age, unit = self.amount("AGE"), self.text("AGEU") or "YEARS"
        if age is None:
            return None
        if unit not in _IN_A_YEAR:
            self.refuse("AGEU", f"the unit is one of {', '.join(_IN_A_YEAR)}")
        years = age / _IN_A_YEAR[unit]
        if not 0 <= years <= _OLDEST_YEARS:
            self.refuse("AGE", f"the age is 0 to {_OLDEST_YEARS} years")
        return int(years)


def _subject(row: _Fields) -> Subject:
    study, subject, site = row.study(), row.needed("USUBJID"), row.needed("SITEID")
    study_id = subject.removeprefix(f"{study}-")
    if not _STUDY_ID.fullmatch(study_id):
        row.refuse("USUBJID", "a study id is 3 to 20 capital letters, digits and hyphens (STUDYID apart)")
    if not _SITE.fullmatch(site):
        row.refuse("SITEID", "a site is three capital letters or digits")
    if row.text("SEX") not in _SEXES:
        row.refuse("SEX", "the sex is one of F, M, U, UNDIFFERENTIATED or missing")
    died_on = row.day("DTHDTC")
    return Subject(
        row=row.number,
        study=study,
        subject=subject,
        study_id=study_id,
        site=site,
        sex=_SEXES[row.text("SEX")],
        age_years=row.age_years(),
        arm=row.text("ARMCD"),
        consented_on=row.day("RFICDTC"),
        collected_on=row.day("DMDTC"),
        started_on=row.day("RFSTDTC"),
        contact_ended_on=row.day("RFPENDTC"),
        is_dead=row.text("DTHFL") == "Y" or died_on is not None,
        died_on=died_on,
    )


def _planned(row: _Fields) -> PlannedRow:
    study, number, name = row.study(), row.visit_number(), row.needed("VISIT")
    return PlannedRow(row.number, study, number, name, row.day_number("VISITDY"), row.text("TVSTRL"))


def _actual(row: _Fields) -> ActualRow:
    on = row.day("SVSTDTC") or row.refuse("SVSTDTC", "the date of the visit is needed")
    ended_on = row.day("SVENDTC")
    if ended_on is not None and ended_on < on:
        row.refuse("SVENDTC", "the visit ends before it starts")
    return ActualRow(
        row.number, row.study(), row.needed("USUBJID"), row.visit_number(), row.text("VISIT"), on
    )


def _disposition(row: _Fields) -> DispositionRow:
    study, subject = row.study(), row.needed("USUBJID")
    category, term = row.text("DSCAT").upper(), row.needed("DSDECOD").upper()
    on, visit_number = row.day("DSSTDTC"), row.amount("VISITNUM")
    return DispositionRow(row.number, study, subject, category, term, on, visit_number)


_TEXTS = {
    "DM": ("STUDYID", "USUBJID", "SITEID", "SEX", "ARMCD", "RFSTDTC", "RFPENDTC", "DTHFL", "DTHDTC"),
    "TV": ("STUDYID", "VISIT", "TVSTRL"),
    "SV": ("STUDYID", "USUBJID", "VISIT", "SVSTDTC"),
    "DS": ("STUDYID", "USUBJID", "DSCAT", "DSDECOD", "DSSTDTC"),
}
_NUMBERS = {"DM": ("AGE",), "TV": ("VISITNUM", "VISITDY"), "SV": ("VISITNUM",), "DS": ()}


def fingerprints(folder: Path) -> str:
    """Name the four files, each with the start of its SHA-256, so that a trail can tell them apart."""
    names = [f"{domain.lower()}.xpt" for domain in _TEXTS]
    try:
        digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names]
    except OSError as problem:
        raise SdtmError(f"{folder.name}: {problem.strerror or 'a file cannot be read'}") from None
    return ", ".join(f"{name} {digest[:12]}" for name, digest in zip(names, digests, strict=True))


def read_folder(folder: Path) -> Tabulation:
    """Read dm.xpt, tv.xpt, sv.xpt and ds.xpt of a folder.

    Raises SdtmError for a file that is missing, lacks a column or holds a value that cannot be,
    XptError (both are ValueErrors) for one that is no SAS transport file of version 5.
    """
    return Tabulation(
        subjects=list(_read(folder, "DM", _subject)),
        planned=list(_read(folder, "TV", _planned)),
        actual=list(_read(folder, "SV", _actual)),
        dispositions=list(_read(folder, "DS", _disposition)),
    )


def _read(folder: Path, domain: str, understand: Callable[[_Fields], T]) -> Iterator[T]:
    """Give the rows of one domain."""
    path = folder / f"{domain.lower()}.xpt"
    try:
        with path.open("rb") as stream:
            dataset = read_xpt(stream, source=path.name)
            _check_columns(dataset, domain, path.name)
            for number, row in enumerate(dataset.rows, start=1):
                yield understand(_Fields(path.name, number, row))
    except OSError as problem:
        raise SdtmError(f"{path.name}: {problem.strerror or 'the file cannot be read'}") from None


def _check_columns(dataset: Dataset, domain: str, source: str) -> None:
    """Refuse another dataset, or one without a column that is read."""
    if dataset.name.upper() != domain:
        raise SdtmError(f"{source}: holds the dataset {dataset.name}, not {domain}")
    kinds = {column.name: column.kind for column in dataset.columns}
    for columns, kind, words in (
        (_TEXTS[domain], Kind.TEXT, "a text"),
        (_NUMBERS[domain], Kind.NUMBER, "a number"),
    ):
        for column in columns:
            if kinds.get(column) is not kind:
                raise SdtmError(f"{source}: the column {column} is needed, as {words}")
