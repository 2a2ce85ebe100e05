"""What the audit trail keeps, in words for a page: labels for codes, moments on somebody's clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from django.db import models

from participants.domain.clock_times import clock_words
from participants.domain.death_causes import CAUSE_NAMES
from participants.domain.partial_dates import PartialDate, Precision
from participants.models import Death, SeriousEvent
from participants.models.adverse_event import SeriousnessCriterion

Names = dict[type[models.Model], dict[str, str]]

# What the codes in a list say, by model and field; others are words already.
_LISTED: Mapping[tuple[type[models.Model], str], Mapping[str, str]] = {
    (SeriousEvent, "criteria"): {each.value: str(each.label) for each in SeriousnessCriterion},
    (Death, "contributory_causes"): {cause.value: name for cause, name in CAUSE_NAMES.items()},
}


def value_words(
    field: models.Field[Any, Any] | None, value: object, names: Names, precision: Precision, zone: tzinfo
) -> str:
    """Write a typed value, "" for None; `names` are those of related records.

    `precision` is how much of a date is known. A moment is written on the clock of `zone`, and says so
    where that is UTC.
    """
    if value is None:
        return ""
    if precision is not Precision.DAY and type(value) is date:
        return str(PartialDate(value, precision))
    if isinstance(field, models.ForeignKey):
        return names.get(field.related_model, {}).get(str(value), str(value))
    if field is not None and field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    labels = _LISTED.get((field.model, field.name), {}) if field is not None else {}
    return _plain(value, zone, labels)


def moment_words(at: datetime, zone: tzinfo) -> str:
    """Write a moment on the clock of `zone`, which is named where it is UTC."""
    local = at.astimezone(zone)
    return f"{local:%d %b %Y} {clock_words(local)}{' UTC' if zone is UTC else ''}"


def _plain(value: object, zone: tzinfo, labels: Mapping[str, str]) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment_words(value, zone)
        case date():
            return value.strftime("%d %b %Y")
        case bytes():
            return value.hex()
        case dict() | list():
            return _collected(value, labels)
    return str(value)


def _collected(value: dict[str, Any] | list[Any], labels: Mapping[str, str]) -> str:
    """Write codes as their labels, answers by name, and anything else as it is kept."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "; ".join(labels.get(each, each.replace("_", " ")) for each in value) or "none"
    if isinstance(value, dict) and value and all(isinstance(each, bool) for each in value.values()):
        said = (f"{name.replace('_', ' ')} {'yes' if is_so else 'no'}" for name, is_so in value.items())
        return ", ".join(said)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
