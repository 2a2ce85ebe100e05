"""What a person enters from the chart: weights, stays, drugs, laboratory values."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from participants.domain.analytes import ANALYTES, BY_CODE, unit_is_known, unit_name
from participants.domain.exposure import MedicationClass
from participants.domain.partial_dates import PartialDate, Precision
from participants.forms.facts import FactForm
from participants.forms.fields import (
    CleanCharField,
    ClockTimeField,
    PartialStudyDateField,
    StrictDecimalField,
    StudyDateField,
)
from participants.forms.layout import fields_row, plain_helper
from participants.models import HospitalStay, IntensiveCareStay, LabResult, Medication, Weight
from participants.models.base import Fact

_UNITS = list(dict.fromkeys(unit for analyte in ANALYTES for unit in analyte.units))


class WeightForm(FactForm):
    """A weight with its date."""

    helper = plain_helper(fields_row("on", "weight_kg"), "reason")

    on = StudyDateField(label="Weighed on")
    weight_kg = StrictDecimalField(label="Weight, kg", max_digits=5, decimal_places=2)

    def row(self) -> Weight:
        """Return the row as typed."""
        data = self.cleaned_data
        return Weight(participant=self.participant, on=data["on"], weight_kg=data["weight_kg"])


class StayForm(FactForm):
    """A stay in hospital; without an end it lasts."""

    columns: ClassVar[dict[str, str]] = {
        "admitted_at": "clock", "entered_at": "clock", "discharged_at": "until_clock",
        "left_at": "until_clock", "reason": "why",
    }  # fmt: skip
    moments = (("on", "clock", "admitted_at"), ("until_on", "until_clock", "discharged_at"))
    helper = plain_helper(fields_row("on", "clock"), "why", fields_row("until_on", "until_clock"), "reason")

    on = StudyDateField(label="Admitted on")
    clock = ClockTimeField(label="Time")
    until_on = StudyDateField(label="Discharged on", required=False, help_text="Empty while it lasts.")
    until_clock = ClockTimeField(label="Time of the discharge", required=False)
    why = CleanCharField(label="Why", max_length=200)

    def kept(self, fact: Fact) -> dict[str, Any]:
        """Return the values of the stay; its own reason is the field *why*."""
        return {"why": getattr(fact, "reason", "")}

    def row(self) -> HospitalStay | IntensiveCareStay:
        """Return the row as typed."""
        data = self.cleaned_data
        return HospitalStay(
            participant=self.participant,
            admitted_at=data["admitted_at"],
            discharged_at=data["discharged_at"],
            reason=data["why"],
        )


class IntensiveCareForm(StayForm):
    """A stay in intensive care; without an end it lasts."""

    moments = (("on", "clock", "entered_at"), ("until_on", "until_clock", "left_at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label, self.fields["until_on"].label = "Into intensive care on", "Out on"
        self.fields["until_clock"].label = "Time out"

    def row(self) -> IntensiveCareStay:
        """Return the row as typed."""
        data = self.cleaned_data
        return IntensiveCareStay(
            participant=self.participant,
            entered_at=data["entered_at"],
            left_at=data["left_at"],
            reason=data["why"],
        )


class MedicationForm(FactForm):
    """A drug with its coded classes: the grades read them."""

    dates_stand_alone = True
    columns: ClassVar[dict[str, str]] = {"started_at": "clock", "stopped_at": "until_clock"}
    helper = plain_helper(
        fields_row("name", "dose"),
        "classes",
        fields_row("started_on", "clock", "stopped_on", "until_clock"),
        "is_single",
        "is_rescue",
        "reason",
    )

    name = CleanCharField(label="Drug", max_length=100)
    dose = CleanCharField(label="Dose", max_length=60, required=False, help_text="As written, 8 mg/kg IV.")
    classes = forms.MultipleChoiceField(
        label="Class",
        choices=[(str(each), str(each).capitalize()) for each in MedicationClass],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Tocilizumab and siltuximab are anticytokine. None of them: other.",
    )
    started_on = PartialStudyDateField(
        label="Start", help_text="As much as is known: the month or the year alone will do."
    )
    clock = ClockTimeField(label="Time, if known", required=False)
    stopped_on = PartialStudyDateField(label="Stop", required=False, help_text="Empty while it goes on.")
    until_clock = ClockTimeField(label="Time of the stop, if known", required=False)
    is_single = forms.BooleanField(label="Given once: the start is the stop", required=False)
    is_rescue = forms.BooleanField(
        label="Rescue for CRS or ICANS: the grades at its start are kept beside it", required=False
    )
    moments = (("started_on", "clock", "started_at"), ("stopped_on", "until_clock", "stopped_at"))

    def kept(self, fact: Any) -> dict[str, Any]:
        """Return the values of the drug, its dates as far as they are known."""
        return super().kept(fact) | {"started_on": fact.start, "stopped_on": fact.stop}

    def clean(self) -> dict[str, Any]:
        """Let a drug that was given once stop where it starts."""
        data = super().clean()
        if data.get("is_single"):
            if data.get("stopped_on") is not None:
                self.add_error("is_single", "Given once: then it has no other stop; leave one of them empty.")
            data |= {"stopped_on": data.get("started_on"), "stopped_at": data.get("started_at")}
        return data

    def row(self) -> Medication:
        """Return the row as typed."""
        names = ("name", "dose", "classes", "started_at", "stopped_at", "is_rescue")
        values = {name: self.cleaned_data[name] for name in names}
        start, stop = self.cleaned_data["started_on"], self.cleaned_data["stopped_on"]
        if stop is not None:
            values |= {"stopped_on": stop.on, "stopped_precision": stop.precision}
        return Medication(
            participant=self.participant,
            started_on=start.on,
            started_precision=start.precision,
            **values,
        )

    def _moment(self, on: PartialDate | None, clock: Any, field: str) -> datetime | None:  # type: ignore[override]
        if on is not None and on.precision is not Precision.DAY:
            if clock is not None:
                self.add_error(field, f"{self.fields[field].label}: a time needs the day of its date.")
            return None
        return super()._moment(on.on if on else None, clock, field)


class LabForm(FactForm):
    """A laboratory value with its unit and the limits of the laboratory."""

    columns: ClassVar[dict[str, str]] = {"at": "clock"}
    moments = (("on", "clock", "at"),)
    helper = plain_helper(
        fields_row("analyte", "value", "unit"),
        fields_row("lower_limit", "upper_limit"),
        fields_row("on", "clock"),
        "reason",
    )

    analyte = forms.ChoiceField(
        label="Value of", choices=[("", "Choose"), *((each.code, each.name) for each in ANALYTES)]
    )
    value = StrictDecimalField(label="Value", max_digits=12, decimal_places=4, min_value=0)
    unit = forms.ChoiceField(
        label="Unit", choices=[("", "Choose"), *((unit, unit_name(unit)) for unit in _UNITS)]
    )
    lower_limit = StrictDecimalField(
        label="Lower limit", max_digits=12, decimal_places=4, min_value=0, required=False
    )
    upper_limit = StrictDecimalField(
        label="Upper limit", max_digits=12, decimal_places=4, min_value=0, required=False
    )
    on = StudyDateField(label="Sampled on")
    clock = ClockTimeField(label="Time")

    def clean_unit(self) -> str:
        """Refuse a unit in which the value is not reported: nothing is converted by guessing."""
        analyte, unit = self.cleaned_data.get("analyte", ""), self.cleaned_data["unit"]
        if analyte and not unit_is_known(analyte, unit):
            known = ", ".join(map(unit_name, BY_CODE[analyte].units))
            raise ValidationError(f"Unit: {BY_CODE[analyte].name} is reported in {known}.", code="unit")
        return str(unit)

    def row(self) -> LabResult:
        """Return the row as typed."""
        names = ("analyte", "value", "unit", "lower_limit", "upper_limit", "at")
        return LabResult(participant=self.participant, **{name: self.cleaned_data[name] for name in names})
