"""Ask every address as everybody, and report each answer that the design does not promise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.core import mail
from django.db import models, transaction

from followup.models import Reminder, ReminderAttempt
from participants.domain.roles import Capability
from participants.models import AuditChange, AuditRow
from participants.routes import Route
from tests.access.expected import BY_REFERENCE, HOLDERS, OF_ONE_PERSON, OWN_THINGS, PUBLIC, READ_BY, READ_ONLY
from tests.access.rows import BUILDERS
from tests.access.world import Actor, World

SAFE = ("GET", "HEAD")
METHODS = (*SAFE, "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# The methods by which a foreign row and a missing one are compared word for word.
COMPARED = ("GET", "POST")
MISSING = 987_654_321
# A parameter other than pk, and what the matrix writes there; a new one must be named here.
ARGUMENTS = {
    "uidb36": "1",
    "key": "set-password",
    "reference": "0" * 32,
    "kind": "infusion",
    "figure": "flow",
}
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^()]*\)")
_NONCE = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|\b[0-9a-f]{32}\b')


@dataclass(frozen=True)
class Answer:
    """What an address answered."""

    method: str
    status: int
    text: str

    @classmethod
    def of(cls, method: str, response: Any) -> Answer:
        """Keep an answer without what differs each time: the form's token and the request's id."""
        body = response.getvalue()
        heads = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
        return cls(method, response.status_code, _NONCE.sub("-", f"{heads}\n{body.decode()}"))


def address(route: Route, pk: object = "") -> str:
    """Write the address of a route. Raises KeyError for a parameter that ARGUMENTS does not know."""

    def argument(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return str(pk) if name == "pk" else ARGUMENTS[name]

    path = _PARAMETER.sub(argument, route.pattern)
    return "/" + path.replace("^", "").replace("$", "").replace("\\", "")


def ask(world: World, actor: Actor, method: str, path: str) -> Answer:
    """Ask once, and take back whatever the answer changed, the session too."""
    client = world.client(actor)
    kept = deepcopy(client.cookies)
    with transaction.atomic():
        answer = Answer.of(method, client.generic(method, path))
        transaction.set_rollback(True)
    client.cookies = kept
    return answer


def check_route(world: World, route: Route) -> list[str]:
    """Return a sentence for each thing about a route that breaks a promise."""
    policy = route.policy
    if policy is None:
        return [f"{route.pattern}: declares no policy"]
    found = list(_check_policy(route))
    for actor in world.actors:
        if policy.is_public:
            found += _check_public(world, route, actor)
        elif not actor.is_signed_in:
            found += _check_stranger(world, route, actor)
        elif policy.model is None:
            found += _check_collection(world, route, actor)
        else:
            found += _check_object(world, route, actor, policy.model)
    return [f"{route.pattern}: {sentence}" for sentence in found]


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


def _check_public(world: World, route: Route, actor: Actor) -> Iterator[str]:
    policy = route.policy
    assert policy is not None
    for method in METHODS:
        answer = ask(world, actor, method, address(route, MISSING))
        if method not in policy.methods and answer.status != 405:
            yield f"{actor.label} {method}: {answer.status} instead of 405"
        if answer.status == 500:
            yield f"{actor.label} {method}: breaks"
        yield from _leaks(world, actor, answer)


def _check_stranger(world: World, route: Route, actor: Actor) -> Iterator[str]:
    """Who has not signed in learns nothing, not even whether an object exists."""
    before = _written()
    for pk in _keys(world, route):
        for method in METHODS:
            answer = ask_forbidden(world, actor, method, address(route, pk))
            if answer.status != 302 or "/accounts/sign-in/" not in answer.text:
                yield f"{actor.label} {method}: {answer.status} instead of the sign-in page"
            yield from _leaks(world, actor, answer)
    yield from _changes(actor, before, denials=0)


def _check_collection(world: World, route: Route, actor: Actor) -> Iterator[str]:
    policy = route.policy
    assert policy is not None
    path = address(route, MISSING)
    if policy.capability is not None and actor.role not in HOLDERS.get(policy.capability, set()):
        before = _written()
        answers = [ask_forbidden(world, actor, method, path) for method in METHODS]
        yield from _wrong(actor, answers, 403)
        yield from _changes(actor, before, denials=len(METHODS))
    else:
        answers = [ask(world, actor, method, path) for method in METHODS]
        yield from _wrong_when_allowed(route, actor, answers)
    for answer in answers:
        yield from _leaks(world, actor, answer)


def _check_object(world: World, route: Route, actor: Actor, model: type[models.Model]) -> Iterator[str]:
    policy = route.policy
    if policy is None or model not in BUILDERS:
        return
    own = world.row(model, "OWN")
    if _may_see(actor, own, policy.read or READ_BY.get(model, Capability.READ_PARTICIPANTS)):
        yield from _check_visible(world, route, actor, own.pk)
    missing = _forbidden(world, route, actor, MISSING, COMPARED)
    foreign = _forbidden(world, route, actor, world.row(model, actor.foreign).pk, METHODS)
    yield from missing.sentences + foreign.sentences
    texts = {answer.method: answer.text for answer in missing.answers}
    for one in foreign.answers:
        if one.method in texts and one.text != texts[one.method]:
            yield f"{actor.label} {one.method}: a row of {actor.foreign} is answered unlike a missing one"


def _check_visible(world: World, route: Route, actor: Actor, pk: object) -> Iterator[str]:
    policy = route.policy
    assert policy is not None
    path = address(route, pk)
    if policy.capability is not None and not _sees(actor, policy.capability):
        before = _written()
        answers = [ask_forbidden(world, actor, method, path) for method in METHODS]
        yield from _wrong(actor, answers, 403)
        yield from _changes(actor, before, denials=len(METHODS))
    else:
        answers = [ask(world, actor, method, path) for method in METHODS]
        yield from _wrong_when_allowed(route, actor, answers)
    for answer in answers:
        yield from _leaks(world, actor, answer)


@dataclass(frozen=True)
class _Refusals:
    answers: list[Answer]
    sentences: list[str]


def _forbidden(world: World, route: Route, actor: Actor, pk: object, methods: Sequence[str]) -> _Refusals:
    """Ask for what must not be found."""
    before = _written()
    answers = [ask_forbidden(world, actor, method, address(route, pk)) for method in methods]
    sentences = [*_wrong(actor, answers, 404), *_changes(actor, before, denials=len(methods))]
    for answer in answers:
        sentences += _leaks(world, actor, answer)
    return _Refusals(answers, sentences)


def ask_forbidden(world: World, actor: Actor, method: str, path: str) -> Answer:
    """Ask for what must be refused; nothing is taken back, so that what it wrote can be seen."""
    return Answer.of(method, world.client(actor).generic(method, path))


def _may_see(actor: Actor, row: models.Model, capability: Capability) -> bool:
    """Say whether the design lets somebody see a row of OWN at all."""
    if person := OF_ONE_PERSON.get(type(row)):
        return bool(getattr(row, person) == actor.person)
    return bool(actor.places) and _sees(actor, capability)


def _sees(actor: Actor, capability: Capability) -> bool:
    return actor.role in HOLDERS.get(capability, set())


def _keys(world: World, route: Route) -> list[object]:
    model = route.policy.model if route.policy else None
    if model is None or model not in BUILDERS:
        return [MISSING]
    return [world.row(model, "OWN").pk, MISSING]


def _wrong(actor: Actor, answers: Iterable[Answer], status: int) -> list[str]:
    return [
        f"{actor.label} {answer.method}: {answer.status} instead of {status}"
        for answer in answers
        if answer.status != status
    ]


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


def _leaks(world: World, actor: Actor, answer: Answer) -> list[str]:
    """Find the words of places that the actor does not reach, in headers, body and file names."""
    text = answer.text.lower()
    return [
        f"{actor.label} {answer.method}: tells of {place.name}"
        for place in world.places.values()
        if place.name not in actor.places and place.word in text
    ]


def _written() -> tuple[int, int, int]:
    """Return marks after which everything new is seen: changes, rows, and what no trail covers."""
    others = Reminder.objects.count() + ReminderAttempt.objects.count() + len(mail.outbox)
    return _last(AuditChange), _last(AuditRow), others


def _last(model: type[AuditChange] | type[AuditRow]) -> int:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0


def _changes(actor: Actor, before: tuple[int, int, int], *, denials: int) -> Iterator[str]:
    """A refused attempt writes its denial, once, and nothing else."""
    kinds = list(AuditChange.objects.filter(pk__gt=before[0]).values_list("kind", flat=True))
    after = _written()
    if kinds != ["access.denied"] * denials:
        yield f"{actor.label}: refused {denials} times, the trail holds {len(kinds)} entries: {set(kinds)}"
    if after[1:] != before[1:]:
        yield f"{actor.label}: a refused attempt has written"
