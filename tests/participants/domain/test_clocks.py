"""The clocks of a serious event."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.domain.clocks import (
    REPORT_NAMES,
    Clock,
    ClockKind,
    ClockRules,
    ReportKind,
    SentReport,
    SeriousFacts,
    clocks_of,
    running,
    time_left_words,
)

pytestmark = pytest.mark.once

CHICAGO = ZoneInfo("America/Chicago")
# A Friday afternoon in March 2026, two days before the clocks change in Chicago.
FRIDAY = datetime(2026, 3, 6, 16, 30, tzinfo=CHICAGO)
UNDER_IND = ClockRules(CHICAGO, is_under_ind=True)


def received(criteria: str = "hospitalisation", **more: object) -> SeriousFacts:
    values: dict[str, object] = {
        "sponsor_aware_at": FRIDAY,
        "criteria": frozenset({criteria}),
        "is_expected": False,
        "is_suspected_reaction": True,
    }
    return SeriousFacts(FRIDAY, **(values | more))  # type: ignore[arg-type]


def clock(kind: ClockKind, facts: SeriousFacts, rules: ClockRules = UNDER_IND) -> Clock:
    return next(one for one in clocks_of(facts, rules) if one.kind is kind)


def kinds(facts: SeriousFacts, rules: ClockRules = UNDER_IND) -> list[ClockKind]:
    return [one.kind for one in clocks_of(facts, rules)]


def sent(kind: ReportKind, at: datetime) -> tuple[SentReport, ...]:
    return (SentReport(kind, at),)


@pytest.mark.parametrize(("hours", "is_late"), [(24, False), (24 + 1 / 60, True)])
def test_site_clock_when_reported_at_24_hours_and_a_minute_later(hours: float, is_late: bool) -> None:
    reports = sent(ReportKind.TO_SPONSOR, FRIDAY.astimezone(UTC) + timedelta(hours=hours))
    assert clock(ClockKind.SITE, SeriousFacts(FRIDAY, reports=reports)).is_late(FRIDAY) is is_late


def test_site_clock_over_the_clock_change_counts_real_hours() -> None:
    aware_at = datetime(2026, 3, 7, 16, 30, tzinfo=CHICAGO)
    due_at = clock(ClockKind.SITE, SeriousFacts(aware_at)).due_at
    assert due_at.astimezone(CHICAGO) == datetime(2026, 3, 8, 17, 30, tzinfo=CHICAGO)


def test_site_clock_runs_whatever_is_said_about_an_ind() -> None:
    facts = received("death")
    assert kinds(facts, ClockRules(CHICAGO, is_under_ind=False)) == [ClockKind.SITE]
    assert kinds(facts, ClockRules(CHICAGO, is_under_ind=None)) == [ClockKind.SITE]


def test_seven_days_when_life_threatening_end_with_the_seventh_day_at_the_site() -> None:
    """The day of receipt is day 0; the weekend does not extend (21 CFR 312.32(c)(2))."""
    found = clock(ClockKind.SEVEN, received("life_threatening"))
    assert found.late_from == datetime(2026, 3, 14, 0, 0, tzinfo=CHICAGO)


@pytest.mark.parametrize(("day", "hour", "is_late"), [(13, 23, False), (14, 0, True)])
def test_seven_days_when_sent_in_the_last_hour_and_at_midnight(day: int, hour: int, is_late: bool) -> None:
    at = datetime(2026, 3, day, hour, 0, tzinfo=CHICAGO)
    facts = received("death", reports=sent(ReportKind.TO_REGULATOR, at))
    assert clock(ClockKind.SEVEN, facts).is_late(at) is is_late


def test_fifteen_days_when_serious_and_unexpected() -> None:
    found = clock(ClockKind.FIFTEEN, received())
    assert found.late_from == datetime(2026, 3, 22, 0, 0, tzinfo=CHICAGO)


def test_fifteen_days_count_from_the_determination_only_when_the_study_says_so() -> None:
    facts = received(determined_at=FRIDAY + timedelta(days=3))
    from_determination = ClockRules(CHICAGO, is_under_ind=True, counts_from_determination=True)
    assert clock(ClockKind.FIFTEEN, facts).started_at == FRIDAY
    assert clock(ClockKind.FIFTEEN, facts, from_determination).started_at == FRIDAY + timedelta(days=3)


def test_seven_days_count_from_receipt_whatever_the_study_says() -> None:
    facts = received("death", determined_at=FRIDAY + timedelta(days=3))
    from_determination = ClockRules(CHICAGO, is_under_ind=True, counts_from_determination=True)
    assert clock(ClockKind.SEVEN, facts, from_determination).started_at == FRIDAY


@pytest.mark.parametrize("judged", [{"is_expected": True}, {"is_suspected_reaction": False}])
def test_expedited_clocks_when_expected_or_not_suspected_do_not_run(judged: dict[str, bool]) -> None:
    assert kinds(received("death", **judged)) == [ClockKind.SITE]


@pytest.mark.parametrize(
    ("judged", "is_provisional"),
    [({"is_expected": None}, True), ({"is_suspected_reaction": None}, True), ({}, False)],
)
def test_expedited_clock_when_not_yet_judged_runs_provisionally(
    judged: dict[str, None], is_provisional: bool
) -> None:
    assert clock(ClockKind.SEVEN, received("death", **judged)).is_provisional is is_provisional


def test_expedited_clock_before_the_sponsor_knows_does_not_run() -> None:
    assert kinds(received("death", sponsor_aware_at=None)) == [ClockKind.SITE]


def test_follow_up_when_a_report_was_sent_counts_from_it() -> None:
    sent_at = FRIDAY + timedelta(days=2)
    found = clock(ClockKind.FOLLOW_UP, received(reports=sent(ReportKind.TO_REGULATOR, sent_at)))
    assert found.late_from == datetime(2026, 3, 24, 0, 0, tzinfo=CHICAGO)


def test_running_when_one_is_done_leaves_it_out_and_sorts_by_urgency() -> None:
    facts = received("death", reports=sent(ReportKind.TO_SPONSOR, FRIDAY))
    assert [one.kind for one in running(clocks_of(facts, UNDER_IND))] == [ClockKind.SEVEN]
    urgent_last = reversed(clocks_of(received("death"), UNDER_IND))
    assert [one.kind for one in running(urgent_last)] == [ClockKind.SITE, ClockKind.SEVEN]


def test_every_report_has_its_name() -> None:
    assert set(REPORT_NAMES) == set(ReportKind)


@given(st.integers(-1000, 1000))
def test_share_used_lies_between_0_and_1_and_is_full_when_late(hours: int) -> None:
    found, now = clock(ClockKind.SITE, SeriousFacts(FRIDAY)), FRIDAY + timedelta(hours=hours)
    share = found.share_used(now)
    assert 0 <= share <= 1
    assert not found.is_late(now) or share == 1


def test_share_used_is_that_of_the_time_passed() -> None:
    seven = Clock(ClockKind.SEVEN, FRIDAY, FRIDAY + timedelta(days=8), None)
    assert seven.share_used(FRIDAY + timedelta(days=2)) == 0.25
    sent_early = Clock(ClockKind.SEVEN, FRIDAY, FRIDAY + timedelta(days=8), FRIDAY + timedelta(days=1))
    assert sent_early.share_used(FRIDAY + timedelta(days=2)) == 0.125


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(hours=3, minutes=20), "3 h 20 min left"),
        (timedelta(days=2, hours=4, minutes=59), "2 d 4 h left"),
        (timedelta(hours=23, minutes=59), "23 h left"),
        (timedelta(hours=12, minutes=1), "12 h left"),
        (timedelta(hours=11, minutes=59), "11 h 59 min left"),
        (timedelta(minutes=-5), "5 min overdue"),
        (timedelta(0), "0 min overdue"),
    ],
)
def test_time_left_words(left: timedelta, words: str) -> None:
    assert time_left_words(left) == words
