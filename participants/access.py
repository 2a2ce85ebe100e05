"""Who may ask for what: every address declares it, and nothing undeclared is served.

The order of the answers is fixed, so that nothing can be learned from it: sign in first; an object
of a foreign site is a 404 like one that does not exist; then 403 for a right that is missing at
this site; only then 405 for a method that the page does not have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce, wraps
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from participants.audit import Actor, record_event
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Site, StaffMember, delegations_where, sites_where
from participants.models.base import ScopedQuerySet

# The largest primary key that both databases can be asked for.
LARGEST_KEY = 2**63 - 1


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: StaffMember


class View(Protocol):
    """A view function, as Django calls it."""

    def __call__(self, request: Any, /, *args: Any, **kwargs: Any) -> HttpResponse: ...


@dataclass(frozen=True)
class Policy:
    """Who may use an address; `capability` None with `is_public` False means anybody signed in."""

    capability: Capability | None = None
    model: type[models.Model] | None = None
    methods: frozenset[str] = frozenset({"GET", "HEAD"})
    is_public: bool = False
    read: Capability | None = None


def allow(
    capability: Capability | None,
    model: type[models.Model] | None = None,
    methods: str = "GET HEAD",
    read: Capability | None = None,
) -> Callable[[View], View]:
    """Declare who may use a view, and hand it the object that its `pk` names.

    With a `model`, the view is called as view(request, object): the object is looked up among the
    rows that the person may see at all (those of sites where they hold `read`; None asks for the
    model's own default), then the person must hold `capability` at the object's site. Without a
    model, the person must hold it somewhere.
    """
    policy = Policy(capability, model, _methods(methods), read=read)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: StaffRequest, *args: Any, pk: int | None = None, **kwargs: Any) -> HttpResponse:
            row = _scoped_object(request, policy, pk)
            site = site_of(row) if row is not None else None
            if capability is not None and not holds(request.user, capability, site):
                _record_denial(request, f"may not {capability}", site)
                raise PermissionDenied
            if request.method not in policy.methods:
                return HttpResponseNotAllowed(sorted(policy.methods))
            return view(request, *args, **kwargs) if row is None else view(request, row, *args, **kwargs)

        return _declared(guarded, policy)

    return declare


def public(view: View, methods: str = "GET HEAD") -> View:
    """Declare a view that needs no login."""
    policy = Policy(methods=_methods(methods), is_public=True)

    @wraps(view)
    def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in policy.methods:
            return HttpResponseNotAllowed(sorted(policy.methods))
        return view(request, *args, **kwargs)

    return _declared(open_to_all, policy)


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """Return what a view declares; None means nothing, and nobody may use it."""
    return getattr(view, "policy", None)


def _declared(view: Callable[..., HttpResponse], policy: Policy) -> View:
    view.policy = policy  # type: ignore[attr-defined]
    return cast(View, view)


def _methods(words: str) -> frozenset[str]:
    methods = frozenset(words.split())
    return methods | {"HEAD"} if "GET" in methods else methods


def _scoped_object(request: StaffRequest, policy: Policy, pk: int | None) -> models.Model | None:
    if policy.model is None:
        return None
    manager = cast("Any", policy.model._default_manager)
    rows = manager.visible_to(request.user, policy.read) if policy.read else manager.visible_to(request.user)
    if hasattr(rows, "for_pages"):
        rows = rows.for_pages()
    found: models.Model | None = rows.filter(pk=pk).first() if pk is not None and pk <= LARGEST_KEY else None
    if found is None:
        # Written for a foreign row and for none at all: how long the answer takes tells nothing either.
        _record_denial(request, f"{policy.model._meta.verbose_name} not visible")
        raise Http404
    return found


def _record_denial(request: StaffRequest, what: str, site: Site | None = None) -> None:
    record_event(by=Actor.of(request.user), kind="access.denied", reason=what, site=site)


def site_of(row: models.Model) -> Site | None:
    """Return the site that a row belongs to, None for a row of no single site."""
    rows = type(row)._default_manager.all()
    if not isinstance(rows, ScopedQuerySet):
        return cast("Site | None", getattr(row, "site", None))
    steps = rows.site_path.split("__") if rows.site_path else []
    return cast("Site | None", reduce(getattr, steps, row))


def holds(person: StaffMember, capability: Capability, site: Site | None = None) -> bool:
    """Say whether a person holds a capability now: at a site, or anywhere when `site` is None."""
    if site is None:
        return delegations_where(person, capability).exists()
    return sites_where(person, capability).filter(pk=site.pk).exists()


def require(by: Actor, capability: Capability, site: Site | None) -> None:
    """Refuse an action whose actor does not hold the capability; a machine under its name may act.

    Raises ActionRefused. The third layer after the URL's policy and the scoped read: it also
    guards commands and imports, which pass no URL.
    """
    if by.staff is not None and not holds(by.staff, capability, site):
        raise ActionRefused(None, f"{by.name} may not {capability} at this site.")


class AccessMiddleware:
    """Refuse what no policy allows; login is required unless a view is declared public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _session_is_too_old(request):
            logout(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Ask for the policy before Django calls the view."""
        policy = policy_of(view)
        if policy is not None and policy.is_public:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request, policy)
        if policy is None:
            raise PermissionDenied
        return None


def _to_sign_in(request: HttpRequest, policy: Policy | None) -> HttpResponse:
    """Send somebody to the sign-in page, and back to where they were if that can be asked again.

    Who sent a form is told that it was not saved: the page after signing in would look as if it were.
    """
    answer = redirect_to_login(_came_from(request, policy))
    # A part of a page must not be replaced by the sign-in page: the browser is told to leave it.
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(answer.url)
    if request.method == "POST":
        messages.warning(request, "You were no longer signed in: what you sent last has not been saved.")
    return answer


def _came_from(request: HttpRequest, policy: Policy | None) -> str:
    """Return the page that can be asked for again: of a part the page around it, else the first one."""
    if request.headers.get("HX-Request"):
        return urlsplit(request.headers.get("HX-Current-URL", "")).path or settings.LOGIN_REDIRECT_URL
    may_be_asked = request.method in {"GET", "HEAD"} or (policy is not None and "GET" in policy.methods)
    return request.get_full_path() if may_be_asked else settings.LOGIN_REDIRECT_URL


def _session_is_too_old(request: HttpRequest) -> bool:
    """Say whether the login is older than the absolute limit, however busy the session was."""
    began = request.session.get("signed_in_at")
    return began is None or timezone.now().timestamp() - began > settings.SESSION_ABSOLUTE_AGE
