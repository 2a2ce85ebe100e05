"""How signing in differs from the package's default: nobody signs up, staff are invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.urls import reverse

if TYPE_CHECKING:
    from participants.models import StaffMember


def throttled_account(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Name the account that a sign-in tries, so that writing it in other letters is no new try."""
    typed = (credentials or {}).get("email") or request.POST.get("login", "")
    return str(typed).strip().lower()[:254]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up page, answers every failed sign-in alike, and leaves writing to actions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse to open an account for who asks for one."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> StaffMember | None:
        """Return who these credentials belong to; a disabled account is answered like an unknown one."""
        person: StaffMember | None = authenticate(request, **credentials)
        # The package keeps a disabled account whose password was right, to name it on a page of its own.
        AuthenticationBackend.unstash_authenticated_user()
        return person

    def set_password(self, user: StaffMember, password: str) -> None:
        """Set the password that somebody has chosen through their link."""
        from participants.actions.passwords import set_password
        from participants.audit import Actor

        set_password(by=Actor.of(user), person=user, password=password)

    def send_password_reset_mail(self, user: StaffMember, email: str, context: dict[str, Any]) -> None:
        """Send a link to who has forgotten their password; what became of it is not told."""
        from participants.actions.passwords import send_password_link
        from participants.audit import Actor

        send_password_link(by=Actor.machine("system:password reset"), person=user, letter="password_link")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Begin where somebody has work: administrators see no participant."""
        from participants.access import holds
        from participants.domain.roles import Capability

        person = cast("StaffMember", request.user)
        if not holds(person, Capability.READ_PARTICIPANTS) and holds(person, Capability.MANAGE_STAFF):
            return reverse("participants:administration")
        return str(settings.LOGIN_REDIRECT_URL)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing on top of the page that follows: it speaks for itself."""
