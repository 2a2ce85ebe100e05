"""Small SAS transport files for tests, built by the project's own writer."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime

from followup.exchange.xpt import read_xpt
from followup.exchange.xpt_layout import Column, Dataset, Kind, Row
from followup.exchange.xpt_writer import write_xpt

AT = datetime(2026, 3, 3, 12, 30, 5, tzinfo=UTC)
COLUMNS = (Column("SUBJID", Kind.TEXT, 11, "Subject"), Column("AGE", Kind.NUMBER, 8, "Age"))
ROWS: list[Row] = [{"SUBJID": f"01-701-10{n}", "AGE": 60.5 + n} for n in range(10, 17)]


def pack(rows: Iterable[Row] = ROWS, columns: tuple[Column, ...] = COLUMNS, name: str = "DM") -> bytes:
    """Return the bytes of a transport file."""
    stream = io.BytesIO()
    write_xpt(stream, Dataset(name, "Demographics", columns, rows), at=AT)
    return stream.getvalue()


def unpack(raw: bytes) -> list[Row]:
    """Return the rows in the bytes of a transport file."""
    return list(read_xpt(io.BytesIO(raw), source="dm.xpt").rows)


def replaced(raw: bytes, at: int, new: bytes) -> bytes:
    """Return the bytes with some of them overwritten."""
    return raw[:at] + new + raw[at + len(new) :]
