"""What a person says when a family cannot be reached any more, or is reached again."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.forms import model_to_dict

from followup.domain.windows import Outcome
from followup.forms.visits import ContactForm, VisitForm
from followup.models import ContactAttempt, Visit
from participants.forms.fields import CleanCharField, StudyDateField
from participants.forms.layout import fields_row, plain_helper


class ContactCorrectionForm(ContactForm):
    """One noted attempt as it was, and why the entry changes."""

    reason = CleanCharField(label="Reason")
    helper = plain_helper(fields_row("tried_on", "channel", "result"), "visit", "note", "reason")

    def __init__(self, *args: Any, attempt: ContactAttempt, **kwargs: Any) -> None:
        kept = ["tried_on", "channel", "result", "visit", "note"]
        super().__init__(*args, initial=model_to_dict(attempt, kept), **kwargs)
        # The visit that it is about may have been done since.
        choice = cast("forms.ModelChoiceField[Visit]", self.fields["visit"])
        visits = Visit.objects.filter(participant=attempt.participant_id)
        owed = Q(outcome=Outcome.OPEN, opens_on__isnull=False)
        choice.queryset = visits.filter(owed | Q(pk=attempt.visit_id)).order_by("opens_on", "pk")


class WhyTakenBackForm(VisitForm):
    """Why a noted attempt is taken back."""

    reason = CleanCharField(label="Reason")


class LostForm(VisitForm):
    """The day from which a participant counts as lost."""

    ids = "lost_%s"

    on = StudyDateField(label="Lost from")
    note = CleanCharField(label="Note", required=False)


class FoundForm(VisitForm):
    """How contact was made again."""

    ids = "found_%s"

    reason = CleanCharField(label="How contact was made again")
