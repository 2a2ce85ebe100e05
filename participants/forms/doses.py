"""A dose of anakinra as it was given, or why it was not; and the end of the treatment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone

from participants.domain.dosing import Route, Schedule, calculate_dose
from participants.forms.about import ParticipantForm
from participants.forms.facts import FactForm
from participants.forms.fields import (
    CleanCharField,
    ClockTimeField,
    IdentifierField,
    StrictDecimalField,
    StudyDateField,
)
from participants.forms.layout import fields_row, plain_helper
from participants.models import AnakinraDose, DoseReason, DoseState, Weight

_ASKED = (
    "state",
    fields_row("on", "clock"),
    "weight",
    fields_row("dose_mg", "schedule", "route"),
    "because",
    "reason_note",
    fields_row("lot", "expires_on"),
)


class DoseForm(FactForm):
    """One dose; without date and time it is now. The weights to choose from are those on record."""

    moments = (("on", "clock", "at"),)
    ahead = ("expires_on",)
    columns: ClassVar[dict[str, str]] = {"at": "clock", "dosing_weight_kg": "weight", "reason": "because"}
    helper = plain_helper(*_ASKED, "reason")

    state = forms.ChoiceField(label="The dose was", choices=DoseState.choices, widget=forms.RadioSelect)
    on = StudyDateField(label="Date", required=False)
    clock = ClockTimeField(label="Time", required=False, help_text="Empty date and time: now.")
    weight = forms.ChoiceField(label="Dosing weight", widget=forms.RadioSelect)
    dose_mg = StrictDecimalField(
        label="Dose, mg", max_digits=7, decimal_places=3, min_value=Decimal("0.001"), required=False
    )
    schedule = forms.ChoiceField(
        label="Schedule", choices=[(Schedule.Q12H, "every 12 h"), (Schedule.Q6H, "every 6 h")]
    )
    route = forms.ChoiceField(
        label="Route", choices=[(str(each), each.upper()) for each in Route], initial=Route.IV
    )
    because = forms.ChoiceField(
        label="On this schedule because of", choices=DoseReason.choices, initial=DoseReason.TRIGGER
    )
    reason_note = CleanCharField(
        label="Reason in words",
        required=False,
        help_text="Needed for a dose that was not given, an escalation, or anything out of the plan.",
    )
    lot = IdentifierField(label="Lot", max_length=40, required=False)
    expires_on = StudyDateField(label="Expiry", required=False)
    reason = CleanCharField(label="Why it is corrected", required=False)

    def __init__(self, *args: Any, weights: list[Weight], **kwargs: Any) -> None:
        self.weights = {str(weight.pk): weight for weight in weights}
        super().__init__(*args, **kwargs)
        choice = cast(forms.ChoiceField, self.fields["weight"])
        old = self._kept
        kept = [] if old is None else [("kept", f"{plain(old.dosing_weight_kg)} kg, as recorded")]
        choice.choices = [*kept, *((key, weight_words(weight)) for key, weight in self.weights.items())]
        if self.fact is None:
            del self.fields["reason"]
            self.helper = plain_helper(*_ASKED)

    @property
    def _kept(self) -> AnakinraDose | None:
        return self.fact if isinstance(self.fact, AnakinraDose) else None

    def kept(self, fact: Any) -> dict[str, Any]:
        """Return the values of the dose; its weight is kept unless another is chosen."""
        return super().kept(fact) | {"because": fact.reason, "weight": "kept", "reason": ""}

    def row(self) -> AnakinraDose:
        """Return the row as typed."""
        data, kept = self.cleaned_data, self._kept
        if data["weight"] == "kept" and kept is not None:
            weight_kg, weighed_on = kept.dosing_weight_kg, kept.weighed_on
        else:
            chosen = self.weights[data["weight"]]
            weight_kg, weighed_on = chosen.weight_kg, chosen.on
        return AnakinraDose(
            participant=self.participant,
            at=data["at"] or timezone.now().replace(second=0, microsecond=0),
            state=data["state"],
            dose_mg=data["dose_mg"] if data["state"] == DoseState.GIVEN else None,
            dosing_weight_kg=weight_kg,
            weighed_on=weighed_on,
            schedule=data["schedule"],
            route=data["route"],
            reason=data["because"],
            reason_note=data["reason_note"],
            lot=data["lot"],
            expires_on=data["expires_on"],
        )


class EndTreatmentForm(ParticipantForm):
    """Why no further dose follows."""

    helper = plain_helper("reason")

    reason = CleanCharField(label="Why the treatment ends")


def weight_words(weight: Weight) -> str:
    """Write a weight as a choice, with the dose that it gives."""
    dose = calculate_dose(weight.weight_kg)
    capped = ", capped" if dose.is_capped else ""
    return f"{plain(weight.weight_kg)} kg of {weight.on:%d %b %Y}: {plain(dose.dose_mg)} mg{capped}"


def plain(number: Decimal) -> str:
    """Write a number without idle zeros."""
    return f"{number.normalize():f}"
