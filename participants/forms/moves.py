"""Why an entry is taken back, and to whom it is moved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from participants.forms.fields import CleanCharField, IdentifierField
from participants.forms.layout import plain_helper
from participants.models import Participant
from participants.models.participant import ParticipantQuerySet


class TakeBackForm(forms.Form):
    """Why an entry was never true."""

    helper = plain_helper("reason")

    reason = CleanCharField(label="Reason")


class MoveForm(forms.Form):
    """The participant that an entry belongs to, among those whose record the person keeps."""

    helper = plain_helper("study_id", "reason")

    study_id = IdentifierField(label="Study id of the right participant", max_length=20)
    reason = CleanCharField(label="Reason", help_text="Kept in the history of both.")

    def __init__(self, *args: Any, people: ParticipantQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people

    def clean_study_id(self) -> Participant:
        """Find the participant; who is not there and who is elsewhere get the same answer."""
        found = self.people.filter(study_id__iexact=self.cleaned_data["study_id"]).first()
        if found is None:
            raise ValidationError("Study id: nobody of your sites has this study id.", code="unknown")
        return found
