"""A figure as a plain record, and back: everything that it shows, exactly, without the database.

The record holds nothing but what JSON holds. Whom a number counts is read once, when the record is
written. Links keep the number that they open and no address: where it leads is said on the way back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from followup.dashboards.drawing.svg import Drawing, Link
from followup.dashboards.figure import Cell, Count, Figure, Group, Measure, Phrase, Table, Who, first_of

Record = dict[str, Any]
# Returns the address of the participants behind a number: of which figure, which number.
Address = Callable[[str, str], str]


def canonical(record: Any) -> str:
    """Write a record in the one way that the same content is always written.

    JSON with sorted keys and without spaces; numbers as the shortest decimal that reads back
    the same. Raises ValueError for a number that is not finite.
    """
    return json.dumps(
        record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )  # fmt: skip


def to_record(figure: Figure) -> Record:
    """Return a figure as a plain record; reads whom each of its numbers counts."""
    return {
        "key": figure.key,
        "title": figure.title,
        "finding": [_cell(part) for part in figure.finding],
        "definition": figure.definition,
        "source": figure.source,
        "table": {
            "caption": figure.table.caption,
            "head": list(figure.table.head),
            "rows": [[_cell(cell) for cell in row] for row in figure.table.rows],
        },
        "drawing": _drawing(figure.drawing),
        "narrow": _drawing(figure.narrow),
        "empty": figure.empty,
        "groups": {key: _group(group) for key, group in figure.groups.items()},
        "width": figure.width,
        "legend": [[sign, words] for sign, words in figure.legend],
        "n": figure.n,
    }


def _group(group: Group) -> Record:
    if group.first is not None:
        of, number = group.first
        return {"label": group.label, "first": number, "of": of}
    people = group.people()
    if group.unit:
        return {"label": group.label, "people": sorted(people), "unit": group.unit}
    # A list has an order, of which other groups are the beginning.
    return {"label": group.label, "people": people if isinstance(people, list) else sorted(people)}


def from_record(record: Mapping[str, Any], address: Address) -> Figure:
    """Return the figure that a record was written from. Raises KeyError, ValueError for another shape.

    A record of before there were drawings for phones, or `n`, has none; in one of before groups had units, a
    number of events has each of its participants once.
    """
    key, table = record["key"], record["table"]
    groups = _read_groups(record["groups"])
    return Figure(
        key,
        record["title"],
        [_read_part(part) for part in record["finding"]],
        record["definition"],
        record["source"],
        Table(table["caption"], table["head"], [[_read(cell) for cell in row] for row in table["rows"]]),
        _read_drawing(record["drawing"], lambda group: address(key, group)),
        record["empty"],
        groups,
        record["width"],
        [(sign, words) for sign, words in record["legend"]],
        _read_drawing(record.get("narrow"), lambda group: address(key, group)),
        record.get("n"),
    )


def _read_groups(record: Mapping[str, Record]) -> dict[str, Group]:
    listed = {name: _read_group(kept) for name, kept in record.items() if "people" in kept}
    firsts = {
        name: first_of(listed[kept["of"]], kept["label"], kept["first"], kept["of"])
        for name, kept in record.items()
        if "first" in kept
    }
    return listed | firsts


def _read_group(kept: Record) -> Group:
    people: list[int] = kept["people"]
    return Group(kept["label"], lambda: people, unit=kept.get("unit", ""))


def _cell(cell: Cell) -> Any:
    match cell:
        case Count(value, group):
            return {"count": value, "of": group}
        case Phrase(parts):
            return {"phrase": [_cell(part) for part in parts]}
        case Who(pk, study_id):
            return {"who": pk, "study_id": study_id}
        case Measure(value, words):
            return {"measure": value, "words": words}
        case Decimal():
            return {"decimal": str(cell)}
        case datetime():
            raise ValueError(f"A moment has no place in a figure: {cell}")
        case date():
            return {"date": cell.isoformat()}
    return cell


def _read(kept: Any) -> Cell:
    match kept:
        case {"count": value, "of": group}:
            return Count(value, group)
        case {"phrase": parts}:
            return Phrase(tuple(_read_part(part) for part in parts))
        case {"who": pk, "study_id": study_id}:
            return Who(pk, study_id)
        case {"measure": value, "words": words}:
            return Measure(value, words)
        case {"decimal": text}:
            return Decimal(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case None | str() | int():
            return kept
    raise ValueError(f"Not a cell of a figure: {kept!r}")


def _read_part(kept: Any) -> str | Count:
    part = _read(kept)
    if not isinstance(part, str | Count):
        raise ValueError(f"Not a part of a finding: {kept!r}")
    return part


def _drawing(drawing: Drawing | None) -> Record | None:
    if drawing is None:
        return None
    marks = [_mark(mark) for mark in drawing.marks]
    return {"width": drawing.width, "height": drawing.height, "name": drawing.name, "marks": marks}


def _mark(mark: str | Link | None) -> Any:
    if not isinstance(mark, Link):
        return None if mark is None else str(mark)
    (group,) = parse_qs(urlsplit(mark.address).query)["of"]
    return {"of": group, "name": mark.name}


def _read_drawing(kept: Record | None, address: Callable[[str], str]) -> Drawing | None:
    if kept is None:
        return None
    marks = (
        Link(address(mark["of"]), mark["name"]) if isinstance(mark, dict) else mark for mark in kept["marks"]
    )
    return Drawing.of_marks(kept["width"], kept["height"], kept["name"], marks)
