"""Forms for signed consent, permission and assent."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from participants.forms.about import ParticipantForm
from participants.forms.fields import CleanCharField, StudyDateField
from participants.forms.layout import fields_row, plain_helper
from participants.models import ConsentKind, ConsentVersion, Participant, StaffMember, Study
from participants.powers import manages_sites_of

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


class ConsentVersionForm(forms.Form):
    """A new version of the consent form of a study."""

    study = forms.ModelChoiceField(label="Study", queryset=Study.objects.none(), empty_label=None)
    label = CleanCharField(label="Version", max_length=30, help_text="As it is printed, such as 2.0.")
    approved_on = StudyDateField(label="Approved on")
    asks_for_reconsent = forms.TypedChoiceField(
        label="Those already in the study",
        choices=[("no", "need not sign again"), ("yes", "consent to it again")],
        coerce=lambda written: written == "yes",
        widget=forms.RadioSelect,
    )
    helper = plain_helper(fields_row("study", "label", "approved_on"), "asks_for_reconsent")

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [study.pk for study in Study.objects.all() if manages_sites_of(person, study)]
        cast("forms.ModelChoiceField[Study]", self.fields["study"]).queryset = Study.objects.filter(
            pk__in=mine
        )
