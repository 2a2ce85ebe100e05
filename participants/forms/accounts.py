"""The sign-in forms: those of the package with our words, and a limit to what is hashed."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from django import forms
from django.core.validators import MaxLengthValidator

# Hashing is slow on purpose, and slower for longer text.
LONGEST_PASSWORD = 256


def _tidy(form: forms.Form, labels: dict[str, str]) -> None:
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        if isinstance(field.widget, forms.PasswordInput):
            _limit(field)


def _limit(field: forms.Field) -> None:
    if isinstance(field, forms.CharField):
        field.max_length = LONGEST_PASSWORD
        field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))
    field.widget.attrs["maxlength"] = LONGEST_PASSWORD


class SignInForm(account_forms.LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"login": "E-mail address", "password": "Password"})
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class AskForLinkForm(account_forms.ResetPasswordForm):  # type: ignore[misc]
    """The address to which the link goes, if an account has it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"email": "E-mail address"})
        self.fields["email"].widget.attrs["autocomplete"] = "username"


class ChoosePasswordForm(account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"password1": "New password", "password2": "The same password again"})
