"""A SAS transport file that is not one gives an XptError that says where and why."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.exchange.xpt import read_xpt
from followup.exchange.xpt_layout import Column, Kind, XptError
from tests.followup.exchange.xpt_files import ROWS, pack, replaced, unpack

pytestmark = pytest.mark.once

FILE = pack()
MEMBER, MEMBER_NAME, MEMBER_LABEL, NAMESTR, FIRST_COLUMN = 240, 400, 480, 560, 640
# Two descriptions of 140 bytes take 280 and are filled up to 320; the OBS heading follows.
SECOND_COLUMN, OBS, FIRST_ROW = FIRST_COLUMN + 140, FIRST_COLUMN + 320, FIRST_COLUMN + 400
ROW_SIZE = 19


CORRUPTIONS = {
    "empty": (b"", "dm.xpt, byte 0: the file ends within the first heading"),
    "text": (b"STUDYID,USUBJID\n" * 60, "dm.xpt, byte 0: this is no SAS transport file of version 5"),
    "version 8": (FILE.replace(b"LIBRARY ", b"LIBV8   ", 1), "version 8"),
    "cport": (b"**COMPRESSED** " * 20, "PROC CPORT"),
    "zip": (b"PK\x03\x04" + bytes(400), "ZIP archive"),
    "library card": (replaced(FILE, 80, b"SPSS"), "byte 80: expected a card that begins with 'SAS "),
    "heading not ASCII": (replaced(FILE, 170, b"\xe9"), "byte 160: a heading holds a character"),
    "no member": (replaced(FILE, MEMBER + 20, b"MUMBLE"), "byte 240: expected a card that begins with"),
    "no description size": (
        replaced(FILE, MEMBER + 74, b"abcd"),
        "byte 240: expected digits at places 75 to",
    ),
    "description size": (replaced(FILE, MEMBER + 74, b"0139"), "byte 240: descriptions of 139 bytes"),
    "dataset name": (replaced(FILE, MEMBER_NAME + 8, b"1DM "), "byte 400: a name takes 1 to 8"),
    "member label": (replaced(FILE, MEMBER_LABEL + 32, b"\xc3\xa9"), "byte 480: a heading holds a character"),
    "no column count": (
        replaced(FILE, NAMESTR + 54, b"2   "),
        "byte 560: expected digits at places 55 to 58",
    ),
    "no column": (replaced(FILE, NAMESTR + 54, b"0000"), "byte 560: the dataset has no column"),
    "fewer columns": (replaced(FILE, NAMESTR + 54, b"0001"), "byte 780: expected blanks behind 1 column"),
    "more columns": (replaced(FILE, NAMESTR + 54, b"0003"), "byte 920: column 3: "),
    "column kind": (replaced(FILE, FIRST_COLUMN, b"\0\3"), "byte 640: column 1: 3 is not a valid Kind"),
    "column length": (
        replaced(FILE, FIRST_COLUMN + 4, b"\0\xc9"),
        "column 1: a text takes 1 to 200 bytes, not 201",
    ),
    "no length": (replaced(FILE, FIRST_COLUMN + 4, b"\0\0"), "column 1: a text takes 1 to 200 bytes, not 0"),
    "negative length": (replaced(FILE, FIRST_COLUMN + 4, b"\xff\xff"), "a text takes 1 to 200 bytes, not -1"),
    "number length": (
        replaced(FILE, SECOND_COLUMN + 4, b"\0\x09"),
        "column 2: a number takes 2 to 8 bytes, not 9",
    ),
    "column place": (
        replaced(FILE, SECOND_COLUMN + 84, b"\0\0\0\x0c"),
        "column AGE starts at byte 12 of the row, not at 11",
    ),
    "same name": (replaced(FILE, SECOND_COLUMN + 8, b"subjid"), "two columns are called subjid"),
    "name not ASCII": (
        replaced(FILE, FIRST_COLUMN + 8, b"\xc4GE"),
        "the name or label of column 1 is not ASCII",
    ),
    "blank name": (replaced(FILE, FIRST_COLUMN + 8, b" " * 8), "column 1: a name takes 1 to 8"),
    "label control": (replaced(FILE, FIRST_COLUMN + 16, b"\n"), "column 1: a label takes up to 40 printable"),
    "no rows heading": (replaced(FILE, OBS + 20, b"ABC"), "byte 960: expected a card that begins with"),
    "text not ASCII": (
        replaced(FILE, FIRST_ROW + ROW_SIZE, b"\xe9"),
        "dm.xpt, byte 1059, row 2, column SUBJID: holds a character that is not printable ASCII",
    ),
    "zero byte": (replaced(FILE, FIRST_ROW + 3, b"\0"), "row 1, column SUBJID: holds a character"),
    "record length": (replaced(FILE, SECOND_COLUMN + 4, b"\0\7"), "byte 1058, row 2, column SUBJID: holds"),
    "half a card": (FILE[:-1], "byte 1199: the file ends within a card of 80 bytes"),
    "trailing rubbish": (FILE + b" " * 79 + b"x", "the file ends within a row"),
    "blank card behind": (FILE + b" " * 80, "row 8, column AGE: holds blanks instead of a number"),
    "second dataset": (FILE + FILE[MEMBER:], "byte 1200: a second dataset begins"),
}


@pytest.mark.parametrize(("raw", "message"), CORRUPTIONS.values(), ids=CORRUPTIONS.keys())
def test_reading_refuses_and_names_the_place_when_file_is_broken(raw: bytes, message: str) -> None:
    with pytest.raises(XptError, match=message):
        unpack(raw)


def test_reading_refuses_a_file_cut_off_anywhere_but_between_rows() -> None:
    refused = [size for size in range(len(FILE)) if "ends within" in _refusal(FILE[:size])]
    assert refused == [size for size in range(len(FILE)) if size != FIRST_ROW]


@given(st.integers(0, len(FILE) - 1), st.binary(min_size=1, max_size=40))
def test_reading_raises_nothing_but_its_own_error_when_bytes_are_overwritten(at: int, new: bytes) -> None:
    assert _refusal(replaced(FILE, at, new)).startswith(("dm.xpt, byte ", "none"))


def _refusal(raw: bytes) -> str:
    """Return the sentence of an XptError, or "none" when the rows are read."""
    try:
        unpack(raw)
    except XptError as problem:
        return str(problem)
    return "none"


@given(st.binary(max_size=2000))
def test_reading_refuses_garbage(raw: bytes) -> None:
    with pytest.raises(XptError):
        unpack(raw)


def test_reading_refuses_more_blanks_than_padding_has_when_rows_are_long() -> None:
    raw = pack([{"COMMENT": "x" * 200}], (Column("COMMENT", Kind.TEXT, 200),))
    with pytest.raises(XptError, match="ends within a row"):
        unpack(raw + b" " * 80)


def test_error_keeps_the_value_to_itself() -> None:
    secret = pack([{"SUBJID": "SECRET", "AGE": 1.0}]).replace(b"SECRET", b"SECR\xe9T")
    with pytest.raises(XptError) as caught:
        unpack(secret)
    assert "SECR" not in str(caught.value)


def test_error_carries_its_place_for_programs() -> None:
    with pytest.raises(XptError) as caught:
        unpack(replaced(FILE, FIRST_ROW, b"\xe9"))
    error = caught.value
    assert (error.source, error.offset, error.row, error.column) == ("dm.xpt", FIRST_ROW, 1, "SUBJID")


def test_reading_keeps_rows_before_the_broken_one() -> None:
    dataset = read_xpt(io.BytesIO(replaced(FILE, FIRST_ROW + ROW_SIZE, b"\xe9")), source="dm.xpt")
    assert next(iter(dataset.rows)) == ROWS[0]


def test_many_columns_end_with_an_error_when_their_descriptions_do_not() -> None:
    with pytest.raises(XptError, match="the description of column 3 of 9999"):
        unpack(replaced(FILE, NAMESTR + 54, b"9999")[: FIRST_COLUMN + 300])


def test_one_text_column_of_full_length_is_read() -> None:
    columns = (Column("COMMENT", Kind.TEXT, 200),)
    assert unpack(pack([{"COMMENT": "x" * 200}], columns)) == [{"COMMENT": "x" * 200}]
