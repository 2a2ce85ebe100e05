"""The page, its files and its lists: for whom, how many statements, and the same numbers everywhere."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.dashboards.drawing.svg import Drawing
from followup.dashboards.figure import Figure, Table
from followup.dashboards.links import Links
from followup.dashboards.page import FIGURES
from participants.models import AuditChange, Participant, Site, StaffMember
from tests.factories import make_infused, make_site
from tests.followup.dashboards.support import (
    ask,
    at,
    die,
    dose,
    figure_of,
    frame_of,
    grade,
    rows_of,
    serious,
    stay,
)

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 20


def filled(site: Site, number: int) -> list[Participant]:
    people = [make_infused(site, day=60 + 10 * place) for place in range(number)]
    for place, one in enumerate(people):
        grade(one, 3, place % 5)
        stay(one, -2, 9)
        serious(one, at(one, 4), at(one, 4 + place % 3), f"S-{one.pk}")
        ask(one, 20, answered=3 if place else None)
    die(people[0], 30)
    return people


def statements(desk: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert desk.get("/dashboards/").status_code == 200
    return len(asked)


def test_number_of_statements_stays_whatever_the_number_of_participants(site: Site, desk: Client) -> None:
    filled(site, 1)
    few = statements(desk)
    filled(site, 4)
    assert statements(desk) == few <= MOST_STATEMENTS


def test_doses_before_the_infusion_are_told_apart_within_the_same_number(site: Site, desk: Client) -> None:
    one, *_ = filled(site, 2)
    for day in (-2, -1, 3):
        dose(one, day, 12)
    assert statements(desk) <= MOST_STATEMENTS


def test_page_of_an_empty_trial_says_why_each_figure_is_empty(site: Site, desk: Client) -> None:
    page = desk.get("/dashboards/").content.decode()
    assert page.count('class="fig-empty"') == len(FIGURES)


def test_every_number_opens_the_participants_behind_it(site: Site, desk: Client) -> None:
    filled(site, 5)
    page = desk.get("/dashboards/").content.decode()
    links = {unescape(link) for link in re.findall(r'class="fig-(?:number|link)" href="([^"]+)"', page)}
    assert links
    assert {desk.get(link).status_code for link in links} == {200}


def test_files_hold_the_numbers_of_the_tables(site: Site, reader: StaffMember, desk: Client) -> None:
    filled(site, 5)
    for key in FIGURES:
        content = desk.get(f"/dashboards/{key}.csv").content.decode("utf-8-sig")
        written = list(csv.reader(io.StringIO(content)))[1:]
        table, cut = figure_of(reader, key).table, frame_of(reader).cut_on.isoformat()
        shown = [[cut, *("" if value is None else str(value) for value in row)] for row in table.file_rows]
        assert written == shown, key


def test_drawing_as_a_file_says_what_it_shows_and_when(site: Site, reader: StaffMember, desk: Client) -> None:
    filled(site, 5)
    cut_on, drawn = frame_of(reader).cut_on, desk.get("/dashboards/os.svg").content.decode()
    said = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn)[:5])
    finding = "".join(map(str, figure_of(reader, "os").finding))
    for words in ("Overall survival", site.study.code, f"data cut {cut_on:%d %b %Y}", "as of ", finding):
        assert " ".join(words.split()) in " ".join(said.split()), words


def test_drawings_stand_alone(site: Site, reader: StaffMember, desk: Client) -> None:
    filled(site, 5)
    for key in FIGURES:
        answer = desk.get(f"/dashboards/{key}.svg")
        assert (answer.status_code == 204) == figure_of(reader, key).is_empty, key
        assert not re.search(r"var\(|<a |href=|<script", answer.content.decode()), key


def test_nobody_of_another_site_is_in_any_number(site: Site, reader: StaffMember) -> None:
    filled(site, 2)
    alone = {key: rows_of(figure_of(reader, key)) for key in FIGURES}
    filled(make_site(site.study), 2)
    assert {key: rows_of(figure_of(reader, key)) for key in FIGURES} == alone


def test_site_that_is_not_the_readers_shows_nobody(site: Site, desk: Client) -> None:
    other = make_site(site.study)
    hidden = filled(other, 1)[0]
    page = desk.get(f"/dashboards/?site={other.code}").content.decode()
    assert hidden.study_id not in page


def test_unknown_number_is_not_found(site: Site, desk: Client) -> None:
    assert desk.get("/dashboards/flow/people/?of=nothing").status_code == 404


def test_unknown_figure_is_not_found(site: Site, desk: Client) -> None:
    assert desk.get("/dashboards/nothing.csv").status_code == 404


def test_data_cut_in_the_future_is_today(site: Site, reader: StaffMember) -> None:
    later = site.today(timezone.now()) + timedelta(days=30)
    assert frame_of(reader, cut=later.isoformat()).cut_on == site.today(timezone.now())


def test_denominator_narrows_every_figure(site: Site, reader: StaffMember) -> None:
    filled(site, 3)
    assert figure_of(reader, "os", denominator="treated").is_empty


def test_archive_holds_the_tables_that_the_figures_hand_out(site: Site, desk: Client) -> None:
    filled(site, 5)
    answer = desk.get("/dashboards/tables.zip")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        for key in FIGURES:
            assert archive.read(f"{key}.csv") == desk.get(f"/dashboards/{key}.csv").content, key
        about = archive.read("about.csv").decode("utf-8-sig")
    assert "Denominator,Infused" in about
    assert AuditChange.objects.filter(kind="export", reason__startswith="tables:").count() == 1


def test_figure_alone_shows_its_definition_its_table_and_what_was_chosen(site: Site, desk: Client) -> None:
    filled(site, 5)
    page = desk.get("/dashboards/os/?age=12-to-17").content.decode()
    assert page.count("<figure") == 1
    assert 'fig-about" open' in page
    assert "12 to 17 years" in page


def test_every_figure_is_explained_in_the_docs() -> None:
    text = (settings.BASE_DIR / "docs" / "dashboards.md").read_text(encoding="utf-8")
    modules = {draw.__module__.replace(".", "/") + ".py" for draw in FIGURES.values()}
    assert not [module for module in modules if f"`{module}`" not in text]
    named = re.findall(r"`((?:followup|tests)/[\w/]+\.py)`", text)
    assert not [path for path in named if not (settings.BASE_DIR / path).is_file()]


@pytest.mark.parametrize("mark", ["--fig-future", "--fig-empty", "--fig-stop"])
def test_what_a_legend_names_keeps_a_tone_on_paper(mark: str) -> None:
    printed = (
        (settings.BASE_DIR / "static" / "tokens.css").read_text(encoding="utf-8").split("@media print")[1]
    )
    tone = re.search(rf"{mark}: (#\w{{6}});", printed)
    assert tone
    assert tone[1] != "#ffffff"


def test_sign_of_a_legend_can_be_the_mark_itself() -> None:
    drawing, nothing = Drawing(10, 10, "Flow"), Table("", (), [])
    figure = Figure("flow", "Flow", [], "", "", nothing, drawing, legend=[(".bar-2", "minor")])
    page = render_to_string(
        "followup/dashboard/_figure.html", {"figure": figure, "links": Links("/dashboards/", "")}
    )
    assert re.search(r'<rect class="key bar-2"[^>]*/></svg> minor</li>', page)
