"""The estimate command: one JSON object out, whatever is asked."""

import io
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from participants.management.commands.estimate import Command

pytestmark = pytest.mark.once

KM = ("--time", "t", "--event", "e")


def estimate(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Run the command as a command line does; return its exit code and the object it printed."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        Command(stdout=out, stderr=err).run_from_argv(["manage.py", "estimate", *arguments])
    except SystemExit as left:
        code = int(str(left.code))
    assert err.getvalue() == ""
    return code, json.loads(out.getvalue())


def answer(*arguments: str) -> dict[str, Any]:
    """Return the object of a call that succeeds."""
    code, found = estimate(*arguments)
    assert code == 0, found
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where a test may write its file."""
    return tmp_path / "rows.csv"


def test_km_when_a_file_has_no_group(file: Path) -> None:
    file.write_text("t,e\n1,1\n3,0\n3,1\n4.5,1\n")
    (group,) = answer("km", str(file), *KM)["groups"]
    steps = group.pop("steps")
    assert group == {
        "group": None,
        "n": 4,
        "events": 3,
        "median": 3.75,
        "median_lower": 1,
        "median_upper": None,
    }
    assert [step["time"] for step in steps] == [1, 3, 4.5]
    stretch = math.exp(1.959963984540054 * 0.5 / math.log(2))
    assert steps[1] == {
        "time": 3,
        "at_risk": 3,
        "events": 1,
        "censored": 1,
        "survival": pytest.approx(0.5, abs=1e-15),
        "se": pytest.approx(0.25, abs=1e-15),
        "lower": pytest.approx(0.5**stretch, abs=1e-14),
        "upper": pytest.approx(0.5 ** (1 / stretch), abs=1e-14),
    }


def test_km_when_everybody_has_died_prints_null(file: Path) -> None:
    file.write_text("t,e\n2,1\n")
    (group,) = answer("km", str(file), *KM)["groups"]
    assert group["steps"] == [
        {
            "time": 2,
            "at_risk": 1,
            "events": 1,
            "censored": 0,
            "survival": 0.0,
            "se": None,
            "lower": None,
            "upper": None,
        }
    ]


def test_km_when_grouped(file: Path) -> None:
    file.write_text("t,e,arm\n2,1,b\n3,0,a\n")
    groups = answer("km", str(file), *KM, "--group", "arm")["groups"]
    assert [(group["group"], group["n"], group["median"]) for group in groups] == [
        ("a", 1, None),
        ("b", 1, 2),
    ]


def test_km_when_level_and_interval_are_chosen(file: Path) -> None:
    file.write_text("t,e\n" + "1,1\n" * 50 + "2,0\n" * 50)
    (group,) = answer("km", str(file), *KM, "--conf", "0.9", "--interval", "plain")["groups"]
    assert group["steps"][0]["lower"] == pytest.approx(0.5 - 1.6448536269514722 * 0.05, abs=1e-14)


def test_logrank_when_two_arms_differ(file: Path) -> None:
    file.write_text("t,e,g\n1,1,a\n2,1,a\n3,1,b\n4,0,b\n")
    # Expected in a: 1/2 + 1/3; variance: 1/4 + 2/9; chi-squared (7/6)^2 / (17/36) = 49/17.
    found = answer("logrank", str(file), *KM, "--group", "g")
    assert found == {
        "chi2": pytest.approx(49 / 17, rel=1e-14),
        "df": 1,
        "p": pytest.approx(math.erfc(math.sqrt(49 / 34)), rel=1e-12),
    }


def test_cif_when_causes_compete(file: Path) -> None:
    file.write_text("t,c\n1,1\n2,2\n3,0\n4,1\n")
    found = answer("cif", str(file), "--time", "t", "--cause", "c")
    assert [(one["cause"], [step["cif"] for step in one["steps"]]) for one in found["causes"]] == [
        (1, [0.25, 0.25, 0.25, 0.75]),
        (2, [0.0, 0.25, 0.25, 0.25]),
    ]


def test_cif_when_answered_names_its_method_and_shape(file: Path) -> None:
    file.write_text("t,c\n1,1\n2,2\n")
    found = answer("cif", str(file), "--time", "t", "--cause", "c", "--conf", "0.9")
    assert found["event_free"] == [{"time": 1, "survival": 0.5}, {"time": 2, "survival": 0.0}]
    assert set(found["causes"][0]["steps"][0]) == {
        "time",
        "at_risk",
        "events",
        "cif",
        "se",
        "lower",
        "upper",
    }
    assert found["se_method"] == "delta method of Dinse and Larson 1986 (Greenwood type); limits by log(-log)"


def test_proportion_when_three_of_ten() -> None:
    assert answer("proportion", "3", "10") == {
        "k": 3,
        "n": 10,
        "estimate": 0.3,
        "lower": pytest.approx(0.06673951117773447, rel=1e-12),
        "upper": pytest.approx(0.6524528500599973, rel=1e-12),
    }


def test_rate_when_days_are_whole() -> None:
    assert answer("rate", "0", "200", "--conf", "0.9") == {
        "events": 0,
        "person_days": 200,
        "per_100_days": 0.0,
        "lower": 0.0,
        "upper": pytest.approx(2.995732273553991 / 2, rel=1e-12),
    }


def test_boundary_when_small_enough_to_reckon_by_hand() -> None:
    """Of 3 at theta 0.5: three of three (1/8) is the only tail at or below 0.2 that holds phi."""
    assert answer("boundary", "--theta", "0.5", "--phi", "0.2", "--max-n", "3") == {
        "stop_at": [None, None, 3],
        "crossing_probability": 0.125,
    }


def test_posterior_when_the_prior_is_flat() -> None:
    found = answer(
        "posterior", "--alpha", "1", "--beta", "1", "--events", "0", "--n", "1", "--threshold", "0.5"
    )
    assert found == {"probability": 0.25}


def test_km_when_a_row_cannot_be_names_its_line(file: Path) -> None:
    file.write_text("t,e\n1,1\n2,maybe\n")
    assert estimate("km", str(file), *KM) == (2, {"error": "line 3: e is not a number"})


def test_km_when_the_file_has_a_byte_order_mark(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbft,e\r\n2,1\r\n")
    assert answer("km", str(file), *KM)["groups"][0]["n"] == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "CALL"),
        (("median",), "invalid choice"),
        (("km",), "required: FILE, --time, --event"),
        (("km", "nowhere.csv", *KM), "the file cannot be read"),
        (("km", ".", *KM), "the file cannot be read"),
        (("km", "nowhere.csv", *KM, "--interval", "arcsine"), "invalid choice"),
        (("logrank", "nowhere.csv", *KM), "required: --group"),
        (("proportion", "3"), "required: N"),
        (("proportion", "4", "3"), "4 of 3"),
        (("proportion", "-1", "3"), "K is negative"),
        (("proportion", "1", "1_0"), "N is not a whole number"),
        (("proportion", "1", "2", "--conf", "95"), "between 0 and 1"),
        (("proportion", "1", "2", "--conf", "nan"), "--conf is not a number"),
        (("proportion", "1", "2", "--con", "0.9"), "unrecognized"),
        (("rate", "1.5", "10"), "EVENTS is not a whole number"),
        (("rate", "1", "0"), "positive time at risk"),
        (("rate", "1", "-5"), "PERSON_DAYS is negative"),
        (("rate", "3", "1e-320"), "too short for a rate"),
        (("boundary", "--theta", "2", "--phi", "0.05", "--max-n", "5"), "theta"),
        (("boundary", "--theta", "0.2", "--phi", "0.05", "--max-n", "0"), "1 to 2000"),
        (("posterior", "--alpha", "1"), "required"),
    ],
)
def test_estimate_when_the_question_cannot_be_leaves_with_two(arguments: tuple[str, ...], why: str) -> None:
    code, found = estimate(*arguments)
    assert (code, list(found)) == (2, ["error"])
    assert why in found["error"]


def test_logrank_when_there_is_one_group(file: Path) -> None:
    file.write_text("t,e,g\n1,1,a\n")
    assert estimate("logrank", str(file), *KM, "--group", "g")[0] == 2


def test_km_when_standard_input_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert estimate("km", "-", *KM) == (2, {"error": "there is no standard input to read"})


@pytest.mark.parametrize(("rows", "code"), [(b"t,e\n2,1\n", 0), (b"t,e\n2,x\n", 2)])
def test_estimate_when_run_by_manage_py_reads_standard_input(rows: bytes, code: int) -> None:
    run = subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", "estimate", "km", "-", *KM],
        input=rows,
        capture_output=True,
        check=False,
    )
    assert (run.returncode, list(json.loads(run.stdout))) == (code, ["error" if code else "groups"])
