"""The check character of ISO/IEC 7064 MOD 37,36, against numbers that others have published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.enrolment_number import ALPHABET, check_character, enrolment_number, is_valid


@pytest.mark.parametrize(
    ("text", "check"),
    [
        # IFPI, GRid Standard: the example A1-2425G-ABC1234002-M.
        ("A12425GABC1234002", "M"),
        # ISO 15706 (ISAN): 0000-0000-3A8D-0000-Z-0000-0000-6, both of its check characters.
        ("000000003A8D0000", "Z"),
        ("000000003A8D000000000000", "6"),
        # ISO 15706 (ISAN): 0000-0000-D07A-0090-Q-0000-0000-X.
        ("00000000D07A0090", "Q"),
        ("00000000D07A009000000000", "X"),
    ],
)
def test_the_check_character_of_published_numbers(text: str, check: str) -> None:
    assert check_character(text) == check


@given(number=st.integers(1, 9999), place=st.integers(0, 6), other=st.sampled_from(ALPHABET))
def test_one_mistyped_character_is_noticed(number: int, place: int, other: str) -> None:
    text = f"LKE{number:04d}"
    mistyped = text[:place] + other + text[place + 1 :]
    assert (check_character(mistyped) == check_character(text)) is (mistyped == text)


def test_hardly_any_two_swapped_neighbours_go_unnoticed() -> None:
    swapped = [
        (text, text[:place] + text[place + 1] + text[place] + text[place + 2 :])
        for text in (f"LKE{number:04d}" for number in range(1, 10000, 7))
        for place in range(6)
        if text[place] != text[place + 1]
    ]
    missed = [pair for pair in swapped if check_character(pair[0]) == check_character(pair[1])]
    # A hybrid system finds all single errors, but not every transposition.
    assert len(missed) < len(swapped) / 50


@given(number=st.integers(1, 9999))
def test_a_number_that_was_built_is_valid(number: int) -> None:
    assert is_valid(enrolment_number("A01", number))


@pytest.mark.parametrize("number", [1, 9999])
def test_the_first_and_the_last_number_fit(number: int) -> None:
    assert is_valid(enrolment_number("A01", number))


@pytest.mark.parametrize("number", [0, 10000, -1])
def test_a_number_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="counts from 1 to 9999"):
        enrolment_number("A01", number)


@pytest.mark.parametrize("code", ["A1", "A001", ""])
def test_a_site_code_of_another_length_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="three characters"):
        enrolment_number(code, 1)


@pytest.mark.parametrize("text", ["a01", "A-1", "Ä01", "A\N{ARABIC-INDIC DIGIT ONE}1"])
def test_only_capital_letters_and_digits_have_a_check_character(text: str) -> None:
    with pytest.raises(ValueError, match="not a capital letter or a digit"):
        check_character(text)


@pytest.mark.parametrize(
    "text",
    ["LKE-0001", "LKE0001M", "lke-0001-M", "LKE-001-M", "LKE-0001-m", "LKE-0001-MM", "LKE-0001-M\n", ""],
)
def test_another_shape_is_no_enrolment_number(text: str) -> None:
    assert not is_valid(text)
