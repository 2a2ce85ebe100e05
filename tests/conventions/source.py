"""The source of the project as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("participants", "followup", "pacer")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file; `name` is its dotted name."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @property
    def functions(self) -> list[Function]:
        """All functions and methods, nested ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


def modules(*folders: str) -> Iterator[Module]:
    """Read the Python files below some folders of the project, migrations left out."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                dotted = ".".join(file.relative_to(ROOT).with_suffix("").parts)
                yield Module(dotted.removesuffix(".__init__"), file.read_text())


def templates() -> Iterator[tuple[str, str]]:
    """Read the templates, with their names."""
    for file in sorted((ROOT / "templates").rglob("*")):
        if file.is_file():
            yield str(file.relative_to(ROOT / "templates")), file.read_text()
