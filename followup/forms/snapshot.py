"""The form that freezes the figures of a data cut."""

from __future__ import annotations

from django import forms

from participants.forms.fields import CleanCharField
from participants.forms.layout import plain_helper


class FreezeForm(forms.Form):
    """Why the figures are frozen."""

    reason = CleanCharField(
        label="Reason", help_text="What they are for, such as a meeting. Shown with the snapshot; audited."
    )
    helper = plain_helper("reason")
