"""Forms for withdrawal, death, the end of participation, and coming back."""

from __future__ import annotations

from typing import Any

from django import forms

from participants.forms.about import ONLY_IF_ASKED, ParticipantForm
from participants.forms.fields import CleanCharField, StudyDateField
from participants.forms.layout import fields_row, plain_helper
from participants.models import OffStudyReason, WithdrawalScope

# Death and withdrawal end participation by pages of their own.
LEAVING = [
    (reason.value, reason.label)
    for reason in (OffStudyReason.COMPLETED, OffStudyReason.LOST, OffStudyReason.OTHER)
]


class WithdrawalForm(ParticipantForm):
    """What the participant no longer takes part in, and why."""

    scope = forms.TypedChoiceField(
        label="Withdraws from",
        choices=WithdrawalScope.choices,
        coerce=WithdrawalScope,
        widget=forms.RadioSelect,
    )
    on = StudyDateField(label="Date")
    reason = CleanCharField(
        label="Reason", help_text="As the family or the investigator gave it, without a name."
    )
    helper = plain_helper("scope", fields_row("on"), "reason")


class DeathForm(ParticipantForm):
    """The date of death; a correction says why, and so does a day after which the record goes on."""

    on = StudyDateField(label="Date of death")
    note = CleanCharField(label="Note", required=False)
    reason = CleanCharField(label="Reason", required=False, help_text=ONLY_IF_ASKED)

    def __init__(self, *args: Any, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_correction:
            why = self.fields["reason"]
            why.label, why.required, why.help_text = "Why the date is corrected", True, ""
        self.helper = plain_helper(fields_row("on"), "note", "reason")


class OffStudyForm(ParticipantForm):
    """Why and when participation ended; a correction says why."""

    reason = forms.TypedChoiceField(
        label="Off study because", choices=LEAVING, coerce=OffStudyReason, widget=forms.RadioSelect
    )
    on = StudyDateField(label="Date")
    note = CleanCharField(label="Note", required=False, help_text="Needed for another reason.")
    why_changed = CleanCharField(label="Why the recorded end changes")

    def __init__(self, *args: Any, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["why_changed"]
        rest = [name for name in self.fields if name not in {"reason", "on"}]
        self.helper = plain_helper("reason", fields_row("on"), *rest)


class WhyForm(ParticipantForm):
    """The reason for taking something back."""

    reason = CleanCharField(label="Reason")
    helper = plain_helper("reason")
