"""Fields refuse in words what cannot be meant, and keep what was typed."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from participants.domain.partial_dates import PartialDate, Precision
from participants.forms.fields import (
    CleanCharField,
    ClockTimeField,
    IdentifierField,
    PartialDateField,
    StrictDecimalField,
    StrictIntegerField,
    StudyDateField,
    YesNoUnknownField,
    read_from,
)

TODAY, ZERO = date(2026, 6, 2), date(2026, 3, 10)


class Example(forms.Form):
    """One field of each kind that a form prepares."""

    on = StudyDateField(label="Date of the visit")
    planned_on = StudyDateField(label="Planned", required=False)
    born = PartialDateField(label="Birth date", required=False)


def example(**data: str) -> Example:
    form = Example(data)
    read_from(form, day_zero=ZERO, today=TODAY, ahead=["planned_on"])
    return form


def refused(field: forms.Field, value: Any) -> str:
    with pytest.raises(ValidationError) as found:
        field.clean(value)
    return str(found.value.messages[0])


def test_study_date_counts_from_day_zero() -> None:
    form = example(on="D+28")
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2026, 4, 7)


def test_study_date_in_the_future_names_field_and_rule() -> None:
    form = example(on="2026-06-03")
    assert form.errors["on"] == ["Date of the visit: this lies in the future at the site."]


def test_study_date_of_a_plan_may_lie_ahead() -> None:
    assert example(on="2026-06-02", planned_on="2026-06-30").is_valid()


def test_refused_date_stays_as_typed() -> None:
    assert 'value="01/02/2026"' in str(example(on="01/02/2026")["on"])


def test_stored_date_is_shown_with_its_month_as_a_word() -> None:
    assert 'value="03 Mar 2026"' in str(Example(initial={"on": date(2026, 3, 3)})["on"])


def test_study_date_has_not_changed_when_spelt_anew() -> None:
    assert not StudyDateField().has_changed(date(2026, 3, 3), "2026-03-03")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2016", PartialDate(date(2016, 1, 1), Precision.YEAR)),
        ("May 2016", PartialDate(date(2016, 5, 1), Precision.MONTH)),
        ("2016-05", PartialDate(date(2016, 5, 1), Precision.MONTH)),
        ("3 May 2016", PartialDate(date(2016, 5, 3), Precision.DAY)),
    ],
)
def test_partial_date_knows_how_much_is_known(written: str, expected: PartialDate) -> None:
    assert PartialDateField(label="Birth date").clean(written) == expected


def test_partial_date_in_the_future_is_refused() -> None:
    assert "future" in example(on="2026-06-01", born="2027").errors["born"][0]


def test_clock_time_shows_a_stored_time() -> None:
    assert ClockTimeField().prepare_value(time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    "value",
    [
        "1e308",
        "1E+999999",
        "1e-400",
        "1E+4",
        "1_000",
        "１.５",
        "-0",
        "NaN",
        "Infinity",
        "1,5",
        "٣",
        "9" * 5000,
        "+1",
    ],
)
def test_decimal_takes_plain_notation_only(value: str) -> None:
    assert refused(StrictDecimalField(label="Dose"), value).startswith("Dose: write")


def test_decimal_keeps_its_digits() -> None:
    assert StrictDecimalField().clean(" 43.250 ") == Decimal("43.250")


def test_decimal_with_too_many_digits_is_refused() -> None:
    assert "digits" in refused(StrictDecimalField(max_digits=6, decimal_places=2), "99999.99")


def test_decimal_of_nothing_is_none() -> None:
    assert StrictDecimalField(required=False).clean("") is None


@pytest.mark.parametrize("value", ["1_0", "１２", "1.0", "-0", "1e3", "9" * 5000])
def test_integer_takes_ascii_digits_only(value: str) -> None:
    assert refused(StrictIntegerField(label="Course"), value).startswith("Course: write")


def test_integer_below_its_minimum_is_refused() -> None:
    assert refused(StrictIntegerField(min_value=1), "0")


def test_text_far_over_its_length_is_refused_unread() -> None:
    assert refused(CleanCharField(label="Note", max_length=300), "a" * 50_000 + "!").endswith(
        "300 characters."
    )


def test_text_counts_composed_letters() -> None:
    assert CleanCharField(max_length=3).clean("e\u0301" * 3) == "ééé"


def test_text_names_field_and_rule() -> None:
    assert refused(CleanCharField(label="Note"), "a\x00b").startswith("Note: A NUL character")


def test_identifier_is_written_in_capitals() -> None:
    assert IdentifierField(label="Study id").clean(" p-014 ") == "P-014"


@pytest.mark.parametrize(
    ("written", "expected"), [("yes", True), ("no", False), ("unknown", None), ("", None)]
)
def test_yes_no_unknown_has_three_answers(written: str, expected: bool | None) -> None:
    assert YesNoUnknownField().clean(written) is expected


def test_yes_no_unknown_refuses_another_word() -> None:
    assert refused(YesNoUnknownField(), "on")


@pytest.mark.parametrize(
    ("field", "written", "sentence"),
    [
        (StrictDecimalField(label="Weight", min_value=2), "1", "Weight: write 2 or more."),
        (StrictDecimalField(label="Weight", max_digits=3, decimal_places=1), "1.25",
         "Weight: write at most 1 digit after the point."),
        (StrictDecimalField(label="Weight", max_digits=3, decimal_places=1), "1000",
         "Weight: write at most 3 digits."),
        (StrictIntegerField(label="CAPD total", max_value=32), "33", "CAPD total: write 32 or less."),
        (CleanCharField(label="Note", max_length=3), "abcd", "Note: write at most 3 characters."),
    ],
)  # fmt: skip
def test_limit_is_refused_with_the_name_of_the_field(field: forms.Field, written: str, sentence: str) -> None:
    assert refused(field, written) == sentence
