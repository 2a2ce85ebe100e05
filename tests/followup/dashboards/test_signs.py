"""The signs and words of figures: what a legend explains, in which colour, and where names stand."""

from __future__ import annotations

import re

import numpy as np
import pytest
from django.test import Client

from followup.dashboards.drawing.curves import HEIGHT, curve_legend
from followup.dashboards.drawing.person_rows import PersonRows, height_of
from followup.dashboards.drawing.svg import Drawing, glyph
from followup.dashboards.figure import Figure
from followup.dashboards.figures.clocks import LANE, MOST_STACKED, TOP
from followup.models import AnalysisPlan
from participants.domain.life_table import count_by_time
from participants.models import Participant, Site, StaffMember
from tests.factories import as_test, make_infused
from tests.followup.dashboards.support import at, dose, fever, figure_of, grade, on_day, serious

pytestmark = pytest.mark.django_db


def legend_of(figure: Figure) -> set[str]:
    return {words for _, words in figure.legend}


def test_sign_of_a_legend_has_the_colour_of_its_mark(site: Site, reader: StaffMember, desk: Client) -> None:
    one = make_infused(site, day=100)
    serious(one, at(one, 10), at(one, 10, 20), "S1")
    page, file = (desk.get(f"/dashboards/clocks{end}").content.decode() for end in ("/", ".svg"))
    assert '<b class="t-acc" aria-hidden="true">●</b> reported in time' in page
    assert '<text class="t t-b t-acc" ' in file
    assert [glyph(sign) for sign in ("▲.t-acc", ".band", "†", "")] == [
        ("▲", "t-acc"), ("", "band"), ("†", ""), ("", "")
    ]  # fmt: skip


def test_lines_above_a_file_are_about_equally_long() -> None:
    words = "n = 23, PACER-DEMO, data cut 23 Nov 2026, as of 23 Nov 2026 06:06 UTC"
    svg = Drawing(420, 10, "Accrual").file("", [words])
    lines = [len(line) for line in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    assert len(lines) == 2
    assert max(lines) - min(lines) < 12


def test_date_above_a_file_stays_on_one_line(site: Site, desk: Client) -> None:
    make_infused(site, day=100)
    file = desk.get("/dashboards/accrual.svg").content.decode()
    lines = re.findall(r"<text[^>]*>([^<]*)</text>", file)
    assert any(re.search(r"data cut \d\d\xa0[A-Z][a-z]{2}\xa0\d{4}", line) for line in lines)


def test_legend_explains_no_band_without_a_width() -> None:
    table = count_by_time([10, 20, 30, 40, 50, 60], [False] * 5 + [True])
    nothing = np.full(6, np.nan)
    assert not curve_legend(table, np.append(nothing[:-1], 0.3), has_ticks=False)[:-1]
    assert (".band", "95 % interval at each time") in curve_legend(
        table, np.append(nothing[:-2], [0.2, 0.3]), has_ticks=False
    )


def test_legend_explains_no_quartiles_that_fall_together(site: Site, reader: StaffMember) -> None:
    people = [make_infused(site, day=100) for _ in range(6)]
    for one in people:
        _treat(one, 15)
    assert legend_of(figure_of(reader, "dosing")) == {"participant", "median"}
    for one in (make_infused(site, day=100) for _ in range(6)):
        _treat(one, 18)
    assert legend_of(figure_of(reader, "dosing")) == {"participant", "median", "quartiles"}


@pytest.mark.parametrize(("planned_n", "is_above"), [(60, False), (6, True)])
def test_name_of_a_plan_stands_clear_of_its_line(
    planned_n: int, is_above: bool, site: Site, reader: StaffMember
) -> None:
    people = [make_infused(site, day=100) for _ in range(30)]
    with as_test():
        AnalysisPlan.objects.create(
            study=site.study, planned_n=planned_n,
            accrual_from_on=on_day(people[0], -30), accrual_to_on=on_day(people[0], 400),
        )  # fmt: skip
    drawing = figure_of(reader, "accrual").drawing
    assert drawing is not None
    line = re.search(r'<line class="ln-2 ldash"[^>]* y2="([\d.]+)"', drawing.svg)
    name = re.search(r'y="([\d.]+)">plan: ', drawing.svg)
    assert line
    assert name
    assert (float(name[1]) < float(line[1])) is is_above


def test_marks_of_a_density_have_as_many_decimals(site: Site, reader: StaffMember) -> None:
    make_infused(site, day=100)
    drawing = figure_of(reader, "infections").drawing
    assert drawing is not None
    marks = re.findall(r'class="t-3 t-mid"[^>]*>([^<]*)<', drawing.svg)
    assert {len(mark.partition(".")[2]) for mark in marks} == {1}


def test_marks_of_clocks_at_one_time_stay_in_their_row(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    for number in range(MOST_STACKED):
        serious(one, at(one, 10), at(one, 10, 20), f"S{number}")
    drawing = figure_of(reader, "clocks").drawing
    assert drawing is not None
    heights = [
        float(y) for y in re.findall(r'class="acc" transform="translate\([\d.]+ ([\d.]+)\)', drawing.svg)
    ]
    assert (min(heights) - TOP, TOP + LANE - max(heights)) == (8, 8)


@pytest.mark.parametrize(("number", "height"), [(6, HEIGHT), (16, 382), (27, HEIGHT)])
def test_survival_is_as_high_as_the_rows_beside_it_up_to_two_curves(
    number: int, height: float, site: Site, reader: StaffMember
) -> None:
    for _ in range(number):
        grade(make_infused(site, day=100), 3, 1)
    survival, rows = figure_of(reader, "os"), figure_of(reader, "heat")
    assert survival.drawing
    assert survival.narrow
    assert (survival.drawing.height, survival.narrow.height, survival.rows) == (height, HEIGHT, 1)
    assert height_of(number) == PersonRows.of([], 620).height + number * 22
    assert rows.rows == (3 if number == 27 else 1)


def _treat(one: Participant, hour: int) -> None:
    fever(one, 2, 6)
    fever(one, 2, 12)
    dose(one, 2, hour)
