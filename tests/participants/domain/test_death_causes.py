"""Causes of death."""

from datetime import date

import pytest

from participants.domain.death_causes import (
    CAUSE_NAMES,
    INFECTION_CLASS,
    DeathCause,
    causes_of_grade_5,
    check_causes,
)

pytestmark = pytest.mark.once

DIED = date(2026, 6, 1)


def test_every_cause_has_its_words() -> None:
    assert set(CAUSE_NAMES) == set(DeathCause)


@pytest.mark.parametrize("relapsed", [date(2026, 5, 1), DIED])
def test_main_cause_after_a_relapse_is_the_leukaemia(relapsed: date) -> None:
    with pytest.raises(ValueError, match="the leukaemia is the main cause"):
        check_causes(DeathCause.INFECTION, [], died_on=DIED, relapsed_on=relapsed)
    check_causes(DeathCause.LEUKAEMIA, [DeathCause.INFECTION], died_on=DIED, relapsed_on=relapsed)


@pytest.mark.parametrize("relapsed", [None, date(2026, 6, 2)])
def test_main_cause_without_a_relapse_before_is_free(relapsed: date | None) -> None:
    check_causes(DeathCause.INFECTION, [DeathCause.ORGAN_FAILURE], died_on=DIED, relapsed_on=relapsed)


def test_a_cause_that_is_not_yet_known_contradicts_no_relapse() -> None:
    check_causes(None, [], died_on=DIED, relapsed_on=date(2026, 5, 1))


def test_contributory_cause_needs_a_main_one() -> None:
    with pytest.raises(ValueError, match="main cause first"):
        check_causes(None, [DeathCause.INFECTION], died_on=DIED, relapsed_on=None)


def test_one_cause_is_not_both() -> None:
    with pytest.raises(ValueError, match="either"):
        check_causes(DeathCause.CRS, [DeathCause.CRS], died_on=DIED, relapsed_on=None)


@pytest.mark.parametrize(
    ("term", "organ_class", "cause"),
    [
        ("Sepsis", INFECTION_CLASS, DeathCause.INFECTION),
        ("Cytokine release syndrome", "Immune system disorders", DeathCause.CRS),
        ("Intracranial hemorrhage", "Nervous system disorders", DeathCause.HAEMORRHAGE),
        (
            "Immune effector cell-associated neurotoxicity syndrome",
            "Nervous system disorders",
            DeathCause.ICANS,
        ),
    ],
)
def test_grade_5_of_a_known_term_names_its_cause(term: str, organ_class: str, cause: DeathCause) -> None:
    assert causes_of_grade_5(term, organ_class) == {cause}


def test_grade_5_of_another_term_can_be_anything_but_the_leukaemia() -> None:
    assert causes_of_grade_5("Hypoxia", "Respiratory disorders") == {
        DeathCause.INFECTION,
        DeathCause.ORGAN_FAILURE,
        DeathCause.TRANSPLANT,
        DeathCause.SECOND_CANCER,
        DeathCause.OTHER,
    }
