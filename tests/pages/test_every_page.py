"""Every page that the resolver knows, in a real browser: quiet, no wider than its screen, open to everybody.

The pages come from the routes, the rows and people from the world of the access matrix: a page that
is added is looked at without being named here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from participants.routes import Route, routes
from tests.access.asking import address
from tests.access.world import Actor, World, build_world
from tests.pages.looking import FOR_AXE, Violation, complaints_of, violations_of

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

# Of all addresses at least so many are pages that somebody of the world may open.
FEWEST_PAGES = 100
# So that several workers share them.
PARTS = 4


@pytest.fixture
def world(transactional_db: None) -> World:
    """Return the people and rows of the access matrix."""
    return build_world()


@pytest.fixture(params=range(PARTS))
def pages(world: World, request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """Return the addresses of a part of all pages, under the label of the first person who may open each."""
    found = defaultdict(list)
    for route in routes()[request.param :: PARTS]:
        for actor, path in _pages(world, route):
            found[actor.label].append(path)
    assert sum(map(len, found.values())) >= FEWEST_PAGES // PARTS
    return found


def _pages(world: World, route: Route) -> Iterator[tuple[Actor, str]]:
    policy = route.policy
    if policy is None or "GET" not in policy.methods:
        return
    path = address(route, "" if policy.model is None else world.row(policy.model, "OWN").pk)
    for actor in world.actors:
        answer = world.send(actor, "GET", path)
        if answer.status_code == 200 and _is_page(answer):
            yield actor, path
            return


def _is_page(answer: HttpResponseBase) -> bool:
    """Tell a page from a file and from the part of a page that a script asks for."""
    text = answer.getvalue()[:200].decode(errors="replace")
    return text.lstrip().lower().startswith("<!doctype html>")


def look_at(
    browser: Browser,
    world: World,
    base: str,
    look: Callable[[BrowserContext, Actor], dict[str, Any]],
    **options: Any,
) -> dict[str, Any]:
    """Look with the sign-in of everybody of the world in turn; return what was found, by who and address."""
    found: dict[str, object] = {}
    for actor in world.actors:
        context = browser.new_context(**options)
        cookie = world.browser(actor).cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None:
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])
        found |= {f"{actor.label} {address}": what for address, what in look(context, actor).items()}
        context.close()
    return found


def test_every_page_is_quiet_and_fits_its_screen(
    browser: Browser, live_server: LiveServer, world: World, pages: dict[str, list[str]]
) -> None:
    def look(context: BrowserContext, actor: Actor) -> dict[str, list[str]]:
        return complaints_of(context, live_server.url, pages.get(actor.label, ()))

    assert look_at(browser, world, live_server.url, look) == {}


def test_axe_finds_nothing_on_any_page(
    browser: Browser, live_server: LiveServer, world: World, pages: dict[str, list[str]]
) -> None:
    def look(context: BrowserContext, actor: Actor) -> dict[str, list[Violation]]:
        return violations_of(context, live_server.url, pages.get(actor.label, ()))

    assert look_at(browser, world, live_server.url, look, **FOR_AXE) == {}
