"""Days on which an entry about a participant is improbable."""

from datetime import date, timedelta

import pytest

from participants.domain.bounds import AFTER_DEATH, AFTER_WITHDRAWAL, BEFORE_CONSENT, Bounds

pytestmark = pytest.mark.once

DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("days", "rules"),
    [
        (-1, [BEFORE_CONSENT]),
        (0, []),
        (20, []),
        (21, [AFTER_WITHDRAWAL]),
        (30, [AFTER_WITHDRAWAL]),
        (31, [AFTER_DEATH, AFTER_WITHDRAWAL]),
    ],
)
def test_days_between_the_bounds_are_probable_the_bounds_included(days: int, rules: list[str]) -> None:
    bounds = Bounds(DAY, withdrew_on=DAY + timedelta(days=20), died_on=DAY + timedelta(days=30))
    assert [rule for rule, _ in bounds.improbable(DAY + timedelta(days=days))] == rules


def test_every_day_is_before_a_consent_that_was_never_signed() -> None:
    assert [rule for rule, _ in Bounds().improbable(DAY)] == [BEFORE_CONSENT]
