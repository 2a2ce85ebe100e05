"""Write the figure as one SVG file: with its own styles in the light colours, and the signs it uses."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from followup.timeline.figure import Figure
from participants.audit import Actor, record_event
from participants.models import Participant, StaffMember

_STYLES = ("css/signs.css", "css/figures.css", "css/timeline.css")
_TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
_USED = re.compile(r"var\((--[\w-]+)\)")
_SYMBOL = re.compile(r"<symbol .*?</symbol>", re.DOTALL)
_RULE_OF_FIGURES = re.compile(r"^\.(?!tl|legend|btn|table)[\w.,\s:-]+\{[^}]*\}", re.MULTILINE)


def svg_response(
    name: str, figure: Figure, *, participant: Participant, person: StaffMember, now: datetime
) -> HttpResponse:
    """Return the figure as a file and record that this person took it."""
    record_event(by=Actor.of(person), kind="export", reason=f"{name} as SVG", participant=participant)
    as_of = now.astimezone(participant.site.tz)
    content = render_to_string(
        "followup/timeline/file.svg",
        {
            "figure": figure,
            "participant": participant,
            "as_of": f"{as_of:%d %b %Y (%a) %H:%M}, site time",
            "styles": _styles(),
            "symbols": _symbols(),
        },
    )
    response = HttpResponse(content, content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return response


def _text(path: str) -> str:
    return Path(str(finders.find(path))).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _styles() -> SafeString:
    """Return the rules of figures with every token replaced by its value: not every viewer knows tokens."""
    light = _text("tokens.css").split("@media")[0]
    tokens = dict(_TOKEN.findall(light))
    sheets = "\n".join(_RULE_OF_FIGURES.findall("\n".join(_one_a_line(_text(path)) for path in _STYLES)))
    written = _USED.sub(lambda found: tokens.get(found[1], "inherit"), sheets)
    return mark_safe(written.replace("currentcolor", tokens["--ink"]))  # noqa: S308  our own style sheets


def _one_a_line(sheet: str) -> str:
    """Put each rule at the beginning of a line; comments and the rules of media go."""
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    bare = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^}]*\})*[^}]*\}", "", bare)
    return re.sub(r"\}\s*", "}\n", bare)


@lru_cache(maxsize=1)
def _symbols() -> SafeString:
    sprite = render_to_string("_partials/signs.html")
    return mark_safe("".join(_SYMBOL.findall(sprite)))  # noqa: S308  our own sprite
