"""A boundary is read as people write it, and only if it can be one."""

from __future__ import annotations

import pytest

from followup.domain.boundary_text import read_boundary, write_boundary


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("", []), ("- - 3 3 4", [None, None, 3, 3, 4]), ("–,1,\n2", [None, 1, 2]), ("1", [1])],
)
def test_boundary_is_read_from_blanks_commas_and_lines(text: str, wanted: list[int | None]) -> None:
    assert read_boundary(text) == wanted


@pytest.mark.parametrize("text", ["2", "0", "1 x", "- 2 1", "1 -", "1.5", "٣", "-1", "1 " * 2001])
def test_what_cannot_be_a_boundary_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"For n|at most"):
        read_boundary(text)


def test_written_boundary_is_read_again() -> None:
    stop_at = [None, None, 3, 3, 4]
    assert read_boundary(write_boundary(stop_at)) == stop_at
