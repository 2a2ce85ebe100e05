"""What people decide after a data cut changes nothing at it: typed later, it gives what stood then."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.actions.snapshots import freeze
from followup.dashboards.choice import Choice
from participants.actions.deviations import classify_deviation, draft_deviation, withdraw_deviation
from participants.actions.queries import answer_query, close_query, raise_query, settle_queries
from participants.audit import Actor
from participants.domain.roles import Role
from participants.models import Deviation, DeviationClass, Participant, Query, Site, StaffMember
from tests.factories import TEST, as_test, delegate, make_infused, make_site, make_staff
from tests.followup.dashboards.support import behind, figure_of, frame_of, number, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def start() -> datetime:
    """Return the moment from which the tests count days."""
    return timezone.now()


@pytest.fixture
def one(site: Site, start: datetime) -> Participant:
    """Return somebody with a deviation that was drafted at the start."""
    found = make_infused(site, day=40)
    draft(found)
    return found


def draft(one: Participant, days: int = 3) -> Deviation:
    return draft_deviation(
        by=TEST, participant=one, rule="late", subject="test:1", summary="A departure", days=days
    )


def judge(one: Participant, by: StaffMember, judgement: DeviationClass) -> None:
    row = Deviation.objects.get(participant=one)
    classify_deviation(
        by=Actor.of(by), deviation=row, classification=judgement, comment="Seen", version=row.version
    )


def judge_daily(one: Participant, by: StaffMember, start: datetime) -> None:
    """Judge minor on the first day, important on the third, none on the fifth, and minor on the sixth."""
    for day, judgement in ((1, "minor"), (3, "important"), (5, "none"), (6, "minor")):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            judge(one, by, DeviationClass(judgement))


def standing(reader: StaffMember, cut: date) -> str | None:
    """Return how the deviation counts at a data cut, None where it does not."""
    figure = figure_of(reader, "deviations", cut=cut.isoformat())
    if not figure.table.rows:
        return None
    found = [key for key in ("important", "minor", "draft") if f"late-{key}" in figure.groups]
    counted = [key for key in found if behind(figure, f"late-{key}")]
    assert len(counted) == number(figure, "all") == 1
    return counted[0]


def test_deviation_counts_by_the_judgement_that_stood_at_the_cut(
    one: Participant, reader: StaffMember, start: datetime
) -> None:
    judge_daily(one, reader, start)
    with time_machine.travel(start + timedelta(days=8), tick=False):
        found = [standing(reader, one.site.today(start + timedelta(days=day))) for day in range(9)]
    assert found == ["draft", "minor", "minor", "important", "important", None, "minor", "minor", "minor"]


def test_judgement_that_is_made_again_stood_before(
    one: Participant, reader: StaffMember, start: datetime
) -> None:
    for day in (1, 3):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            judge(one, reader, DeviationClass.MINOR)
    with time_machine.travel(start + timedelta(days=4), tick=False):
        found = [standing(reader, one.site.today(start + timedelta(days=day))) for day in range(5)]
    assert found == ["draft", "minor", "minor", "minor", "minor"]


def test_judgement_of_facts_that_have_changed_since_stood_at_the_cut(
    one: Participant, reader: StaffMember, start: datetime
) -> None:
    judge(one, reader, DeviationClass.MINOR)
    with time_machine.travel(start + timedelta(days=2), tick=False):
        draft(one, days=9)
    with time_machine.travel(start + timedelta(days=4), tick=False):
        withdraw_deviation(by=TEST, participant=one, rule="late", subject="test:1")
        draft(one)
        found = [standing(reader, one.site.today(start + timedelta(days=day))) for day in (1, 2, 4)]
    assert found == ["minor", "draft", "draft"]


def test_deviation_that_the_record_no_longer_shows_counts_at_no_cut(
    one: Participant, reader: StaffMember, start: datetime
) -> None:
    judge(one, reader, DeviationClass.MINOR)
    with time_machine.travel(start + timedelta(days=2), tick=False):
        withdraw_deviation(by=TEST, participant=one, rule="late", subject="test:1")
        assert standing(reader, one.site.today(start)) is None


def test_judgement_is_of_the_day_at_its_site(start: datetime) -> None:
    west = make_infused(make_site(zone="America/Los_Angeles"), day=40)
    east = make_infused(make_site(west.site.study, zone="Asia/Tokyo"), day=40)
    both = make_staff(Role.INVESTIGATOR, west.site)
    delegate(both, Role.INVESTIGATOR, site=east.site)
    # At 18 h UTC it is the next day in Tokyo.
    on = (start + timedelta(days=3)).date()
    evening = datetime(on.year, on.month, on.day, 18, tzinfo=UTC)
    for one in (west, east):
        with time_machine.travel(evening - timedelta(days=1), tick=False):
            draft(one)
            judge(one, both, DeviationClass.MINOR)
        with time_machine.travel(evening, tick=False):
            judge(one, both, DeviationClass.IMPORTANT)
    with time_machine.travel(start + timedelta(days=6), tick=False):
        figure = figure_of(both, "deviations", cut=on.isoformat())
    assert (behind(figure, "late-important"), behind(figure, "late-minor")) == ({west.pk}, {east.pk})


def test_query_counts_as_it_was_answered_by_the_cut(site: Site, reader: StaffMember, start: datetime) -> None:
    one = make_infused(site, day=40)
    query, found = raise_query(by=TEST, participant=one, text="Why?"), []
    for day in (1, 3):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            query = answer_query(by=Actor.of(reader), query=query, answer=f"On {day}", version=query.version)
    with time_machine.travel(start + timedelta(days=5), tick=False):
        close_query(by=TEST, query=query, version=query.version)
        for day in range(6):
            on = site.today(start + timedelta(days=day))
            (seen,) = frame_of(reader, cut=on.isoformat()).conduct.queries
            found.append([at and (at - start).days for at in (seen.answered_at, seen.closed_at)])
    assert found == [[None, None], [1, None], [1, None], [3, None], [3, None], [3, 5]]


def test_query_that_a_rule_asks_in_other_words_is_open_again(
    site: Site, reader: StaffMember, start: datetime
) -> None:
    one = make_infused(site, day=40)
    wonder(one, "Why?")
    query = Query.objects.get(participant=one)
    answer_query(by=Actor.of(reader), query=query, answer="Because", version=query.version)
    with time_machine.travel(start + timedelta(days=2), tick=False):
        wonder(one, "Why not?")
        cuts = ["", *(site.today(start + timedelta(days=day)).isoformat() for day in (1, 2))]
        found = [rows_of(figure_of(reader, "queries", cut=cut))["All sites"][1:4] for cut in cuts]
    assert found == [[1, 0, 0], [0, 1, 0], [1, 0, 0]]


def wonder(one: Participant, text: str) -> None:
    """Let a rule ask."""
    with as_test():
        settle_queries(by=TEST, participant=one, rules=frozenset({"test"}), wanted={("test", "test:1"): text})


def frozen(reader: StaffMember, choice: Choice) -> list[object]:
    """Freeze the page and return the figure of the deviations."""
    row = freeze(by=Actor.of(reader), choice=choice, now=timezone.now(), reason="Board")
    return [each for each in json.loads(row.content)["figures"] if each["key"] == "deviations"]


def test_cut_typed_later_gives_the_figure_that_was_frozen_that_day(
    one: Participant, reader: StaffMember, start: datetime
) -> None:
    judge(one, reader, DeviationClass.MINOR)
    then = frozen(reader, Choice())
    judge_daily(one, reader, start)
    with time_machine.travel(start + timedelta(days=8), tick=False):
        assert frozen(reader, Choice(cut_on=one.site.today(start))) == then


def test_judgements_take_no_statement_more(one: Participant, reader: StaffMember, start: datetime) -> None:
    judge_daily(one, reader, start)
    asked = []
    with time_machine.travel(start + timedelta(days=8), tick=False):
        for cut in ("", one.site.today(start).isoformat()):
            frame = frame_of(reader, cut=cut)
            assert frame.people
            with CaptureQueriesContext(connection) as found:
                assert len(frame.conduct.deviations) == 1
            asked.append([query["sql"] for query in found])
    assert [len(found) for found in asked] == [1, 1]
    assert ["audit_row" in found[0] for found in asked] == [False, True]
