"""What the docs name exists, and the map of the protocol leaves no rule out."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[1]
READ = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "pacer" / "settings.py").read_text()))
# What the image itself says, and what only somebody at work on PACER wants.
OF_THE_IMAGE = {"STATIC_ROOT", "PACER_DEBUG"}
MAP = (ROOT / "docs" / "protocol-map.md").read_text()
# Parts of a rule that the map names by their whole, and plain tools without a rule of the trial.
NOT_RULES = {
    "addresses", "analytes", "answers", "clean_text", "clock_times", "confidence", "crs_course",
    "crs_findings", "day_words", "decimals", "fever_state", "icans_findings", "json_line",
    "partial_dates", "plain_numbers", "refusal", "rule_lines", "rule_lines_anakinra",
    "rule_lines_grades", "survival_rows", "written_dates",
}  # fmt: skip


def test_every_file_that_the_map_names_exists() -> None:
    named = re.findall(r"`((?:participants|followup|tests)/[\w/]+\.py)`", MAP)
    assert len(named) > 50
    assert not [path for path in named if not (ROOT / path).is_file()]


def test_every_rule_is_on_the_map() -> None:
    modules = [*(ROOT / "participants/domain").glob("*.py"), *(ROOT / "followup/domain").glob("*.py")]
    rules = {path for path in modules if path.stem not in NOT_RULES | {"__init__"}}
    assert not [str(path.relative_to(ROOT)) for path in rules if str(path.relative_to(ROOT)) not in MAP]


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_tells_every_setting_that_is_read_and_no_other() -> None:
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("## Commands")[0]
    named = " ".join(re.findall(r"^\| (.+?) \|", table, re.MULTILINE))
    assert set(re.findall(r"`([A-Z][A-Z_]+)`", named)) == READ - OF_THE_IMAGE


def test_an_installation_of_containers_is_given_every_setting() -> None:
    composed = (ROOT / "docker-compose.production.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    told = READ - OF_THE_IMAGE - {"PACER_VAR_DIR"}
    assert set(re.findall(r"^    ([A-Z][A-Z_]+):", composed, re.MULTILINE)) == told
    assert set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", example, re.MULTILINE)) == told - {
        "PACER_ENVIRONMENT"
    } | {"PORT"}
