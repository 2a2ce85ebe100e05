"""What becomes of a reminder after a try."""

from datetime import timedelta

import pytest

from followup.domain.delivery import DELAYS, MOST_TRIES, USES_NO_TRY, Result, delay, step_after


def state_after(result: Result, tries: int = 1, unknown: int = 0) -> str:
    return step_after(result, tries=tries, unknown=unknown, jitter=0).state


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Result.ACCEPTED, "sent"),
        (Result.DEFERRED, "retry"),
        (Result.REFUSED, "dead"),
        (Result.UNWRITABLE, "dead"),
    ],
)
def test_a_try_whose_outcome_is_known_decides(result: Result, state: str) -> None:
    assert state_after(result) == state


def test_an_unknown_outcome_is_tried_once_more_and_never_a_third_time() -> None:
    assert state_after(Result.UNKNOWN, unknown=1) == "retry"
    assert state_after(Result.UNKNOWN, tries=2, unknown=2) == "unconfirmed"


def test_the_tenth_try_is_the_last() -> None:
    assert state_after(Result.DEFERRED, tries=MOST_TRIES - 1) == "retry"
    assert state_after(Result.DEFERRED, tries=MOST_TRIES) == "dead"


def test_what_may_have_been_handed_over_is_not_called_refused_at_the_last_try() -> None:
    assert state_after(Result.UNKNOWN, tries=MOST_TRIES, unknown=1) == "unconfirmed"


def test_delays_grow_from_a_minute_to_a_day() -> None:
    found = [delay(tries, 0) for tries in range(1, MOST_TRIES)]
    assert found == sorted(DELAYS)
    assert (found[0], found[-1]) == (timedelta(minutes=1), timedelta(days=1))


def test_delays_are_spread_by_a_tenth_to_either_side() -> None:
    assert (delay(1, -1), delay(1, 1)) == (timedelta(seconds=54), timedelta(seconds=66))


@pytest.mark.parametrize("result", sorted(USES_NO_TRY))
def test_what_uses_up_no_try_decides_nothing(result: Result) -> None:
    with pytest.raises(ValueError, match="decides nothing"):
        state_after(result)
