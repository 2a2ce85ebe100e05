"""The figures in a real browser: legible and within their place at any width, and nothing for axe to find."""

from __future__ import annotations

import os
import re
from typing import cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from followup.dashboards.page import FIGURES
from participants.models import Site, StaffMember
from tests.factories import make_infused
from tests.followup.dashboards.support import die, dose, fever, grade, respond, serious, stay

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

# Playwright runs a loop of its own in this thread; the pages are served by another.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The smallest text, text beyond the edge, and text on other text, of each drawing that is shown.
SMALLEST = 10.8
# 7 pt, as little as a journal prints.
SMALLEST_ON_PAPER = "9.3"
MEASURE = """() => [...document.querySelectorAll("svg.fig")].flatMap((svg) => {
  const width = svg.getBoundingClientRect().width, box = svg.viewBox.baseVal;
  if (!width) return [];
  const title = svg.closest("figure").querySelector("h2").textContent;
  return [...svg.querySelectorAll("text")].flatMap((text) => {
    const size = parseFloat(getComputedStyle(text).fontSize) * width / box.width, place = text.getBBox();
    const found = [];
    if (size < SMALLEST) found.push(`${title}: ${text.textContent} has ${size.toFixed(1)} px`);
    const isCut = place.x < -1 || place.x + place.width > box.width + 1;
    if (isCut) found.push(`${title}: ${text.textContent} is cut`);
    const one = text.getBoundingClientRect();
    for (const other of svg.querySelectorAll("text")) {
      const two = other.getBoundingClientRect();
      const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      const isBefore = text.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (isBefore && wide > 1 && high > TOUCHING * Math.min(one.height, two.height))
        found.push(`${title}: ${text.textContent} lies on ${other.textContent}`);
    }
    return found;
  });
})""".replace("TOUCHING", "0.3").replace("SMALLEST", str(SMALLEST))


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer, site: Site, reader: StaffMember) -> Page:
    """Return the dashboards of a trial with something in every figure, and long names."""
    for place in range(7):
        one = make_infused(site, day=60 + 20 * place, study_id=f"PACER-US-0012-{place:04d}-X")
        for day, hour in ((2, 10), (2, 15)):
            fever(one, day, hour)
        dose(one, 2, 16 + place)
        for day in (3, 20):
            grade(one, day, (place + day) % 5)
        respond(one, 28, "cr" if place else "nr")
        stay(one, 0, 9)
        serious(one, one.created_at, None, f"S-{place}")
        if place == 1:
            die(one, 50)
    client = Client()
    client.force_login(reader)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    opened = context.new_page()
    opened.goto(f"{live_server.url}/dashboards/")
    return opened


# A4 less its margins, in pixels.
PAPER = {"width": 703, "height": 1046}


def on_paper(page: Page, script: str) -> object:
    """Return what a script finds on a page that is laid out for printing."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    return page.evaluate(script)


def at_widths(page: Page, script: str) -> dict[int, object]:
    """Return what a script finds at each width of the window, where it finds anything."""
    found = {}
    for width in (360, 390, 820, 1024, 1240, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        if result := page.evaluate(script):
            found[width] = result
    return found


def test_text_of_every_drawing_is_legible_and_whole_at_any_width(page: Page) -> None:
    assert at_widths(page, MEASURE) == {}


def test_text_of_drawings_on_paper_is_whole_and_apart(page: Page) -> None:
    found = on_paper(page, MEASURE.replace(str(SMALLEST), SMALLEST_ON_PAPER))
    assert found == []


def test_no_figure_on_paper_is_split_between_pages(page: Page) -> None:
    split = f"""() => [...document.querySelectorAll(".dash-fig")].filter((figure) =>
      getComputedStyle(figure).breakInside != "avoid" || figure.offsetHeight > {PAPER["height"]}
    ).map((figure) => figure.querySelector("h2").textContent)"""
    assert on_paper(page, split) == []


def test_moment_of_reading_on_paper_stands_clear_above_the_title(page: Page) -> None:
    place = """() => [".foot", "h1"].map((one) => document.querySelector(one).getBoundingClientRect())
      .map((box) => [box.top, box.bottom])"""
    foot, title = cast(list[list[float]], on_paper(page, place))
    assert 0 <= foot[0] < foot[1] <= title[0]


def test_neither_drawings_nor_the_page_scroll_sideways(page: Page) -> None:
    wider = """() => [document.documentElement, ...document.querySelectorAll(".fig-body")]
      .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className)"""
    assert at_widths(page, wider) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.browser_context_args(bypass_csp=True)
def test_axe_finds_nothing(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found, whole = {}, page.url
    for path in ("", "heat/", "os/", "flow/"):
        page.goto(whole + path)
        violations = Axe().run(page).response["violations"]
        if violations:
            found[path] = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
    assert found == {}


def test_figures_of_a_large_study_appear_part_by_part(page: Page, settings: Settings) -> None:
    whole = keys_of(page)
    settings.STANDING_FIGURES_FROM = 2
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    expect(page.locator(".dash-fig")).to_have_count(len(whole))
    expect(page.locator(".dash-next")).to_have_count(0)
    assert (keys_of(page), said) == (whole, [])


def test_part_that_does_not_come_leaves_a_way_on(page: Page, settings: Settings) -> None:
    settings.STANDING_FIGURES_FROM = 2
    page.route("**/dashboards/parts/survival/*", lambda route: route.abort())
    page.reload()
    expect(page.locator(".dash-fig")).to_have_count(6)
    page.unroute("**/dashboards/parts/survival/*")
    page.get_by_role("link", name="look again").click()
    expect(page.locator(".dash-fig")).to_have_count(len(FIGURES))


def keys_of(page: Page) -> list[str]:
    """Return the keys of the figures, in their order."""
    keys: list[str] = page.eval_on_selector_all(".dash-fig h2", "all => all.map((one) => one.id.slice(2))")
    return keys


def test_paper_has_every_definition_and_the_choice(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator(".dash-chosen.dash-print").is_visible()
    for title, said in (("os", "From the infusion to death"), ("flow", "Everybody who was considered")):
        figure = page.locator("figure", has=page.locator(f"#f-{title}"))
        assert figure.get_by_text(said).is_visible(), title
        assert figure.get_by_text(re.compile("Source: .*, data cut")).is_visible(), title
