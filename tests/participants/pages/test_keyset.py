"""Pages of a list by key."""

from __future__ import annotations

import pytest

from participants.models import Deviation, Participant
from participants.pages.keyset import keyset_page
from tests.factories import as_test, make_participant, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[str]:
    """Return the study ids of five participants, sorted."""
    site = make_site()
    ids = ["P-001", "P-002", "P-010", "P-ABC", "P-B-1"]
    for study_id in ids:
        make_participant(site, study_id=study_id)
    return ids


def read(after: str = "", **options: bool) -> tuple[list[str], str]:
    page = keyset_page(Participant.objects.all(), "study_id", after, size=2, **options)
    return [row.study_id for row in page.rows], page.after


def test_pages_follow_each_other(people: list[str]) -> None:
    assert read() == (people[:2], "P-002")
    assert read("P-002") == (people[2:4], "P-ABC")
    assert read("P-ABC") == (people[4:], "")


def test_descending_pages_begin_at_the_end(people: list[str]) -> None:
    assert read(descending=True) == (["P-B-1", "P-ABC"], "P-ABC")


def test_a_row_that_has_gone_does_not_matter(people: list[str]) -> None:
    assert read("P-005")[0] == ["P-010", "P-ABC"]


@pytest.mark.parametrize("after", ["\x00", "\ud800", "１"])
def test_a_key_that_cannot_be_begins_at_the_first_page(people: list[str], after: str) -> None:
    assert read(after)[0] == people[:2]


@pytest.mark.parametrize("after", ["x", "1.5", "-1", "9" * 30])
def test_a_numeric_key_takes_digits_only(after: str) -> None:
    participant = make_participant()
    with as_test():
        Deviation.objects.create(participant=participant, rule="test", subject="test:1", summary="x")
    assert len(keyset_page(Deviation.objects.all(), "id", after, descending=True).rows) == 1
