"""How signing in differs from allauth's default: nobody signs up, staff are invited."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up page; accounts are made by an administrator's invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse to open an account for who asks for one."""
        return False
