"""Published definitions, row by row, each with its source."""

import json
from pathlib import Path
from typing import Any

import pytest

from participants.domain.rule_lines import answer_line

pytestmark = pytest.mark.once


def rows(name: str) -> list[Any]:
    """Return the rows of a file as parameters: what is said beyond the usual, and what follows from it."""
    content = json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
    usual = content["otherwise"]
    return [
        pytest.param(usual | row["in"], row["out"], id=f"{name}: {row['case']}") for row in content["rows"]
    ]


@pytest.mark.parametrize(
    ("findings", "published"), [*rows("crs"), *rows("icans"), *rows("fever"), *rows("dosing")]
)
def test_the_answer_is_the_published_one(findings: dict[str, Any], published: dict[str, Any]) -> None:
    answer = answer_line(json.dumps(findings).encode())
    assert answer is not None
    assert {key: answer.get(key) for key in published} == published


@pytest.mark.parametrize("name", ["crs", "icans", "fever", "dosing"])
def test_every_row_has_its_source(name: str) -> None:
    content = json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
    assert all(row["source"].startswith(("Lee et al.", "ClinicalTrials.gov")) for row in content["rows"])
