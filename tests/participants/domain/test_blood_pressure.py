"""The prompt for low blood pressure."""

from datetime import date

import pytest

from participants.domain.blood_pressure import low_systolic_limit_mmhg

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("on", "limit"),
    [
        (date(2015, 6, 14), None),
        (date(2015, 6, 15), 70),
        (date(2016, 5, 14), 70),
        (date(2016, 5, 15), 72),
        (date(2017, 5, 14), 72),
        (date(2017, 5, 15), 74),
        (date(2025, 5, 14), 88),
        (date(2025, 5, 15), 90),
        (date(2035, 5, 15), 90),
    ],
)
def test_the_limit_grows_with_age(on: date, limit: int | None) -> None:
    assert low_systolic_limit_mmhg(born_on=date(2015, 5, 15), on=on) == limit


def test_a_day_before_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        low_systolic_limit_mmhg(born_on=date(2015, 5, 15), on=date(2015, 5, 14))
