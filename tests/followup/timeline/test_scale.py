"""The scale keeps the order of time and hides nothing that happened."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.timeline.scale import FOLD_WIDTH, MOST_FOLDS, ROOM_DAYS, Scale, scale_of

FIRST = 739_000
WIDTH = 1152.0

days = st.integers(min_value=1, max_value=1500)
busy_days = st.lists(st.integers(min_value=0, max_value=1500), max_size=60)
units = st.floats(min_value=0.4, max_value=70)


def make(days: int, busy: list[int], comfortable: float, least: float = 0.4) -> Scale:
    return scale_of(
        FIRST,
        FIRST + days - 1,
        busy=[(FIRST + day, FIRST + day + 1.0) for day in busy],
        width=WIDTH,
        comfortable=comfortable,
        least=least,
    )


@given(days, busy_days, units, st.lists(st.floats(min_value=-5, max_value=1505), min_size=2))
def test_a_later_position_is_never_further_left(
    days: int, busy: list[int], unit: float, offsets: list[float]
) -> None:
    scale = make(days, busy, unit)
    places = [scale.x(FIRST + offset) for offset in sorted(offsets)]
    assert all(before <= after for before, after in pairwise(places))


@given(days, busy_days, units)
def test_days_of_the_range_follow_each_other_without_gap(days: int, busy: list[int], unit: float) -> None:
    scale = make(days, busy, unit)
    assert all(scale.x(FIRST + n) < scale.x(FIRST + n + 1) for n in range(days))


@given(days, busy_days, units)
def test_no_fold_comes_near_anything_that_happened(days: int, busy: list[int], unit: float) -> None:
    scale = make(days, busy, unit)
    for fold in scale.folds:
        assert not any(
            fold.start < FIRST + day + 1 + ROOM_DAYS and FIRST + day - ROOM_DAYS < fold.end for day in busy
        )


@given(days, busy_days, units)
def test_stretches_cover_the_whole_range_once(days: int, busy: list[int], unit: float) -> None:
    scale = make(days, busy, unit)
    assert scale.stretches[0].start == FIRST
    assert scale.stretches[-1].end == FIRST + days
    assert all(a.end == b.start and a.right == b.left for a, b in pairwise(scale.stretches))


@given(days, busy_days, units)
def test_all_folds_are_equally_wide_and_few(days: int, busy: list[int], unit: float) -> None:
    folds = make(days, busy, unit).folds
    assert len(folds) <= MOST_FOLDS
    assert all(fold.right - fold.left == pytest.approx(FOLD_WIDTH) for fold in folds)


@given(days, busy_days, units, st.floats(min_value=0.4, max_value=60))
def test_no_day_is_narrower_than_asked(days: int, busy: list[int], unit: float, least: float) -> None:
    assert make(days, busy, unit, least).unit >= least


def test_a_range_that_is_wide_enough_is_not_folded() -> None:
    assert make(16, [0], comfortable=68).folds == ()


def test_the_longest_empty_stretch_is_folded_with_room_at_both_ends() -> None:
    (fold,) = make(106, [0, 34, 96, 105], comfortable=12).folds
    assert (fold.start - FIRST, fold.end - FIRST, fold.days) == (37, 94, 57)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first"):
        make(0, [], comfortable=10)
