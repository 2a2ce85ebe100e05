"""What is seen at the bedside, in a few taps: vital signs and support, and the test of cognition.

An answer that nobody gave stays unknown: where the words say *none*, somebody has pressed it.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from participants.domain.crs_findings import OxygenDevice, Vasoactive, VentilationReason
from participants.domain.icans_findings import ICE_ITEMS, CerebralOedema, Consciousness, Instrument, Seizure
from participants.forms.facts import FactForm
from participants.forms.fields import (
    CleanCharField,
    ClockTimeField,
    StrictDecimalField,
    StrictIntegerField,
    StudyDateField,
)
from participants.models import NeuroAssessment, Observation, TemperatureUnit

NONE, MORE, UNABLE = "none", "more", "unable"
CRS, OTHER_CAUSE, NOT_KNOWN = "crs", "other", "unknown"
SIGNS = (("fever", "Fever"), ("hypotension", "Hypotension"), ("hypoxia", "Hypoxia"))
_YES_NO = [("yes", "Yes"), ("no", "No")]
_ANSWERS = {"yes": True, "no": False}
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
_AWAKENS = {
    Consciousness.SPONTANEOUS: "Spontane\N{SOFT HYPHEN}ously",
    Consciousness.VOICE: "To voice",
    Consciousness.TACTILE: "To touch only",
    Consciousness.VIGOROUS_TACTILE: "To vigorous touch",
    Consciousness.UNAROUSABLE: "Not at all",
}
ICE_NAMES = dict(
    zip(
        ICE_ITEMS,
        ("Year", "Month", "City", "Hospital", "Object 1", "Object 2", "Object 3", "Command", "Writing",
         "Counting"),
        strict=True,
    )
)  # fmt: skip
FLAGS = {
    "has_posturing": "Posturing",
    "has_cn6_palsy": "Cranial nerve VI palsy",
    "has_papilloedema": "Papilloedema",
    "has_cushing_triad": "Cushing's triad",
}


def _taps(label: str, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    kwargs.setdefault("required", False)
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **kwargs)


def _many(label: str, choices: Any) -> forms.MultipleChoiceField:
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


class VitalsForm(BedsideForm):
    """Vital signs and support, with the cause of each sign."""

    answers = (
        "temperature", "pressure", "heart_rate_per_min", "hypotension", "running", "o2_device",
        "o2_flow_lpm", "note",
    )  # fmt: skip

    temperature = StrictDecimalField(label="Temperature", max_digits=5, decimal_places=2, required=False)
    temperature_unit = forms.ChoiceField(
        label="Unit",
        choices=TemperatureUnit.choices,
        initial=TemperatureUnit.CELSIUS,
        widget=forms.RadioSelect,
    )
    pressure = CleanCharField(label="Blood pressure", max_length=10, required=False)
    heart_rate_per_min = StrictIntegerField(label="Heart rate", required=False)
    hypotension = _taps("Hypotension, by your judgement", [*reversed(_YES_NO), (NOT_KNOWN, "Not assessed")])
    running = _many("Running now", [(NONE, "None"), *((str(k), v) for k, v in _VASOACTIVE_NAMES.items())])
    o2_device = _taps("Oxygen", [(str(key), name) for key, name in DEVICE_NAMES.items()])
    o2_flow_lpm = StrictDecimalField(
        label="Flow", max_digits=5, decimal_places=2, min_value=0, required=False
    )
    ventilation_reason = _taps(
        "Intubated because of",
        [(str(each), str(each).replace("_", " ").capitalize()) for each in VentilationReason],
    )
    cause = _taps(
        "Fever, hypotension and hypoxia, if any, are",
        [(CRS, "Attributed to CRS"), (OTHER_CAUSE, "Another cause"), (NOT_KNOWN, "Not known")],
        initial=CRS,
    )
    other_causes = _many("Explained by another cause", SIGNS)
    note = CleanCharField(label="Note", required=False, help_text="No names.")

    def kept(self, fact: Any) -> dict[str, Any]:
        """Return an observation as its taps."""
        causes = {sign: getattr(fact, f"{sign}_has_other_cause") for sign, _ in SIGNS}
        known = [cause for cause in causes.values() if cause is not None]
        other = [sign for sign, cause in causes.items() if cause]
        both = fact.systolic_mmhg is not None
        return super().kept(fact) | {
            "temperature": fact.temperature,
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
        """Ask which sign another cause explains."""
        data = super().clean()
        if data.get("cause") == OTHER_CAUSE and not data.get("other_causes"):
            self.add_error("other_causes", "Explained by another cause: choose which sign.")
        return data

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
            o2_flow_lpm=data.get("o2_flow_lpm"),
            ventilation_reason=data.get("ventilation_reason", "") if device == "invasive_ventilation" else "",
            note=data.get("note", ""),
            **values,
        )

    def _cause_of(self, sign: str) -> bool | None:
        cause = self.cleaned_data.get("cause") or CRS
        if cause == NOT_KNOWN:
            return None
        return cause == OTHER_CAUSE and sign in self.cleaned_data.get("other_causes", [])


class NeuroForm(BedsideForm):
    """ICE or CAPD by age, consciousness, and the signs that count beside them."""

    answers = ("capd", "ice", "ice_items", "awakens", "signs")

    capd = _taps(
        "Total, 0 to 32",
        [
            *((str(score), str(score)) for score in range(9)),
            (MORE, "\N{GREATER-THAN OR EQUAL TO} 9"),
            (UNABLE, "Unable"),
        ],
    )
    capd_more = StrictIntegerField(label="CAPD total, 9 to 32", min_value=9, max_value=32, required=False)
    ice = _taps("Score, 0 to 10", [(str(score), str(score)) for score in range(11)])
    ice_items = _many("Correct items", list(ICE_NAMES.items()))
    awakens = _taps("Awakens", [(str(key), name) for key, name in _AWAKENS.items()])
    signs = _many(
        "Seizure, deep weakness, raised pressure or oedema",
        [
            (NONE, "None of these"),
            ("seizure", "Seizure"),
            ("weakness", "Weakness"),
            ("pressure", "Pressure, oedema"),
        ],
    )
    seizure = _taps(
        "Kind of seizure",
        [
            (str(Seizure.CLINICAL), "Clinical"),
            (str(Seizure.NONCONVULSIVE_EEG), "On EEG only"),
            (str(Seizure.REPETITIVE), "Repetitive"),
        ],
    )
    seizure_minutes = StrictDecimalField(
        label="Longest, minutes", max_digits=6, decimal_places=1, min_value=0, required=False
    )
    returns_to_baseline = _taps("Back to baseline between or after", _YES_NO)
    oedema = _taps(
        "Oedema on imaging",
        [(str(each), str(each).capitalize()) for each in CerebralOedema],
        initial=str(CerebralOedema.NONE),
    )
    flags = _many("Signs of raised pressure", list(FLAGS.items()))
    sedated = _taps("Sedated now, or another cause of drowsiness", list(reversed(_YES_NO)))
    attribution = _taps(
        "The findings are",
        [("yes", "Attributed to ICANS"), ("no", "Another cause"), ("", "Not known")],
        initial="yes",
    )
    baseline = forms.BooleanField(label="Baseline, before the infusion", required=False)
    neuro_note = CleanCharField(label="Note", required=False, help_text="No names.")

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        for name in ("ice", "ice_items") if instrument is Instrument.CAPD else ("capd", "capd_more"):
            del self.fields[name]

    def kept(self, fact: Any) -> dict[str, Any]:
        """Return an assessment as its taps."""
        score, signs = fact.capd_score, _signs_of(fact)
        capd = UNABLE if fact.is_capd_impossible else MORE if (score or 0) > 8 else score
        words = {True: "yes", False: "no", None: ""}
        return {
            "neuro_note": fact.note,
            "capd": "" if capd is None else str(capd),
            "capd_more": score if capd == MORE else None,
            "ice": "" if fact.ice_score is None or fact.ice_items else str(fact.ice_score),
            "ice_items": [name for name, is_right in (fact.ice_items or {}).items() if is_right],
            "awakens": fact.consciousness,
            "signs": signs,
            "seizure": "" if fact.seizure == Seizure.NONE else fact.seizure,
            "seizure_minutes": fact.seizure_minutes,
            "returns_to_baseline": words[fact.returns_to_baseline],
            "oedema": fact.cerebral_oedema,
            "flags": [name for name in FLAGS if getattr(fact, name)],
            "sedated": words[fact.consciousness_has_other_cause],
            "attribution": words[fact.is_attributed_to_icans],
            "baseline": fact.is_baseline,
        }

    def clean_signs(self) -> list[str]:
        """Refuse *none of these* beside one of these."""
        chosen = list(self.cleaned_data["signs"])
        if NONE in chosen and len(chosen) > 1:
            raise ValidationError("Signs: none of these, or some of them; not both.", code="both")
        return chosen

    def clean(self) -> dict[str, Any]:
        """Ask for the total where it is 9 or more."""
        data = super().clean()
        if data.get("capd") == MORE and data.get("capd_more") is None and "capd_more" not in self.errors:
            self.add_error("capd_more", "CAPD total: write it, 9 to 32.")
        return data

    def row(self) -> NeuroAssessment:
        """Return the row as far as it could be read; a sign that was not pressed beside others is absent."""
        data = self.cleaned_data
        return NeuroAssessment(
            participant=self.participant,
            at=data["at"],
            consciousness=data.get("awakens", ""),
            consciousness_has_other_cause=self._yes_no("sedated"),
            is_attributed_to_icans=self._yes_no("attribution"),
            is_baseline=data.get("baseline", False),
            note=data.get("neuro_note", ""),
            **self._cognition(),
            **self._other_signs(),
        )

    def _cognition(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.instrument is Instrument.ICE:
            right, score = data.get("ice_items") or [], data.get("ice", "")
            if right:
                return {"ice_items": {name: name in right for name in ICE_ITEMS}, "ice_score": len(right)}
            return {"ice_score": int(score) if score else None}
        capd = data.get("capd", "")
        score = data.get("capd_more") if capd == MORE else int(capd) if capd.isdigit() else None
        return {"capd_score": score, "is_capd_impossible": capd == UNABLE if capd else None}

    def _other_signs(self) -> dict[str, Any]:
        data, chosen = self.cleaned_data, self.cleaned_data.get("signs") or []
        if not chosen:
            return {}
        has_seizure, has_pressure = "seizure" in chosen, "pressure" in chosen
        values: dict[str, Any] = {
            "seizure": data.get("seizure", "") if has_seizure else str(Seizure.NONE),
            "seizure_minutes": data.get("seizure_minutes") if has_seizure else None,
            "returns_to_baseline": self._yes_no("returns_to_baseline") if has_seizure else None,
            "has_deep_focal_weakness": "weakness" in chosen,
            "cerebral_oedema": data.get("oedema", "") if has_pressure else str(CerebralOedema.NONE),
        }
        return values | {name: has_pressure and name in data.get("flags", []) for name in FLAGS}


def _signs_of(fact: NeuroAssessment) -> list[str]:
    if not fact.seizure and fact.has_deep_focal_weakness is None and not fact.cerebral_oedema:
        return []
    found = ["seizure"] if fact.seizure and fact.seizure != Seizure.NONE else []
    found += ["weakness"] if fact.has_deep_focal_weakness else []
    flagged = any(getattr(fact, name) for name in FLAGS)
    found += ["pressure"] if flagged or fact.cerebral_oedema in {"focal", "diffuse"} else []
    return found or [NONE]
