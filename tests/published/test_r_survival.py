"""The estimate command on published trials, against what R's survival package answers for them."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from participants.management.commands.estimate import Command

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parent
CONTENT = json.loads((FOLDER / "r_survival.json").read_text(encoding="utf-8"))


def estimate(arguments: list[str]) -> Any:
    """Return what the command prints for a call on a file of this folder."""
    call, file, *columns = arguments
    out = io.StringIO()
    Command(stdout=out).run_from_argv(["manage.py", "estimate", call, str(FOLDER / file), *columns])
    return json.loads(out.getvalue())


def differences(found: Any, expected: Any, where: str = "") -> list[str]:
    """Return where an answer differs from the expected one by more than 1e-9.

    R's reference holds some steps of a curve and no limits of an incidence: what it leaves out
    is not compared, and steps are found by their time.
    """
    if isinstance(expected, dict):
        parts = [(key, found.get(key), value) for key, value in expected.items()]
    elif isinstance(expected, list):
        by_time = {step["time"]: step for step in found if "time" in step}
        pairs = [(by_time.get(each["time"]), each) for each in expected] if by_time else []
        pairs = pairs or list(zip(found, expected, strict=True))
        parts = [(str(place), one, each) for place, (one, each) in enumerate(pairs)]
    else:
        close = found == expected if isinstance(expected, str | None) else abs(found - expected) <= 1e-9
        return [] if close else [f"{where}: {found}, and R says {expected}"]
    return [line for key, one, each in parts for line in differences(one, each, f"{where}/{key}")]


@pytest.mark.parametrize("case", CONTENT["cases"], ids=lambda case: " ".join(case["arguments"]))
def test_estimate_when_r_answers_the_same_question(case: Any) -> None:
    assert differences(estimate(case["arguments"]), case["expected"]) == []


def test_medians_of_loprinzi_when_the_interval_is_log() -> None:
    """The manual of R's survival package prints 270 (212, 310) for men, 426 (348, 550) for women."""
    arguments = ["km", "lung.csv", "--time", "time", "--event", "event", "--group", "sex"]
    groups = estimate([*arguments, "--interval", "log"])["groups"]
    medians = [[group[key] for key in ("median", "median_lower", "median_upper")] for group in groups]
    assert medians == [[426, 348, 550], [270, 212, 310]]


@pytest.mark.parametrize(
    ("file", "group", "chi2", "df"), [("lung.csv", "sex", 10.3, 1), ("veteran.csv", "cell", 25.4, 3)]
)
def test_log_rank_when_r_prints_it(file: str, group: str, chi2: float, df: int) -> None:
    """As survdiff prints it: 10.3 on 1 degree of freedom, 25.4 on 3."""
    found = estimate(["logrank", file, "--time", "time", "--event", "event", "--group", group])
    assert (round(found["chi2"], 1), found["df"]) == (chi2, df)


@pytest.mark.parametrize(("file", "rows"), [("lung.csv", 228), ("veteran.csv", 137), ("transplant.csv", 815)])
def test_data_when_counted_are_whole_and_have_a_source(file: str, rows: int) -> None:
    with (FOLDER / file).open(newline="", encoding="utf-8") as content:
        assert sum(1 for _ in csv.DictReader(content)) == rows
    assert file in CONTENT["data"]
