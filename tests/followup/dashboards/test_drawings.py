"""How figures are drawn: for a desk and for a phone, with long names, and with the signs that they use."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client

from followup.dashboards.cells_html import table_html
from followup.dashboards.drawing.bars import Bar, draw_bars
from followup.dashboards.drawing.svg import NARROW, Drawing
from followup.dashboards.drawing.time_axis import TimeAxis
from followup.dashboards.figure import Cell, Figure, Table
from followup.dashboards.figures.clocks import MOST_STACKED, RIGHT
from followup.dashboards.figures.flow import shortened
from followup.dashboards.page import FIGURES
from followup.dashboards.stored import canonical, from_record, to_record
from followup.models import AnalysisPlan
from participants.actions.deviations import draft_deviation
from participants.domain.milestones import MilestoneKind
from participants.domain.vital_status import DAYS_PER_MONTH
from participants.models import Milestone, Participant, Site, StaffMember
from tests.factories import TEST, as_test, make_infused
from tests.followup.dashboards.support import (
    at,
    die,
    dose,
    figure_of,
    frame_of,
    grade,
    on_day,
    respond,
    serious,
)

pytestmark = pytest.mark.django_db

# A third of the page: fits a phone as it is.
THIRD = 420
LONG = "PACER-US-0012-0034-X"


def filled(site: Site, number: int) -> list[Participant]:
    people = [make_infused(site, day=100 + place) for place in range(number)]
    for place, one in enumerate(people):
        grade(one, 3, place % 5)
        respond(one, 28, "cr")
    return people


def drawing_of(reader: StaffMember, key: str) -> Drawing:
    drawing = figure_of(reader, key).drawing
    assert drawing is not None
    return drawing


def legend(figure: Figure) -> set[str]:
    return {words for _, words in figure.legend}


@pytest.mark.parametrize("number", [3, 6])
def test_every_wide_drawing_has_one_for_a_phone(site: Site, reader: StaffMember, number: int) -> None:
    filled(site, number)
    for key in FIGURES:
        figure = figure_of(reader, key)
        for drawing in (figure.drawing,) if figure.drawing else ():
            widths = [one.width for one in (drawing, figure.narrow) if one]
            assert widths in ([THIRD], [drawing.width, NARROW]), key


def test_page_holds_both_drawings_of_a_figure(site: Site, desk: Client) -> None:
    filled(site, 5)
    page = desk.get("/dashboards/os/").content.decode()
    assert len(re.findall(r'<svg class="fig fig-(?:wide|narrow)"', page)) == 2


def test_names_of_any_length_end_before_the_days_begin(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100, study_id=LONG)
    grade(one, 0, 2)
    for key in ("heat", "swimmer"):
        lefts = [
            float(x)
            for x in re.findall(
                r'<rect class="(?:crs-2 crs-e|bar-1)" x="([\d.]+)"', drawing_of(reader, key).svg
            )
        ]
        assert min(lefts) > 7 * len(LONG), key


def test_long_names_stand_above_their_rows_on_a_phone(site: Site, reader: StaffMember) -> None:
    grade(make_infused(site, day=100, study_id=LONG), 60, 0)
    narrow = figure_of(reader, "swimmer").narrow
    assert narrow is not None
    found = re.search(rf'<text class="t" x="2" y="([\d.]+)">{LONG}<', narrow.svg)
    bar = re.search(r'<rect class="bar-1" x="[\d.]+" y="([\d.]+)"', narrow.svg)
    assert found
    assert bar
    assert float(found[1]) < float(bar[1])


def test_record_of_before_there_were_drawings_for_phones_is_read(site: Site, reader: StaffMember) -> None:
    filled(site, 5)
    record = json.loads(canonical(to_record(FIGURES["os"](frame_of(reader)))))
    del record["narrow"]
    kept = from_record(record, lambda key, group: f"/{key}?of={group}")
    assert (kept.narrow, len(kept.drawings)) == (None, 1)


def test_legend_names_the_signs_that_were_drawn(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    assert legend(figure_of(reader, "swimmer")) == {"last known alive"}
    respond(one, 28, "cr")
    respond(one, 50, "nr")
    die(one, 60)
    shown = {"CR", "no response", "relapse", "after a relapse", "death"}
    assert legend(figure_of(reader, "swimmer")) == shown


def test_legend_of_grades_by_day_names_the_signs_that_were_drawn(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    grade(one, 60, 2)
    assert legend(figure_of(reader, "heat")) == {"blank: no grade on record"}
    grade(one, 2, 0)
    grade(make_infused(site, day=5), 3, 1)
    shown = {"grade 0", "blank: no grade on record", "day not reached"}
    assert legend(figure_of(reader, "heat")) == shown


def test_dose_before_the_infusion_is_not_drawn(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    dose(one, -2, 10)
    with as_test():
        Milestone.objects.create(participant=one, kind=MilestoneKind.ANAKINRA_FIRST, on=on_day(one, -2))
    assert "first anakinra dose" not in drawing_of(reader, "swimmer").svg


def test_competing_event_of_few_is_not_drawn_like_a_censoring(site: Site, reader: StaffMember) -> None:
    relapsed, alive = filled(site, 2)
    with as_test():
        Milestone.objects.create(participant=relapsed, kind=MilestoneKind.RELAPSE, on=on_day(relapsed, 60))
    svg = drawing_of(reader, "nrm").svg
    assert f"<title>{relapsed.study_id}: competing, 60 days</title>" in svg
    shapes = re.findall(r'<(\w+) class="ink-(\w)"', svg)
    assert sorted(shapes) == [("circle", "o"), ("path", "x")]
    assert alive.study_id in svg


def test_median_is_drawn_where_it_is_reached(site: Site, reader: StaffMember) -> None:
    people = filled(site, 5)
    assert "median" not in drawing_of(reader, "os").svg
    for place, one in enumerate(people[:3]):
        die(one, 61 + place)
    assert f"median {62 / DAYS_PER_MONTH:.1f}</text>" in drawing_of(reader, "os").svg


def test_numbers_at_risk_stand_under_the_marks_of_the_axis(site: Site, reader: StaffMember) -> None:
    filled(site, 5)
    svg = drawing_of(reader, "os").svg
    marks = re.findall(r'class="t-2 t-mid" x="([\d.]+)" y="229"', svg)
    assert marks == re.findall(r'class="t-2 t-mid" x="([\d.]+)" y="262"', svg)
    assert len(marks) > 2


@pytest.mark.parametrize(
    ("longest", "unit", "marks"),
    [
        (0, "days", [0, 1, 2, 3]),
        (28, "days", [0, 7, 14, 21, 28]),
        (56, "days", [0, 7, 14, 21, 28, 35, 42, 49, 56]),
        (57, "months", [0, 1, 2, 3]),
        (365, "months", [0, 2, 4, 6, 8, 10, 12]),
        (1500, "months", [0, 6, 12, 18, 24, 30, 36, 42, 48, 54]),
    ],
)
def test_time_axis_marks_whole_days_then_whole_months(longest: int, unit: str, marks: list[int]) -> None:
    axis = TimeAxis.of(longest, 9)
    assert (axis.unit, [number for number, _ in axis.marks]) == (unit, marks)
    assert axis.last_day >= longest


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (4, 6, "67 %"),
        (1, 8, "13 %"),
        (5, 8, "63 %"),
        (1, 6, "17 %"),
        (0, 300, "0 %"),
        (1, 300, "1 %"),
        (299, 300, "99 %"),
        (3, 3, "100 %"),
    ],
)
def test_share_beside_a_bar_is_rounded_but_never_to_all_or_none(part: int, whole: int, words: str) -> None:
    assert Bar("Visits", part, whole).words == words


def test_clocks_that_would_lie_on_one_another_are_counted(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    for number in range(MOST_STACKED + 1):
        serious(one, at(one, 10), at(one, 10, 20), f"S{number}")
    late = at(one, 10) + timedelta(days=9)
    serious(one, at(one, 10), late, "LATE")
    svg = drawing_of(reader, "clocks").svg
    assert f"<title>In time: {MOST_STACKED + 1}</title>" in svg
    assert f">{MOST_STACKED + 1}</text>" in svg
    late_at = re.search(
        r'class="red" transform="translate\(([\d.]+) [\d.]+\)" d="[^"]*"><title>Late: 1<', svg
    )
    assert late_at
    assert float(late_at[1]) < RIGHT


def test_few_clocks_are_drawn_one_by_one(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    for number in range(MOST_STACKED):
        serious(one, at(one, 10), at(one, 10, 20), f"S{number}")
    svg = drawing_of(reader, "clocks").svg
    assert svg.count(f"<title>{one.study_id}: in time, 2.0\N{NO-BREAK SPACE}h</title>") == MOST_STACKED
    assert legend(figure_of(reader, "clocks")) == {"reported in time"}


def test_legend_of_deviations_names_the_parts_that_were_drawn(site: Site, reader: StaffMember) -> None:
    one = make_infused(site)
    draft_deviation(by=TEST, participant=one, rule="late", subject="test:1", summary="A departure", days=3)
    assert legend(figure_of(reader, "deviations")) == {"to classify"}


def test_axis_of_accrual_ends_today_where_the_plan_is_not_drawn(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=100)
    with as_test():
        plan = AnalysisPlan.objects.create(
            study=site.study, accrual_from_on=on_day(one, -30), accrual_to_on=on_day(one, 900)
        )
    svg = drawing_of(reader, "accrual").svg
    assert 'class="future"' not in svg
    with as_test():
        AnalysisPlan.objects.filter(pk=plan.pk).update(planned_n=40)
    assert 'class="future"' in drawing_of(reader, "accrual").svg


def test_stage_that_nobody_reached_opens_nobody(site: Site, reader: StaffMember) -> None:
    make_infused(site, day=100)
    svg = drawing_of(reader, "flow").svg
    assert "of=infused&" in svg or 'of=infused"' in svg
    assert "of=triggered" not in svg


def test_flow_says_why_people_went_no_further(site: Site, reader: StaffMember) -> None:
    make_infused(site, day=10)
    assert ">no trigger so far 1</text>" in drawing_of(reader, "flow").svg


def test_reasons_without_room_are_counted_together() -> None:
    assert shortened("screen failure 4, withdrew 2, died 1") == "screen failure 4, other 3"
    assert shortened("died 2, withdrew 1") == "died 2, withdrew 1"


def test_file_explains_the_signs_of_a_drawing_and_says_n(
    site: Site, reader: StaffMember, desk: Client
) -> None:
    filled(site, 5)
    words = re.findall(r"<text[^>]*>([^<]*)</text>", desk.get("/dashboards/swimmer.svg").content.decode())
    assert legend(figure_of(reader, "swimmer")) <= set(words)
    assert any(line.startswith("n = 5, ") for line in words)


def test_share_stands_clear_of_long_counts_beside_it() -> None:
    svg = draw_bars([Bar("Assessments", 19237, 19241), Bar("M2", 1, 2)], "Visits").svg
    shares = {float(x) for x in re.findall(r'class="t t-b t-end" x="([\d.]+)"', svg)}
    assert len(shares) == 1
    assert shares.pop() < 416 - 8.5 * len("19237 of 19241")


@pytest.mark.parametrize(("rows", "thick"), [(4, 10), (5, 4)])
def test_few_bars_are_thicker_and_stay_in_the_drawing(rows: int, thick: int) -> None:
    drawing = draw_bars([Bar(f"M{place}", 1, 2) for place in range(rows)], "Visits")
    bars = re.findall(r'class="bar-t" x="8" y="([\d.]+)" width="408" height="([\d.]+)"', drawing.svg)
    assert [float(height) for _, height in bars] == [thick] * rows
    assert max(float(top) for top, _ in bars) + thick < drawing.height
    tops = [float(top) for top, _ in bars]
    assert min(low - high for high, low in pairwise(tops)) >= thick + 20


def test_pending_are_named_where_the_line_lies_low_at_the_right(site: Site, reader: StaffMember) -> None:
    filled(site, 7)
    grade(make_infused(site, day=5), 3, 0)
    assert ">1 pending</text>" in drawing_of(reader, "severe").svg


def test_figure_is_as_many_rows_high_as_its_drawing_needs(site: Site, reader: StaffMember) -> None:
    assert figure_of(reader, "heat").rows == 1
    for _ in range(20):
        grade(make_infused(site, day=30), 3, 1)
    assert (figure_of(reader, "heat").rows, figure_of(reader, "severe").rows) == (2, 1)


def test_legend_has_no_shade_that_cannot_be_seen(site: Site, reader: StaffMember) -> None:
    last, *_ = filled(site, 6)
    assert "fewer than 5 at risk" not in legend(figure_of(reader, "os"))
    respond(last, 60, "cr")
    assert "fewer than 5 at risk" in legend(figure_of(reader, "os"))


def test_column_of_words_stands_at_the_left_and_one_of_numbers_at_the_right() -> None:
    rows: list[list[Cell]] = [["M2", "done", 3, None], ["M3", None, 4, None]]
    written = table_html(Table("Visits", ["Visit", "Outcome", "Days", "Doses"], rows), lambda group: group)
    heads = re.findall(r'<th scope="col"([^>]*)>(\w+)', written)
    assert heads == [
        ("", "Visit"), (' class="nowrap"', "Outcome"), (' class="num"', "Days"), (' class="num"', "Doses")
    ]  # fmt: skip
    assert re.findall(r"<td([^>]*)>–", written) == [' class="num"', ' class="nowrap"', ' class="num"']
