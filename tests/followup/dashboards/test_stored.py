"""A figure that was written to a plain record and read back shows and counts the same."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from followup.dashboards.figure import Cell, Count, Figure, Measure, Phrase, Table, Who
from followup.dashboards.page import FIGURES
from followup.dashboards.stored import canonical, from_record, to_record
from participants.models import Site, StaffMember
from tests.factories import make_infused
from tests.followup.dashboards.support import die, dose, fever, frame_of, grade, respond


def figure_with(*cells: Cell) -> Figure:
    return Figure("any", "Any", [], "", "", Table("", ["a"] * len(cells), [cells]))


def read_back(figure: Figure) -> Figure:
    return from_record(json.loads(canonical(to_record(figure))), lambda key, group: f"/{key}?of={group}")


@pytest.mark.parametrize(
    "cell",
    [
        None, "", "D+28", 0, -3, Decimal("0.10"), Decimal("1E+2"), date(2026, 2, 28), Count(3, "a-b"),
        Phrase(("died ", Count(2, "a"), ", lost ", Count(1, "b"))),
        Who(7, "A01-001"), Measure(None, "–"), Measure(0.1 + 0.2, "30.0 %"), Measure(1.0, "100 %"),
    ],
)  # fmt: skip
def test_cell_comes_back_exactly(cell: Cell) -> None:
    ((found,),) = read_back(figure_with(cell)).table.rows
    assert (type(found), repr(found)) == (type(cell), repr(cell))


def test_moment_is_refused_for_it_would_come_back_as_a_day() -> None:
    with pytest.raises(ValueError, match="moment"):
        to_record(figure_with(datetime(2026, 3, 1, 12, tzinfo=UTC)))


def test_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        canonical(to_record(figure_with(Measure(float("nan"), "–"))))


@pytest.mark.django_db
def test_every_figure_shows_and_counts_the_same(site: Site, reader: StaffMember) -> None:
    people = [make_infused(site, day=100 + place) for place in range(6)]
    for place, one in enumerate(people):
        fever(one, 2, 10)
        fever(one, 2, 15)
        dose(one, 2, 16)
        grade(one, 3, place % 5)
        respond(one, 28, "cr")
    die(people[-1], 40)
    frame = frame_of(reader)
    for key, draw in FIGURES.items():
        live = draw(frame)
        kept = read_back(live)
        assert to_record(kept) == to_record(live), key
        assert kept.table.file_rows == live.table.file_rows, key
        assert {name: set(group.people()) for name, group in kept.groups.items()} == {
            name: set(group.people()) for name, group in live.groups.items()
        }, key
        if live.drawing is not None and kept.drawing is not None:
            assert kept.drawing.file("", []) == live.drawing.file("", []), key


@pytest.mark.django_db
def test_links_of_a_drawing_lead_where_the_reader_says(site: Site, reader: StaffMember) -> None:
    make_infused(site)
    drawing = read_back(FIGURES["flow"](frame_of(reader))).drawing
    assert drawing is not None
    assert 'href="/flow?of=infused"' in drawing.svg
    assert "/dashboards/" not in drawing.svg
