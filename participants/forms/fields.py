"""Form fields that read what a person writes, and refuse in words what cannot be meant.

Each field refuses more than Django's own: two-digit years, dates of two readings, digits of other
scripts, exponents, hidden characters. The typed text stays in the form whatever happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from participants.domain.clean_text import clean_identifier, clean_line, clean_note
from participants.domain.clock_times import read_clock
from participants.domain.partial_dates import PartialDate, Precision
from participants.domain.written_dates import MONTHS, read_date
from participants.refusal_words import rule_words

# Longer than any real number, short enough that nothing has to be computed to refuse it.
T = TypeVar("T")

_PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_PLAIN_WHOLE = re.compile(r"-?[0-9]{1,12}")


class StudyDateField(forms.Field):
    """A calendar date: ISO, a day with a month name, or a study day once `day_zero` is known.

    `not_after` is the site's today for what has happened, None where the future is allowed.
    """

    widget = forms.TextInput(
        attrs={"autocomplete": "off", "placeholder": "3 Mar 2026", "data-study-date": ""}
    )

    def __init__(self, *, day_zero: date | None = None, not_after: date | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.day_zero, self.not_after = day_zero, not_after

    def to_python(self, value: Any) -> date | None:
        """Return the date that was written, None for nothing."""
        if isinstance(value, date) or value is None:
            return value
        if not str(value).strip():
            return None
        found = _said(read_date, self.label, str(value)[:200], day_zero=self.day_zero)
        if self.not_after is not None and found > self.not_after:
            raise ValidationError(f"{_name(self.label)}: this lies in the future at the site.", code="future")
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show a stored date with its month as a word; what was typed stays as typed."""
        return f"{value:%d %b %Y}" if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the dates, not their spelling."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class PartialDateField(forms.Field):
    """A date of which the day, or day and month, may be unknown: 2016, May 2016, 1 May 2016."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "2016, May 2016 or 1 May 2016"})

    def __init__(self, *, not_after: date | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.not_after = not_after

    def to_python(self, value: Any) -> PartialDate | None:
        """Return the date as far as it was written, None for nothing."""
        if isinstance(value, PartialDate) or value is None:
            return value
        written = str(value).strip()[:200]
        if not written:
            return None
        found = _said(_read_partial, self.label, written, **self.counted_from())
        if self.not_after is not None and found.earliest > self.not_after:
            raise ValidationError(f"{_name(self.label)}: this lies in the future at the site.", code="future")
        return found

    def counted_from(self) -> dict[str, date | None]:
        """Return the day zero that study days count from; a birth date has none."""
        return {}

    def prepare_value(self, value: Any) -> Any:
        """Show as much of a stored date as is known."""
        if isinstance(value, date):
            value = PartialDate(value, Precision.DAY)
        return str(value) if isinstance(value, PartialDate) else value


class PartialStudyDateField(PartialDateField):
    """A partial date that may also be a study day, once `day_zero` is known."""

    widget = forms.TextInput(
        attrs={"autocomplete": "off", "placeholder": "3 Mar 2026, Mar 2026 or 2026", "data-study-date": ""}
    )
    day_zero: date | None = None

    def counted_from(self) -> dict[str, date | None]:
        """Return the day zero that study days count from, None while there is none."""
        return {"day_zero": self.day_zero}


class ClockTimeField(forms.Field):
    """A clock time at the site, `14:30`; with an offset where it comes twice, `01:30-05:00`."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "14:30", "inputmode": "text"})

    def to_python(self, value: Any) -> tuple[time, timedelta | None] | None:
        """Return time and offset, None for nothing."""
        if value is None or isinstance(value, tuple) or not str(value).strip():
            return value or None
        return _said(read_clock, self.label, str(value)[:40])

    def prepare_value(self, value: Any) -> Any:
        """Show a stored time in hours and minutes."""
        return f"{value:%H:%M}" if isinstance(value, time) else value


class NamedRules(forms.Field):
    """A field whose limits are refused with its name and the limit."""

    def run_validators(self, value: Any) -> None:
        """Raise ValidationError with a sentence for each limit that the value breaks."""
        try:
            super().run_validators(value)
        except ValidationError as refused:
            raise ValidationError(
                [
                    ValidationError(f"{_name(self.label)}: {rule_words(each)}", code=each.code)
                    for each in refused.error_list
                ]
            ) from None


class CleanCharField(NamedRules, forms.CharField):
    """One line of text, or several with `is_note`, without what cannot be seen or kept."""

    def __init__(self, *, is_note: bool = False, rows: int = 3, **kwargs: Any) -> None:
        if is_note:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs.setdefault("max_length", 300)
        super().__init__(strip=False, **kwargs)
        self.clean_text = clean_note if is_note else clean_line

    def to_python(self, value: Any) -> str:
        """Return the text as it is kept; far over its length it is refused before it is read."""
        written = "" if value is None else str(value)
        if self.max_length is not None and len(written) > 10 * self.max_length:
            raise ValidationError(
                f"{_name(self.label)}: write at most {self.max_length} characters.", code="max_length"
            )
        return _said(self.clean_text, self.label, written)


class IdentifierField(CleanCharField):
    """A code in printable ASCII: trimmed, nothing hidden; `upper` writes it in capitals."""

    def __init__(self, *, upper: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.upper = upper
        self.clean_text = clean_identifier

    def to_python(self, value: Any) -> str:
        """Return the identifier as it is kept."""
        written = super().to_python(value)
        return written.upper() if self.upper else written


class StrictDecimalField(NamedRules, forms.DecimalField):
    """A number in plain decimal notation: ASCII digits and one point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Return the number, None for nothing."""
        if isinstance(value, Decimal) or value is None or not str(value).strip():
            return value or None if not isinstance(value, Decimal) else value
        written = str(value).strip()
        if not _PLAIN_DECIMAL.fullmatch(written):
            raise ValidationError(f"{_name(self.label)}: write a plain number such as 2.5.", code="invalid")
        number = Decimal(written)
        if number.is_zero() and number.is_signed():
            raise ValidationError(f"{_name(self.label)}: write zero without a minus sign.", code="invalid")
        return number

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave the typed text alone: a number input would drop what it cannot read."""
        return {}


class StrictIntegerField(NamedRules, forms.IntegerField):
    """A whole number in ASCII digits."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """Return the number, None for nothing."""
        if value is None or isinstance(value, int):
            return value
        written = str(value).strip()
        if not written:
            return None
        if not _PLAIN_WHOLE.fullmatch(written) or written.startswith("-0"):
            raise ValidationError(f"{_name(self.label)}: write a whole number such as 12.", code="invalid")
        return int(written)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave the typed text alone: a number input would drop what it cannot read."""
        return {}


class YesNoUnknownField(forms.TypedChoiceField):
    """Yes, no or not known, as three answers: never a box that says "no" by being empty."""

    widget = forms.RadioSelect

    def __init__(self, *, unknown: str = "Not known", **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        answers = {"yes": True, "no": False, "unknown": None}
        super().__init__(
            choices=[("yes", "Yes"), ("no", "No"), ("unknown", unknown)],
            coerce=lambda written: answers[written],
            empty_value=None,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """Show a stored answer."""
        return (
            {True: "yes", False: "no", None: "unknown"}.get(value, value)
            if not isinstance(value, str)
            else value
        )


def read_from(form: forms.BaseForm, *, day_zero: date | None, today: date, ahead: Iterable[str] = ()) -> None:
    """Tell the date fields of a form the day zero that they count from and the site's today.

    Fields named in `ahead` may lie in the future: appointments and planned dates.
    """
    allowed = set(ahead)
    for name, field in form.fields.items():
        if isinstance(field, StudyDateField | PartialStudyDateField):
            field.day_zero = day_zero
            if day_zero is not None:
                field.widget.attrs |= _counted_from(field, day_zero)
        if isinstance(field, StudyDateField | PartialDateField):
            field.not_after = None if name in allowed else today


def _counted_from(field: StudyDateField | PartialStudyDateField, day_zero: date) -> dict[str, str]:
    is_partial = isinstance(field, PartialStudyDateField)
    example = "3 Mar 2026, Mar 2026 or D+28" if is_partial else "3 Mar 2026 or D+28"
    return {"data-day-zero": f"{day_zero:%Y-%m-%d}", "placeholder": example}


def _said(read: Callable[..., T], label: Any, written: str, **options: Any) -> T:
    """Read a text by a rule of the domain; the rule's sentence becomes the field's error."""
    try:
        return read(written, **options)
    except ValueError as refused:
        raise ValidationError(f"{_name(label)}: {refused}", code="invalid") from None


def _name(label: Any) -> str:
    return str(label) if label else "This field"


def _read_partial(written: str, *, day_zero: date | None = None) -> PartialDate:
    if re.fullmatch(r"[0-9]{4}", written):
        return PartialDate(read_date(f"{written}-01-01"), Precision.YEAR)
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{2})", written):
        return PartialDate(read_date(f"{found[1]}-{found[2]}-01"), Precision.MONTH)
    month_and_year = re.fullmatch(r"([A-Za-z]{3,9}) ?([0-9]{4})", written)
    if month_and_year and month_and_year[1].lower()[:3] in MONTHS:
        return PartialDate(read_date(f"1 {written}"), Precision.MONTH)
    return PartialDate(read_date(written, day_zero=day_zero), Precision.DAY)
