"""Read SAS transport files of version 5, one dataset a file, in bounded memory.

Source: SAS Institute, TS-140: cards of 80 bytes, headings, one 140-byte description a column,
then the rows without any mark between them; blanks fill the last card. The format holds no
number of rows: a file cut off exactly between two rows looks whole.
"""

import struct
from collections.abc import Iterator
from itertools import repeat
from typing import BinaryIO

from followup.exchange import ibm_float
from followup.exchange.xpt_cards import Cards
from followup.exchange.xpt_layout import (
    CARD,
    NAMESTR,
    SHORT_NAMESTR_SIZE,
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

_OTHER_FORMATS = {
    b"HEADER RECORD*******LIBV8": "a SAS transport file of version 8; only version 5 is read",
    b"**COMPRESSED**": "a file of PROC CPORT; only the XPORT engine's transport files are read",
    b"PK\x03\x04": "a ZIP archive; unpack it first",
}


def read_xpt(stream: BinaryIO, *, source: str) -> Dataset:
    """Read the headings at once and leave the rows to be walked, once, while the stream is open.

    `source` names the file in errors. Raises XptError, also while the rows are walked, for a file
    that is cut off, is of another format, holds several datasets, or holds what version 5 cannot.
    """
    cards = Cards(stream, source)
    _read_library(cards)
    member = cards.heading("MEMBER")
    namestr_size = cards.number(member, 74, 78)
    if namestr_size not in (NAMESTR.size, SHORT_NAMESTR_SIZE):
        raise cards.error(f"descriptions of {namestr_size} bytes a column; 140 or 136 are known")
    cards.heading("DSCRPTR")
    name = cards.text("SAS     ")[8:16].rstrip()
    cards.check(check_name, name)
    label = cards.text()[32:72].rstrip()
    cards.check(check_label, label)
    columns = _read_columns(cards, namestr_size)
    cards.heading("OBS")
    return Dataset(name, label, columns, _rows(cards, columns))


def _read_library(cards: Cards) -> None:
    """Take the file's own three cards; say what the file is where it is something known."""
    first = cards.take(CARD, "the first heading")
    for start, what in _OTHER_FORMATS.items():
        if first.startswith(start):
            raise cards.error(f"this is {what}")
    if first != heading("LIBRARY").encode():
        raise cards.error("this is no SAS transport file of version 5")
    cards.text("SAS     SAS     SASLIB  ")
    cards.text()


def _read_columns(cards: Cards, namestr_size: int) -> tuple[Column, ...]:
    """Read the column descriptions and the blanks behind them, up to the next full card."""
    count = cards.number(cards.heading("NAMESTR"), 54, 58)
    if count == 0:
        raise cards.error("the dataset has no column")
    columns: list[Column] = []
    end = 0
    for number in range(1, count + 1):
        raw = cards.take(namestr_size, f"the description of column {number} of {count}")
        column, start = _column(cards, raw.ljust(NAMESTR.size), number)
        if start != end:
            raise cards.error(f"column {column.name} starts at byte {start} of the row, not at {end}")
        end += column.length
        columns.append(column)
    if name := repeated_name(columns):
        raise cards.error(f"two columns are called {name}")
    if cards.take(-count * namestr_size % CARD, "the column descriptions").strip(b" \0"):
        raise cards.error(f"expected blanks behind {count} column descriptions")
    return tuple(columns)


def _column(cards: Cards, raw: bytes, number: int) -> tuple[Column, int]:
    """Return a column and the byte of the row where it starts."""
    kind, _, length, _, raw_name, raw_label, *_, start, _ = NAMESTR.unpack(raw)
    try:
        name, label = raw_name.decode("ascii").rstrip(), raw_label.decode("ascii").rstrip()
        return Column(name, Kind(kind), length, label), start
    except UnicodeDecodeError:
        raise cards.error(f"the name or label of column {number} is not ASCII") from None
    except ValueError as problem:
        raise cards.error(f"column {number}: {problem}") from None


def _rows(cards: Cards, columns: tuple[Column, ...]) -> Iterator[Row]:
    """Turn the raw rows into values; XptError names row and column."""
    layout = struct.Struct("".join(f"{column.length}s" for column in columns))
    for number, (offset, raw) in enumerate(_raw_rows(cards, layout.size), start=1):
        row: Row = {}
        for column, field in zip(columns, layout.unpack(raw), strict=True):
            try:
                row[column.name] = _number(field) if column.kind is Kind.NUMBER else _text(field)
            except ValueError as problem:
                where = (cards.source, str(problem))
                raise XptError(*where, offset=offset, row=number, column=column.name) from None
        yield row


def _number(field: bytes) -> float | None:
    """Return a number; ValueError for blanks, which are padding beyond the last row."""
    if is_blank_number(field):
        raise ValueError("holds blanks instead of a number")
    return ibm_float.decode(field)


def _text(field: bytes) -> str:
    """Return a text without its padding; ValueError unless it is printable ASCII."""
    text = field.decode("ascii", "replace")
    if not is_plain(text):
        raise ValueError("holds a character that is not printable ASCII")
    return text.rstrip(" ")


def _raw_rows(cards: Cards, length: int) -> Iterator[tuple[int, bytes]]:
    """Cut the rest of the file into rows, each with its offset; the padding is left out.

    Rows of blanks are held back, as a count, until a row follows or the file ends: at most 79
    blanks at the very end are padding, however many short rows would fit into them.
    """
    blank = b" " * length
    held = 0
    buffer = b""
    offset = cards.next_offset
    for chunk in cards.chunks():
        buffer += chunk
        whole = len(buffer) - len(buffer) % length
        for at in range(0, whole, length):
            raw = buffer[at : at + length]
            if raw == blank:
                held += 1
                continue
            here = offset + at
            yield from zip(range(here - held * length, here, length), repeat(blank), strict=False)
            held = 0
            yield here, raw
        buffer = buffer[whole:]
        offset += whole
    if len(buffer) >= CARD or buffer.strip(b" "):
        raise XptError(cards.source, "the file ends within a row", offset=cards.next_offset)
    padding_rows = (CARD - 1 - len(buffer)) // length
    first_held = offset - held * length
    for number in range(held - padding_rows):
        yield first_held + number * length, blank
