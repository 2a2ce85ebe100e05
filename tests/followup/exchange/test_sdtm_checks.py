"""Domains that contradict each other, or tell of the future, are refused before anything is made of them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from followup.exchange.sdtm_plan import StudyPlan, plan_study
from followup.exchange.sdtm_rows import SdtmError, read_folder
from tests.followup.exchange.pilot import pilot_folder
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


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nobody": ({"dm": []}, "dm.xpt: holds no subject"),
    "nothing planned": ({"tv": []}, "tv.xpt: holds no planned visit"),
    "twice in dm": (
        {"dm": [subject(), subject()]},
        "dm.xpt, row 2, column USUBJID: the subject has a row before",
    ),
    "same id": (
        {"dm": [subject(), subject("ABC-01-S-001")]},
        "dm.xpt, row 2, column USUBJID: the subject has a row",
    ),
    "foreign visit": (
        {"sv": [visit(1, "2024-01-05", "S-009")]},
        "sv.xpt, row 1, column USUBJID: the subject is not in",
    ),
    "foreign end": (
        {"ds": [disposition("DEATH", "2024-01-05", "S-009")]},
        "ds.xpt, row 1, column USUBJID: the subject is",
    ),
    "other study in dm": (
        {"dm": [subject(), subject("S-002", STUDYID="XYZ")]},
        "dm.xpt, row 2, column STUDYID: another",
    ),
    "other study in tv": (
        {"tv": [{**PLAN[0], "STUDYID": "XYZ"}]},
        "tv.xpt, row 1, column STUDYID: another study",
    ),
    "other study in sv": (
        {"sv": [visit(1, "2024-01-05", STUDYID="XYZ")]},
        "sv.xpt, row 1, column STUDYID: another study",
    ),
    "other study in ds": (
        {"ds": [disposition("DEATH", "2024-01-05", STUDYID="XYZ")]},
        "ds.xpt, row 1, column STUDYID: another study",
    ),
    "arms disagree": (
        {"tv": [PLAN[0], {**PLAN[0], "VISITDY": 9.0}]},
        "tv.xpt, row 2, column VISITDY: the visit has another",
    ),
    "same visit name": (
        {"tv": [PLAN[0], {**PLAN[0], "VISITNUM": 7.0}]},
        "tv.xpt, row 2, column VISIT: another visit number",
    ),
    "no date at all": ({"dm": [subject(DMDTC="", RFSTDTC="")]}, "dm.xpt, row 1: no date of consent"),
    "undated end": (
        {"ds": [disposition("COMPLETED", "")]},
        "ds.xpt, row 1, column DSSTDTC: the date of the disposition",
    ),
    "undated death": ({"dm": [subject(DTHFL="Y")]}, "dm.xpt, row 1, column DTHDTC: a death without its date"),
    "started without visits": (
        {"dm": [subject(), subject("S-002")], "sv": [visit(1, "2024-01-05")]},
        "dm.xpt, row 2: the subject started and has no visit in sv.xpt, which may be cut off",
    ),
    "last visit gone": (
        {
            "dm": [subject(), subject("S-002")],
            "sv": [visit(1, "2024-01-05"), visit(1, "2024-01-05", "S-002")],
            "ds": [disposition("COMPLETED", "2024-02-07", "S-002", VISITNUM=3.5)],
        },
        "ds.xpt, row 1, column VISITNUM: sv.xpt has no such visit of the subject; it may be cut off",
    ),
    "all visits gone": (
        {"ds": [disposition("COMPLETED", "2024-02-07", VISITNUM=3.5)]},
        "ds.xpt, row 1, column VISITNUM: sv.xpt has no such visit of the subject",
    ),
    "visit to come": (
        {"sv": [visit(1, "2026-03-04")]},
        "sv.xpt, row 1, column SVSTDTC: the date lies in the future",
    ),
    "end to come": (
        {"ds": [disposition("COMPLETED", "2026-03-04")]},
        "ds.xpt, row 1, column DSSTDTC: the date lies",
    ),
    "start to come": (
        {"dm": [subject(RFSTDTC="2026-03-04")]},
        "dm.xpt, row 1, column RFSTDTC: the date lies in the",
    ),
    "death to come": (
        {"dm": [subject(DTHDTC="2026-03-04")]},
        "dm.xpt, row 1, column DTHDTC: the date lies in the",
    ),
    "consent to come": (
        {"dm": [subject(RFICDTC="2026-03-04")]},
        "dm.xpt, row 1, column RFICDTC: the date lies in",
    ),
}


@pytest.mark.parametrize(("domains", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_planning_refuses_domains_that_cannot_be(folder: Path, domains: dict[str, Any], message: str) -> None:
    with pytest.raises(SdtmError, match=message):
        plan(folder, **domains)


def test_visit_of_today_is_not_in_the_future(folder: Path) -> None:
    assert len(plan(folder, sv=[visit(1, "2026-03-03")]).people[0].done) == 1


@pytest.mark.shared
@pytest.mark.parametrize("rows", [0, 1, 1000, 1779, 3547, 3548, 3550, 3557, 3558])
def test_pilot_is_refused_when_its_visits_are_cut_off_between_two_rows(tmp_path: Path, rows: int) -> None:
    """A row of the pilot's SV is as long as a card, so that the reader alone cannot tell."""
    for name in ("dm.xpt", "tv.xpt", "ds.xpt", "sv.xpt"):
        (tmp_path / name).write_bytes((pilot_folder() / name).read_bytes())
    whole = (tmp_path / "sv.xpt").read_bytes()
    (tmp_path / "sv.xpt").write_bytes(whole[: len(whole) - (3559 - rows) * 80])
    with pytest.raises(SdtmError, match="may be cut off"):
        plan_study(read_folder(tmp_path), today=TODAY, window_days=3)
