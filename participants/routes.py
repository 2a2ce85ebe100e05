"""Every address that the resolver knows, with the policy that its view declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from participants.access import Policy, policy_of


@dataclass(frozen=True)
class Route:
    """One address pattern: its parts from the root, its reversible name and its view."""

    pattern: str
    name: str
    view: Callable[..., Any]
    converters: tuple[tuple[str, object], ...]

    @property
    def policy(self) -> Policy | None:
        """What the view declares; None means that nobody may use the address."""
        return policy_of(self.view)

    @property
    def has_key(self) -> bool:
        """Whether the address names a row by its primary key."""
        return ("pk", True) in [(name, isinstance(kind, IntConverter)) for name, kind in self.converters]


def routes(urlconf: str | None = None) -> list[Route]:
    """List all addresses of a URL configuration; None means the installation's."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", "", ()))


def _walk(
    patterns: Iterable[URLPattern | URLResolver],
    prefix: str,
    namespace: str,
    outer: Sequence[tuple[str, object]],
) -> Iterator[Route]:
    for entry in patterns:
        path = prefix + str(entry.pattern)
        converters = (*outer, *entry.pattern.converters.items())
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, path, inner, converters)
        else:
            yield Route(path, f"{namespace}{entry.name or ''}", entry.callback, converters)


def check_policies(**kwargs: Any) -> list[CheckMessage]:
    """Report every address without a policy, as a system check: such a site does not start."""
    return [
        Error(f"The address {route.pattern!r} declares no policy.", id="participants.E001")
        for route in routes()
        if route.policy is None
    ]
