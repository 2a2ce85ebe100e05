"""The figures of the conduct: clocks of serious events, queries, the daily log in hospital."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.dashboards.reading.local_days import offsets
from participants.models import Scale, SeriousEvent, SignedGrade, Site, StaffMember, Study
from tests.factories import as_test, make_infused, make_site
from tests.followup.dashboards.support import (
    ask,
    at,
    behind,
    figure_of,
    frame_of,
    grade,
    on_day,
    rows_of,
    serious,
    stay,
    warm,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("minutes", "state"), [(24 * 60, "Late"), (24 * 60 + 1, "Late"), (23 * 60, "In time")]
)
def test_report_to_the_sponsor_is_judged_by_its_hours(
    site: Site, reader: StaffMember, minutes: int, state: str
) -> None:
    one = make_infused(site, day=30)
    aware = at(one, 5)
    # The whole last minute is in time: 24 h 0 min is.
    serious(one, aware, aware + timedelta(minutes=minutes))
    head = ["Events", "In time", "Late", "Running", "Overdue", "Not due"]
    row = dict(zip(head, rows_of(figure_of(reader, "clocks"))["Site to sponsor"], strict=False))
    assert row[state if minutes != 24 * 60 else "In time"] == 1


def test_report_that_was_never_sent_is_overdue_and_opens_its_participant(
    site: Site, reader: StaffMember
) -> None:
    one, other = make_infused(site, day=30), make_infused(site, day=30)
    serious(one, at(one, 5), None)
    serious(other, at(other, 5), at(other, 5), "S2")
    figure = figure_of(reader, "clocks")
    assert behind(figure, "site-overdue") == {one.pk}
    assert behind(figure, "all-in-time") == {other.pk}


def test_report_after_the_data_cut_was_still_running(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=30)
    serious(one, at(one, 5), at(one, 5) + timedelta(hours=20))
    figure = figure_of(reader, "clocks", cut=on_day(one, 5).isoformat())
    assert behind(figure, "site-running") == {one.pk}


def test_expedited_report_runs_only_under_an_ind(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    serious(one, at(one, 5), at(one, 5) + timedelta(hours=1))
    before = rows_of(figure_of(reader, "clocks"))["15-day report"]
    with as_test():
        Study.objects.filter(pk=site.study.pk).update(is_under_ind=True)
    after = rows_of(figure_of(reader, "clocks"))["15-day report"]
    # Events, in time, late, running, overdue, not due.
    assert (before[:6], after[:6]) == ([0, 0, 0, 0, 0, 1], [1, 0, 0, 0, 1, 0])


@pytest.mark.parametrize(
    ("judged", "overdue"),
    [
        ({}, {"15-day report"}),
        ({"criteria": ["life_threatening"]}, {"7-day report"}),
        ({"is_expected": True}, set()),
        ({"is_expected": False}, {"15-day report"}),
        ({"is_suspected_reaction": False}, set()),
        ({"is_suspected_reaction": True}, {"15-day report"}),
    ],
)
def test_expedited_report_is_due_by_what_was_judged(
    site: Site, reader: StaffMember, judged: dict[str, object], overdue: set[str]
) -> None:
    one = make_infused(site, day=60)
    event = serious(one, at(one, 5), at(one, 5) + timedelta(hours=1))
    with as_test():
        Study.objects.filter(pk=site.study.pk).update(is_under_ind=True)
        SeriousEvent.objects.filter(pk=event.pk).update(**judged)
    rows = rows_of(figure_of(reader, "clocks"))
    assert {kind for kind, row in rows.items() if row[4] == 1} == overdue


def test_queries_are_counted_by_where_they_stand(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    ask(one, 20)
    ask(one, 10, answered=3)
    for days in (1, 2, 3, 4, 5):
        ask(one, 10, answered=1, closed=days)
    row = rows_of(figure_of(reader, "queries"))["All sites"]
    assert row[:4] == [7, 1, 1, 5]
    assert [round(value, 6) for value in row[4:]] == [1.0, 3.0]  # type: ignore[call-overload]


def test_query_closed_after_the_data_cut_was_open(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    ask(one, 20, answered=10, closed=11)
    cut = (timezone.now() - timedelta(days=15)).date().isoformat()
    assert rows_of(figure_of(reader, "queries", cut=cut))["All sites"][:4] == [1, 1, 0, 0]


def test_day_in_hospital_is_one_at_whose_midnight_the_participant_was_there(
    site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=30)
    stay(one, -3, 2)
    assert set(rows_of(figure_of(reader, "logs"))) == {"D0", "D1", "All days"}


def test_day_is_complete_with_a_temperature_and_a_grade(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=30)
    stay(one, -3, 3)
    grade(one, 0, 0)
    warm(one, at(one, 1))
    rows = rows_of(figure_of(reader, "logs"))
    # Due, temperature, grade, both, missing.
    assert (rows["D0"], rows["D1"], rows["D2"]) == ([1, 1, 1, 1, 0], [1, 1, 0, 0, 1], [1, 0, 0, 0, 1])


def test_day_without_a_derived_grade_is_graded_once_one_is_signed(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=30)
    stay(one, -3, 3)
    unknown = grade(one, 0, None)
    found = [rows_of(figure_of(reader, "logs"))["D0"]]
    with as_test():
        SignedGrade.objects.create(
            participant=one, scale=Scale.CRS, at=unknown.at, derived=unknown, value=2, reason="seen"
        )
    found.append(rows_of(figure_of(reader, "logs"))["D0"])
    assert found == [[1, 1, 0, 0, 1], [1, 1, 1, 1, 0]]


@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Tokyo", "Europe/Berlin"])
def test_day_of_a_temperature_is_that_of_the_sites_clock(site: Site, reader: StaffMember, zone: str) -> None:
    with as_test():
        Site.objects.filter(pk=site.pk).update(zone=zone)
    one = make_infused(site, day=30)
    stay(one, -3, 10)
    on = on_day(one, 4)
    warm(one, datetime(on.year, on.month, on.day, 0, 0, tzinfo=ZoneInfo(zone)))
    warm(one, datetime(on.year, on.month, on.day, 23, 59, 59, 500_000, tzinfo=ZoneInfo(zone)))
    assert frame_of(reader).conduct.logs[one.pk].warm == {on.isoformat()}


@pytest.mark.parametrize("zone", ["America/Chicago", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
def test_offsets_are_those_of_the_zone_at_every_hour(zone: str) -> None:
    spans = offsets(zone, date(2024, 12, 1), date(2027, 1, 1))
    moment = datetime(2024, 12, 1, tzinfo=UTC)
    for _ in range(24 * 760):
        seconds = next(each for until, each in spans if until is None or moment < until)
        local = moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert local is not None
        assert seconds == local.total_seconds(), moment
        moment += timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 7), [-6]), (date(2026, 3, 8), [-6, -5]), (date(2026, 3, 9), [-5])],
)
def test_offsets_of_a_single_day_know_its_change(day: date, hours: list[int]) -> None:
    assert [seconds // 3600 for _, seconds in offsets("America/Chicago", day, day)] == hours


def test_conduct_is_read_in_one_statement_however_many_zones(site: Site, reader: StaffMember) -> None:
    make_infused(site)
    make_site(site.study, zone="Asia/Tokyo")
    frame = frame_of(reader)
    assert frame.infused
    with CaptureQueriesContext(connection) as asked:
        assert frame.conduct is not None
    assert len(asked) == 1
