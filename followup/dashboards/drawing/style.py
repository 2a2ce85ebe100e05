"""The looks of a figure as a file of its own: the page's rules with the light colours written out."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

_TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
# Rules of these words are about the page around a figure.
_FOR_SVG = ("fill", "stroke", "text-anchor", "font", "paint-order")


@cache
def svg_style() -> str:
    """Return the rules for the marks of a figure, without variables."""
    colours = dict(_TOKEN.findall(_text("tokens.css").split("@media", 1)[0]))
    rules = _text("css/figures.css") + _text("css/dashboard.css").split("@media", 1)[0]
    found = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    kept = [f"{name.strip()}{{{body.strip()}}}" for name, body in _rules(found) if _is_mark(name, body)]
    text = "\n".join(["svg{background:#fff}", "text{font-family:sans-serif}", *kept])
    return re.sub(r"var\((--[\w-]+)\)", lambda name: colours.get(name[1], "currentColor").strip(), text)


def _rules(text: str) -> list[tuple[str, str]]:
    return [(name, body) for name, body in re.findall(r"([^{}]+){([^{}]*)}", text)]


def _is_mark(name: str, body: str) -> bool:
    return name.strip().startswith(".") and any(word in body for word in _FOR_SVG) and "--" not in name


def _text(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(name)
    return Path(path).read_text(encoding="utf-8")
