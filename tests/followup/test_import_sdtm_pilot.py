"""The CDISC pilot, imported: its numbers equal those counted from the files by other means.

The other means are pandas, its own reader of transport files and its joins: no line of the import
is used to say what the import should have found.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest
from django.core.management import call_command

from followup.exchange.sdtm_summary import StudySummary, summarise
from followup.models import Visit
from participants.models import StaffMember
from tests.followup.exchange.pilot import pilot_folder
from tests.followup.importing import make_importer

pytestmark = [pytest.mark.django_db, pytest.mark.shared]

WINDOW = 3
AS_OF = "2013-06-01"


class Pilot:
    """The pilot's files as data frames, up to a day."""

    def __init__(self, folder: Path, until: str = "9999-12-31") -> None:
        dm, sv, tv, ds = (self._frame(folder, name) for name in ("dm", "sv", "tv", "ds"))
        first = sv.groupby("USUBJID")["SVSTDTC"].min().reindex(dm["USUBJID"]).to_numpy()
        known = dm[(dm["DMDTC"] <= until) | (first <= until)]
        self.dm = known.assign(RFSTDTC=known["RFSTDTC"].where(known["RFSTDTC"] <= until, ""))
        self.sv = sv[sv["SVSTDTC"] <= until]
        self.tv = tv
        self.ds = ds[(ds["DSCAT"] == "DISPOSITION EVENT") & (ds["DSSTDTC"] <= until)]

    @staticmethod
    def _frame(folder: Path, name: str) -> Any:
        return pd.read_sas(folder / f"{name}.xpt", format="xport", encoding="ascii")

    def planned(self) -> Any:
        """Return the visits that TV plans, with the day it plans them for."""
        plan = self.tv[["VISITNUM", "VISIT", "VISITDY"]].rename(columns={"VISIT": "CODE", "VISITDY": "DAY"})
        return self.sv.merge(plan, on="VISITNUM")

    def distances(self) -> Any:
        """Return how many days each visit with a target lies from it, by study days without a 0."""
        visits = self.planned().merge(self.dm[["USUBJID", "RFSTDTC"]], on="USUBJID")
        visits = visits[visits["DAY"].notna() & (visits["RFSTDTC"] != "")]
        actual = (pd.to_datetime(visits["SVSTDTC"]) - pd.to_datetime(visits["RFSTDTC"])).dt.days
        study_day = actual + (actual >= 0)
        from_1 = visits["DAY"] - (visits["DAY"] > 0)
        return study_day - (study_day > 0) - from_1


@pytest.fixture
def importer() -> StaffMember:
    """Return somebody who may import studies."""
    return make_importer()


def _imported(importer: StaffMember, *options: str) -> StudySummary:
    call_command("import_sdtm", str(pilot_folder()), "--by", importer.email, *options, stdout=io.StringIO())
    return summarise("CDISCPILOT01")


@pytest.mark.parametrize("until", [None, AS_OF])
def test_pilot_has_the_numbers_of_its_files(importer: StaffMember, until: str | None) -> None:
    files = Pilot(pilot_folder(), until or "9999-12-31")
    found = _imported(importer, *(["--as-of", until] if until else []))
    distances = files.distances()
    expected = {
        "participants": len(files.dm),
        "sites": files.dm["SITEID"].nunique(),
        "screen_failures": int((files.ds["DSDECOD"] == "SCREEN FAILURE").sum()),
        "deaths": int((files.ds["DSDECOD"] == "DEATH").sum()),
        "visits": files.planned()["CODE"].value_counts().to_dict(),
        "unscheduled": int((~files.sv["VISITNUM"].isin(files.tv["VISITNUM"])).sum()),
        "in_window": int((distances.abs() <= WINDOW).sum()),
        "out_of_window": int((distances.abs() > WINDOW).sum()),
    }
    assert {name: getattr(found, name) for name in expected} == expected


def test_pilot_has_all_its_people_and_visits_and_leaves_nothing_open(importer: StaffMember) -> None:
    found = _imported(importer)
    visits = sum(found.visits.values()) + found.unscheduled
    assert (found.participants, found.sites, found.screen_failures, visits, found.open) == (
        306,
        17,
        52,
        3559,
        0,
    )


def test_pilot_leaves_something_to_do_when_later_facts_are_left_out(importer: StaffMember) -> None:
    _imported(importer, "--as-of", AS_OF)
    assert Visit.objects.owed().filter(target_on__gt=AS_OF).count() > 100


def test_pilot_imported_again_adds_nothing(importer: StaffMember) -> None:
    _imported(importer)
    printed = io.StringIO()
    call_command("import_sdtm", str(pilot_folder()), "--by", importer.email, stdout=printed)
    assert "Added: nothing\nChanged: nothing" in printed.getvalue()
