"""The drug log says which vasopressors run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participants.domain.crs_findings import Vasoactive
from participants.domain.exposure import Exposure, MedicationClass
from participants.domain.vasopressor_log import running_by_log, unnamed_by_log, vasoactive_named

BEGAN = datetime(2026, 3, 14, 6, 0, tzinfo=UTC)
ENDED = BEGAN + timedelta(hours=8)
MINUTE = timedelta(minutes=1)


def drug(name: str = "Norepinephrine", **more: object) -> Exposure:
    values: dict[str, object] = {"classes": frozenset({MedicationClass.VASOPRESSOR}), "until": ENDED} | more
    return Exposure(given_at=BEGAN, name=name, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "runs"),
    [(BEGAN - MINUTE, False), (BEGAN, True), (ENDED - MINUTE, True), (ENDED, False), (ENDED + MINUTE, False)],
)
def test_a_vasopressor_runs_from_its_start_until_its_stop(at: datetime, runs: bool) -> None:
    assert running_by_log([drug()], at) == (frozenset({Vasoactive.NOREPINEPHRINE}) if runs else frozenset())


def test_a_vasopressor_without_a_stop_ran_at_its_start_alone() -> None:
    bolus = drug(until=None)
    assert [bool(running_by_log([bolus], at)) for at in (BEGAN, BEGAN + MINUTE)] == [True, False]


def test_a_start_that_is_known_by_its_day_alone_does_not_count_on_that_day() -> None:
    open_start = drug(given_by=BEGAN + timedelta(hours=6))
    assert running_by_log([open_start], BEGAN + timedelta(hours=3)) == frozenset()
    assert running_by_log([open_start], BEGAN + timedelta(hours=7))


def test_a_drug_counts_by_its_class_not_by_its_name_alone() -> None:
    inhaled = drug("Epinephrine, inhaled", classes=frozenset())
    assert running_by_log([inhaled], BEGAN) == frozenset()


def test_drugs_that_run_together_are_all_named() -> None:
    both = [drug("noradrenaline 0.1 microg/kg/min"), drug("VASOPRESSIN")]
    assert running_by_log(both, BEGAN) == {Vasoactive.NOREPINEPHRINE, Vasoactive.VASOPRESSIN}


def test_a_running_vasopressor_without_a_known_name_is_told_by_the_name_that_it_has() -> None:
    log = [drug("Levophed"), drug("Dopamine"), drug("Adrenalin"), drug("Salbutamol", classes=frozenset())]
    assert unnamed_by_log(log, BEGAN) == ("Adrenalin", "Levophed")
    assert unnamed_by_log(log, ENDED) == ()


@pytest.mark.parametrize("drug", Vasoactive)
def test_a_vasopressor_is_known_by_the_name_that_pages_give_it(drug: Vasoactive) -> None:
    assert vasoactive_named(drug.replace("_", " ")) is drug


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Adrenaline", Vasoactive.EPINEPHRINE),
        ("Angiotensin II", Vasoactive.ANGIOTENSIN_II),
        ("argipressin", Vasoactive.VASOPRESSIN),
        ("Norepinephrine 0,08", Vasoactive.NOREPINEPHRINE),
        ("Desmopressin", None),
        ("", None),
    ],
)
def test_a_name_is_read_as_it_is_written(written: str, meant: Vasoactive | None) -> None:
    assert vasoactive_named(written) is meant
