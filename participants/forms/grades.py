"""An investigator's signature under grades: the password anew, each time.

Source: 21 CFR 11.200(a)(1): a signing uses the components of the signature.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from participants.actions.sign_grades import HIGHEST
from participants.audit import Actor, record_event
from participants.forms.fields import CleanCharField
from participants.forms.layout import plain_helper
from participants.models import StaffMember

MOST_AT_ONCE = 1000


class SigningForm(forms.Form):
    """Asks for the password of who signs; a wrong one is recorded."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Signing means: I have judged these grades by the findings as recorded.",
    )

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        """Refuse another password than the signer's own."""
        written: str = self.cleaned_data["password"]
        if not self.person.check_password(written):
            record_event(by=Actor.of(self.person), kind="signature.refused", reason="wrong password")
            raise ValidationError("Your password: this is not it; nothing has been signed.", code="password")
        return written


class SignAllForm(SigningForm):
    """The keys of the grades that the page showed."""

    grades = forms.CharField(widget=forms.HiddenInput, max_length=20 * MOST_AT_ONCE)
    helper = plain_helper("password")

    def clean_grades(self) -> list[int]:
        """Read the keys."""
        keys = self.cleaned_data["grades"].split(",")
        if len(keys) > MOST_AT_ONCE or not all(
            key.isascii() and key.isdigit() and len(key) < 19 for key in keys
        ):
            raise ValidationError("The list of grades cannot be read.", code="invalid")
        return [int(key) for key in keys]


class SignGradeForm(SigningForm):
    """The investigator's grade beside the derived one."""

    value = forms.TypedChoiceField(
        label="Your grade",
        choices=[(grade, str(grade)) for grade in range(HIGHEST + 1)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    reason = CleanCharField(
        label="Reason", required=False, help_text="Needed where your grade differs from the derived one."
    )
    helper = plain_helper("value", "reason", "password")
