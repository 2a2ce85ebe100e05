"""Which reminders a visit deserves."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from followup.domain.reminders import LIFE_DAYS, Kind, Moment, Subject, moments, reference
from followup.domain.windows import VisitDates

TARGET = date(2026, 3, 18)


def subject(before: int = 3, after: int = 3, **fields: object) -> Subject:
    dates = VisitDates(TARGET - timedelta(days=before), TARGET, TARGET + timedelta(days=after))
    return Subject(dates, **fields)  # type: ignore[arg-type]


def days(found: list[Moment], kind: Kind) -> list[int]:
    """Return the days, from the target, on which reminders of a kind fall due."""
    return [(moment.due_on - TARGET).days for moment in found if moment.rule.kind is kind]


def test_upcoming_comes_14_and_3_days_before_the_target() -> None:
    assert days(moments(subject(before=1)), Kind.UPCOMING) == [-14, -3]


def test_upcoming_counts_from_the_appointment_when_one_stands() -> None:
    found = moments(subject(before=1, appointment_on=TARGET + timedelta(days=1)))
    assert days(found, Kind.UPCOMING) == [-13, -2]


def test_window_opens_is_not_said_when_it_opens_on_the_target() -> None:
    assert days(moments(subject(before=0)), Kind.OPENS) == []
    assert days(moments(subject(before=2)), Kind.OPENS) == [-2]


def test_due_is_said_on_the_target() -> None:
    assert days(moments(subject()), Kind.DUE) == [0]


def test_closes_tomorrow_is_not_said_when_it_closes_on_the_target() -> None:
    assert days(moments(subject(after=0)), Kind.CLOSES) == []
    assert days(moments(subject(after=3)), Kind.CLOSES) == [2]


def test_overdue_comes_after_1_3_and_7_days_then_weekly_until_60() -> None:
    assert days(moments(subject(after=0)), Kind.OVERDUE) == [1, 3, 7, 14, 21, 28, 35, 42, 49, 56]


def test_a_projected_visit_is_never_overdue() -> None:
    found = moments(subject(is_projected=True))
    assert days(found, Kind.OVERDUE) == []
    assert days(found, Kind.DUE) == [0]


def test_only_the_most_urgent_is_planned_when_several_fall_on_one_day() -> None:
    found = moments(subject(before=3, after=1))
    assert days(found, Kind.UPCOMING) == [-14]
    assert days(found, Kind.OPENS) == [-3]
    assert days(found, Kind.DUE) == []
    assert days(found, Kind.CLOSES) == [0]


def lives(found: list[Moment], kind: Kind) -> list[int]:
    return [(moment.expires_on - moment.due_on).days for moment in found if moment.rule.kind is kind]


def test_upcoming_expires_after_three_days_when_nothing_comes_sooner() -> None:
    assert lives(moments(subject(before=1)), Kind.UPCOMING) == [3, 2]


def test_a_reminder_expires_when_the_next_one_falls_due() -> None:
    assert lives(moments(subject(before=1, after=5)), Kind.OPENS) == [1]
    assert lives(moments(subject(before=1, after=5)), Kind.DUE) == [4]


def test_the_last_overdue_expires_after_a_fortnight() -> None:
    assert lives(moments(subject()), Kind.OVERDUE) == [2, 4, 7, 7, 7, 7, 7, 7, 7, 14]


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    spread = st.integers(0, 20)
    appointment = draw(st.none() | st.integers(-30, 30))
    return subject(
        draw(spread),
        draw(spread),
        appointment_on=None if appointment is None else TARGET + timedelta(days=appointment),
        is_projected=draw(st.booleans()),
    )


@given(subjects())
def test_no_two_reminders_of_a_visit_share_a_day_or_a_moment_of_life(drawn: Subject) -> None:
    found = moments(drawn)
    for earlier, later in pairwise(found):
        assert earlier.due_on < earlier.expires_on <= later.due_on


@given(subjects())
def test_every_reminder_counts_from_its_reference_and_lives_at_most_its_kinds_life(drawn: Subject) -> None:
    for moment in moments(drawn):
        assert moment.reference_on == reference(moment.rule.kind, drawn)
        assert moment.rule.reference_of(moment.due_on) == moment.reference_on
        assert (moment.expires_on - moment.due_on).days <= LIFE_DAYS[moment.rule.kind]
