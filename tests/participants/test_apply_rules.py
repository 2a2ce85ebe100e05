"""The command that applies the rules to lines of findings."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from participants.domain.json_line import MAX_LINE_BYTES

pytestmark = pytest.mark.once

DOSE = '{"scale": "anakinra_dose", "weight_kg": "10", "schedule": "q12h"}'
EXAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "rule_examples.json"


def run(path: Path) -> tuple[list[dict[str, Any]], str]:
    """Return the answers to a file, and the sentence with which the command failed or nothing."""
    out, failure = io.StringIO(), ""
    try:
        call_command("apply_rules", str(path), stdout=out)
    except CommandError as failed:
        failure = str(failed)
    return [json.loads(line) for line in out.getvalue().splitlines()], failure


def run_bytes(content: bytes, folder: Path) -> tuple[list[dict[str, Any]], str]:
    """Return the answers to a content, and the failure."""
    path = folder / "findings.jsonl"
    path.write_bytes(content)
    return run(path)


def test_answers_come_in_the_order_of_the_lines(tmp_path: Path) -> None:
    lines = [DOSE.replace("10", str(weight)) for weight in range(10, 40)]
    answers, failure = run_bytes("\n".join(lines).encode(), tmp_path)
    assert [answer["dose_mg"] for answer in answers[:3]] == ["25", "27.5", "30"]
    assert (len(answers), failure) == (30, "")


def test_a_malformed_line_leaves_the_others_answered(tmp_path: Path) -> None:
    content = b"\n".join([b"{", DOSE.encode(), b"\xff\xfe", b'{"scale": "x"}', DOSE.encode()])
    answers, failure = run_bytes(content, tmp_path)
    assert ["error" in answer for answer in answers] == [True, False, True, True, False]
    assert failure == "3 lines were refused; the answers say why."


def test_the_exit_code_is_1_when_a_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "findings.jsonl").write_text("{")
    with pytest.raises(CommandError, match="1 line was refused") as failed:
        call_command("apply_rules", str(tmp_path / "findings.jsonl"), stdout=io.StringIO())
    assert failed.value.returncode == 1


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\r\n \n"])
def test_blank_lines_have_no_answer(content: bytes, tmp_path: Path) -> None:
    assert run_bytes(content, tmp_path) == ([], "")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + DOSE.encode(),
        DOSE.encode() + b"\r\n",
        DOSE.encode().ljust(MAX_LINE_BYTES) + b"\r\n",
        DOSE.replace(" ", "\t").encode(),
    ],
)
def test_marks_and_line_ends_of_other_systems_are_read(content: bytes, tmp_path: Path) -> None:
    answers, failure = run_bytes(content, tmp_path)
    assert (len(answers), failure) == (1, "")


def test_a_line_that_is_too_long_is_one_refusal(tmp_path: Path) -> None:
    content = b"x" * (3 * MAX_LINE_BYTES) + b"\n" + DOSE.encode()
    answers, _ = run_bytes(content, tmp_path)
    assert [answer.get("error", {}).get("rule") for answer in answers] == ["too_long", None]


def test_standard_input_is_read_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(DOSE.encode() + b"\n\xff\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stdin)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 line was refused"):
        call_command("apply_rules", stdout=out)
    assert len(out.getvalue().splitlines()) == 2


def test_standard_input_may_be_text_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(DOSE))
    out = io.StringIO()
    call_command("apply_rules", stdout=out)
    assert json.loads(out.getvalue())["dose_mg"] == "25"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    _, failure = run(tmp_path / "nothing.jsonl")
    assert failure == "The file cannot be read: No such file or directory."


def test_a_reader_that_leaves_is_a_sentence(tmp_path: Path) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    (tmp_path / "findings.jsonl").write_text(DOSE)
    with pytest.raises(CommandError, match="Nobody reads"):
        call_command("apply_rules", str(tmp_path / "findings.jsonl"), stdout=Closed())


@pytest.mark.shared
def test_the_examples_of_the_task_are_answered_as_they_say(tmp_path: Path) -> None:
    if not EXAMPLES.exists():
        assert not os.environ.get("CI"), f"{EXAMPLES} is missing"
        pytest.skip(f"NOT TESTED: {EXAMPLES} is missing")
    examples = json.loads(EXAMPLES.read_text())["examples"]
    answers, failure = run_bytes(b"\n".join(json.dumps(each["in"]).encode() for each in examples), tmp_path)
    expected = [{k: v for k, v in each["out"].items() if k != "reason"} for each in examples]
    got = [{key: answer[key] for key in keys} for keys, answer in zip(expected, answers, strict=True)]
    assert (got, failure) == (expected, "")
