"""Participants counted by time."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.life_table import LifeTable, count_by_time, from_counts, number_at_risk
from tests.participants.domain.strategies import Rows, rows

pytestmark = pytest.mark.once


def counted(data: Rows) -> LifeTable:
    """Return the life table of rows."""
    return count_by_time([time for time, _ in data], [event for _, event in data])


def entries(table: LifeTable) -> list[tuple[float, int, int]]:
    """Return the table as (time, events, censored)."""
    return list(zip(table.times.tolist(), table.events.tolist(), table.censored.tolist(), strict=True))


def test_count_by_time_when_times_are_tied() -> None:
    table = counted([(5, True), (3, False), (5, False), (5, True)])
    assert entries(table) == [(3, 0, 1), (5, 2, 1)]


def test_at_risk_when_event_and_censoring_share_a_time() -> None:
    table = counted([(5, True), (5, False), (7, True)])
    assert table.at_risk.tolist() == [3, 1]


def test_count_by_time_when_zero_is_written_negative() -> None:
    assert str(count_by_time([-0.0], [True]).times[0]) == "0.0"


@given(rows, st.randoms())
def test_from_counts_when_rows_are_grouped_in_any_order(data: Rows, random: Random) -> None:
    table = counted(data)
    grouped = [*entries(table), (99.0, 0, 0)]
    random.shuffle(grouped)
    assert entries(from_counts(grouped)) == entries(table)


def test_from_counts_when_a_time_comes_twice() -> None:
    assert entries(from_counts([(4, 1, 0), (4, 2, 3)])) == [(4, 3, 3)]


def test_participants_when_events_and_censored_are_counted() -> None:
    assert from_counts([(1, 2, 3), (2, 4, 0)]).participants == 9


@given(rows)
def test_number_at_risk_when_asked_at_any_time(data: Rows) -> None:
    asked = [-1, 0, 0.5, 5, 12, 13]
    expected = [sum(time >= at for time, _ in data) for at in asked]
    assert number_at_risk(counted(data), asked) == expected


@pytest.mark.parametrize("time", [-1.0, float("nan"), float("inf")])
def test_count_by_time_when_a_time_cannot_be(time: float) -> None:
    with pytest.raises(ValueError, match="finite number of 0 or more"):
        count_by_time([1.0, time], [True, True])


def test_count_by_time_when_there_is_nobody() -> None:
    with pytest.raises(ValueError, match="nobody to follow"):
        count_by_time([], [])


def test_count_by_time_when_columns_differ_in_length() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        count_by_time([1, 2], [True])


@pytest.mark.parametrize("row", [(1, -1, 2), (1, 2, -1)])
def test_from_counts_when_a_count_is_negative(row: tuple[float, int, int]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        from_counts([row])
    with pytest.raises(ValueError, match="0 or more"):
        from_counts([row, (1, 5, 5)])


def test_from_counts_when_squares_would_not_fit() -> None:
    with pytest.raises(ValueError, match="more than 3000000000 participants"):
        from_counts([(1, 2**62, 2**62)])


@pytest.mark.parametrize(
    ("times", "events", "censored", "why"),
    [
        ([2.0, 1.0], [1, 1], [0, 0], "ascend"),
        ([1.0, 1.0], [1, 1], [0, 0], "ascend"),
        ([1.0], [0], [0], "somebody leaves"),
        ([1.0], [-1], [3], "0 or more"),
        ([1.0, 2.0], [1], [1], "differ in length"),
    ],
)
def test_life_table_when_it_cannot_be(
    times: list[float], events: list[int], censored: list[int], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        LifeTable(np.array(times), np.array(events), np.array(censored))
