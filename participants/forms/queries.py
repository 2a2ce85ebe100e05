"""What is asked about the record, answered, and closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from participants.forms.fields import CleanCharField
from participants.forms.layout import plain_helper

NO_FIELDS: Mapping[str, str] = {}


class RaiseQueryForm(forms.Form):
    """A question to the site about an entry, one of its fields, or neither.

    `fields` are the names of the entry's columns in words; without any nothing is asked about them.
    """

    helper = plain_helper("field", "text")

    field = forms.ChoiceField(label="About", required=False)
    text = CleanCharField(label="Question", is_note=True, help_text="No names.")

    def __init__(self, *args: Any, fields: Mapping[str, str] = NO_FIELDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fields:
            choice = cast(forms.ChoiceField, self.fields["field"])
            choice.choices = [("", "The whole entry"), *fields.items()]
        else:
            del self.fields["field"]
            self.helper = plain_helper("text")


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
