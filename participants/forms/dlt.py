"""The form by which an investigator assesses a dose-limiting toxicity."""

from __future__ import annotations

from crispy_forms.bootstrap import InlineRadios
from django import forms

from participants.forms.about import ParticipantForm
from participants.forms.fields import CleanCharField
from participants.forms.layout import plain_helper


class DltForm(ParticipantForm):
    """Dose-limiting or not, and why."""

    is_dlt = forms.TypedChoiceField(
        label="Dose-limiting",
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda written: written == "True",
        widget=forms.RadioSelect,
    )
    reason = CleanCharField(label="Reason", max_length=300, help_text="Shown beside the judgement.")
    helper = plain_helper(InlineRadios("is_dlt"), "reason")
