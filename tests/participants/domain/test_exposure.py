"""Which drugs mask fever, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from participants.domain.exposure import Exposure, MedicationClass, given_after_onset

pytestmark = pytest.mark.once

ONSET = datetime(2026, 3, 13, 12, tzinfo=UTC)
ASSESSED = ONSET + timedelta(hours=10)


def is_masked(
    hours: float,
    *classes: MedicationClass,
    is_anakinra: bool = False,
    onset_at: datetime | None = ONSET,
    anakinra_counts: bool = True,
) -> bool:
    """Tell whether a drug given some hours after onset counts at the assessment 10 h after onset."""
    drug = Exposure(ONSET + timedelta(hours=hours), frozenset(classes), is_anakinra)
    return given_after_onset([drug], onset_at=onset_at, at=ASSESSED, anakinra_counts=anakinra_counts)


@pytest.mark.parametrize(
    ("hours", "counts"), [(-0.1, False), (0, True), (5, True), (10, True), (10.1, False)]
)
def test_a_drug_counts_from_onset_to_the_assessment(hours: float, *, counts: bool) -> None:
    assert is_masked(hours, MedicationClass.ANTIPYRETIC) is counts


@pytest.mark.parametrize(
    ("drug_class", "counts"),
    [
        (MedicationClass.ANTIPYRETIC, True),
        (MedicationClass.ANTICYTOKINE, True),
        (MedicationClass.STEROID, True),
        (MedicationClass.VASOPRESSOR, False),
    ],
)
def test_antipyretics_anticytokines_and_steroids_count(drug_class: MedicationClass, *, counts: bool) -> None:
    assert is_masked(1, drug_class) is counts


def test_premedication_without_any_crs_does_not_count() -> None:
    assert not is_masked(1, MedicationClass.STEROID, onset_at=None)


@pytest.mark.parametrize("anakinra_counts", [True, False])
def test_anakinra_counts_by_a_setting(*, anakinra_counts: bool) -> None:
    found = is_masked(1, MedicationClass.ANTICYTOKINE, is_anakinra=True, anakinra_counts=anakinra_counts)
    assert found is anakinra_counts
