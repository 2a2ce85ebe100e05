"""CSV files with one row a participant."""

import pytest

from participants.domain.survival_rows import decode, read_causes, read_groups

pytestmark = pytest.mark.once


def read(text: str) -> tuple[list[float], list[bool]]:
    """Return times and events of a file with the columns t and e."""
    rows = read_groups(text, time="t", event="e")[None]
    return rows.times, rows.had_event


def test_read_groups_when_columns_stand_in_any_order() -> None:
    assert read("note,e,t\nx,1,6\ny,0,9.5\n") == ([6.0, 9.5], [True, False])


def test_read_groups_when_groups_are_named() -> None:
    groups = read_groups("t,e,g\n1,1,b\n2,0,a\n3,1, b \n", time="t", event="e", group="g")
    assert {name: rows.times for name, rows in groups.items()} == {"a": [2.0], "b": [1.0, 3.0]}


def test_read_groups_when_groups_are_named_in_their_order() -> None:
    groups = read_groups("t,e,g\n1,1,b\n2,0,a\n", time="t", event="e", group="g")
    assert list(groups) == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        't,e\n"6","1"\n',
        "t,e\r\n6,1\r\n",
        "t,e\r6,1\r",
        " t , e \n 6 , 1 \n",
        '"t", "e"\n"6", "1"\n',
        "t,e\n6,1",
        "t,e\n6,1\n\n\n",
        "t,e\n6,1.0\n",
        '"t","e",n\n6,1,"two\nlines, one cell"\n',
        "t,e,n,n\n6,1,a,b\n",
    ],
)
def test_read_groups_when_the_file_is_unusual_but_clear(text: str) -> None:
    assert read(text) == ([6.0], [True])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("t,e\n6,1\nx,1\n", "line 3: t is not a number"),
        ("t,e\n6,1\n-1,1\n", "line 3: t is negative"),
        ("t,e\n6,1\n,1\n", "line 3: t is empty"),
        ("t,e\n6,\n", "line 2: e is empty"),
        ("t,e\n6,2\n", "line 2: e is neither 1 nor 0"),
        ("t,e\n6,-1\n", "line 2: e is negative"),
        ("t,e\n6,yes\n", "line 2: e is not a number"),
        ("t,e\n6,0.5\n", "line 2: e is not a whole number"),
        ("t,e\nnan,1\n", "line 2: t is not a number"),
        ("t,e\n1_000,1\n", "line 2: t is not a number"),
        ("t,e\n６,1\n", "line 2: t is not a number"),
        ("t,e\n6,1\n\n7,1\n", "line 3: the row is empty"),
        ("t,e\n6,1\n\n\n7,1\n", "line 3: the row is empty"),
        ("t,e\n6,1\n,\n", "line 3: t is empty"),
        ("t,e\n6\n", "line 2: 1 values under 2 columns"),
        ("t,e\n6,1,1\n", "line 2: 3 values under 2 columns"),
        ('t,e,n\n6,1,"a\nb"\nx,1,c\n', "line 4: t is not a number"),
        ('t,e\n6,1\n"7,1\n8,1\n', r"line 3: not a CSV row \(unexpected end of data\)"),
        ("t,e\n", "line 2: there is no row under the header"),
        ("", "line 1: there is no column named 't'"),
        ("6,1\n7,0\n", "line 1: there is no column named 't'"),
        ("t,event\n6,1\n", "line 1: there is no column named 'e'"),
        ("t,e,t\n6,1,7\n", "line 1: there is more than one column named 't'"),
    ],
)
def test_read_groups_when_a_row_cannot_be_names_its_line(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        read(text)


def test_read_groups_when_a_group_is_empty() -> None:
    with pytest.raises(ValueError, match=r"^line 3: g is empty$"):
        read_groups("t,e,g\n1,1,a\n1,1, \n", time="t", event="e", group="g")


def test_read_groups_when_refusing_repeats_nothing_of_the_row() -> None:
    with pytest.raises(ValueError, match=r"^line 2: t is not a number$") as refused:
        read("t,e\nJane Doe,1\n")
    assert "Jane" not in str(refused.value)


def test_read_causes_when_codes_are_whole() -> None:
    assert read_causes("t,c\n1,0\n2,3\n", time="t", cause="c") == ([1.0, 2.0], [0, 3])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("t,c\n1,0\n2,1.5\n", "line 3: c is not a whole number"),
        ("t,c\n1,relapse\n", "line 2: c is not a number"),
        ("t,c\n-1,0\n", "line 2: t is negative"),
    ],
)
def test_read_causes_when_a_row_cannot_be_names_its_line(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        read_causes(text, time="t", cause="c")


def test_decode_when_there_is_a_byte_order_mark() -> None:
    assert decode(b"\xef\xbb\xbft,e\n") == "t,e\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_decode_when_a_line_is_not_utf_8_names_it(mark: bytes, end: bytes) -> None:
    with pytest.raises(ValueError, match=r"^line 3: the file is not UTF-8 text$"):
        decode(mark + end.join([b"t,e", b"6,1", b"7,\xe9", b""]))
