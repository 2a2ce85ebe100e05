"""Every address x everybody x every method x every kind of object, derived from the URL resolver."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import is_valid_path, reverse
from pytest_django.plugin import DjangoDbBlocker

from participants.domain.roles import CAPABILITIES, Capability, Role
from participants.routes import Route, check_policies, routes
from tests.access import planted
from tests.access.asking import Answer, address, ask
from tests.access.expected import HOLDERS
from tests.access.matrix import check_route, leaks
from tests.access.world import World, build_world, in_one_minute

# Each test runs in a savepoint of the transaction that holds the world.
pytestmark = pytest.mark.django_db

ROUTES = routes()
MALFORMED = ("abc", "-1", "1.5", "1e3", "%D9%A3", "1%20or%201", "9" * 30)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build the world once for this module, and take it back at the end."""
    with in_one_minute(), django_db_blocker.unblock(), transaction.atomic():
        built = build_world()
        # All that stands now stays: the collector need not look at it again after each request.
        gc.collect()
        gc.freeze()
        yield built
        gc.unfreeze()
        transaction.set_rollback(True)


def _name(route: Route) -> str:
    return route.name or route.pattern


@pytest.mark.parametrize("route", ROUTES, ids=_name)
def test_address_keeps_its_promises_when_anybody_asks(world: World, route: Route) -> None:
    assert check_route(world, route) == []


@pytest.mark.parametrize("key", MALFORMED)
def test_malformed_key_is_not_found(world: World, key: str) -> None:
    """Ask where the key reaches a view; where no address has that shape, one answer stands for all."""
    actor = next(actor for actor in world.actors if actor.role is Role.COORDINATOR)
    paths = [address(route, key) for route in ROUTES if route.has_key]
    asked = [path for path in paths if is_valid_path(unquote(path))] or paths[:1]

    answers = {path: ask(world, actor, "GET", path).status for path in asked}

    assert answers == dict.fromkeys(asked, 404)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SAFETY])
def test_numbers_of_the_dashboards_open_nobody_else(world: World, role: Role) -> None:
    actor = next(actor for actor in world.actors if actor.role is role)
    numbers = _people_addresses(ask(world, actor, "GET", reverse("followup:dashboard")))

    answers = [ask(world, actor, "GET", path) for path in numbers]

    assert len(answers) > 10
    assert {answer.status for answer in answers} == {200}
    assert leaks(world, actor, answers) == []


def _people_addresses(page: Answer) -> list[str]:
    return sorted(
        {unescape(found) for found in re.findall(r'href="(/dashboards/[^"]*/people/[^"]*)"', page.text)}
    )


def test_every_address_declares_a_policy() -> None:
    assert check_policies() == []


def test_roles_hold_what_the_design_says() -> None:
    held = {
        capability: {role for role in Role if capability in CAPABILITIES[role]} for capability in Capability
    }

    assert held == HOLDERS


PLANTED = {
    "unscoped_export": "tells of",
    "missing_login": "answers without a login",
    "undeclared": "declares no policy",
    "unscoped_object": "leaves it to the view to scope it",
    "changing_reader": "changes things on the strength of",
    "leaking_file_name": "tells of",
    "unlike_missing": "is answered unlike a missing one",
}


@pytest.mark.parametrize(("fault", "sentence"), PLANTED.items())
def test_matrix_reports_the_fault_when_one_is_planted(world: World, fault: str, sentence: str) -> None:
    with override_settings(ROOT_URLCONF=planted.__name__):
        (route,) = [route for route in routes() if route.name == fault]

        found = check_route(world, route)

    assert any(sentence in finding for finding in found), found


def test_undeclared_address_is_refused_when_somebody_signed_in_asks(world: World) -> None:
    actor = next(actor for actor in world.actors if actor.role is Role.SYSTEM_ADMINISTRATOR)

    with override_settings(ROOT_URLCONF=planted.__name__):
        answer = ask(world, actor, "GET", "/planted/undeclared")

    assert answer.status == 403


def test_undeclared_address_stops_the_installation_from_starting() -> None:
    with override_settings(ROOT_URLCONF=planted.__name__):
        assert [fault.id for fault in check_policies()] == ["participants.E001"]
