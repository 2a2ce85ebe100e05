"""Ask every address as everybody, and report each answer that the design does not promise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import models

from participants.access import Policy
from participants.domain.roles import Capability
from participants.routes import Route
from tests.access.asking import Answer, address, ask, ask_forbidden, other_addresses
from tests.access.expected import BY_REFERENCE, HOLDERS, OF_ONE_PERSON, OWN_THINGS, PUBLIC, READ_BY, READ_ONLY
from tests.access.rows import BUILDERS
from tests.access.trail import changes, last_written
from tests.access.world import Actor, World

SAFE = ("GET", "HEAD")
METHODS = (*SAFE, "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# The methods by which a foreign row and a missing one are compared word for word.
COMPARED = ("GET", "POST")
MISSING = 987_654_321


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, and by which methods: by those that the page has, the first of a kind by all.

    One kind are those whom the table of rights treats alike at an address; that the rights are held
    as in the table is a test of its own. The first of a kind also compares a foreign row with none.
    """

    actor: Actor
    methods: tuple[str, ...]
    is_first: bool


def check_route(world: World, route: Route) -> list[str]:
    """Return a sentence for each thing about a route that breaks a promise."""
    policy = route.policy
    if policy is None:
        return [f"{route.pattern}: declares no policy"]
    found = list(_check_policy(route))
    for asker in _askers(world, route):
        if policy.is_public:
            found += _check_public(world, route, asker)
        elif not asker.actor.is_signed_in:
            found += _check_stranger(world, route, asker)
        elif policy.model is None:
            found += _check_collection(world, route, asker)
        else:
            found += _check_object(world, route, asker, policy.model)
    return [f"{route.pattern}: {sentence}" for sentence in found]


def _askers(world: World, route: Route) -> Iterator[Asker]:
    usual = tuple(method for method in COMPARED if method in _policy(route).methods)
    seen = set()
    for actor in world.actors:
        kind = _kind(world, route, actor)
        is_first = kind not in seen
        yield Asker(actor, METHODS if is_first else usual, is_first)
        seen.add(kind)


def _kind(world: World, route: Route, actor: Actor) -> tuple[bool, ...]:
    """Say by what the design tells somebody from others at an address."""
    policy = _policy(route)
    sees = policy.model in BUILDERS and _may_see(world, actor, policy)
    return actor.is_signed_in, sees, _holds(actor, policy.capability)


def _check_policy(route: Route) -> Iterator[str]:
    policy = route.policy
    assert policy is not None
    changes = bool(policy.methods - set(SAFE))
    if policy.is_public and route.name not in PUBLIC:
        yield "answers without a login, which the design does not promise"
    if policy.capability is not None and policy.capability not in HOLDERS:
        yield f"asks for {policy.capability!r}, which the table of expected rights does not know"
    if changes and policy.capability in READ_ONLY:
        yield f"changes things on the strength of {policy.capability!r}"
    if changes and policy.capability is None and not policy.is_public and route.name not in OWN_THINGS:
        yield "lets anybody who has signed in change things"
    if route.has_key and not policy.is_public and policy.model is None:
        yield "names a row but leaves it to the view to scope it"
    if policy.model is not None and policy.model not in BUILDERS:
        yield f"names a {policy.model.__name__}, for which the matrix has no builder"


def _check_public(world: World, route: Route, asker: Asker) -> Iterator[str]:
    actor, methods = asker.actor, _policy(route).methods
    for method in asker.methods:
        answer = ask(world, actor, method, address(route, MISSING))
        if method not in methods and answer.status != 405:
            yield f"{actor.label} {method}: {answer.status} instead of 405"
        if answer.status == 500:
            yield f"{actor.label} {method}: breaks"
        yield from leaks(world, actor, [answer])


def _check_stranger(world: World, route: Route, asker: Asker) -> Iterator[str]:
    """Who has not signed in learns nothing, not even whether an object exists."""
    actor, before = asker.actor, last_written()
    for pk in _keys(world, route):
        for method in asker.methods:
            answer = ask_forbidden(world, actor, method, address(route, pk))
            if answer.status != 302 or "/accounts/sign-in/" not in answer.text:
                yield f"{actor.label} {method}: {answer.status} instead of the sign-in page"
            yield from leaks(world, actor, [answer])
    yield from changes(actor, before, denials=0)


def _check_collection(world: World, route: Route, asker: Asker) -> Iterator[str]:
    if _holds(asker.actor, _policy(route).capability):
        yield from _check_allowed(world, route, asker, MISSING)
    else:
        _, found = _refuse(world, asker.actor, asker.methods, address(route, MISSING), 403)
        yield from found


def _check_object(world: World, route: Route, asker: Asker, model: type[models.Model]) -> Iterator[str]:
    policy, actor = _policy(route), asker.actor
    if model not in BUILDERS:
        return
    if _may_see(world, actor, policy):
        own = world.row(model, "OWN").pk
        if _holds(actor, policy.capability):
            yield from _check_allowed(world, route, asker, own)
        else:
            _, found = _refuse(world, actor, asker.methods, address(route, own), 403)
            yield from found
    foreign, found = _refuse(
        world, actor, asker.methods, address(route, world.row(model, actor.foreign).pk), 404
    )
    yield from found
    if not asker.is_first:
        return
    missing, found = _refuse(world, actor, COMPARED, address(route, MISSING), 404)
    yield from found
    for method in COMPARED:
        if foreign[method].text != missing[method].text:
            yield f"{actor.label} {method}: a row of {actor.foreign} is answered unlike a missing one"


def _check_allowed(world: World, route: Route, asker: Asker, pk: object) -> Iterator[str]:
    """See that a page answers, and that it tells nothing with any of its arguments."""
    actor = asker.actor
    answers = [ask(world, actor, method, address(route, pk)) for method in asker.methods]
    yield from _wrong_when_allowed(route, actor, answers)
    if asker.is_first:
        others = [ask(world, actor, "GET", path) for path in other_addresses(route, pk)]
        yield from (f"{actor.label} GET: breaks" for answer in others if answer.status == 500)
        answers += others
    yield from leaks(world, actor, answers)


def _refuse(
    world: World, actor: Actor, methods: Sequence[str], path: str, status: int
) -> tuple[dict[str, Answer], list[str]]:
    """Ask for what must not be had; return the answers by method, and what is wrong with them."""
    before = last_written()
    answers = [ask_forbidden(world, actor, method, path) for method in methods]
    found = [
        f"{actor.label} {answer.method}: {answer.status} instead of {status}"
        for answer in answers
        if answer.status != status
    ]
    found += changes(actor, before, denials=len(methods))
    return {answer.method: answer for answer in answers}, found + leaks(world, actor, answers)


def _policy(route: Route) -> Policy:
    assert route.policy is not None
    return route.policy


def _may_see(world: World, actor: Actor, policy: Policy) -> bool:
    """Say whether the design lets somebody see OWN's row at all."""
    assert policy.model is not None
    if person := OF_ONE_PERSON.get(policy.model):
        return bool(getattr(world.row(policy.model, "OWN"), person) == actor.person)
    read = policy.read or READ_BY.get(policy.model, Capability.READ_PARTICIPANTS)
    return bool(actor.places) and _holds(actor, read)


def _holds(actor: Actor, capability: Capability | None) -> bool:
    return capability is None or actor.role in HOLDERS.get(capability, set())


def _keys(world: World, route: Route) -> list[object]:
    model = _policy(route).model
    if model is None or model not in BUILDERS:
        return [MISSING]
    return [world.row(model, "OWN").pk, MISSING]


def _wrong_when_allowed(route: Route, actor: Actor, answers: Iterable[Answer]) -> Iterator[str]:
    """A page answers by its methods and refuses the others; an empty form is the form's own affair."""
    methods = route.policy.methods if route.policy else frozenset()
    for answer in answers:
        if answer.method not in methods:
            expected = {405}
        elif answer.method in SAFE:
            expected = {200, 302} | ({404} if route.name in BY_REFERENCE else set())
        else:
            expected = {200, 204, 302, 400, 409, 422}
        if answer.status not in expected:
            yield f"{actor.label} {answer.method}: {answer.status} instead of {sorted(expected)}"


def leaks(world: World, actor: Actor, answers: Iterable[Answer]) -> list[str]:
    """Find the words of places that the actor does not reach, in headers, body and file names."""
    hidden = [place for place in world.places.values() if place.name not in actor.places]
    return [
        f"{actor.label} {answer.method}: tells of {place.name}"
        for answer in answers
        for place in hidden
        if place.word in answer.text.lower()
    ]
