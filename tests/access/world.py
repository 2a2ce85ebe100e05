"""Three sites at which everything carries the site's own word, and people of every kind.

OWN and OTHER belong to one study, FAR to another: a role for all sites of the first study reaches
OWN and OTHER, never FAR. Everybody who asks works at OWN, or nowhere: somebody of OWN who asks for
what is OTHER's is a role of another site.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import time_machine
from django.core.handlers.base import BaseHandler
from django.db import models
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from participants.domain.roles import Role
from participants.models import StaffMember, Study
from tests import factories
from tests.access.expected import ALL_SITES
from tests.access.place import Place
from tests.access.records import record_everything
from tests.access.rows import BUILDERS


@dataclass(frozen=True)
class Actor:
    """Somebody who asks; `role` None holds nothing at present, `person` None has not signed in.

    `foreign` is the nearest place that they do not reach.
    """

    label: str
    person: StaffMember | None
    role: Role | None = None
    places: frozenset[str] = frozenset()
    foreign: str = "OWN"

    @property
    def is_signed_in(self) -> bool:
        """Whether a request of theirs is anybody's at all."""
        return self.person is not None and self.person.is_active


@dataclass
class World:
    """Everything that the matrix asks with and asks for."""

    places: dict[str, Place] = field(default_factory=dict)
    actors: list[Actor] = field(default_factory=list)
    rows: dict[tuple[type[models.Model], str], models.Model] = field(default_factory=dict)
    browsers: dict[str, RequestFactory] = field(default_factory=dict)

    @cached_property
    def handler(self) -> BaseHandler:
        """All of PACER from the first middleware on, without what a test client adds for a look inside."""
        handler = BaseHandler()
        handler.load_middleware()
        return handler

    def send(self, actor: Actor, method: str, path: str) -> HttpResponseBase:
        """Send a request of an actor, who always comes with the cookies of their sign-in."""
        request = self.browser(actor).generic(method, path)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.handler.get_response(request)

    def browser(self, actor: Actor) -> RequestFactory:
        """Return what builds the requests of an actor, signed in if they can be."""
        if actor.label not in self.browsers:
            browser, client = RequestFactory(), Client()
            if actor.person is not None:
                client.force_login(actor.person)
            browser.cookies = client.cookies
            self.browsers[actor.label] = browser
        return self.browsers[actor.label]

    def row(self, model: type[models.Model], place: str) -> models.Model:
        """Return a row of a model at a place. Raises KeyError for a model without a builder."""
        if (model, place) not in self.rows:
            self.rows[model, place] = BUILDERS[model](self.places[place])
        return self.rows[model, place]


@contextmanager
def in_one_minute() -> Iterator[None]:
    """Stop the clock, for pages say the minute, and keep the session where it can be taken back."""
    cookies = override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
    with cookies, time_machine.travel(timezone.now(), tick=False):
        yield


def build_world() -> World:
    """Build all places and all people."""
    world = World()
    add_place(world, "OWN", factories.make_study("ONE"))
    add_place(world, "OTHER", world.places["OWN"].study)
    add_place(world, "FAR", factories.make_study("TWO"))
    return world


def add_place(world: World, name: str, study: Study) -> Place:
    """Add a site with a member of staff in every role, a participant and their records."""
    word = f"zqx{name.lower()}"
    site = factories.make_site(study, code=f"{name[:2]}1", name=f"Hospital {word}")
    place = Place(name, word, site, study)
    world.places[name] = place
    for role in Role:
        # A role for all sites is nobody's in particular, and one person holds it for the study.
        if role not in ALL_SITES:
            place.staff[role] = _member(place, f"{word} {role}", role)
        elif name != "OTHER":
            place.staff[role] = _member(place, f"{role} of {study.code}", role)
    place.participant = factories.make_infused(site, study_id=f"{word.upper()}-1", day=40)
    place.departed = factories.make_enrolled(site, study_id=f"{word.upper()}-2")
    record_everything(place)
    if name == "OWN":
        world.actors += _actors(place)
        # Signing in leaves a mark in the trail: not in the middle of what is measured.
        for actor in world.actors:
            world.browser(actor)
    return place


def _member(place: Place, name: str, role: Role | None, **period: Any) -> StaffMember:
    address = f"{name.replace(' ', '.')}@example.org"
    person = factories.make_staff(None, email=address, name=name)
    if role is not None:
        factories.delegate(
            person, role, site=None if role in ALL_SITES else place.site, study=place.study, **period
        )
    return person


def _actors(place: Place) -> Iterator[Actor]:
    for role, person in place.staff.items():
        whole_study = role in ALL_SITES
        reached = frozenset({"OWN", "OTHER"} if whole_study else {"OWN"})
        yield Actor(str(role), person, role, reached, foreign="FAR" if whole_study else "OTHER")
    yield from _outsiders(place)


def _outsiders(place: Place) -> Iterator[Actor]:
    """People who hold nothing now, each for another reason."""
    now = timezone.now()
    past = {"starts_at": now - timedelta(days=9), "ends_at": now - timedelta(days=1)}
    disabled = _member(place, "disabled", Role.COORDINATOR)
    with factories.as_test():
        StaffMember.objects.filter(pk=disabled.pk).update(is_active=False)
    disabled.refresh_from_db()
    future = {"starts_at": now + timedelta(days=1)}
    yield Actor("anonymous", None)
    yield Actor("no role", _member(place, "no role", None))
    yield Actor("disabled", disabled)
    yield Actor("expired", _member(place, "expired", Role.COORDINATOR, **past))
    yield Actor("not begun", _member(place, "not begun", Role.INVESTIGATOR, **future))
