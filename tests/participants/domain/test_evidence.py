"""Until when evidence counts: the last day on both sides, and lymphodepletion planned or begun."""

from datetime import date, timedelta

import pytest

from participants.domain.evidence import NEEDS_RENEWAL, Standing, validity
from participants.domain.milestones import KnownDate

DATED = date(2026, 3, 3)
LAST = date(2026, 3, 17)


def start(on: date, *, is_planned: bool) -> KnownDate:
    return KnownDate("ld_start", on, is_planned)


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (DATED, Standing.COUNTS),
        (LAST - timedelta(days=4), Standing.COUNTS),
        (LAST - timedelta(days=3), Standing.SOON),
        (LAST, Standing.SOON),
        (LAST + timedelta(days=1), Standing.EXPIRED),
    ],
)
def test_evidence_counts_to_the_end_of_its_last_day(today: date, standing: Standing) -> None:
    found = validity(DATED, None, today, valid_days=14)
    assert (found.last_on, found.standing) == (LAST, standing)


def test_the_weekday_is_named() -> None:
    assert validity(DATED, None, DATED, valid_days=14).words == "expires Tue 17 Mar"


@pytest.mark.parametrize(
    ("planned_on", "standing"),
    [(LAST, Standing.COUNTS), (LAST + timedelta(days=1), Standing.ENDS_BEFORE_PLAN)],
)
def test_evidence_that_ends_before_the_planned_start_has_to_be_renewed(
    planned_on: date, standing: Standing
) -> None:
    found = validity(DATED, start(planned_on, is_planned=True), DATED, valid_days=14)
    assert found.standing is standing
    assert (found.standing in NEEDS_RENEWAL) is (standing is Standing.ENDS_BEFORE_PLAN)


def test_a_planned_start_that_has_passed_does_not_revive_what_expired() -> None:
    found = validity(DATED, start(LAST, is_planned=True), LAST + timedelta(days=1), valid_days=14)
    assert found.standing is Standing.EXPIRED


@pytest.mark.parametrize(
    ("began_on", "standing"),
    [
        (DATED - timedelta(days=1), Standing.TOO_LATE),
        (DATED, Standing.COUNTED),
        (LAST, Standing.COUNTED),
        (LAST + timedelta(days=1), Standing.EXPIRED),
    ],
)
def test_once_begun_only_the_start_counts(began_on: date, standing: Standing) -> None:
    months_later = LAST + timedelta(days=200)
    found = validity(DATED, start(began_on, is_planned=False), months_later, valid_days=14)
    assert found.standing is standing
