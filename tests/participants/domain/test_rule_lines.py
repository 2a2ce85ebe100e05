"""Lines of JSON in, plain values out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.json_line import MAX_LINE_BYTES
from participants.domain.rule_lines import SCALES, answer_line

pytestmark = pytest.mark.once

CRS: dict[str, Any] = {
    "scale": "crs",
    "temp_c": "38.8",
    "fever_other_cause": False,
    "prior_crs_this_episode": False,
    "antipyretic_or_anticytokine_after_onset": False,
    "hypotension": False,
    "hypotension_other_cause": False,
    "vasopressors": [],
    "o2_device": "none",
    "hypoxia_other_cause": False,
    "days_post_infusion": 5,
}
ICANS: dict[str, Any] = {
    "scale": "icans",
    "dob": "2009-03-10",
    "assessment_date": "2025-06-15",
    "developmental_delay": False,
    "attributable_to_icans": True,
    "ice_score": 10,
    "consciousness": "spontaneous",
    "consciousness_other_cause": False,
    "seizure": "none",
    "deep_focal_motor_weakness": False,
    "cerebral_oedema": "none",
    "posturing": False,
    "cn6_palsy": False,
    "papilloedema": False,
    "cushing_triad": False,
}
DOSE = {"scale": "anakinra_dose", "weight_kg": "10", "schedule": "q12h"}
TWO_HIGH = [["2025-01-01T08:00", "38.6"], ["2025-01-01T12:00", "38.6"]]


def answer(values: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to an object."""
    return answer_text(json.dumps(values))


def answer_text(text: str) -> dict[str, Any]:
    """Return the answer to a line that is not blank."""
    answered = answer_line(text.encode())
    assert answered is not None
    return answered


def error(values: dict[str, Any]) -> tuple[str | None, str]:
    """Return the field and the rule of the refusal of an object."""
    wrong = answer(values)["error"]
    return wrong["field"], wrong["rule"]


def test_a_grade_is_answered_with_all_its_keys() -> None:
    assert answer(CRS) == {
        "grade": 1,
        "status": "graded",
        "reason": "Grade 1: fever 38.8 °C, no hypotension or hypoxia attributed to CRS.",
        "query": None,
        "rule_version": "ASTCT 2019 CRS, reading 1",
        "flags": [],
        "missing": [],
    }


@pytest.mark.parametrize(("changes", "grade"), [({}, 0), ({"ice_score": 6.0}, 2), ({"ice_score": "2"}, 3)])
def test_icans_is_answered(changes: dict[str, Any], grade: int) -> None:
    assert answer(ICANS | changes)["grade"] == grade


@pytest.mark.parametrize("temp_c", ["38.0", 38.0, 38, "38.00"])
def test_numbers_may_be_json_numbers_or_text(temp_c: object) -> None:
    assert answer(CRS | {"temp_c": temp_c})["grade"] == 1


@pytest.mark.parametrize(
    ("number", "grade"),
    [
        ("37." + "9" * 10, 0),
        ("37." + "9" * 100, 0),
        ("38.00000000000001", 1),
        ("37.800000000000004", 0),
        ("3.8e1", 1),
        ("379E-1", 0),
    ],
)
def test_a_json_number_is_read_as_a_decimal(number: str, grade: int) -> None:
    assert answer_text(json.dumps(CRS).replace('"38.8"', number))["grade"] == grade


@pytest.mark.parametrize(("temp_f", "is_read"), [("100.58", True), ("100.58" + "0" * 40 + "1", False)])
def test_the_units_are_compared_with_every_digit(temp_f: str, *, is_read: bool) -> None:
    assert ("grade" in answer(CRS | {"temp_c": "38.0", "temp_f": temp_f})) is is_read


@pytest.mark.parametrize(("base", "key"), [(CRS, "vasopressors"), (CRS, "o2_device"), (ICANS, "ice_score")])
def test_an_absent_key_is_null(base: dict[str, Any], key: str) -> None:
    absent = {name: value for name, value in base.items() if name != key}
    assert answer(absent) == answer(base | {key: None})


def test_the_same_vasopressor_twice_is_one() -> None:
    assert answer(CRS | {"vasopressors": ["dopamine", "dopamine"]})["grade"] == 3


@pytest.mark.parametrize(
    ("items", "grade"),
    [
        ([1, 1, 1, 1, 1, 1, 1, 0, 0, 0], 1),
        ([True] * 10, 0),
        (dict.fromkeys(("year", "month", "city", "hospital", "object_1", "object_2"), 1), None),
        (
            dict.fromkeys(("year", "month", "city", "hospital", "object_1", "object_2"), True)
            | dict.fromkeys(("object_3", "command", "writing", "counting"), False),
            2,
        ),
    ],
)
def test_ice_items_are_a_list_or_named(items: object, grade: int | None) -> None:
    assert answer(ICANS | {"ice_score": None, "ice_items": items})["grade"] == grade


@pytest.mark.parametrize(
    ("values", "field", "rule"),
    [
        ({"scale": "crs", "temp": 38}, "temp", "unknown_key"),
        ({"scale": "crs", "unnamed_vasopressors": 1}, "unnamed_vasopressors", "unknown_key"),
        ({"scale": "crs", "38.9 \ud800": 1}, None, "unknown_key"),
        ({"scale": "ctcae"}, "scale", "unknown_scale"),
        ({"scale": ["crs"]}, "scale", "unknown_scale"),
        ({}, "scale", "unknown_scale"),
        (CRS | {"temp_c": True}, "temp_c", "number"),
        (CRS | {"temp_c": [38]}, "temp_c", "number"),
        (CRS | {"temp_c": "1e2"}, "temp_c", "range"),
        (CRS | {"temp_c": "1e999"}, "temp_c", "number"),
        (CRS | {"temp_c": float("nan")}, "temp_c", "number"),
        (CRS | {"temp_c": float("inf")}, "temp_c", "number"),
        (CRS | {"temp_c": "٣٨"}, "temp_c", "number"),
        (CRS | {"temp_c": "\ud800"}, "temp_c", "number"),
        (CRS | {"temp_c": "99"}, "temp_c", "range"),
        (CRS | {"temp_f": "99"}, "temp_f", "units_disagree"),
        (CRS | {"o2_flow_lpm": -1}, "o2_flow_lpm", "range"),
        (CRS | {"hypotension": "no"}, "hypotension", "true_or_false"),
        (CRS | {"hypotension": 1}, "hypotension", "true_or_false"),
        (CRS | {"vasopressors": "dopamine"}, "vasopressors", "list"),
        (CRS | {"vasopressors": ["adrenaline"]}, "vasopressors", "choice"),
        (CRS | {"vasopressors": [None]}, "vasopressors", "choice"),
        (CRS | {"o2_device": "CPAP"}, "o2_device", "choice"),
        (CRS | {"death": "none"}, "death", "choice"),
        (CRS | {"days_post_infusion": "4.5"}, "days_post_infusion", "whole_number"),
        (CRS | {"days_post_infusion": -1}, "days_post_infusion", "range"),
        (CRS | {"days_post_infusion": False}, "days_post_infusion", "number"),
        (ICANS | {"ice_score": 11}, "ice_score", "range"),
        (ICANS | {"capd_score": 33}, "capd_score", "range"),
        (ICANS | {"ice_items": [1] * 9}, "ice_items", "ten_items"),
        (ICANS | {"ice_items": [2] * 10}, "ice_items", "point"),
        (ICANS | {"ice_items": {"months": 1}}, "months", "unknown_key"),
        (ICANS | {"ice_items": [1] * 9 + [0]}, "ice_score", "items_disagree"),
        (ICANS | {"dob": "2009-02-30"}, "dob", "date"),
        (ICANS | {"dob": "01/02/2009"}, "dob", "date"),
        (ICANS | {"dob": "2009-03-10T00:00"}, "dob", "date"),
        (ICANS | {"dob": "２009-03-10"}, "dob", "date"),
        (ICANS | {"dob": "1066-10-14"}, "dob", "date"),
        (ICANS | {"dob": 20090310}, "dob", "date"),
        (ICANS | {"dob": "2025-06-16"}, "assessment_date", "before_birth"),
        (DOSE | {"weight_kg": 0}, "weight_kg", "range"),
        (DOSE | {"weight_kg": "-10"}, "weight_kg", "range"),
        (DOSE | {"schedule": "q8h"}, "schedule", "choice"),
        ({"scale": "fever_trigger", "temps": {}}, "temps", "list"),
        ({"scale": "fever_trigger", "temps": [["2025-01-01T08:00"]]}, "temps[0]", "reading"),
        ({"scale": "fever_trigger", "temps": [*TWO_HIGH, ["2025-01-01", 38]]}, "temps[2]", "date"),
        ({"scale": "fever_trigger", "temps": [["2025-01-01T24:30", 38]]}, "temps[0]", "date"),
        ({"scale": "fever_trigger", "temps": [["2025-01-01T08:00", None]]}, "temps[0]", "required"),
        ({"scale": "fever_trigger", "temps": [["2025-01-01T08:00", 101.4]]}, "temps[0]", "range"),
        ({"scale": "fever_trigger", "temps": [["2025-01-01T08:00", 39, "K"]]}, "temps[0]", "unit"),
        ({"scale": "fever_trigger", "temps": [["2025-01-01T08:00+25:00", 38]]}, "temps[0]", "date"),
        (
            {"scale": "fever_trigger", "temps": [*TWO_HIGH, ["2025-01-01T08:00Z", 38]]},
            "temps",
            "mixed_offsets",
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_field_and_rule(
    values: dict[str, Any], field: str | None, rule: str
) -> None:
    assert error(values) == (field, rule)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"{", "json"),
        (b"{} {}", "json"),
        (b"{'scale': 'crs'}", "json"),
        (b"[]", "object"),
        (b"null", "object"),
        (b"38.5", "object"),
        (b"NaN", "object"),
        (b"9" * 5000, "object"),
        (b"[" * 100_000, "nesting"),
        (b'{"a":' * 100_000, "nesting"),
        (b'{"scale": "\xff"}', "utf_8"),
        (b"\xff\xfe{\x00", "utf_8"),
        (b'{"scale": "crs", "scale": "crs"}', "duplicate_key"),
        (b'{"scale": "crs", "temp_c": 1' + b"0" * 5000 + b"}", "number"),
        (b'{"scale": "crs", "temp_c": 1e999999999}', "number"),
        (b'{"scale": "crs", "temp_c": 38.5', "json"),
        (b'{"scale": "crs"\x00}', "json"),
        (b" " * (MAX_LINE_BYTES + 1), "too_long"),
        (b'{"scale": "' + b"x" * MAX_LINE_BYTES + b'"}', "too_long"),
    ],
)
def test_a_line_that_is_no_object_is_refused(line: bytes, rule: str) -> None:
    answered: Any = answer_line(line)
    assert answered["error"]["rule"] == rule


@pytest.mark.parametrize("line", [b"", b"\n", b"\r\n", b"  \t\n"])
def test_a_blank_line_has_no_answer(line: bytes) -> None:
    assert answer_line(line) is None


def test_a_refusal_does_not_repeat_the_value() -> None:
    assert "secret" not in json.dumps(answer({"scale": "crs", "o2_device": "secret-name", "Secret key": 1}))


@pytest.mark.parametrize(
    ("temps", "trigger_time"),
    [
        (TWO_HIGH, "2025-01-01T12:00"),
        (TWO_HIGH[::-1], "2025-01-01T12:00"),
        ([], None),
        ([["2025-01-01T08:00", "38.5"], ["2025-01-01T12:00", "38.6"]], None),
        ([["2025-01-01T08:00", "101.4", "F"], ["2025-01-01T12:00", 101.31, "F"]], "2025-01-01T12:00"),
        ([["2025-01-01T08:00", "101.4", "F"], ["2025-01-01T12:00", "101.3", "F"]], None),
        ([["2025-03-08T22:00-06:00", "39"], ["2025-03-09T03:00-05:00", "39"]], "2025-03-09T03:00-05:00"),
        ([["2025-03-08T22:00-06:00", "39"], ["2025-03-09T02:59-05:00", "39"]], None),
    ],
)
def test_the_trigger_is_answered_with_the_time_as_written(temps: object, trigger_time: str | None) -> None:
    answered = answer({"scale": "fever_trigger", "temps": temps})
    assert (answered["met"], answered["trigger_time"]) == (trigger_time is not None, trigger_time)


def test_readings_before_the_infusion_do_not_count() -> None:
    infused = {"scale": "fever_trigger", "temps": TWO_HIGH, "infusion_time": "2025-01-01T08:01"}
    assert answer(infused)["met"] is False


def test_the_trigger_is_open_without_temperatures() -> None:
    answered = answer({"scale": "fever_trigger"})
    assert (answered["met"], answered["status"]) == (None, "insufficient_data")


@pytest.mark.parametrize(
    ("weight_kg", "schedule", "expected"),
    [
        ("10", "q12h", ("25", False, "50.0", "5.00")),
        (17.3, "q12h", ("43.25", False, "86.5", "5.00")),
        ("10.25", "q6h", ("25.625", False, "102.5", "10.00")),
        ("40", "q12h", ("100", False, "200.0", "5.00")),
        ("40.01", "q12h", ("100", True, "200.0", "5.00")),
        ("40." + "0" * 50 + "1", "q12h", ("100", True, "200.0", "5.00")),
        ("4e1", "q12h", ("100", False, "200.0", "5.00")),
        ("60", "q6h", ("100", True, "400.0", "6.67")),
        (None, "q12h", (None, None, None, None)),
        ("10", None, ("25", False, None, None)),
    ],
)
def test_the_dose_is_answered_as_text(
    weight_kg: object, schedule: str | None, expected: tuple[object, ...]
) -> None:
    answered = answer(DOSE | {"weight_kg": weight_kg, "schedule": schedule})
    keys = ("dose_mg", "capped", "daily_mg", "mg_per_kg_per_day")
    assert tuple(answered[key] for key in keys) == expected
    assert answered["status"] == ("insufficient_data" if None in (weight_kg, schedule) else None)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
KEYS = st.sampled_from([key for scale in SCALES.values() for key in sorted(scale.keys)])


@given(
    st.binary(max_size=40) | st.dictionaries(KEYS, JSON, max_size=4).map(lambda it: json.dumps(it).encode())
)
def test_whatever_stands_in_a_line_is_answered(line: bytes) -> None:
    json.dumps(answer_line(line), allow_nan=False)


@given(st.sampled_from(list(SCALES)), st.data())
def test_whatever_a_scale_is_given_is_answered_twice_alike(scale: str, data: st.DataObject) -> None:
    keys = st.sampled_from(sorted(SCALES[scale].keys))
    values = data.draw(st.dictionaries(keys, JSON, max_size=4)) | {"scale": scale}
    assert answer(values) == answer(values)
