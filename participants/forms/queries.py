"""What is asked about the record, answered, and closed."""

from __future__ import annotations

from django import forms

from participants.forms.fields import CleanCharField
from participants.forms.layout import plain_helper


class RaiseQueryForm(forms.Form):
    """A question to the site."""

    helper = plain_helper("text")

    text = CleanCharField(label="Question", is_note=True, help_text="No names.")


class AnswerForm(forms.Form):
    """What the site found, or corrected."""

    helper = plain_helper("answer")

    answer = CleanCharField(label="Answer", is_note=True, help_text="No names.")


class CloseForm(forms.Form):
    """Why a query is closed; needed where nobody has answered."""

    helper = plain_helper("reason")

    reason = CleanCharField(
        label="Reason", required=False, help_text="Needed when nobody has answered the query."
    )
