"""What is chosen once narrows every figure and every list of participants behind a number."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from followup.dashboards.choice import Choice
from followup.dashboards.figure import Count
from followup.dashboards.page import FIGURES
from followup.dashboards.reading.frame import Frame
from participants.domain.written_dates import read_date
from participants.models import Participant, Site, StaffMember
from tests.factories import as_test, make_infused, make_site
from tests.followup.dashboards.support import (
    at,
    behind,
    die,
    figure_of,
    frame_of,
    grade,
    number,
    on_day,
    rows_of,
    warm,
)

pytestmark = pytest.mark.django_db


def aged(site: Site, years: int) -> Participant:
    one = make_infused(site, day=60)
    with as_test():
        Participant.objects.filter(pk=one.pk).update(
            age_at_consent_years=years, birth_on=None, birth_precision=""
        )
    return one


@pytest.mark.parametrize(
    ("years", "band"), [(11, "to-11"), (12, "12-to-17"), (17, "12-to-17"), (18, "from-18")]
)
def test_age_band_holds_its_ends(site: Site, reader: StaffMember, years: int, band: str) -> None:
    one = aged(site, years)
    found = {key for key in ("to-11", "12-to-17", "from-18") if one.pk in frame_of(reader, age=key).people}
    assert found == {band}


@pytest.mark.parametrize(("precision", "band"), [("day", {"to-11"}), ("year", set())])
def test_age_that_the_birth_date_leaves_open_is_in_no_band(
    site: Site, reader: StaffMember, precision: str, band: set[str]
) -> None:
    one = make_infused(site, day=60)
    agreed_on = frame_of(reader).people[one.pk].steps["screening"]
    # Some days before the twelfth birthday; of the year alone, 11 and 12 are possible.
    year = date(agreed_on.year - 12, 1, 1)
    born_on = year.replace(month=agreed_on.month) + timedelta(days=40)
    with as_test():
        Participant.objects.filter(pk=one.pk).update(
            birth_on=year if precision == "year" else born_on,
            birth_precision=precision, age_at_consent_years=None,
        )  # fmt: skip
    found = {key for key in ("to-11", "12-to-17", "from-18") if one.pk in frame_of(reader, age=key).people}
    assert found == band


def test_evaluable_leaves_out_who_is_pending_and_who_was_never_graded(
    site: Site, reader: StaffMember
) -> None:
    done, pending, ungraded = (
        make_infused(site, day=60),
        make_infused(site, day=10),
        make_infused(site, day=60),
    )
    for one in (done, pending):
        grade(one, 3, 1)
    for one in (done, ungraded):
        warm(one, at(one, 28))
    assert set(frame_of(reader, set="evaluable").members) == {done.pk}
    assert set(frame_of(reader).members) == {done.pk, pending.pk, ungraded.pk}


def test_evaluable_narrows_every_figure_of_the_denominator(site: Site, reader: StaffMember) -> None:
    one, other = make_infused(site, day=60), make_infused(site, day=60)
    grade(one, 3, 1)
    warm(one, at(one, 30))
    for key in ("maximum", "os", "nrm", "swimmer", "infections"):
        assert number(figure_of(reader, key, set="evaluable"), "n") == 1, key
        assert behind(figure_of(reader, key, set="evaluable"), "n") == {one.pk}, key
    assert behind(figure_of(reader, "os"), "n") == {one.pk, other.pk}


def test_people_behind_a_number_follow_the_choice(site: Site, desk: Client) -> None:
    young, old = aged(site, 5), aged(site, 19)
    page = desk.get("/dashboards/os/people/?of=n&age=to-11").content.decode()
    assert (young.study_id in page, old.study_id in page) == (True, False)


def test_analysis_set_takes_no_more_statements(site: Site, desk: Client) -> None:
    one = make_infused(site, day=60)
    grade(one, 3, 1)
    warm(one, at(one, 30))
    with CaptureQueriesContext(connection) as plain:
        desk.get("/dashboards/")
    with CaptureQueriesContext(connection) as narrowed:
        desk.get("/dashboards/?set=evaluable")
    assert len(narrowed) == len(plain)


def test_choice_travels_in_every_address_of_the_page(site: Site, desk: Client) -> None:
    grade(aged(site, 5), 3, 1)
    page = desk.get("/dashboards/?age=to-11&set=evaluable").content.decode()
    links = [part.split('"')[0] for part in page.split('href="/dashboards/')[1:]]
    assert all("age=to-11" in link and "set=evaluable" in link for link in links if ".csv" in link)
    assert all("age=to-11" in link and "set=evaluable" in link for link in links if "people" in link)


def test_unknown_values_are_no_choice(site: Site, reader: StaffMember) -> None:
    assert frame_of(reader, age="old", set="best").choice == frame_of(reader).choice


def test_numbers_of_a_life_table_open_whom_they_count(site: Site, reader: StaffMember) -> None:
    people = [make_infused(site, day=100) for _ in range(6)]
    for one in people:
        grade(one, 90, 0)
    die(people[0], 20)
    die(people[1], 40)
    figure = figure_of(reader, "os")
    assert behind(figure, "event-20") == {people[0].pk}
    assert behind(figure, "risk-40") == {one.pk for one in people[1:]}
    assert behind(figure, "censored-90") == {one.pk for one in people[2:]}


def test_every_count_of_every_figure_is_of_as_many_as_it_opens(site: Site, reader: StaffMember) -> None:
    people = [make_infused(site, day=60 + 20 * place) for place in range(6)]
    for place, one in enumerate(people):
        grade(one, 3, place % 4)
    die(people[0], 20)
    for key in ("flow", "accrual", "os", "efs", "nrm", "maximum", "severe", "freshness"):
        figure = FIGURES[key](frame_of(reader))
        cells = [cell for row in figure.table.rows for cell in row]
        for cell in [*figure.finding, *cells]:
            if isinstance(cell, Count) and cell.value:
                assert len(behind(figure, cell.group)) == cell.value, (key, cell.group)
    assert rows_of(figure_of(reader, "accrual"))


UNREADABLE = ["31/10/2026", "31.10.2026", "D+28", "soon"]


@pytest.mark.parametrize("typed", UNREADABLE)
def test_unreadable_data_cut_is_refused_beside_its_field(site: Site, desk: Client, typed: str) -> None:
    page = desk.get("/dashboards/", {"cut": typed}).content.decode()
    with pytest.raises(ValueError, match=r"\w") as refused:
        read_date(typed)
    assert escape(str(refused.value)) in page
    assert f'value="{typed}"' in page


def test_figures_stay_on_the_last_data_cut_that_could_be_read(site: Site, desk: Client) -> None:
    one = make_infused(site, day=60)
    before = on_day(one, 20)
    asked = {"cut": "31/10/2026", "stood": before.isoformat()}
    page = desk.get("/dashboards/", asked).content.decode()
    assert f"The data cut was not read. The figures below are those of {before:%d %b %Y}." in page
    assert f'name="stood" value="{before.isoformat()}"' in page


@pytest.mark.parametrize("path", ["flow.csv", "flow.svg", "tables.zip", "flow/", "flow/people/?of=n"])
def test_files_and_lists_refuse_an_unreadable_data_cut(site: Site, desk: Client, path: str) -> None:
    sign = "&" if "?" in path else "?"
    assert desk.get(f"/dashboards/{path}{sign}cut=31/10/2026").status_code == 400


def test_data_cut_in_the_future_says_what_it_was_set_to(site: Site, desk: Client) -> None:
    page = desk.get("/dashboards/?cut=2140-01-01").content.decode()
    today = site.today(timezone.now())
    assert f"01 Jan 2140 lies in the future: the data cut is set to today, {today:%d %b %Y}." in page


def test_data_cut_before_the_first_participant_says_so(site: Site, desk: Client) -> None:
    one = make_infused(site, day=60)
    assert "nobody counts yet" in desk.get("/dashboards/?cut=1990-01-01").content.decode()
    readable = desk.get(f"/dashboards/?cut={on_day(one, 10)}").content.decode()
    assert "nobody counts yet" not in readable


def test_form_sends_no_data_cut_that_nobody_chose(site: Site, desk: Client) -> None:
    make_infused(site, day=60)
    cut = re.compile(r'name="cut" value="([^"]*)"[^>]*placeholder="([^"]*)"')
    today = f"{site.today(timezone.now()):%d %b %Y}"
    found = [
        cut.findall(desk.get(f"/dashboards/{query}").content.decode()) for query in ("", "?cut=2026-03-02")
    ]
    assert found == [[("", f"today, {today}")], [("02 Mar 2026", "today")]]


def test_site_is_found_however_it_is_typed(site: Site, desk: Client) -> None:
    one = make_infused(site)
    page = desk.get(f"/dashboards/flow/people/?of=infused&site={site.code.lower()}").content.decode()
    assert one.study_id in page


def test_site_of_others_and_unknown_site_are_told_alike(site: Site, desk: Client) -> None:
    make_infused(site)
    for code in (make_site(site.study).code, "ZZZ"):
        page = desk.get(f"/dashboards/?site={code}").content.decode()
        assert f"there is no {code} among the sites of {site.study.code} open to you here" in page


@pytest.mark.parametrize(
    "path", ["flow/?", "flow.csv?", "flow.svg?", "tables.zip?", "flow/people/?of=infused&"]
)
def test_nothing_of_a_site_of_others_is_handed_out(site: Site, desk: Client, path: str) -> None:
    make_infused(site)
    codes = (make_site(site.study).code, "ZZZ")
    assert [desk.get(f"/dashboards/{path}site={code}").status_code for code in codes] == [400, 400]


def test_page_of_a_site_of_others_shows_no_figure(site: Site, desk: Client) -> None:
    make_infused(site)
    page = desk.get("/dashboards/?site=ZZZ").content
    assert b"dash-fig" not in page
    assert b"by the data cut" not in page


def test_page_of_a_site_of_others_suggests_the_day_of_the_own_sites(site: Site, reader: StaffMember) -> None:
    evening = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert Frame(reader, Choice(site="ZZZ"), evening).cut_on == date(2026, 3, 1)


def test_page_of_a_site_of_others_leads_to_nothing_of_that_site(site: Site, desk: Client) -> None:
    make_infused(site)
    found = []
    for code in (site.code, make_site(site.study).code, "ZZZ"):
        page = desk.get(f"/dashboards/?site={code}").content.decode()
        found.append(re.findall(rf'class="btn" href="/dashboards/([^"?]*)\?[^"]*site={code}"', page))
    assert found == [["tables.zip", "freeze/"], [], []]


def test_figure_says_below_its_title_whom_and_when_it_is_about(site: Site, desk: Client) -> None:
    one = make_infused(site, day=60)
    make_infused(site, day=3)
    cut = on_day(one, 20)
    page = desk.get(f"/dashboards/?cut={cut}").content.decode()
    assert page.count(f"as of {cut:%d %b %Y}</p>") == len(FIGURES)
    found = dict(re.findall(r'id="f-([\w-]+)">[^<]*</h2>\s*<p[^>]*>n = (\d+),', page))
    assert set(found) == set(FIGURES)
    assert (found["flow"], found["os"], found["severe"]) == ("1", "1", "0")
