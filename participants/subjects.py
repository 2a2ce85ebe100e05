"""The entries of a chart as subjects of queries: the name of each, and the fields that can be asked about."""

from __future__ import annotations

from django.db import models

from participants.models import (
    AnakinraDose,
    HospitalStay,
    IntensiveCareStay,
    LabResult,
    Medication,
    NeuroAssessment,
    Observation,
    Weight,
)
from participants.models.base import Fact

NAMES: dict[type[Fact], str] = {
    Observation: "observation",
    NeuroAssessment: "neuroassessment",
    AnakinraDose: "dose",
    Medication: "medication",
    LabResult: "labresult",
    Weight: "weight",
    HospitalStay: "hospitalstay",
    IntensiveCareStay: "intensivecarestay",
}
_MODELS = {name: model for model, name in NAMES.items()}
# What the record writes beside what a person typed.
_NOT_TYPED = frozenset({"crs_grade_before", "crs_grade_at_start", "icans_grade_at_start", "weighed_on"})


def subject_of(row: Fact) -> str:
    """Name an entry as a subject, such as `dose:17`. Raises KeyError for a fact that is no entry."""
    return f"{NAMES[type(row)]}:{row.pk}"


def model_of(subject: str) -> type[Fact] | None:
    """Return the model of a subject, None for something else than an entry."""
    return _MODELS.get(subject.partition(":")[0])


def key_of(subject: str) -> int:
    """Return the key of the row that a subject names; 0, which no row has, where it names none."""
    key = subject.partition(":")[2]
    return int(key) if key.isascii() and key.isdecimal() else 0


def columns_of(model: type[Fact]) -> dict[str, str]:
    """Return the columns of an entry that a person fills, with their names in words, in their order."""
    shared = {field.name for field in Fact._meta.get_fields()} | _NOT_TYPED
    return {
        field.name: _capital(str(field.verbose_name))
        for field in model._meta.concrete_fields
        if field.editable and not isinstance(field, models.AutoField | models.BigAutoField)
        if field.name not in shared and not field.name.endswith("_precision")
    }


def field_words(subject: str, field: str) -> str:
    """Return the name of a field of a subject in words, "" for the whole of it."""
    model = model_of(subject)
    return columns_of(model).get(field, "") if model else ""


def _capital(name: str) -> str:
    name = name.removeprefix("has ")
    return name[:1].upper() + name[1:]
