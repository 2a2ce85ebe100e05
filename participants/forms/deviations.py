"""A person's judgement of a deviation."""

from __future__ import annotations

from django import forms

from participants.forms.fields import CleanCharField, StrictIntegerField
from participants.forms.layout import plain_helper
from participants.models import DeviationClass


class ClassifyForm(forms.Form):
    """Not a deviation, minor or important; `version` is the one that the person saw."""

    helper = plain_helper("classification", "comment")

    classification = forms.TypedChoiceField(
        label="Judgement", choices=DeviationClass.choices, coerce=DeviationClass, widget=forms.RadioSelect
    )
    comment = CleanCharField(
        label="Comment", required=False, help_text="Needed when it is not a deviation: say why."
    )
    version = StrictIntegerField(widget=forms.HiddenInput, required=False)

    def clean_version(self) -> int:
        """Return the version seen; without one, none that was ever current."""
        return self.cleaned_data["version"] or 0
