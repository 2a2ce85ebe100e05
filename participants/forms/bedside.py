"""What is seen at the bedside, in a few taps: what vital signs and cognition share.

An answer that nobody gave stays unknown: where the words say *none*, somebody has pressed it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from participants.forms.facts import FactForm
from participants.forms.fields import ClockTimeField, StudyDateField
from participants.models import Participant

NONE, NOT_KNOWN = "none", "unknown"
YES_NO = [("yes", "Yes"), ("no", "No")]
_ANSWERS = {"yes": True, "no": False}


def taps(label: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    """Return a field of which one answer is tapped; none need be."""
    kwargs.setdefault("required", False)
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **kwargs)


def many(label: str, choices: Any) -> forms.MultipleChoiceField:
    """Return a field of which several answers may be tapped."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class BedsideForm(FactForm):
    """Moment and reason: what vital signs and neurology share."""

    moments = (("on", "clock", "at"),)

    on = StudyDateField(label="Date")
    clock = ClockTimeField(label="Time")

    # What must be answered for a row to be made at all.
    answers: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Say whether nothing has been answered."""
        return all(self.cleaned_data.get(name) in (None, "", [], NOT_KNOWN) for name in self.answers)

    def _yes_no(self, name: str) -> bool | None:
        return _ANSWERS.get(self.cleaned_data.get(name, ""))


def typed_moment(participant: Participant, data: QueryDict | None) -> datetime | None:
    """Return the moment that a form about the bedside was sent with; None while it cannot be read."""
    form = BedsideForm(data, participant=participant)
    return form.cleaned_data.get("at") if form.is_bound and form.is_valid() else None
