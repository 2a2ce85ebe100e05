"""Age on a day, in completed years and months."""

from datetime import date

from .refusal import Impossible


def age_months(born_on: date, on: date) -> int:
    """Count completed months of life on a calendar day; a month completes on its day number.

    Who is born on the 29th of February turns a year older on the 1st of March of a common year.
    Raises Impossible for a day before birth.
    """
    if on < born_on:
        raise Impossible(None, "before_birth", "The day is before the date of birth.")
    months = (on.year - born_on.year) * 12 + on.month - born_on.month
    return months - (on.day < born_on.day)


def age_years(born_on: date, on: date) -> int:
    """Count completed years of life on a calendar day. Raises Impossible for a day before birth."""
    return age_months(born_on, on) // 12
