"""Words of one row never cover each other, and what is said to fit does fit."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from followup.timeline.labels import GAP, Room, beside, first_fitting, fit, rows_for, text_width

rooms = st.lists(
    st.tuples(st.floats(min_value=-50, max_value=1200), st.floats(min_value=0, max_value=400)).map(
        lambda pair: Room(pair[0], pair[0] + pair[1])
    ),
    max_size=40,
)
words = st.text(max_size=90)


@given(rooms)
def test_rooms_of_one_row_never_overlap(rooms: list[Room]) -> None:
    rows = rows_for(rooms)
    for (one, its_row), (other, other_row) in combinations(zip(rooms, rows, strict=True), 2):
        if its_row == other_row:
            assert one.right + GAP <= other.left or other.right + GAP <= one.left


@given(rooms)
def test_a_room_goes_to_the_topmost_row_in_which_it_is_free(rooms: list[Room]) -> None:
    rows = rows_for(rooms)
    for number, row in enumerate(rows):
        for above in range(row):
            assert any(
                rows[other] == above
                and not (
                    rooms[other].right + GAP <= rooms[number].left
                    or rooms[number].right + GAP <= rooms[other].left
                )
                for other in range(number)
            )


@given(words, st.floats(min_value=0, max_value=500))
def test_a_shortened_text_fits_and_begins_like_the_whole(text: str, width: float) -> None:
    short = fit(text, width)
    assert text_width(short) <= width
    assert text.startswith(short.removesuffix("…"))


def test_a_text_that_fits_stays_whole() -> None:
    assert fit("Klebsiella pneumoniae", 400) == "Klebsiella pneumoniae"


def test_a_text_of_which_hardly_anything_fits_is_left_out() -> None:
    assert fit("Klebsiella pneumoniae", 18) == ""


def test_the_first_text_that_fits_is_taken() -> None:
    assert first_fitting(["nasal cannula 2 L/min", "2 L/min"], 60) == "2 L/min"


@given(words, st.floats(min_value=0, max_value=1152), st.floats(min_value=0, max_value=400))
def test_a_label_beside_a_mark_stays_inside_the_figure(text: str, left: float, wide: float) -> None:
    label = beside(text, left, min(left + wide, 1152), 1152)
    assert not label.text or (label.room.left >= -0.01 and label.room.right <= 1152.01)
