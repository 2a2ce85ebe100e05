"""The numbers of a figure as HTML: thousands of cells on a page, too many for a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from followup.dashboards.figure import SHOWN_ROWS, Cell, Count, Measure, Phrase, Table, Who

# Says where the number of a group leads.
Address = Callable[[str], str]
# What a column of numbers is made of.
NUMBERS = {int, Decimal, Count, Measure, type(None)}
# Words of at most so many letters stay on one line.
SHORT = 20


def table_html(table: Table, address: Address) -> SafeString:
    """Return the head and the rows that a page shows of a table.

    A column of numbers stands at the right, one with words at the left; short words are not broken.
    """
    shown = table.rows[:SHOWN_ROWS]
    css = [_css(column) for column in zip(*shown, strict=True)] or [""] * len(table.head)
    head = "".join(
        f'<th scope="col"{css[place] if place else ""}>{escape(name)}</th>'
        for place, name in enumerate(table.head)
    )
    rows = "".join(f"<tr>{_row(row, css, address)}</tr>" for row in shown)
    whole = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
    return mark_safe(whole)  # noqa: S308 - each cell was escaped as it was written


def _css(column: Sequence[Cell]) -> str:
    if NUMBERS.issuperset(map(type, column)) or not any(column):
        return ' class="num"'
    return ' class="nowrap"' if max(len(str(cell)) for cell in column) <= SHORT else ""


def finding_html(finding: Sequence[str | Count], address: Address) -> SafeString:
    """Return the sentence of a finding."""
    words = "".join(escape(part) if isinstance(part, str) else cell_html(part, address) for part in finding)
    return mark_safe(words)  # noqa: S308 - each part was escaped as it was written


def cell_html(cell: Cell, address: Address) -> str:
    """Write a cell; a number but 0 opens what it counts, and what is not known is a dash."""
    if isinstance(cell, Count):
        if not cell.value:
            return "0"
        return f'<a class="fig-number" href="{escape(address(cell.group))}">{cell.value}</a>'
    if isinstance(cell, Phrase):
        return "".join(cell_html(part, address) for part in cell.parts) or "–"
    if isinstance(cell, Who):
        address_of = reverse("participants:participant", args=[cell.pk])
        return f'<a href="{address_of}">{escape(cell.study_id)}</a>'
    if isinstance(cell, date):
        return f"{cell:%d %b %Y}"
    return "–" if cell in (None, "") else escape(str(cell))


def _row(row: Sequence[Cell], css: Sequence[str], address: Address) -> str:
    head, *cells = (cell_html(cell, address) for cell in row)
    others = (f"<td{one}>{cell}</td>" for one, cell in zip(css[1:], cells, strict=True))
    return f'<th scope="row">{head}</th>' + "".join(others)
