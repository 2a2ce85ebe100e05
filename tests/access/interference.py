"""See whether what other sites do changes what somebody reads: a count, a choice, a number, anything.

Every page is read by every role before and after another site begins to work. Where a page differs,
it tells of that site, by whatever way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from participants.routes import Route
from tests.access.asking import Answer, address, ask
from tests.access.expected import HOLDERS, OF_ONE_PERSON, READ_BY
from tests.access.rows import BUILDERS
from tests.access.world import Actor, World, add_place
from tests.factories import make_study

Pages = dict[tuple[str, str], Answer]
# The beginning of every place's word: a search for it finds the rows of all sites, if it may.
SEARCH = "q=zqx"


def find_interference(routes: Sequence[Route]) -> list[str]:
    """Build the sites one after another and name the pages that notice."""
    world = World()
    own = add_place(world, "OWN", make_study("ONE"))
    before = _pages(world, routes, nearest="OTHER")
    add_place(world, "OTHER", own.study)
    before |= _pages(world, routes, nearest="FAR")
    add_place(world, "FAR", make_study("TWO"))
    after = _pages(world, routes, nearest="OTHER") | _pages(world, routes, nearest="FAR")
    return [
        f"{path}: {label} notices another site"
        for (label, path), page in before.items()
        if page != after[label, path]
    ]


def _pages(world: World, routes: Sequence[Route], *, nearest: str) -> Pages:
    """Read every page that the roles whose nearest foreign place is `nearest` may read."""
    return {
        (actor.label, path): ask(world, actor, "GET", path)
        for actor in world.actors
        if actor.places and actor.foreign == nearest
        for route in routes
        for path in _paths(world, route, actor)
    }


def _paths(world: World, route: Route, actor: Actor) -> Iterator[str]:
    policy = route.policy
    if policy is None or policy.is_public or "GET" not in policy.methods:
        return
    wanted = {policy.capability, policy.read or (READ_BY.get(policy.model) if policy.model else None)} - {
        None
    }
    if any(actor.role not in HOLDERS[capability] for capability in wanted if capability is not None):
        return
    if policy.model is None:
        path = address(route)
        yield path
        yield f"{path}{'&' if '?' in path else '?'}{SEARCH}"
    elif policy.model in BUILDERS:
        row = world.row(policy.model, "OWN")
        person = OF_ONE_PERSON.get(policy.model)
        if person is None or getattr(row, person) == actor.person:
            yield address(route, row.pk)
