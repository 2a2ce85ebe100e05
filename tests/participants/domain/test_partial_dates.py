"""Dates that are known in part."""

from datetime import date

import pytest

from participants.domain.partial_dates import PartialDate, Precision, age_range_years, age_years

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("birth", "latest", "words"),
    [
        (PartialDate(date(2012, 1, 1), Precision.YEAR), date(2012, 12, 31), "2012"),
        (PartialDate(date(2012, 2, 1), Precision.MONTH), date(2012, 2, 29), "Feb 2012"),
        (PartialDate(date(2012, 12, 1), Precision.MONTH), date(2012, 12, 31), "Dec 2012"),
        (PartialDate(date(2012, 2, 3), Precision.DAY), date(2012, 2, 3), "03 Feb 2012"),
    ],
)
def test_a_partial_date_lasts_as_long_as_it_can_be(birth: PartialDate, latest: date, words: str) -> None:
    assert (birth.earliest, birth.latest, str(birth)) == (birth.on, latest, words)


@pytest.mark.parametrize(
    ("on", "years"), [(date(2023, 2, 28), 10), (date(2023, 3, 1), 11), (date(2024, 2, 29), 12)]
)
def test_who_was_born_on_a_leap_day_is_a_year_older_on_the_first_of_march(on: date, years: int) -> None:
    assert age_years(date(2012, 2, 29), on) == years


def test_an_age_before_the_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_years(date(2012, 2, 29), date(2012, 2, 28))


def test_ages_of_a_birth_year_run_from_its_last_day_to_its_first() -> None:
    birth = PartialDate(date(2012, 1, 1), Precision.YEAR)
    assert age_range_years(birth, date(2024, 6, 1)) == (11, 12)
    assert age_range_years(birth, date(2012, 6, 1)) == (0, 0)
