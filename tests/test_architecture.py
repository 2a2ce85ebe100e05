"""The borders: who imports whom, and that the record stands without what follows it up."""

from __future__ import annotations

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.conventions import checks
from tests.conventions.source import ROOT, Module, modules

pytestmark = pytest.mark.once


def test_imports_go_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("other", ["followup", "pacer"])
def test_record_names_nothing_of_what_lies_left_of_it(other: str) -> None:
    record = list(modules("participants"))

    assert [found for module in record for found in checks.foreign_names(module, f"{other}:")] == []


def test_foreign_name_is_found_when_planted() -> None:
    assert checks.foreign_names(Module("planted", 'reverse("followup:visit")'), "followup:")


def test_there_are_three_apps_and_no_other() -> None:
    folders = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests"}

    assert folders == {"participants", "followup", "pacer"}
