"""The test of cognition and the signs beside it, in a few taps.

An answer that nobody gave stays unknown: where the words say *none*, somebody has pressed it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from participants.domain.icans_findings import ICE_ITEMS, CerebralOedema, Consciousness, Instrument, Seizure
from participants.forms.bedside import NONE, YES_NO, BedsideForm, many, taps
from participants.forms.fields import CleanCharField, StrictDecimalField, StrictIntegerField
from participants.models import NeuroAssessment

MORE, UNABLE = "more", "unable"
# Why a test of cognition is the one that counts, and the fields that ask for it.
COUNTS_FOR = {Instrument.ICE: "12 years and over", Instrument.CAPD: "under 12 years or developmental delay"}
_ASKED_BY = {Instrument.ICE: ("ice", "ice_items"), Instrument.CAPD: ("capd", "capd_more")}
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
UNSCORED = {
    "has_tremor": "Tremor",
    "has_myoclonus": "Myoclonus",
    "has_intracranial_haemorrhage": "Intracranial haemor\N{SOFT HYPHEN}rhage",
}


class NeuroForm(BedsideForm):
    """ICE or CAPD by age, consciousness, and the signs that count beside them."""

    answers = ("capd", "ice", "ice_items", "awakens", "signs", "unscored")

    columns: ClassVar[dict[str, str]] = {
        "at": "clock",
        "ice_score": "ice",
        "capd_score": "capd",
        "is_capd_impossible": "capd",
        "is_baseline": "baseline",
        "consciousness": "awakens",
        "consciousness_has_other_cause": "sedated",
        # These are asked for only after the sign itself, which always shows.
        "seizure": "signs",
        "seizure_minutes": "signs",
        "returns_to_baseline": "signs",
        "has_deep_focal_weakness": "signs",
        "cerebral_oedema": "signs",
        "is_attributed_to_icans": "attribution",
        "note": "neuro_note",
        **dict.fromkeys(FLAGS, "signs"),
        **dict.fromkeys(UNSCORED, "unscored"),
    }

    capd = taps(
        "Total, 0 to 32",
        [
            *((str(score), str(score)) for score in range(9)),
            (MORE, "\N{GREATER-THAN OR EQUAL TO} 9"),
            (UNABLE, "Unable"),
        ],
    )
    capd_more = StrictIntegerField(label="CAPD total, 9 to 32", min_value=9, max_value=32, required=False)
    ice = taps("Score, 0 to 10", [(str(score), str(score)) for score in range(11)])
    ice_items = many("Correct items", list(ICE_NAMES.items()))
    awakens = taps("Awakens", [(str(key), name) for key, name in _AWAKENS.items()])
    signs = many(
        "Seizure, deep weakness, raised pressure or oedema",
        [
            (NONE, "None of these"),
            ("seizure", "Seizure"),
            ("weakness", "Weakness"),
            ("pressure", "Pressure, oedema"),
        ],
    )
    seizure = taps(
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
    returns_to_baseline = taps("Back to baseline between or after", YES_NO)
    oedema = taps(
        "Oedema on imaging",
        [(str(each), str(each).capitalize()) for each in CerebralOedema],
        initial=str(CerebralOedema.NONE),
    )
    flags = many("Signs of raised pressure", list(FLAGS.items()))
    unscored = many("Seen besides; none of it counts for ICANS", [(NONE, "None of these"), *UNSCORED.items()])
    sedated = taps("Sedated now, or another cause of drowsiness", list(reversed(YES_NO)))
    attribution = taps(
        "The findings are",
        [("yes", "Attributed to ICANS"), ("no", "Another cause"), ("", "Not known")],
        initial="yes",
    )
    baseline = forms.BooleanField(label="Baseline, before the infusion", required=False)
    neuro_note = CleanCharField(label="Note", required=False, help_text="No names.")

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        for name in _ASKED_BY[_other(instrument)]:
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
            "unscored": _unscored_of(fact),
            "sedated": words[fact.consciousness_has_other_cause],
            "attribution": words[fact.is_attributed_to_icans],
            "baseline": fact.is_baseline,
        }

    def clean_signs(self) -> list[str]:
        """Refuse *none of these* beside one of these."""
        return _none_or_some(self.cleaned_data["signs"], "Signs")

    def clean_unscored(self) -> list[str]:
        """Refuse *none of these* beside one of these."""
        return _none_or_some(self.cleaned_data["unscored"], "Seen besides")

    def clean(self) -> dict[str, Any]:
        """Ask for the total where it is 9 or more; refuse answers to the test that does not count."""
        data = super().clean()
        self._refuse_other_test()
        if data.get("capd") == MORE and data.get("capd_more") is None and "capd_more" not in self.errors:
            self.add_error("capd_more", "CAPD total: write it, 9 to 32.")
        self._refuse_pressure_of_nothing()
        return data

    def _refuse_pressure_of_nothing(self) -> None:
        """Ask what was seen of raised pressure: pressed alone, it would be kept as none of it."""
        data = self.cleaned_data
        if "pressure" not in (data.get("signs") or []) or data.get("flags"):
            return
        if data.get("oedema") == CerebralOedema.NONE:
            self.add_error("flags", "Signs of raised pressure: press which, or the oedema on imaging.")

    def _refuse_other_test(self) -> None:
        """Refuse what was answered on a page that asked for the other test: it would be lost unseen."""
        counts, other, at = self.instrument, _other(self.instrument), self.cleaned_data.get("at")
        is_answered = any(self.data.get(name) for name in _ASKED_BY[other])
        was_shown = self.data.get("asked") == other and not self.is_blank
        if at is None or not (is_answered or was_shown):
            return
        on = at.astimezone(self.participant.site.tz)
        self.add_error(
            _ASKED_BY[counts][0],
            f"{counts.upper()}: on {on:%d %b %Y} it counts, not {other.upper()} ({COUNTS_FOR[counts]}). "
            f"Answer it here, or save without; an answer to {other.upper()} is not kept.",
        )

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
            **self._unscored(),
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

    def _unscored(self) -> dict[str, bool]:
        chosen = self.cleaned_data.get("unscored") or []
        return {name: name in chosen for name in UNSCORED} if chosen else {}


def answers_for(instrument: Instrument, data: QueryDict) -> QueryDict:
    """Return what was sent without the answers to the test that does not count."""
    kept = data.copy()
    kept["asked"] = instrument
    for name in _ASKED_BY[_other(instrument)]:
        kept.pop(name, None)
    return kept


def _other(instrument: Instrument) -> Instrument:
    return Instrument.CAPD if instrument is Instrument.ICE else Instrument.ICE


def _none_or_some(chosen: list[str], name: str) -> list[str]:
    if NONE in chosen and len(chosen) > 1:
        raise ValidationError(f"{name}: none of these, or some of them; not both.", code="both")
    return chosen


def _unscored_of(fact: NeuroAssessment) -> list[str]:
    known = {name: getattr(fact, name) for name in UNSCORED}
    found = [name for name, is_there in known.items() if is_there]
    return found or ([NONE] if False in known.values() else [])


def _signs_of(fact: NeuroAssessment) -> list[str]:
    if not fact.seizure and fact.has_deep_focal_weakness is None and not fact.cerebral_oedema:
        return []
    found = ["seizure"] if fact.seizure and fact.seizure != Seizure.NONE else []
    found += ["weakness"] if fact.has_deep_focal_weakness else []
    flagged = any(getattr(fact, name) for name in FLAGS)
    found += ["pressure"] if flagged or fact.cerebral_oedema in {"focal", "diffuse"} else []
    return found or [NONE]
