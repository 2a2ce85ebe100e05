"""What is written to a SAS transport file is read back, padding and blanks included."""

import io
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.exchange.xpt import read_xpt
from followup.exchange.xpt_layout import Column, Dataset, Kind, Row, XptError
from followup.exchange.xpt_writer import write_xpt
from tests.followup.exchange.xpt_files import AT, COLUMNS, ROWS, pack, unpack

pytestmark = pytest.mark.once

PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
NUMBERS = st.none() | st.floats(-1e70, 1e70).filter(lambda number: number == 0 or abs(number) > 1e-70)


@given(st.lists(st.tuples(PRINTABLE.map(str.rstrip), NUMBERS), max_size=40))
def test_rows_come_back(values: list[tuple[str, float | None]]) -> None:
    columns = (Column("NAME", Kind.TEXT, 12), Column("VALUE", Kind.NUMBER))
    rows: list[Row] = [{"NAME": name, "VALUE": value} for name, value in values]
    assert unpack(pack(rows, columns)) == rows


def test_name_label_and_columns_come_back() -> None:
    dataset = read_xpt(io.BytesIO(pack()), source="dm.xpt")
    assert (dataset.name, dataset.label, dataset.columns) == ("DM", "Demographics", COLUMNS)


def test_file_is_whole_cards() -> None:
    assert len(pack()) % 80 == 0


def test_no_rows_come_back_when_there_are_none() -> None:
    assert unpack(pack([])) == []


def test_writing_returns_the_number_of_rows() -> None:
    stream = io.BytesIO()
    assert write_xpt(stream, Dataset("DM", "", COLUMNS, iter(ROWS)), at=AT) == len(ROWS)


@given(st.lists(st.sampled_from(["", "x", "xy"]), max_size=30), st.integers(2, 90))
def test_short_texts_come_back_unless_writing_refused_them(texts: list[str], length: int) -> None:
    rows: list[Row] = [{"CODE": text} for text in texts]
    with suppress(XptError):
        assert unpack(pack(rows, (Column("CODE", Kind.TEXT, length),))) == rows


@given(st.lists(st.sampled_from(["", "x"]), max_size=30), st.integers(80, 90))
def test_blank_rows_are_never_refused_when_they_are_as_long_as_a_card(texts: list[str], length: int) -> None:
    rows: list[Row] = [{"CODE": text} for text in texts]
    assert unpack(pack(rows, (Column("CODE", Kind.TEXT, length),))) == rows


def test_writing_refuses_a_blank_last_row_that_fits_into_the_padding() -> None:
    with pytest.raises(XptError, match="row 2: a blank last row could not be told from padding"):
        pack([{"CODE": "a"}, {"CODE": ""}], (Column("CODE", Kind.TEXT, 40),))


def test_blank_last_row_is_a_row_when_the_file_has_a_card_more_for_it() -> None:
    rows: list[Row] = [{"CODE": text} for text in [*"aaaaaaaaaa", ""]]
    assert unpack(pack(rows, (Column("CODE", Kind.TEXT, 8),))) == rows


def test_blank_rows_within_the_file_are_rows() -> None:
    rows: list[Row] = [{"CODE": "a"}, {"CODE": ""}, {"CODE": ""}, {"CODE": "b"}]
    assert unpack(pack(rows, (Column("CODE", Kind.TEXT, 8),))) == rows


def test_blank_last_row_is_a_row_when_padding_cannot_be_that_long() -> None:
    rows: list[Row] = [{"CODE": "a"}, {"CODE": ""}]
    assert unpack(pack(rows, (Column("CODE", Kind.TEXT, 80),))) == rows


def test_rows_are_read_one_by_one_when_the_file_is_long() -> None:
    taken = 0

    class Counting(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal taken
            raw = super().read(size)
            taken += len(raw)
            return raw

    raw = pack(ROWS * 20_000)
    next(iter(read_xpt(Counting(raw), source="dm.xpt").rows))
    assert taken < len(raw) / 10


def test_reading_waits_for_all_bytes_when_a_pipe_gives_few_at_a_time() -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 7))

    assert list(read_xpt(Dripping(pack()), source="dm.xpt").rows) == ROWS


def test_writing_streams_its_rows() -> None:
    stream = io.BytesIO()

    def rows() -> Iterator[Row]:
        for row in ROWS:
            yield row
            sizes.append(len(stream.getvalue()))

    sizes: list[int] = []
    write_xpt(stream, Dataset("DM", "", COLUMNS, rows()), at=AT)
    assert sizes == sorted(set(sizes))


def test_stamp_is_english_and_in_both_places() -> None:
    assert pack().count(b"03MAR26:12:30:05") == 4


TOO_MUCH = {
    "no columns": ("DM", "", (), [], "a dataset takes 1 to 9999 columns"),
    "dataset name": ("DEMOGRAPHY", "", COLUMNS, [], "a name takes 1 to 8"),
    "dataset label": ("DM", "x" * 41, COLUMNS, [], "a label takes up to 40"),
    "accent in label": ("DM", "Démographie", COLUMNS, [], "printable ASCII"),
    "same name": ("DM", "", (*COLUMNS, Column("age", Kind.NUMBER)), [], "column age: two columns"),
    "long text": ("DM", "", COLUMNS, [{"SUBJID": "x" * 12, "AGE": 1.0}], "the text takes 12 of 11 bytes"),
    "accent": ("DM", "", COLUMNS, [{"SUBJID": "é", "AGE": 1.0}], "row 1, column SUBJID: expected printable"),
    "line break": ("DM", "", COLUMNS, [{"SUBJID": "a\nb", "AGE": 1.0}], "printable ASCII"),
    "trailing blank": ("DM", "", COLUMNS, [{"SUBJID": "a ", "AGE": 1.0}], "without blanks at the end"),
    "number as text": ("DM", "", COLUMNS, [{"SUBJID": 1.0, "AGE": 1.0}], "expected a text"),
    "missing text": ("DM", "", COLUMNS, [{"SUBJID": None, "AGE": 1.0}], "a missing text is empty"),
    "text as number": ("DM", "", COLUMNS, [{"SUBJID": "a", "AGE": "1"}], "column AGE: expected a number"),
    "not a number": ("DM", "", COLUMNS, [{"SUBJID": "a", "AGE": float("nan")}], "not a finite number"),
    "too large": ("DM", "", COLUMNS, [{"SUBJID": "a", "AGE": 1e80}], "too large"),
    "second row": ("DM", "", COLUMNS, [ROWS[0], {"SUBJID": "a", "AGE": 1e80}], "row 2, column AGE"),
    "missing key": ("DM", "", COLUMNS, [{"SUBJID": "a"}], "row 1: the row's keys"),
    "other key": ("DM", "", COLUMNS, [{"SUBJID": "a", "AGE": 1.0, "SEX": "F"}], "row 1: the row's keys"),
    "short number": ("DM", "", (Column("X", Kind.NUMBER, 3),), [{"X": 0.1}], "does not fit 3 bytes exactly"),
}


@pytest.mark.parametrize(
    ("name", "label", "columns", "rows", "message"), TOO_MUCH.values(), ids=TOO_MUCH.keys()
)
def test_writing_refuses_what_version_5_lacks(
    name: str, label: str, columns: tuple[Column, ...], rows: list[Row], message: str
) -> None:
    with pytest.raises(XptError, match=message):
        write_xpt(io.BytesIO(), Dataset(name, label, columns, rows), at=AT)


@pytest.mark.parametrize(
    ("name", "kind", "length", "label"),
    [
        ("SUBJECTID", Kind.TEXT, 1, ""),
        ("", Kind.TEXT, 1, ""),
        ("1ST", Kind.TEXT, 1, ""),
        ("A-B", Kind.TEXT, 1, ""),
        ("ÄGE", Kind.TEXT, 1, ""),
        ("\N{LATIN SMALL LETTER LONG S}EX", Kind.TEXT, 1, ""),
        ("AGE", Kind.TEXT, 0, ""),
        ("AGE", Kind.TEXT, 201, ""),
        ("AGE", Kind.NUMBER, 1, ""),
        ("AGE", Kind.NUMBER, 9, ""),
        ("AGE", Kind.NUMBER, 8, "x" * 41),
        ("AGE", Kind.NUMBER, 8, "Alter in Jahren ä"),
    ],
)
def test_column_is_refused_when_version_5_lacks_it(name: str, kind: Kind, length: int, label: str) -> None:
    with pytest.raises(ValueError, match="takes"):
        Column(name, kind, length, label)
