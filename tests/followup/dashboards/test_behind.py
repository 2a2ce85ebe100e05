"""The list behind a number holds as much as the number says, whatever the number counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from followup.actions.snapshots import freeze
from followup.dashboards.choice import Choice
from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Cell, Count, Figure, Phrase, plural
from followup.dashboards.links import screening_log
from followup.dashboards.page import FIGURES
from followup.dashboards.stored import from_record, to_record
from participants.audit import Actor
from participants.models import Deviation, Infection, Site, StaffMember
from tests.factories import as_test, make_infused
from tests.followup.dashboards.support import (
    ask,
    at,
    die,
    dose,
    fever,
    figure_of,
    frame_of,
    grade,
    on_day,
    respond,
    serious,
    stay,
    warm,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def eventful(site: Site) -> None:
    """Fill a site with participants who have more than one of most things."""
    people = [make_infused(site, day=100 + place) for place in range(6)]
    for place, one in enumerate(people):
        fever(one, 2, 10)
        fever(one, 2, 15)
        dose(one, 2, 16)
        grade(one, 3, place % 5)
        respond(one, 28, "cr")
        stay(one, -2, 9)
        warm(one, at(one, 1))
        for number in range(place % 3):
            serious(one, at(one, 4), at(one, 4 + number), f"S-{one.pk}-{number}")
            ask(one, 20 + number)
            with as_test():
                Infection.objects.create(
                    participant=one, onset_on=on_day(one, 10 + number), kind="bacterial", body_site="urinary",
                    severity="mild",
                )  # fmt: skip
                Deviation.objects.create(
                    participant=one, rule="test", subject=f"{number}:{one.pk}", summary="A departure",
                    drafted_at=at(one, 5),
                )  # fmt: skip
    die(people[-1], 40)


def counts_of(figure: Figure) -> Iterator[Count]:
    """Return every number of a figure that opens a list."""
    cells: list[Cell] = [cell for row in figure.table.rows for cell in row]
    for cell in [*figure.finding, *cells]:
        parts = cell.parts if isinstance(cell, Phrase) else [cell]
        yield from (part for part in parts if isinstance(part, Count) and part.group)


@pytest.mark.usefixtures("eventful")
def test_every_number_opens_a_list_that_sums_to_it(reader: StaffMember) -> None:
    frame = frame_of(reader)
    units = set()
    for key, draw in FIGURES.items():
        figure = draw(frame)
        for count in counts_of(figure):
            group = figure.groups[count.group]
            units.add(group.unit)
            assert group.times.total() == count.value, (key, count.group)
    events = {"assessment", "clock", "day", "deviation", "episode", "query", "serious event", "visit"}
    assert units == {"", *events}


@pytest.mark.usefixtures("eventful")
def test_list_names_the_number_and_how_many_each_has(reader: StaffMember, desk: Client) -> None:
    figure = figure_of(reader, "deviations")
    group = figure.groups["test-all"]
    page = desk.get("/dashboards/deviations/people/?of=test-all").content.decode()
    assert f"{group.times.total()} deviations of {len(group.times)} participants" in page
    numbers = [int(number) for number in re.findall(r'<td class="num">(\d+)</td>', page)]
    assert sorted(numbers[:-1]) == sorted(group.times.values())
    assert numbers[-1] == group.times.total()


@pytest.mark.usefixtures("eventful")
def test_snapshot_keeps_how_many_each_has(reader: StaffMember, desk: Client) -> None:
    live = desk.get("/dashboards/visits/people/?of=all-due").content.decode()
    row = freeze(by=Actor.of(reader), choice=Choice(), now=timezone.now(), reason="Board")
    kept = desk.get(f"/dashboards/snapshots/{row.pk}/visits/people/?of=all-due").content.decode()
    named = r"\d+ visits of 6 participants"
    assert re.findall(named, live) == re.findall(named, kept) != []
    assert re.findall(r'<td class="num">\d+</td>', live) == re.findall(r'<td class="num">\d+</td>', kept)


@pytest.mark.usefixtures("eventful")
def test_record_of_before_groups_had_units_opens_its_participants(reader: StaffMember) -> None:
    record = to_record(figure_of(reader, "deviations"))
    for group in record["groups"].values():
        group.pop("unit", None)
        group["people"] = sorted(set(group["people"]))
    figure = from_record(record, lambda key, group: "")
    assert to_record(figure) == record
    assert set(figure.groups["test-all"].times.values()) == {1}


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [(1, "query", "query"), (2, "query", "queries"), (2, "day", "days"), (0, "visit", "visits")],
)
def test_nouns_after_numbers(number: int, noun: str, words: str) -> None:
    assert plural(number, noun) == words


def numbers_at_risk(drawing: Drawing | None) -> list[tuple[str, str, str]]:
    """Return of each number at risk the group that it opens, the number, and the mark above it."""
    assert drawing is not None
    return re.findall(r'of=([^"&]+)" aria-label="(\d+) at risk at ([^,]+),', drawing.svg)


@pytest.mark.usefixtures("eventful")
@pytest.mark.parametrize("key", ["os", "efs", "rfs", "relapse", "nrm"])
def test_numbers_at_risk_under_a_curve_open_so_many_at_that_mark(reader: StaffMember, key: str) -> None:
    figure = figure_of(reader, key)
    found = [*numbers_at_risk(figure.drawing), *numbers_at_risk(figure.narrow)]
    assert found
    for group, number, mark in found:
        behind = figure.groups[group]
        assert (behind.times.total(), behind.label) == (int(number), f"{figure.title}: at risk at {mark}")


def test_numbers_at_risk_are_of_the_mark_not_of_the_next_day_on_which_anybody_leaves(
    site: Site, reader: StaffMember, desk: Client
) -> None:
    people = [make_infused(site, day=100) for _ in range(6)]
    for place, one in enumerate(people):
        die(one, (10, 30, 31, 61, 62, 80)[place])
    found = numbers_at_risk(figure_of(reader, "os").drawing)
    assert [(number, mark) for _, number, mark in found] == [
        ("6", "0 months"),
        ("4", "1 month"),
        ("3", "2 months"),
    ]
    page = desk.get(f"/dashboards/os/people/?of={found[1][0]}").content.decode()
    assert "Overall survival: at risk at 1 month" in page
    assert [one.study_id in page for one in people] == [False, False, True, True, True, True]


@pytest.mark.parametrize(
    ("group", "query"),
    [
        ("considered", ""), ("consented-only", "?state=in_screening"), ("eligible-only", "?state=eligible"),
        ("consented-only-screen-failure", "?state=failed"),
    ],
)  # fmt: skip
def test_numbers_before_enrolment_lead_to_the_screening_log(group: str, query: str) -> None:
    assert screening_log("flow", group, "") == f"/screening/{query}"
    assert screening_log("flow", group, "AKL").startswith("/screening/?site=AKL")


def test_list_of_the_considered_leads_to_the_screening_log(site: Site, desk: Client) -> None:
    make_infused(site)
    pages = [desk.get(f"/dashboards/flow/people/?of={group}").content for group in ("considered", "infused")]
    assert [b">Screening log, as it stands now<" in page for page in pages] == [True, False]
