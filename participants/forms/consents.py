"""Forms for signed consent, permission and assent."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from participants.forms.about import ParticipantForm
from participants.forms.fields import CleanCharField, StudyDateField
from participants.forms.layout import fields_row, plain_helper
from participants.models import ConsentKind, ConsentVersion, Participant

NOTE_HELP = "No name and no initials: PACER keeps no contact data."


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A version of the consent form with the day of its approval."""

    def label_from_instance(self, obj: ConsentVersion) -> str:
        """Name the version as the form's foot does."""
        return f"Version {obj.label}, approved {obj.approved_on:%d %b %Y}"


class _SignedForm(ParticipantForm):
    version = VersionField(label="Consent form", queryset=ConsentVersion.objects.none(), empty_label=None)
    signed_on = StudyDateField(label="Signed on")
    note = CleanCharField(label="Note", required=False, help_text=NOTE_HELP)

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, participant=participant, **kwargs)
        versions = ConsentVersion.objects.filter(study=participant.site.study_id).order_by(
            "-approved_on", "-pk"
        )
        cast(VersionField, self.fields["version"]).queryset = versions


class ConsentForm(_SignedForm):
    """What was signed on one day; several people sign one form."""

    kinds = forms.TypedMultipleChoiceField(
        label="Who signed",
        choices=ConsentKind.choices,
        coerce=ConsentKind,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Who signed: choose at least one."},
    )
    helper = plain_helper("kinds", fields_row("signed_on", "version"), "note")


class ConsentCorrectionForm(_SignedForm):
    """A recorded signature as it should have been."""

    kind = forms.TypedChoiceField(
        label="Who signed", choices=ConsentKind.choices, coerce=ConsentKind, widget=forms.RadioSelect
    )
    reason = CleanCharField(label="Why the entry is corrected")
    helper = plain_helper("kind", fields_row("signed_on", "version"), "note", "reason")
