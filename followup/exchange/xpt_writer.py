"""Write SAS transport files of version 5, refusing what the format would silently lose.

Source: SAS Institute, TS-140 (record layout).
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate
from typing import BinaryIO

from followup.exchange import ibm_float
from followup.exchange.xpt_layout import (
    CARD,
    MAX_COLUMNS,
    NAMESTR,
    Column,
    Dataset,
    Kind,
    Row,
    XptError,
    check_label,
    check_name,
    heading,
    is_blank_number,
    is_plain,
    repeated_name,
)

# English in every locale, which strftime is not.
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def write_xpt(stream: BinaryIO, dataset: Dataset, *, at: datetime) -> int:
    """Write one dataset, stamped with `at`, row by row; return the number of rows.

    Raises XptError, which names row and column, for what version 5 cannot hold: names over 8,
    labels over 40, texts over their column or that are not printable ASCII, trailing blanks,
    numbers out of range, rows whose keys are not the columns, and a blank row at the very end
    where it could not be told from padding. What was written before the error is no whole file.
    """
    _check(dataset)
    stream.write(_headings(dataset, at))
    length = sum(column.length for column in dataset.columns)
    written = _write_rows(stream, dataset, length)
    stream.write(b" " * (-written * length % CARD))
    return written


def _check(dataset: Dataset) -> None:
    """Hold the limits of the dataset as a whole; a Column has held its own."""
    if not 1 <= len(dataset.columns) <= MAX_COLUMNS:
        raise XptError(dataset.name, f"a dataset takes 1 to {MAX_COLUMNS} columns")
    if name := repeated_name(dataset.columns):
        raise XptError(dataset.name, "two columns have this name", column=name)
    try:
        check_name(dataset.name)
        check_label(dataset.label)
    except ValueError as problem:
        raise XptError(dataset.name, str(problem)) from None


def _headings(dataset: Dataset, at: datetime) -> bytes:
    """Return all cards before the first row."""
    stamp = f"{at.day:02}{_MONTHS[at.month - 1]}{at.year % 100:02}:{at:%H:%M:%S}"
    engine = f"{'9.4':<8}{'PACER':<8}{'':24}{stamp}"
    count = len(dataset.columns)
    cards = [
        heading("LIBRARY"),
        f"SAS     SAS     SASLIB  {engine}",
        f"{stamp:<80}",
        heading("MEMBER", f"{'0' * 17}1600000000{NAMESTR.size}"),
        heading("DSCRPTR"),
        f"SAS     {dataset.name:<8}SASDATA {engine}",
        f"{stamp:<32}{dataset.label:<40}{'':8}",
        heading("NAMESTR", f"{count:010}{'0' * 20}"),
    ]
    descriptions = b"".join(_descriptions(dataset.columns))
    padding = b" " * (-len(descriptions) % CARD)
    return "".join(cards).encode("ascii") + descriptions + padding + heading("OBS").encode("ascii")


def _descriptions(columns: Iterable[Column]) -> Iterable[bytes]:
    """Give one description of 140 bytes a column."""
    columns = tuple(columns)
    starts = accumulate((column.length for column in columns), initial=0)
    for number, (column, start) in enumerate(zip(columns, starts, strict=False), start=1):
        name, label = f"{column.name:<8}".encode(), f"{column.label:<40}".encode()
        kind, blank = column.kind.value, b" " * 8
        yield NAMESTR.pack(
            kind, 0, column.length, number, name, label, blank, 0, 0, 0, b"", blank, 0, 0, start, b""
        )


def _write_rows(stream: BinaryIO, dataset: Dataset, length: int) -> int:
    """Write the rows and return how many; XptError names the one that the format cannot hold."""
    names = {column.name for column in dataset.columns}
    number = trailing_blank = 0
    for number, row in enumerate(dataset.rows, start=1):
        if row.keys() != names:
            raise XptError(dataset.name, "the row's keys are not the dataset's columns", row=number)
        raw = b"".join(_field(dataset.name, number, column, row) for column in dataset.columns)
        trailing_blank = 0 if raw.strip(b" ") else trailing_blank + 1
        stream.write(raw)
    padding = -number * length % CARD
    readable_as_padding = (CARD - 1 - padding % length) // length
    if trailing_blank and readable_as_padding > padding // length:
        raise XptError(dataset.name, "a blank last row could not be told from padding", row=number)
    return number


def _field(source: str, number: int, column: Column, row: Row) -> bytes:
    """Return the bytes of one value."""
    value = row[column.name]
    try:
        return _number(column, value) if column.kind is Kind.NUMBER else _text(column, value)
    except ValueError as problem:
        raise XptError(source, str(problem), row=number, column=column.name) from None


def _number(column: Column, value: str | float | None) -> bytes:
    """Return a number's leading bytes; ValueError where a short column would cut digits off."""
    if isinstance(value, str | bool):
        raise ValueError("expected a number")
    raw = ibm_float.encode(value)
    if raw[column.length :].strip(b"\0") or is_blank_number(raw[: column.length]):
        raise ValueError(f"the number does not fit {column.length} bytes exactly")
    return raw[: column.length]


def _text(column: Column, value: str | float | None) -> bytes:
    """Return a text filled up with blanks; ValueError where it would come back different."""
    if not isinstance(value, str):
        raise ValueError("expected a text; a missing text is empty")
    if not is_plain(value) or value.endswith(" "):
        raise ValueError("expected printable ASCII without blanks at the end")
    if len(value) > column.length:
        raise ValueError(f"the text takes {len(value)} of {column.length} bytes")
    return value.ljust(column.length).encode("ascii")
