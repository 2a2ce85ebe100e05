"""Figures as files: a drawing that stands alone, and the tables of a whole page."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import HttpResponse

from followup.dashboards.drawing.style import svg_style
from followup.dashboards.figure import NBSP, Figure, Table
from participants.audit import Actor, record_event
from participants.models import StaffMember
from participants.pages.csv_file import csv_response, safe_cell


@dataclass(frozen=True)
class Stamp:
    """What a file of a figure says of itself: the study, the data cut, and when it was read."""

    study: str
    cut_on: date
    at: datetime

    @property
    def words(self) -> str:
        """The stamp as a line of text."""
        at = self.at.astimezone(UTC)
        return f"{self.study}, data cut {self.cut_on:%d %b %Y}, as of {at:%d %b %Y %H:%M} UTC"

    def head(self, table: Table) -> list[str]:
        """Return the columns of a table's file: the data cut first."""
        return ["data_cut", *table.file_head]

    def rows(self, table: Table) -> list[list[object]]:
        """Return the rows of a table's file, each with the data cut."""
        return [[self.cut_on, *row] for row in table.file_rows]


def figure_csv_response(figure: Figure, stamp: Stamp, *, person: StaffMember) -> HttpResponse:
    """Return the table of a figure, each row with the data cut, and record the export."""
    return csv_response(figure.key, stamp.head(figure.table), stamp.rows(figure.table), person=person)


def svg_response(figure: Figure, stamp: Stamp, *, person: StaffMember, style: str = "") -> HttpResponse:
    """Return a figure as a drawing that stands alone, and record the export; 204 with nothing to show.

    `style` are the looks that were kept with it; "" for those of today.
    """
    if figure.drawing is None:
        return HttpResponse(status=204)
    finding = "".join(map(str, figure.finding))
    counted = "" if figure.n is None else f"n = {figure.n}, "
    heading = [_whole_dates(words) for words in (figure.title, finding, counted + stamp.words)]
    drawn = figure.drawing.file(style or svg_style(), heading, figure.legend)
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{figure.key}.svg"'
    record_event(by=Actor.of(person), kind="export", reason=f"{figure.key}: figure as SVG")
    return response


def _whole_dates(words: str) -> str:
    """Keep a date on one line."""
    return re.sub(r"(\d\d) ([A-Z][a-z]{2}) (\d{4})", NBSP.join((r"\1", r"\2", r"\3")), words)


def tables_response(
    name: str,
    figures: Iterable[Figure],
    choice: Sequence[Sequence[str]],
    stamp: Stamp,
    *,
    person: StaffMember,
) -> HttpResponse:
    """Return the tables of all figures as one archive, and record the export.

    One CSV a figure, as the figure's own link hands it out; `about.csv` says what was chosen and what
    each file counts. The files carry the moment of the stamp: the same content is the same archive.
    """
    shown = list(figures)
    about = [("choice", *words) for words in choice]
    about += [(f"{one.key}.csv", one.title, one.definition) for one in shown]
    files = [("about.csv", _csv(("what", "name", "words"), about))]
    files += [(f"{one.key}.csv", _csv(stamp.head(one.table), stamp.rows(one.table))) for one in shown]
    stream, moment = BytesIO(), stamp.at.astimezone(UTC).timetuple()[:6]
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for file, content in files:
            archive.writestr(ZipInfo(file, moment), content, ZIP_DEFLATED)
    response = HttpResponse(stream.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    record_event(by=Actor.of(person), kind="export", reason=f"{name}: {len(shown)} tables as CSV")
    return response


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow(head)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return "\ufeff" + stream.getvalue()
