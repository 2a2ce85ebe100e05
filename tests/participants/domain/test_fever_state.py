"""Where the fever trigger stands now."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from participants.domain.fever import Reading
from participants.domain.fever_state import FeverState, fever_state

pytestmark = pytest.mark.once

ZERO = datetime(2026, 3, 10, tzinfo=UTC)


def state(*readings: tuple[float, str], now: float) -> FeverState:
    """Return the state at an hour, of readings at hours after the infusion."""
    known = [
        Reading(at=ZERO + timedelta(hours=hours), temperature_c=Decimal(degrees))
        for hours, degrees in readings
    ]
    return fever_state(known, infused_at=ZERO, now=ZERO + timedelta(hours=now))


def test_one_high_reading_waits_for_the_second() -> None:
    waiting = state((10, "38.6"), now=12).waiting
    assert waiting is not None
    assert (waiting.opens_at, waiting.closes_at) == (ZERO + timedelta(hours=14), ZERO + timedelta(hours=34))


def test_the_limit_itself_waits_for_nothing() -> None:
    assert state((10, "38.5"), now=12) == FeverState(None, None)


@pytest.mark.parametrize(("now", "waits"), [(34, True), (34.1, False)])
def test_waiting_ends_after_24_hours(now: float, *, waits: bool) -> None:
    assert (state((10, "38.6"), now=now).waiting is not None) is waits


def test_the_next_high_reading_takes_over_when_the_first_is_too_old() -> None:
    waiting = state((10, "38.6"), (12, "38.7"), now=35).waiting
    assert waiting is not None
    assert waiting.first.at == ZERO + timedelta(hours=12)


def test_met_trigger_waits_for_nothing() -> None:
    found = state((10, "38.6"), (14, "38.6"), now=15)
    assert found.trigger is not None
    assert found.waiting is None


def test_reading_that_lies_ahead_does_not_count_yet() -> None:
    assert state((10, "38.6"), (14, "38.6"), now=13).trigger is None
    assert state((10, "38.6"), (14, "38.6"), now=14).trigger is not None


def test_reading_before_the_infusion_waits_for_nothing() -> None:
    assert state((-1, "39.0"), now=1).waiting is None
