"""Rows of a CSV file, one a participant, for a survival estimate.

A file is read whole or refused: every refusal is a ValueError that names the line of the file (the
header is line 1) and never repeats what stood there. A blank line at the end is no row; a blank
line between rows is an empty row, and refused.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from participants.domain.plain_numbers import amount, code

Row = tuple[int, list[str]]


@dataclass
class SurvivalRows:
    """Hold the columns of one group: times of 0 or more, and whether each ended in an event."""

    times: list[float] = field(default_factory=list)
    had_event: list[bool] = field(default_factory=list)


def decode(content: bytes) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark.

    Raises ValueError naming the line that is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = len((broken.object[: broken.start] + b".").splitlines())
        raise ValueError(f"line {line}: the file is not UTF-8 text") from broken


def read_groups(
    text: str, *, time: str, event: str, group: str | None = None
) -> dict[str | None, SurvivalRows]:
    """Read times and events by group, groups in the order of their names; one group None without.

    An event is 1 or 0. Raises ValueError for a column that is missing or named twice, for a value
    that is empty, not a number, negative or not 0 or 1, and for a file without a row.
    """
    wanted = [time, event] if group is None else [time, event, group]
    groups: dict[str | None, SurvivalRows] = {}
    for line, cells in _rows(text, wanted):
        try:
            at, happened = amount(cells[0], time), code(cells[1], event)
            if happened > 1:
                raise ValueError(f"{event} is neither 1 nor 0")
            name = None if group is None else _filled(cells[2], group)
        except ValueError as wrong:
            raise ValueError(f"line {line}: {wrong}") from wrong
        rows = groups.setdefault(name, SurvivalRows())
        rows.times.append(at)
        rows.had_event.append(happened == 1)
    return {name: groups[name] for name in sorted(groups, key=lambda name: name or "")}


def read_causes(text: str, *, time: str, cause: str) -> tuple[list[float], list[int]]:
    """Read times and causes; a cause is a whole number, 0 for censored.

    Raises ValueError as read_groups does.
    """
    times: list[float] = []
    causes: list[int] = []
    for line, cells in _rows(text, [time, cause]):
        try:
            times.append(amount(cells[0], time))
            causes.append(code(cells[1], cause))
        except ValueError as wrong:
            raise ValueError(f"line {line}: {wrong}") from wrong
    return times, causes


def _filled(text: str, name: str) -> str:
    """Return the text without blanks around it, or raise ValueError when nothing is left."""
    if not text.strip():
        raise ValueError(f"{name} is empty")
    return text.strip()


def _rows(text: str, wanted: Sequence[str]) -> Iterator[Row]:
    """Yield the wanted cells of each row with the line on which the row starts."""
    records = _records(text)
    _, header = next(records, (1, []))
    places = _places([name.strip() for name in header], wanted)
    blank: int | None = None
    found = False
    for line, cells in records:
        if len(cells) < 2 and not "".join(cells).strip():
            blank = blank or line
            continue
        if blank:
            raise ValueError(f"line {blank}: the row is empty")
        if len(cells) != len(header):
            raise ValueError(f"line {line}: {len(cells)} values under {len(header)} columns")
        found = True
        yield line, [cells[place] for place in places]
    if not found:
        raise ValueError(f"line {blank or 2}: there is no row under the header")


def _records(text: str) -> Iterator[Row]:
    """Yield every CSV record with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as broken:
        raise ValueError(f"line {line}: not a CSV row ({broken})") from broken


def _places(header: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return where the wanted columns stand, or raise ValueError for one missing or named twice."""
    for name in wanted:
        if header.count(name) != 1:
            how = "no column" if name not in header else "more than one column"
            raise ValueError(f"line 1: there is {how} named {name!r}")
    return [header.index(name) for name in wanted]
