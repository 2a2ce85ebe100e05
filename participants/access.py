"""Who may ask for what: every URL declares it, and nothing undeclared is served.

The order of the answers is fixed, so that nothing can be learned from it: sign in first; an object
of a foreign site is a 404 like one that does not exist; then 403 for a right that is missing at
this site; only then 405 for a method that the page does not have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone

from participants.audit import Actor, record_event
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Site, StaffMember, delegations_where, sites_where

if TYPE_CHECKING:
    from participants.models.base import ScopedQuerySet


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: StaffMember


class View(Protocol):
    """A view function, as Django calls it."""

    def __call__(self, request: Any, /, *args: Any, **kwargs: Any) -> HttpResponse: ...


@dataclass(frozen=True)
class Policy:
    """Who may use a URL; `capability` None with `is_public` False means anybody who has signed in."""

    capability: Capability | None = None
    model: type[models.Model] | None = None
    methods: frozenset[str] = frozenset({"GET", "HEAD"})
    is_public: bool = False


def allow(
    capability: Capability | None, model: type[models.Model] | None = None, methods: str = "GET HEAD", read: Any = None
) -> Callable[[View], View]:
    """Declare who may use a view, and hand it the object that its `pk` names.

    With a `model`, the view is called as view(request, object): the object is looked up among the
    rows that the person may see at all (`read`, by default reading participants), then the person
    must hold `capability` at the object's site. Without one, the person must hold it somewhere.
    """
    policy = Policy(capability, model, frozenset(methods.split()) | {"HEAD"} if "GET" in methods else frozenset(methods.split()))

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: StaffRequest, *args: Any, pk: int | None = None, **kwargs: Any) -> HttpResponse:
            if model is not None:
                args = (_scoped_object(request, model, pk, read), *args)
            if capability is not None and not _holds(request.user, capability, args[0] if model else None):
                raise PermissionDenied
            if request.method not in policy.methods:
                return HttpResponseNotAllowed(sorted(policy.methods))
            return view(request, *args, **kwargs)

        guarded.policy = policy  # type: ignore[attr-defined]
        return cast(View, guarded)

    return declare


def public(view: View) -> View:
    """Declare a view that needs no login."""
    view.policy = Policy(is_public=True)  # type: ignore[attr-defined]
    return view


def _scoped_object(request: StaffRequest, model: type[models.Model], pk: int | None, read: Any) -> models.Model:
    rows = cast("ScopedQuerySet[Any]", model._default_manager.all())
    rows = rows.visible_to(request.user, read) if read else rows.visible_to(request.user)
    if hasattr(rows, "for_pages"):
        rows = rows.for_pages()
    found = rows.filter(pk=pk).first() if pk is not None and pk < 2**63 else None
    if found is None:
        if pk is not None and pk < 2**63 and model._default_manager.filter(pk=pk).exists():
            record_event(by=Actor.of(request.user), kind="access.denied", reason=f"{model._meta.label_lower} not visible")
        raise Http404
    return found


def site_of(row: models.Model) -> Site | None:
    """Return the site that a row belongs to, None for a row of a whole study."""
    if isinstance(row, Site):
        return row
    owner = getattr(row, "participant", row)
    return cast("Site | None", getattr(owner, "site", None))


def holds(person: StaffMember, capability: Capability, site: Site | None = None) -> bool:
    """Say whether a person holds a capability now: at a site, or anywhere when `site` is None."""
    if site is None:
        return delegations_where(person, capability).exists()
    return sites_where(person, capability).filter(pk=site.pk).exists()


def _holds(person: StaffMember, capability: Capability, row: models.Model | None) -> bool:
    return holds(person, capability, site_of(row) if row is not None else None)


def require(by: Actor, capability: Capability, site: Site | None) -> None:
    """Refuse an action whose actor does not hold the capability; a machine under its name may act.

    Raises ActionRefused. The third layer after the URL's policy and the scoped read: it also
    guards commands and imports, which pass no URL.
    """
    if by.staff is not None and not holds(by.staff, capability, site):
        raise ActionRefused(None, f"{by.name} is not delegated to {capability} at this site.")


class AccessMiddleware:
    """Refuse what no policy allows; login is required unless a view is declared public."""

    # Sign-in pages and static files come from packages and carry no policy of ours.
    PUBLIC_MODULES = ("allauth.", "django.contrib.staticfiles.")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _session_is_too_old(request):
            logout(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
            if response.status_code == 403:
                record_event(by=Actor.of(cast(StaffMember, request.user)), kind="access.denied", reason="no such right")
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Ask for the policy before Django calls the view."""
        policy: Policy | None = getattr(view, "policy", None)
        if (policy and policy.is_public) or view.__module__.startswith(self.PUBLIC_MODULES):
            return None
        if policy is None:
            if not settings.IS_PRODUCTION:
                raise ImproperlyConfigured(f"{view.__module__}.{getattr(view, '__name__', view)} declares no policy.")
            raise PermissionDenied
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return None


def _session_is_too_old(request: HttpRequest) -> bool:
    """Say whether the login is older than the absolute limit, however busy the session was."""
    began = request.session.get("signed_in_at")
    return began is not None and timezone.now().timestamp() - began > settings.SESSION_ABSOLUTE_AGE
