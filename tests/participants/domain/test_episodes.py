"""Episodes of CRS, and the worst grade of each day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.episodes import (
    DailyMaximum,
    Episode,
    Observation,
    crs_episodes,
    daily_maxima,
    is_unsure_at,
    onset_of_episode_at,
)
from participants.domain.exposure import Exposure, MedicationClass
from participants.domain.grade import Grade, Status

pytestmark = pytest.mark.once

INFUSED = datetime(2026, 3, 10, 10, 30, tzinfo=UTC)
FREE, FEVER, SHOCK = "free", "fever", "shock"
ANTIPYRETIC = frozenset({MedicationClass.ANTIPYRETIC})


def after(hours: float) -> datetime:
    """Return a moment some hours after the infusion."""
    return INFUSED + timedelta(hours=hours)


def grade(value: int | None) -> Grade:
    """Return a grade, None for one that is open."""
    if value is None:
        return Grade(None, Status.INSUFFICIENT_DATA, "", "test")
    return Grade(value, Status.GRADED if value else Status.NO_CRS, "", "test")


def seen(hours: float, signs: str, value: Grade | None = None) -> Observation:
    """Return an observation with fever, with hypotension alone, or free of signs."""
    return Observation(
        at=after(hours), fever=signs == FEVER, hypotension=signs == SHOCK, hypoxia=False, grade=value
    )


def episodes(
    *observations: Observation,
    doses: tuple[float, ...] = (),
    open_dates: tuple[tuple[float, float], ...] = (),
    now: float = 2000,
) -> tuple[Episode, ...]:
    """Return the episodes; doses, spans that their dates leave open, and now in hours after the infusion."""
    drugs = [Exposure(after(hours), ANTIPYRETIC) for hours in doses]
    drugs += [
        Exposure(after(first), ANTIPYRETIC, given_by=after(last), until_from=after(first), until=after(last))
        for first, last in open_dates
    ]
    return crs_episodes(observations, infused_at=INFUSED, drugs=drugs, now=after(now))


def spans(found: tuple[Episode, ...]) -> list[tuple[float, float | None]]:
    """Return onset and resolution in hours after the infusion."""

    def hours(at: datetime) -> float:
        return (at - INFUSED) / timedelta(hours=1)

    return [
        (hours(each.onset_at), None if each.resolved_at is None else hours(each.resolved_at))
        for each in found
    ]


def test_the_order_of_entry_never_matters() -> None:
    course = [seen(2, FREE), seen(10, FEVER), seen(40, FREE), seen(70, FEVER)]
    assert spans(episodes(*reversed(course))) == spans(episodes(*course)) == [(10, 40), (70, None)]


def test_a_moment_at_which_a_sign_was_seen_too_resolves_nothing() -> None:
    assert spans(episodes(seen(0, FEVER), seen(10, FREE), seen(10, SHOCK), seen(40, FREE))) == [(0, 40)]


def test_what_is_seen_now_counts_and_nothing_later() -> None:
    assert spans(episodes(seen(10, FEVER), now=10)) == [(10, None)]
    assert episodes(seen(10, FEVER), now=9.9) == ()


def test_onset_is_the_first_fever_after_the_infusion() -> None:
    assert spans(episodes(seen(-2, FEVER), seen(3, SHOCK), seen(5, FEVER), seen(9, FEVER))) == [(5, None)]


def test_fever_at_the_moment_of_infusion_is_after_it() -> None:
    assert spans(episodes(seen(0, FEVER))) == [(0, None)]


def test_signs_without_any_fever_are_no_episode() -> None:
    assert episodes(seen(3, SHOCK), doses=(1,)) == ()


@pytest.mark.parametrize(
    ("sign_again_at", "expected"),
    [(33.9, [(0, 40)]), (34, [(0, 10), (34, 40)]), (35, [(0, 10), (35, 40)])],
)
def test_resolution_is_the_first_free_moment_held_for_24_hours(
    sign_again_at: float, expected: list[tuple[float, float]]
) -> None:
    found = episodes(
        seen(0, FEVER), seen(10, FREE), seen(20, FREE), seen(sign_again_at, FEVER), seen(40, FREE)
    )
    assert spans(found) == expected


@pytest.mark.parametrize(("now", "resolved_at"), [(33.9, None), (34, 10)])
def test_resolution_waits_until_24_hours_have_passed(now: float, resolved_at: float | None) -> None:
    assert spans(episodes(seen(0, FEVER), seen(10, FREE), now=now)) == [(0, resolved_at)]


def test_an_observation_with_a_gap_does_not_resolve() -> None:
    gap = Observation(at=after(10), fever=False, hypotension=None, hypoxia=False)
    assert spans(episodes(seen(0, FEVER), gap)) == [(0, None)]


@pytest.mark.parametrize(
    ("signs", "dose_at", "expected"),
    [
        (SHOCK, 32, [(0, 202)]),
        (SHOCK, 31.9, [(0, 10)]),
        (FEVER, 32, [(0, 202)]),
        (FEVER, 31.9, [(0, 10), (200, 202)]),
        (SHOCK, 201, [(0, 10)]),
    ],
)
def test_signs_within_7_days_of_a_masking_dose_reopen_the_episode(
    signs: str, dose_at: float, expected: list[tuple[float, float]]
) -> None:
    found = episodes(seen(0, FEVER), seen(10, FREE), seen(200, signs), seen(202, FREE), doses=(dose_at,))
    assert spans(found) == expected


def test_reopening_is_named_for_a_query() -> None:
    found = episodes(seen(0, FEVER), seen(10, FREE), seen(60, SHOCK), doses=(50,))
    assert [each.reopened_at for each in found] == [(after(60),)]


@pytest.mark.parametrize(
    ("dates", "expected", "is_unsure"),
    [
        ((20, 31.9), [(0, 10)], False),
        ((20, 32), [(0, 202)], True),
        ((31.9, 40), [(0, 202)], True),
        ((32, 200), [(0, 202)], False),
        ((32, 200.1), [(0, 202)], True),
        ((200.1, 210), [(0, 10)], False),
    ],
)
def test_dose_of_which_the_date_is_open_reopens_for_certain_only_if_every_date_does(
    dates: tuple[float, float], expected: list[tuple[float, float]], *, is_unsure: bool
) -> None:
    found = episodes(seen(0, FEVER), seen(10, FREE), seen(200, SHOCK), seen(202, FREE), open_dates=(dates,))
    assert (spans(found), is_unsure_at(found, after(200))) == (expected, is_unsure)


def test_nobody_is_sure_of_an_episode_that_goes_on_by_an_open_date() -> None:
    found = episodes(seen(0, FEVER), seen(10, FREE), seen(200, SHOCK), open_dates=((20, 32),))
    assert [is_unsure_at(found, after(hours)) for hours in (199, 200, 900)] == [False, True, True]


@pytest.mark.parametrize(
    ("hours", "is_unsure"),
    [(5, False), (199.9, False), (200, True), (202, True), (202.1, False), (300, False)],
)
def test_nobody_is_sure_of_an_episode_only_while_it_lasts_on_an_open_date(
    hours: float, *, is_unsure: bool
) -> None:
    signs = (seen(0, FEVER), seen(10, FREE), seen(200, SHOCK), seen(202, FREE), seen(300, SHOCK))
    found = episodes(*signs, doses=(299,), open_dates=((20, 32),))
    assert [len(each.reopened_at) for each in found] == [2]
    assert is_unsure_at(found, after(hours)) is is_unsure


def test_the_maximum_is_the_worst_of_the_assessments_within() -> None:
    found = episodes(
        seen(-5, FREE, grade(4)),
        seen(0, FEVER, grade(1)),
        seen(5, FEVER, grade(3)),
        seen(10, FREE, grade(0)),
        seen(300, SHOCK, grade(4)),
    )
    assert [(each.maximum, each.has_ungraded) for each in found] == [(3, False)]


def test_an_open_grade_leaves_the_maximum_uncertain() -> None:
    found = episodes(seen(0, FEVER, grade(1)), seen(5, FEVER, grade(None)))
    assert [(each.maximum, each.has_ungraded) for each in found] == [(1, True)]


def test_an_episode_without_a_grade_has_no_maximum() -> None:
    assert episodes(seen(0, FEVER))[0].maximum is None


@pytest.mark.parametrize(
    ("hours", "has_begun"), [(-1, False), (0, False), (1, True), (10, True), (10.1, False)]
)
def test_crs_began_earlier_from_onset_to_resolution(hours: float, *, has_begun: bool) -> None:
    found = episodes(seen(0, FEVER), seen(10, FREE))
    assert onset_of_episode_at(found, after(hours)) == (INFUSED if has_begun else None)


OBSERVATIONS = st.lists(
    st.builds(seen, st.integers(-10, 300), st.sampled_from([FREE, FEVER, SHOCK])),
    max_size=15,
    unique_by=lambda each: each.at,
)


@given(OBSERVATIONS, st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(observations: list[Observation], shuffler: object) -> None:
    shuffled = list(observations)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert episodes(*shuffled, doses=(20,)) == episodes(*observations, doses=(20,))


@given(OBSERVATIONS)
def test_episodes_begin_with_fever_and_do_not_overlap(observations: list[Observation]) -> None:
    found = episodes(*observations, doses=(20,))
    fevers = {each.at for each in observations if each.fever}
    moments = [moment for each in found for moment in (each.onset_at, each.resolved_at) if moment]
    assert {each.onset_at for each in found} <= fevers
    assert moments == sorted(moments)


def test_days_are_those_of_the_site() -> None:
    chicago = ZoneInfo("America/Chicago")
    graded = [
        (datetime(2026, 3, 14, 4, 59, tzinfo=UTC), grade(1)),
        (datetime(2026, 3, 14, 5, 0, tzinfo=UTC), grade(2)),
    ]
    assert daily_maxima(graded, zone=chicago) == (
        DailyMaximum(date(2026, 3, 13), 1, has_ungraded=False),
        DailyMaximum(date(2026, 3, 14), 2, has_ungraded=False),
    )


@pytest.mark.parametrize(
    ("values", "worst", "has_ungraded"), [((2, 0, 3), 3, False), ((None, 1), 1, True), ((None,), None, True)]
)
def test_the_worst_grade_of_a_day_says_when_it_may_be_higher(
    values: tuple[int | None, ...], worst: int | None, *, has_ungraded: bool
) -> None:
    graded = [(after(hour), grade(value)) for hour, value in enumerate(values)]
    assert daily_maxima(graded, zone=UTC) == (DailyMaximum(INFUSED.date(), worst, has_ungraded),)
