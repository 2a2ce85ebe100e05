"""Forms for disease assessments, relapses and causes of death."""

from __future__ import annotations

from typing import Any

from django import forms

from participants.domain.death_causes import CAUSE_NAMES, DeathCause
from participants.forms.about import ONLY_IF_ASKED, ParticipantForm
from participants.forms.fields import CleanCharField, StrictDecimalField, StudyDateField, YesNoUnknownField
from participants.forms.layout import fields_row, plain_helper
from participants.models import Cd19Status, RelapseSite, ResponseKind

TIMEPOINTS = [("D28", "Day 28"), ("M3", "Month 3"), ("", "Another day")]
_CAUSES = [(cause.value, name) for cause, name in CAUSE_NAMES.items()]


class ResponseForm(ParticipantForm):
    """A disease assessment."""

    on = StudyDateField(label="Assessed on")
    timepoint = forms.ChoiceField(label="For", choices=TIMEPOINTS, required=False)
    response = forms.TypedChoiceField(
        label="Response",
        choices=ResponseKind.choices,
        coerce=ResponseKind,
        widget=forms.RadioSelect,
        help_text="CR: marrow blasts < 5 %, none in blood or elsewhere, ANC ≥ 1.0 and platelets "
        "≥ 100 × 10⁹/L. CRi: the same without recovered counts.",
    )
    mrd_percent = StrictDecimalField(
        label="MRD, %", required=False, max_digits=8, decimal_places=5, min_value=0, max_value=100
    )
    is_mrd_negative = YesNoUnknownField(
        label="MRD negative, below 0.01 %",
        unknown="Not measured, or as the number says",
        initial="unknown",
    )
    reason = CleanCharField(label="Reason", required=False, help_text=ONLY_IF_ASKED)
    helper = plain_helper(
        fields_row("on", "timepoint"), "response", fields_row("mrd_percent", "is_mrd_negative"), "reason"
    )


class RelapseForm(ParticipantForm):
    """A relapse with its site."""

    on = StudyDateField(label="Date")
    site = forms.TypedChoiceField(
        label="Site", choices=[("", "Choose"), *RelapseSite.choices], coerce=RelapseSite
    )
    cd19 = forms.TypedChoiceField(
        label="CD19", choices=Cd19Status.choices, coerce=Cd19Status, initial=Cd19Status.UNKNOWN
    )
    is_mrd_only = forms.TypedChoiceField(
        label="Extent",
        choices=[("no", "Relapse"), ("yes", "MRD only: visits go on")],
        coerce=lambda written: written == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    reason = CleanCharField(label="Reason", required=False, help_text=ONLY_IF_ASKED)
    helper = plain_helper(fields_row("on", "site", "cd19"), "is_mrd_only", "reason")


class CausesForm(ParticipantForm):
    """What somebody died of."""

    main_cause = forms.TypedChoiceField(
        label="Main cause",
        choices=[("", "Not yet known"), *_CAUSES],
        coerce=DeathCause,
        required=False,
        empty_value=None,
        help_text="After a relapse the leukaemia is the main cause.",
    )
    contributory_causes = forms.TypedMultipleChoiceField(
        label="Contributory",
        choices=_CAUSES,
        coerce=DeathCause,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = CleanCharField(label="Why the cause changes", required=False)
    helper = plain_helper("main_cause", "contributory_causes", "reason")

    def __init__(self, *args: Any, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["reason"]
            self.helper = plain_helper("main_cause", "contributory_causes")
