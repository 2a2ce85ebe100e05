"""Which drugs mask fever, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from participants.domain.exposure import Exposure, MedicationClass, given_after_onset, masked_at, undated

pytestmark = pytest.mark.once

ONSET = datetime(2026, 3, 13, 12, tzinfo=UTC)
ASSESSED = ONSET + timedelta(hours=10)


def is_masked(
    hours: float,
    *classes: MedicationClass,
    is_anakinra: bool = False,
    onset_at: datetime | None = ONSET,
    anakinra_counts: bool = True,
) -> bool | None:
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


def open_drug(
    start: tuple[float, float], end: tuple[float, float] | None = None, *classes: MedicationClass
) -> Exposure:
    """Return a drug that starts and ends between two hours each; an end of None goes on."""
    first, last = (ONSET + timedelta(hours=hours) for hours in start)
    ends = (ONSET + timedelta(days=999),) * 2 if end is None else [ONSET + timedelta(hours=h) for h in end]
    found = frozenset(classes or {MedicationClass.ANTIPYRETIC})
    return Exposure(first, found, given_by=last, until_from=ends[0], until=ends[1], name="Ibuprofen")


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        ((-9, -1), (-9, -0.1), False),
        ((-9, -1), (-9, 0), None),
        ((-9, -1), (0, 5), True),
        ((-9, -1), None, True),
        ((-9, 0), (-9, 0), None),
        ((0, 10), (0, 10), True),
        ((0, 10), (0, 99), True),
        ((0, 10.1), (0, 99), None),
        ((-0.1, 10), (-0.1, 10), None),
        ((-0.1, 10), None, True),
        ((10, 12), None, None),
        ((10.1, 12), None, False),
    ],
)
def test_open_dates_count_when_each_reading_of_them_does(
    start: tuple[float, float], end: tuple[float, float] | None, *, counts: bool | None
) -> None:
    found = given_after_onset([open_drug(start, end)], onset_at=ONSET, at=ASSESSED)
    assert found is counts


def test_open_dates_of_a_drug_that_masks_nothing_leave_nothing_open() -> None:
    drug = open_drug((-9, 99), None, MedicationClass.VASOPRESSOR)
    assert given_after_onset([drug], onset_at=ONSET, at=ASSESSED) is False


def test_open_dates_before_any_crs_switch_nothing_off() -> None:
    assert given_after_onset([open_drug((-9, 99))], onset_at=None, at=ASSESSED) is False


def test_one_drug_that_was_given_decides_beside_an_open_one() -> None:
    drugs = [open_drug((-9, 99)), open_drug((1, 2))]
    assert given_after_onset(drugs, onset_at=ONSET, at=ASSESSED) is True


@pytest.mark.parametrize(("hours_ago", "is_masked"), [(168, True), (168.1, False), (0, True), (-0.1, False)])
def test_fever_is_masked_for_7_days_both_ends_included(hours_ago: float, *, is_masked: bool) -> None:
    drug = Exposure(ASSESSED - timedelta(hours=hours_ago), frozenset({MedicationClass.STEROID}))
    assert masked_at([drug], ASSESSED, masked=timedelta(days=7)) is is_masked


def test_fever_is_not_masked_by_a_drug_of_another_class() -> None:
    drug = Exposure(ASSESSED, frozenset({MedicationClass.VASOPRESSOR}))
    assert masked_at([drug], ASSESSED, masked=timedelta(days=7)) is False


def test_fever_is_masked_by_anakinra_whatever_class_its_row_has() -> None:
    drug = Exposure(ASSESSED, frozenset(), is_anakinra=True)
    assert masked_at([drug], ASSESSED, masked=timedelta(days=7)) is True


def test_undated_names_each_drug_that_leaves_the_answer_open_once() -> None:
    drugs = [open_drug((-9, 99)), open_drug((-9, 99)), open_drug((1, 2))]
    assert undated(drugs, since=ONSET, up_to=ASSESSED) == ("Ibuprofen",)


def test_undated_names_no_drug_that_masks_nothing_or_was_surely_not_given() -> None:
    drugs = [open_drug((-9, 99), None, MedicationClass.VASOPRESSOR), open_drug((11, 99))]
    assert undated(drugs, since=ONSET, up_to=ASSESSED) == ()
