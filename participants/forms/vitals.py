"""Vital signs and support, in a few taps.

An answer that nobody gave stays unknown: where the words say *none*, somebody has pressed it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from participants.domain.crs_findings import OxygenDevice, Vasoactive, VentilationReason
from participants.domain.decimals import without_idle_zeros
from participants.domain.temperature import LIMITS_C, LIMITS_F
from participants.forms.bedside import NONE, NOT_KNOWN, YES_NO, BedsideForm, many, taps
from participants.forms.fields import CleanCharField, StrictDecimalField, StrictIntegerField
from participants.models import Observation, TemperatureUnit

CRS, OTHER_CAUSE = "crs", "other"
SIGNS = (("fever", "Fever"), ("hypotension", "Hypotension"), ("hypoxia", "Hypoxia"))
_PRESSURE = re.compile(r"([0-9]{2,3}) ?/ ?([0-9]{2,3})")
_VASOACTIVE_NAMES = {
    Vasoactive.NOREPINEPHRINE: "Norepinephrine",
    Vasoactive.EPINEPHRINE: "Epinephrine",
    Vasoactive.VASOPRESSIN: "Vasopressin",
    Vasoactive.DOPAMINE: "Dopamine",
    Vasoactive.PHENYLEPHRINE: "Phenyl\N{SOFT HYPHEN}ephrine",
    Vasoactive.ANGIOTENSIN_II: "Angiotensin II",
    Vasoactive.MILRINONE: "Milrinone",
    Vasoactive.DOBUTAMINE: "Dobutamine",
}
DEVICE_NAMES = {
    OxygenDevice.NONE: "Room air",
    OxygenDevice.NASAL_CANNULA: "Nasal cannula",
    OxygenDevice.BLOW_BY: "Blow-by",
    OxygenDevice.HIGH_FLOW_NASAL_CANNULA: "High-flow cannula",
    OxygenDevice.SIMPLE_FACEMASK: "Face mask",
    OxygenDevice.NONREBREATHER: "Non-rebreather",
    OxygenDevice.VENTURI_MASK: "Venturi mask",
    OxygenDevice.CPAP: "CPAP",
    OxygenDevice.BIPAP: "BiPAP",
    OxygenDevice.INVASIVE_VENTILATION: "Intubated",
}


def _degrees(temperature: Decimal | None) -> str:
    return "" if temperature is None else str(without_idle_zeros(temperature, places=1))


class VitalsForm(BedsideForm):
    """Vital signs and support, with the cause of each sign."""

    answers = (
        "temperature", "pressure", "heart_rate_per_min", "hypotension", "running", "o2_device",
        "o2_flow_lpm", "note",
    )  # fmt: skip

    columns: ClassVar[dict[str, str]] = {
        "at": "clock",
        "temperature_unit": "temperature",
        "systolic_mmhg": "pressure",
        "diastolic_mmhg": "pressure",
        "has_hypotension": "hypotension",
        "vasopressors": "running",
        "fever_has_other_cause": "cause",
        "hypotension_has_other_cause": "cause",
        "hypoxia_has_other_cause": "cause",
    }

    temperature = StrictDecimalField(label="Temperature", max_digits=5, decimal_places=2, required=False)
    temperature_unit = forms.ChoiceField(
        label="Unit",
        choices=TemperatureUnit.choices,
        initial=TemperatureUnit.CELSIUS,
        widget=forms.RadioSelect,
    )
    pressure = CleanCharField(label="Blood pressure", max_length=10, required=False)
    heart_rate_per_min = StrictIntegerField(label="Heart rate", required=False)
    hypotension = taps("Hypotension, by your judgement", [*reversed(YES_NO), (NOT_KNOWN, "Not assessed")])
    running = many("Running now", [(NONE, "None"), *((str(k), v) for k, v in _VASOACTIVE_NAMES.items())])
    o2_device = taps("Oxygen", [(str(key), name) for key, name in DEVICE_NAMES.items()])
    o2_flow_lpm = StrictDecimalField(
        label="Flow", max_digits=5, decimal_places=2, min_value=0, required=False
    )
    ventilation_reason = taps(
        "Intubated because of",
        [(str(each), str(each).replace("_", " ").capitalize()) for each in VentilationReason],
    )
    cause = taps(
        "Fever, hypotension and hypoxia, if any, are",
        [(CRS, "Attributed to CRS"), (OTHER_CAUSE, "Another cause"), (NOT_KNOWN, "Not known")],
        initial=CRS,
    )
    other_causes = many("Explained by another cause", SIGNS)
    note = CleanCharField(label="Note", required=False, help_text="No names.")

    def kept(self, fact: Any) -> dict[str, Any]:
        """Return an observation as its taps."""
        causes = {sign: getattr(fact, f"{sign}_has_other_cause") for sign, _ in SIGNS}
        known = [cause for cause in causes.values() if cause is not None]
        other = [sign for sign, cause in causes.items() if cause]
        both = fact.systolic_mmhg is not None
        return super().kept(fact) | {
            "temperature": _degrees(fact.temperature),
            "temperature_unit": fact.temperature_unit or TemperatureUnit.CELSIUS,
            "pressure": f"{fact.systolic_mmhg}/{fact.diastolic_mmhg}" if both else "",
            "hypotension": {True: "yes", False: "no", None: ""}[fact.has_hypotension],
            "running": [NONE] if fact.vasopressors == [] else fact.vasopressors,
            "cause": OTHER_CAUSE if other else CRS if known else NOT_KNOWN,
            "other_causes": other,
        }

    def clean_pressure(self) -> tuple[int, int] | None:
        """Read 78/44."""
        written = self.cleaned_data["pressure"]
        if not written:
            return None
        found = _PRESSURE.fullmatch(written)
        if found is None:
            raise ValidationError("Blood pressure: write both numbers, such as 78/44.", code="invalid")
        return int(found[1]), int(found[2])

    def clean_running(self) -> list[str] | None:
        """Return the running infusions, [] for none, None where nobody has answered."""
        chosen = self.cleaned_data["running"]
        if NONE in chosen and len(chosen) > 1:
            raise ValidationError("Running now: none, or these; not both.", code="both")
        return [] if chosen == [NONE] else chosen or None

    def clean(self) -> dict[str, Any]:
        """Refuse a temperature that cannot be in its unit, and ask which sign another cause explains."""
        data = super().clean()
        self._check_temperature()
        if data.get("cause") == OTHER_CAUSE and not data.get("other_causes"):
            self.add_error("other_causes", "Explained by another cause: choose which sign.")
        return data

    def _check_temperature(self) -> None:
        """Refuse it here, so that what is graded while it is typed never holds it."""
        typed, unit = self.cleaned_data.get("temperature"), self.cleaned_data.get("temperature_unit")
        if typed is None or not unit:
            return
        low, high = LIMITS_F if unit == TemperatureUnit.FAHRENHEIT else LIMITS_C
        if not low <= typed <= high:
            words = f"Temperature: must be between {low} and {high} {TemperatureUnit(unit).label}."
            self.add_error("temperature", ValidationError(words, code="range"))

    @property
    def is_blank(self) -> bool:
        """Say whether nothing has been answered; *none running* is an answer."""
        return super().is_blank and self.cleaned_data.get("running") is None

    def row(self) -> Observation:
        """Return the row as far as it could be read."""
        data = self.cleaned_data
        systolic, diastolic = data.get("pressure") or (None, None)
        values = {f"{sign}_has_other_cause": self._cause_of(sign) for sign, _ in SIGNS}
        device = data.get("o2_device", "")
        return Observation(
            participant=self.participant,
            at=data["at"],
            temperature=data.get("temperature"),
            temperature_unit=data.get("temperature_unit", "") if data.get("temperature") is not None else "",
            systolic_mmhg=systolic,
            diastolic_mmhg=diastolic,
            heart_rate_per_min=data.get("heart_rate_per_min"),
            has_hypotension=self._yes_no("hypotension"),
            vasopressors=data.get("running"),
            o2_device=device,
            o2_flow_lpm=None if device == OxygenDevice.NONE else data.get("o2_flow_lpm"),
            ventilation_reason=data.get("ventilation_reason", "") if device == "invasive_ventilation" else "",
            note=data.get("note", ""),
            **values,
        )

    def _cause_of(self, sign: str) -> bool | None:
        cause = self.cleaned_data.get("cause") or CRS
        if cause == NOT_KNOWN:
            return None
        return cause == OTHER_CAUSE and sign in self.cleaned_data.get("other_causes", [])
