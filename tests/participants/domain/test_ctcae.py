"""CTCAE terms and their grades."""

import pytest

from participants.ctcae import ctcae_term, ctcae_terms
from participants.domain.ctcae import VERSIONS, check_grade, find_terms

pytestmark = pytest.mark.once


@pytest.mark.parametrize(("version", "number"), [("5.0", 114), ("6.0", 106)])
def test_terms_are_all_there(version: str, number: int) -> None:
    assert len(ctcae_terms(version)) == number


@pytest.mark.parametrize("version", VERSIONS)
def test_every_term_has_a_grade_within_1_to_5(version: str) -> None:
    assert all(term.grades and set(term.grades) <= set(range(1, 6)) for term in ctcae_terms(version))


def test_neutrophils_are_graded_differently_in_the_two_versions() -> None:
    """CTCAE v5.0 grade 4 is below 0.5 × 10⁹/L, v6.0 grade 4 below 0.1 × 10⁹/L."""
    five, six = (ctcae_term(version, "Neutrophil count decreased") for version in VERSIONS)
    assert five is not None
    assert six is not None
    assert "<500" in five.grades[4]
    assert "<100" in six.grades[4]


def test_find_terms_puts_what_begins_with_the_text_first() -> None:
    found = [term.name for term in find_terms(ctcae_terms("5.0"), "lung")]
    assert found == ["Lung infection"]
    assert find_terms(ctcae_terms("5.0"), "infection")[0].name != "Lung infection"
    assert find_terms(ctcae_terms("5.0"), "hypo")[0].name.startswith("Hypo")


def test_find_terms_takes_words_in_any_order() -> None:
    assert [term.name for term in find_terms(ctcae_terms("5.0"), "decreased neutro")] == [
        "Neutrophil count decreased"
    ]


@pytest.mark.parametrize("text", ["", "  ", "zzz"])
def test_find_terms_when_nothing_fits(text: str) -> None:
    assert find_terms(ctcae_terms("5.0"), text) == []


def test_check_grade_refuses_a_grade_that_the_term_does_not_have() -> None:
    with pytest.raises(ValueError, match=r"Appendicitis in CTCAE v5.0 has the grades 3, 4 and 5, no grade 1"):
        check_grade(ctcae_term("5.0", "appendicitis"), "5.0", 1)


def test_check_grade_leaves_a_term_outside_of_the_list_with_1_to_5() -> None:
    check_grade(None, "5.0", 5)
    with pytest.raises(ValueError, match="no grade 6"):
        check_grade(None, "5.0", 6)
