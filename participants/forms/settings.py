"""The form of a study's settings."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.bootstrap import InlineRadios
from django import forms
from django.db import models

from participants.forms.fields import CleanCharField, StrictIntegerField, YesNoUnknownField
from participants.forms.layout import fields_row, plain_helper
from participants.models import Study
from participants.pages.setting_words import GROUPS

_WORDS = {words.field: words for _, group in GROUPS for words in group}


def _number(name: str) -> StrictIntegerField:
    """Return the field of a whole number with the bounds of its column."""
    column = cast("models.Field[Any, Any]", Study._meta.get_field(name))
    return StrictIntegerField(label=_WORDS[name].in_form, validators=column.validators)


class SettingsForm(forms.Form):
    """All settings of a study; what is left empty stays "set by the protocol, not entered"."""

    minimum_age_years = _number("minimum_age_years")
    maximum_age_years = _number("maximum_age_years")
    evidence_days = _number("evidence_days")
    assent_from_years = _number("assent_from_years")
    assent_to_years = _number("assent_to_years")
    follow_up_from_day = _number("follow_up_from_day")
    attempts_before_loss = _number("attempts_before_loss")
    unheard_days = _number("unheard_days")
    is_under_ind = YesNoUnknownField(label=_WORDS["is_under_ind"].in_form, unknown="Not entered")
    serious_report_hours = _number("serious_report_hours")
    counts_from_determination = forms.TypedChoiceField(
        label=_WORDS["counts_from_determination"].in_form,
        choices=[("False", "the sponsor's receipt"), ("True", "the determination")],
        coerce=lambda written: written == "True",
        widget=forms.RadioSelect,
    )
    serious_follow_up_days = _number("serious_follow_up_days")
    long_stay_days = _number("long_stay_days")
    dlt_list = CleanCharField(
        label=_WORDS["dlt_list"].in_form, is_note=True, rows=4, max_length=2000, required=False,
        help_text="As the protocol defines them; empty while nobody has entered it.",
    )  # fmt: skip
    same_infection_days = _number("same_infection_days")
    reason = CleanCharField(
        label="Reason", help_text="Kept in the audit trail with every value that changes."
    )
    helper = plain_helper(
        fields_row("minimum_age_years", "maximum_age_years"),
        fields_row("assent_from_years", "assent_to_years"),
        fields_row("evidence_days", "follow_up_from_day"),
        fields_row("attempts_before_loss", "unheard_days"),
        fields_row(InlineRadios("is_under_ind"), InlineRadios("counts_from_determination")),
        fields_row("serious_report_hours", "serious_follow_up_days"),
        fields_row("long_stay_days", "same_infection_days"),
        "dlt_list", "reason",
    )  # fmt: skip

    def settings(self) -> dict[str, Any]:
        """Return the settings as change_settings takes them, the reason left out."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


def kept(study: Study) -> dict[str, Any]:
    """Return the settings of a study as the form shows them."""
    return {name: getattr(study, name) for name in _WORDS}
