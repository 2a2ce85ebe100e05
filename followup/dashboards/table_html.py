"""The rows of a figure's table as HTML: thousands of cells on a page, too many for a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from followup.dashboards.figure import Shown, Table


def rows_html(table: Table, address: Callable[[str], str]) -> SafeString:
    """Return the rows that a page shows; `address` says where the number of a group leads."""
    rows = "".join(f"<tr>{_row(row, address)}</tr>" for row in table.shown)
    return mark_safe(rows)  # noqa: S308 - each cell was escaped as it was written


def _row(row: Sequence[Shown], address: Callable[[str], str]) -> str:
    head, *cells = (_cell(cell, address) for cell in row)
    return f'<th scope="row">{head}</th>' + "".join(f'<td class="num">{cell}</td>' for cell in cells)


def _cell(cell: Shown, address: Callable[[str], str]) -> str:
    if cell.parts:
        return "".join(_cell(part, address) for part in cell.parts)
    words = escape(cell.words)
    if cell.group:
        return f'<a class="fig-number" href="{escape(address(cell.group))}">{words}</a>'
    if cell.participant is not None:
        return f'<a href="{reverse("participants:participant", args=[cell.participant])}">{words}</a>'
    return words
