"""Ask an address as somebody, and keep the answer without what differs each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.db import transaction

from followup.dashboards.page import FIGURES, PARTS
from participants.routes import Route
from tests.access.world import Actor, World

# A parameter other than pk, and what the matrix writes there; a new one must be named here. The
# first is asked as everybody, the others are read once by each kind of reader.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "uidb36": ("1",),
    "key": ("set-password",),
    "reference": ("0" * 32,),
    "kind": ("infusion",),
    "figure": ("flow", *FIGURES),
    "part": tuple(PARTS),
}
# What an address needs to be asked at all, beside its parameters.
QUERIES = {"followup:figure_people": "?of=infused", "followup:snapshot_people": "?of=infused"}
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
        heads = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
        return cls(method, response.status_code, _NONCE.sub("-", f"{heads}\n{_text(response)}"))


def _text(response: Any) -> str:
    """Return what an answer says; of an archive, what its files say."""
    body: bytes = response.getvalue()
    if response.headers.get("Content-Type") != "application/zip" or not body:
        return body.decode()
    with ZipFile(BytesIO(body)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode()}" for name in archive.namelist())


def address(route: Route, pk: object = "") -> str:
    """Write the address of a route. Raises KeyError for a parameter that ARGUMENTS does not know."""
    return next(_addresses(route, pk))


def other_addresses(route: Route, pk: object = "") -> list[str]:
    """Write the addresses of a route with the other arguments that it takes."""
    return list(_addresses(route, pk))[1:]


def _addresses(route: Route, pk: object) -> Iterator[str]:
    names = {found[1] or found[2] for found in _PARAMETER.finditer(route.pattern)} - {"pk"}
    for place in range(max((len(ARGUMENTS[name]) for name in names), default=1)):
        values = {name: ARGUMENTS[name][place % len(ARGUMENTS[name])] for name in names}
        yield _fill(route.pattern, values | {"pk": str(pk)}) + QUERIES.get(route.name, "")


def _fill(pattern: str, values: dict[str, str]) -> str:
    path = _PARAMETER.sub(lambda found: values[found[1] or found[2]], pattern)
    return "/" + path.replace("^", "").replace("$", "").replace("\\", "")


def ask(world: World, actor: Actor, method: str, path: str) -> Answer:
    """Ask once, and take back whatever the answer changed."""
    with transaction.atomic():
        answer = ask_forbidden(world, actor, method, path)
        transaction.set_rollback(True)
    return answer


def ask_forbidden(world: World, actor: Actor, method: str, path: str) -> Answer:
    """Ask for what must be refused; nothing is taken back, so that what it wrote can be seen."""
    return Answer.of(method, world.send(actor, method, path))
