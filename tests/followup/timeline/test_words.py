"""Words of the bedside as the timeline says them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from followup.timeline.read_words import breathing, without_grade


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Grade 3: fever 39.6 °C, one vasopressor.", "fever 39.6 °C, one vasopressor"),
        ("Resolved: no fever now.", "Resolved: no fever now"),
    ],
)
def test_a_reason_is_told_without_its_grade(reason: str, words: str) -> None:
    assert without_grade(reason) == words


@pytest.mark.parametrize(
    ("device", "flow", "level"),
    [
        ("none", None, 0),
        ("nasal_cannula", "6", 1),
        ("nasal_cannula", "6.01", 2),
        ("blow_by", None, 1),
        ("high_flow_nasal_cannula", "6", 1),
        ("high_flow_nasal_cannula", "6.01", 2),
        ("high_flow_nasal_cannula", None, 2),
        ("simple_facemask", "4", 2),
        ("invasive_ventilation", None, 2),
    ],
)
def test_low_flow_is_half_as_high_as_the_rest(device: str, flow: str | None, level: int) -> None:
    assert breathing(device, None if flow is None else Decimal(flow)).level == level
