"""Figures of large studies stand until a task has drawn them again, and show nobody more than before."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from followup.actions.standing import open_figures, refresh_figures
from followup.dashboards.choice import Choice
from followup.dashboards.figure import SHOWN_ROWS
from followup.dashboards.page import FIGURES, Page
from followup.models import StandingFigures
from participants.domain.roles import Role
from participants.models import Site, StaffMember
from tests.factories import delegate, make_infused, make_site, make_staff
from tests.followup.dashboards.support import die, dose, fever, grade
from tests.pages.crowd import make_crowd

pytestmark = pytest.mark.django_db

# The place of the next part of the figures.
NEXT = re.compile(r'<div class="dash-next" hx-get="([^"]+)".*?</div>', re.S)


@pytest.fixture(autouse=True)
def large_from_two(settings: Settings) -> None:
    """Let two participants make a large study."""
    settings.STANDING_FIGURES_FROM = 2


@pytest.fixture
def later() -> datetime:
    """Return a moment at which no transaction of the set-up can still be open."""
    return timezone.now() + timedelta(hours=1)


def opened(person: StaffMember, now: datetime, **chosen: str) -> Page:
    return open_figures(person=person, choice=Choice(**chosen), now=now)  # type: ignore[arg-type]


def drawn(person: StaffMember, now: datetime, **chosen: str) -> None:
    """Open a choice, and let the task draw it."""
    opened(person, now, **chosen)
    refresh_figures(now=now)


def infused(page: Page) -> str:
    accrual = next(figure for figure in page.figures if figure.key == "accrual")
    return str(accrual.finding[0])


def reader_of(*sites: Site) -> StaffMember:
    person = make_staff(Role.INVESTIGATOR, sites[0])
    for site in sites[1:]:
        delegate(person, Role.INVESTIGATOR, site=site)
    return person


def shown(desk: Client) -> str:
    page = desk.get("/dashboards/").content.decode()
    return page[page.index('class="page-head"') : page.index("</main>")]


def followed(desk: Client, page: str) -> str:
    """Put the parts that follow into their places, as the browser does."""
    while place := NEXT.search(page):
        page = page.replace(place[0], desk.get(unescape(place[1])).content.decode().strip())
    return page


def test_figures_of_a_small_study_are_read_when_they_are_opened(site: Site, reader: StaffMember) -> None:
    make_infused(site)
    page = opened(reader, timezone.now())
    assert (page.read_at, StandingFigures.objects.count()) == (None, 0)


def test_figures_of_a_large_study_stand_once_they_are_drawn(
    site: Site, reader: StaffMember, later: datetime
) -> None:
    make_crowd(site, 2)
    drawn(reader, later)
    make_infused(site)
    page = opened(reader, later + timedelta(minutes=3))
    assert (infused(page), page.counted, page.read_at) == ("2", 2, later)


def make_figures(site: Site) -> None:
    """Record something for every kind of figure."""
    make_crowd(site, SHOWN_ROWS + 3)
    people = [make_infused(site, day=100 + place) for place in range(6)]
    for place, one in enumerate(people):
        fever(one, 2, 10)
        fever(one, 2, 15)
        dose(one, 2, 16)
        grade(one, 3, place % 5)
    die(people[0], 40)


def test_standing_page_is_the_page_that_was_read_in_parts(site: Site, desk: Client) -> None:
    make_figures(site)
    read = shown(desk)
    in_parts = followed(desk, read)
    refresh_figures(now=timezone.now())
    standing = shown(desk)
    age = r"\. Figures of <time[^>]*>[0-9:]+ UTC</time>, 0\s+minutes ago"
    assert re.search(age, standing)
    assert re.sub(age, "", standing).split() == in_parts.split()
    assert (read.count("<figure"), in_parts.count("<figure")) == (3, len(FIGURES))


def test_parts_count_what_was_chosen(site: Site, desk: Client, settings: Settings) -> None:
    make_figures(site)
    address = "/dashboards/?denominator=treated&age=to-11&cut=2026-01-31"
    in_parts = followed(desk, desk.get(address).content.decode())
    settings.STANDING_FIGURES_FROM = 100
    at_once = desk.get(address).content.decode()
    figures = re.compile("<figure.*?</figure>", re.S)
    assert figures.findall(in_parts) == figures.findall(at_once)


@pytest.mark.parametrize(("address", "status"), [("fate/", 404), ("conduct/?site=XYZ", 400)])
def test_part_that_there_is_not_is_refused(site: Site, desk: Client, address: str, status: int) -> None:
    assert desk.get(f"/dashboards/parts/{address}").status_code == status


def test_changed_figures_are_drawn_again(site: Site, reader: StaffMember, later: datetime) -> None:
    make_crowd(site, 2)
    drawn(reader, later)
    make_infused(site)
    assert refresh_figures(now=later) == 1
    assert infused(opened(reader, later)) == "3"


def test_unchanged_figures_are_left_as_they_are(site: Site, reader: StaffMember, later: datetime) -> None:
    make_crowd(site, 2)
    drawn(reader, later)
    assert refresh_figures(now=later) == 0


def test_change_at_another_site_draws_nothing(site: Site, reader: StaffMember, later: datetime) -> None:
    make_crowd(site, 2)
    other = make_site(site.study)
    drawn(reader, later)
    make_infused(other)
    assert refresh_figures(now=later) == 0


def test_change_that_may_still_have_been_open_is_looked_at_again(site: Site, reader: StaffMember) -> None:
    make_crowd(site, 2)
    drawn(reader, timezone.now())
    assert refresh_figures(now=timezone.now()) == 1


def test_figures_are_drawn_again_on_another_day(site: Site, reader: StaffMember, later: datetime) -> None:
    make_crowd(site, 2)
    drawn(reader, later)
    assert refresh_figures(now=later + timedelta(days=1)) == 1


def test_figures_are_drawn_again_when_a_day_ends_at_one_of_the_sites(site: Site) -> None:
    evening = datetime(2030, 3, 1, 23, 30, tzinfo=UTC)
    berlin, midnight_in_chicago = make_site(site.study, zone="Europe/Berlin"), evening + timedelta(hours=7)
    make_crowd(site, 2)
    person = reader_of(site, berlin)
    drawn(person, evening)
    assert refresh_figures(now=midnight_in_chicago - timedelta(hours=1)) == 0
    assert refresh_figures(now=midnight_in_chicago) == 1


@pytest.mark.parametrize(("minutes", "again"), [(40, 0), (70, 1)])
def test_old_figures_are_drawn_again_for_who_opens_them(
    site: Site, reader: StaffMember, later: datetime, minutes: int, again: int
) -> None:
    make_crowd(site, 2)
    drawn(reader, later)
    opened_at = later + timedelta(minutes=minutes)
    assert refresh_figures(now=opened_at) == 0
    opened(reader, opened_at)
    assert refresh_figures(now=opened_at) == again


def test_figures_of_a_very_large_study_are_awaited(
    site: Site, desk: Client, settings: Settings, later: datetime
) -> None:
    settings.AWAITED_FIGURES_FROM = 2
    make_crowd(site, 2)
    awaited = desk.get("/dashboards/?denominator=treated").content.decode()
    assert "are being drawn" in awaited
    assert "dash-fig" not in awaited
    assert 'href="/dashboards/?denominator=treated"' in awaited
    assert refresh_figures(now=later) == 1
    at_last = desk.get("/dashboards/?denominator=treated").content.decode()
    assert ("are being drawn" in at_last, "dash-fig" in at_last) == (False, True)


def test_one_task_draws_at_a_time(site: Site, reader: StaffMember, later: datetime) -> None:
    make_crowd(site, 2)
    opened(reader, later)
    opened(reader, later, denominator="treated")
    make_infused(site)
    one = StandingFigures.objects.order_by("pk")[:1]
    StandingFigures.objects.filter(pk__in=[row.pk for row in one]).update(drawing_since=timezone.now())
    assert refresh_figures(now=later) == 0
    cut_short = timezone.now() - timedelta(minutes=31)
    StandingFigures.objects.filter(pk__in=[row.pk for row in one]).update(drawing_since=cut_short)
    assert refresh_figures(now=later) == 2
    assert not StandingFigures.objects.exclude(drawing_since=None).exists()


def test_drawing_that_fails_keeps_no_other_waiting(
    site: Site, reader: StaffMember, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_crowd(site, 2)
    opened(reader, later)
    make_infused(site)
    monkeypatch.setattr("followup.actions.standing.record_of", interrupted)
    with pytest.raises(OperationalError):
        refresh_figures(now=later)
    monkeypatch.undo()
    assert refresh_figures(now=later) == 1


def interrupted(page: Page) -> str:
    """Fail as a database does that was stopped in between."""
    raise OperationalError


def test_what_somebody_waits_for_is_drawn_first(
    site: Site, reader: StaffMember, settings: Settings, later: datetime
) -> None:
    make_crowd(site, 2)
    drawn(reader, later)
    settings.AWAITED_FIGURES_FROM = 2
    opened(reader, later, denominator="treated")
    make_infused(site)
    with CaptureQueriesContext(connection) as asked:
        assert refresh_figures(now=later) == 2
    begun = [one["sql"] for one in asked if re.search('SET "drawing_since" = (?!NULL)', one["sql"])]
    waited_for = StandingFigures.objects.get(query__contains="treated").pk
    assert [f'"id" = {waited_for}' in sql for sql in begun] == [True, False]


def test_figures_that_nobody_opens_are_forgotten(site: Site, reader: StaffMember, later: datetime) -> None:
    make_crowd(site, 2)
    opened(reader, later)
    assert (refresh_figures(now=later + timedelta(days=8)), StandingFigures.objects.count()) == (0, 0)


def test_figures_of_more_sites_are_not_shown_to_who_sees_fewer(
    site: Site, reader: StaffMember, later: datetime
) -> None:
    other = make_site(site.study)
    make_crowd(site, 2)
    make_crowd(other, 3, begin=10)
    everywhere = reader_of(site, other)
    for now in (later, later + timedelta(minutes=1)):
        assert (infused(opened(everywhere, now)), infused(opened(reader, now))) == ("5", "2")
        refresh_figures(now=now)


def test_who_sees_the_same_sites_shares_the_figures(site: Site, reader: StaffMember, later: datetime) -> None:
    make_crowd(site, 2)
    drawn(reader, later)
    assert opened(reader_of(site), later).read_at == later


def test_another_choice_has_figures_of_its_own(site: Site, reader: StaffMember, later: datetime) -> None:
    make_crowd(site, 2)
    drawn(reader, later)
    assert opened(reader, later, denominator="treated").read_at is None


def test_command_says_what_it_drew(site: Site, reader: StaffMember) -> None:
    make_crowd(site, 2)
    opened(reader, timezone.now())
    said = StringIO()
    call_command("refresh_figures", stdout=said)
    assert said.getvalue() == "1 page of figures drawn again.\n"
