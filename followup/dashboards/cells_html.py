"""The numbers of a figure as HTML: thousands of cells on a page, too many for a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from followup.dashboards.figure import SHOWN_ROWS, Cell, Count, Phrase, Table, Who

# Says where the number of a group leads.
Address = Callable[[str], str]


def rows_html(table: Table, address: Address) -> SafeString:
    """Return the rows that a page shows of a table."""
    rows = "".join(f"<tr>{_row(row, address)}</tr>" for row in table.rows[:SHOWN_ROWS])
    return mark_safe(rows)  # noqa: S308 - each cell was escaped as it was written


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


def _row(row: Sequence[Cell], address: Address) -> str:
    head, *cells = (cell_html(cell, address) for cell in row)
    return f'<th scope="row">{head}</th>' + "".join(f'<td class="num">{cell}</td>' for cell in cells)
