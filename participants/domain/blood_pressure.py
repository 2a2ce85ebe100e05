"""Prompt for hypotension by age; the judgement stays clinical and no grade reads a number.

Source: American Heart Association, Pediatric Advanced Life Support: lower limits of systolic pressure.
"""

from datetime import date

_TEN_YEARS = 120


def low_systolic_limit_mmhg(*, born_on: date, on: date) -> int | None:
    """Give the systolic pressure below which a prompt asks about hypotension; None under one month.

    70 mmHg under a year, 70 + 2 x completed years from 1 to 10 years, 90 mmHg above. Raises
    ValueError for a day before birth.

    Source: PALS.
    """
    months = _age_months(born_on, on)
    if months < 1:
        return None
    if months < 12:
        return 70
    return 70 + 2 * (months // 12) if months < _TEN_YEARS else 90


def _age_months(born_on: date, on: date) -> int:
    if on < born_on:
        raise ValueError("The day is before the birth.")
    return (on.year - born_on.year) * 12 + on.month - born_on.month - (on.day < born_on.day)
