"""Text is kept without what nobody can see."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.clean_text import clean_identifier, clean_line, clean_note

FAMILY = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "a\x9fb", "half \ud83d of it"])
def test_clean_note_refuses_what_cannot_be_kept(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        clean_note(text)


def test_clean_note_removes_what_hides() -> None:
    assert clean_note("\u202egpj.exe\u200b and\ufeff") == "gpj.exe and"


def test_clean_note_keeps_joined_emoji() -> None:
    assert clean_note(FAMILY) == FAMILY


def test_clean_note_composes_letters() -> None:
    assert clean_note("e\u0301") == "é"


def test_clean_note_keeps_lines() -> None:
    assert clean_note("one\r\ntwo\rthree\n") == "one\ntwo\nthree"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\v", "\f", "\u2028", "\u2029", "\x85"])
def test_clean_line_refuses_a_line_end(end: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        clean_line(f"Day 7{end}Subject: hi")


def test_clean_identifier_trims_blanks_of_every_kind() -> None:
    assert clean_identifier("\u00a0PACER-001 ") == "PACER-001"


@pytest.mark.parametrize("text", ["P\u200b-014", "PACER-ı", "Р-014", "P-０14", "P-\t14"])
def test_clean_identifier_refuses_look_alikes(text: str) -> None:
    with pytest.raises(ValueError, match="hidden or foreign"):
        clean_identifier(text)


@given(st.text())
def test_clean_note_is_stable(text: str) -> None:
    try:
        kept = clean_note(text)
    except ValueError:
        return
    assert clean_note(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
