"""Hold what reader and writer of SAS transport files (version 5) agree on.

Source: SAS Institute, TS-140 (record layout); limits of names, labels and text: FDA, Study Data
Technical Conformance Guide, section 3.3 (SAS V5 XPORT: 8, 40 and 200 characters, ASCII).
"""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from followup.exchange import ibm_float

Row: TypeAlias = dict[str, str | float | None]

CARD = 80
MAX_COLUMNS = 9999
MAX_LABEL = 40
MAX_TEXT = 200
NAMESTR = struct.Struct(">hhhh8s40s8shhh2s8shhl52s")
# As written on VAX/VMS: without the last four unused bytes.
SHORT_NAMESTR_SIZE = 136
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}", re.IGNORECASE | re.ASCII)


class XptError(ValueError):
    """Say which file is not a SAS transport file of version 5, where, and why.

    The message names places, never a value: what is in such a file belongs to participants.
    """

    def __init__(
        self,
        source: str,
        problem: str,
        *,
        offset: int | None = None,
        row: int | None = None,
        column: str = "",
    ) -> None:
        """Build the sentence. Offsets count bytes from 0, rows from 1; None and "" are left out."""
        self.source, self.problem = source, problem
        self.offset, self.row, self.column = offset, row, column
        place = [source]
        if offset is not None:
            place.append(f"byte {offset}")
        if row is not None:
            place.append(f"row {row}")
        if column:
            place.append(f"column {column}")
        super().__init__(f"{', '.join(place)}: {problem}")


class Kind(Enum):
    """Tell numbers from text, with the codes that the file uses."""

    NUMBER = 1
    TEXT = 2


def check_name(name: str) -> None:
    """Raise ValueError unless `name` is 1 to 8 ASCII letters, digits, underscores, no digit first."""
    if not _NAME.fullmatch(name):
        raise ValueError("a name takes 1 to 8 letters, digits or underscores and starts with no digit")


def check_label(label: str) -> None:
    """Raise ValueError unless `label` is at most 40 printable ASCII characters."""
    if len(label) > MAX_LABEL or not is_plain(label):
        raise ValueError(f"a label takes up to {MAX_LABEL} printable ASCII characters")


def is_plain(text: str) -> bool:
    """Tell whether every character is printable ASCII, so that each takes one byte everywhere."""
    return text.isascii() and text.isprintable()


def is_blank_number(field: bytes) -> bool:
    """Tell whether a number's bytes are all blanks.

    As a number they would be 16**-32 / 8 and a bit; no real file holds that one, many broken ones
    hold blanks.
    """
    return not field.strip(b" ")


@dataclass(frozen=True, slots=True)
class Column:
    """Describe one variable: its length is in bytes, 2 to 8 for numbers and 1 to 200 for text.

    Raises ValueError where version 5 has no such variable.
    """

    name: str
    kind: Kind
    length: int = ibm_float.WIDTH
    label: str = ""

    def __post_init__(self) -> None:
        """Hold the limits of version 5."""
        check_name(self.name)
        check_label(self.label)
        is_number = self.kind is Kind.NUMBER
        low, high = (ibm_float.MIN_WIDTH, ibm_float.WIDTH) if is_number else (1, MAX_TEXT)
        if not low <= self.length <= high:
            what = "a number" if is_number else "a text"
            raise ValueError(f"{what} takes {low} to {high} bytes, not {self.length}")


@dataclass(frozen=True, slots=True)
class Dataset:
    """Hold one dataset: its name (at most 8), label (at most 40), columns, and rows to walk once.

    A text has lost the blanks it was padded with; a missing number is None, a missing text "".
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]


def heading(kind: str, digits: str = "0" * 30) -> str:
    """Return the heading card of a part: LIBRARY, MEMBER, DSCRPTR, NAMESTR or OBS."""
    return f"HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{digits}  "


def repeated_name(columns: Iterable[Column]) -> str | None:
    """Return the first name that an earlier column has, in whatever case, or None."""
    seen: set[str] = set()
    for column in columns:
        if column.name.upper() in seen:
            return column.name
        seen.add(column.name.upper())
    return None
