"""The catalogue of bad inputs, against the fields that read dates, numbers and text."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from participants.forms.fields import (
    CleanCharField,
    IdentifierField,
    StrictDecimalField,
    StrictIntegerField,
    StudyDateField,
)

pytestmark = [pytest.mark.shared, pytest.mark.once]

CATALOGUE = Path(__file__).resolve().parents[4] / "shared" / "data" / "bad_inputs.json"
FIELDS: dict[str, forms.Field] = {
    "visit.actual_date": StudyDateField(label="Date of the visit"),
    "dose_mg_per_kg": StrictDecimalField(
        label="Dose", max_digits=6, decimal_places=3, min_value=Decimal("0.001")
    ),
    "weight_kg": StrictDecimalField(
        label="Weight", max_digits=5, decimal_places=2, min_value=Decimal("0.01")
    ),
    "any integer": StrictIntegerField(label="Number"),
    "note": CleanCharField(label="Note", is_note=True, max_length=1000, required=False),
    "visit.name": CleanCharField(label="Name"),
    "participant.study_id": IdentifierField(label="Study id", upper=False),
}
# Needs a record beside the field: covered where the record is.
NEEDS_MORE = {
    "BI-076": "unique ignoring case: a constraint of the table",
    "BI-017": "the site's today: tests of the visit page",
}


def _cases() -> list[dict[str, Any]]:
    if not CATALOGUE.exists():
        return []
    cases = json.loads(CATALOGUE.read_text())["cases"]
    on_forms = [case for case in cases if "form" in case["surfaces"] and case["field"] in FIELDS]
    return [case for case in on_forms if case["id"] not in NEEDS_MORE]


def _texts(case: dict[str, Any]) -> list[str]:
    match case["input_encoding"]:
        case "literal":
            return [case["input"]] if isinstance(case["input"], str) else []
        case "gen":
            return [eval(case["input"], {"__builtins__": {}})]  # noqa: S307 - expressions of the catalogue
    return []


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_field_answers_as_the_catalogue_says(case: dict[str, Any]) -> None:
    field, outcome = FIELDS[case["field"]], case["expect"]["outcome"]
    for text in _texts(case):
        if outcome == "reject":
            with pytest.raises(ValidationError):
                field.clean(text)
        else:
            assert field.clean(text) is not None
