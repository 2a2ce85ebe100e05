"""The day of the data cut is each site's own, so that the sites add up to the total."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from followup.dashboards.reading.facts import Dated
from participants.actions.conclude import record_death
from participants.actions.screen import decide_eligibility
from participants.domain.roles import Role
from participants.models import (
    Deviation,
    DeviationClass,
    LifecycleStep,
    Milestone,
    OffStudy,
    Participant,
    Query,
    StaffMember,
)
from tests.factories import TEST, as_test, make_infused, make_participant, make_site, make_staff
from tests.followup.dashboards.support import (
    at,
    behind,
    die,
    dose,
    figure_of,
    number,
    on_day,
    respond,
    rows_of,
    warm,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def west() -> Participant:
    """Return somebody infused in Los Angeles."""
    return make_infused(make_site(zone="America/Los_Angeles"), day=40)


@pytest.fixture
def east(west: Participant) -> Participant:
    """Return somebody of the same study infused in Tokyo, where it is the next day at 18 h UTC."""
    return make_infused(make_site(west.site.study, zone="Asia/Tokyo"), day=40)


@pytest.fixture
def both(west: Participant, east: Participant) -> StaffMember:
    """Return who reads the whole study."""
    return make_staff(Role.DATA_MANAGER, study=west.site.study)


@pytest.fixture
def cut(west: Participant) -> date:
    """Return the day of a data cut."""
    return on_day(west, 20)


def test_dose_after_the_end_of_the_day_at_its_site_does_not_count(
    west: Participant, east: Participant, both: StaffMember, cut: date
) -> None:
    for one in (west, east):
        dose(one, (cut - on_day(one, 0)).days, 18)
    assert list(rows_of(figure_of(both, "dosing", cut=cut.isoformat()))) == [west.study_id]


def test_queries_of_the_sites_add_up_to_the_total(
    west: Participant, east: Participant, both: StaffMember, cut: date
) -> None:
    with as_test():
        for one in (west, east):
            raised = datetime(cut.year, cut.month, cut.day, 18, tzinfo=UTC)
            Query.objects.create(participant=one, text="Why?", raised_at=raised, state="open")
    raised_at = {
        code: len(figure_of(both, "queries", cut=cut.isoformat(), site=code).table.rows)
        for code in (west.site.code, east.site.code)
    }
    assert behind(figure_of(both, "queries", cut=cut.isoformat()), "all-raised") == {west.pk}
    assert raised_at == {west.site.code: 2, east.site.code: 0}


def test_deviation_after_the_end_of_the_day_at_its_site_does_not_count(
    west: Participant, east: Participant, both: StaffMember, cut: date
) -> None:
    with as_test():
        for one in (west, east):
            Deviation.objects.create(
                participant=one, rule="test", subject=f"test:{one.pk}", summary="A departure",
                drafted_at=datetime(cut.year, cut.month, cut.day, 18, tzinfo=UTC),
            )  # fmt: skip
    figure = figure_of(both, "deviations", cut=cut.isoformat())
    assert (number(figure, "all"), behind(figure, "all")) == (1, {west.pk})


def test_deviation_judged_after_the_data_cut_still_waits_for_it_there(
    west: Participant, both: StaffMember, cut: date
) -> None:
    drafted_at = datetime(cut.year, cut.month, cut.day, 18, tzinfo=UTC)
    with as_test():
        for rule, judged in (("minor", DeviationClass.MINOR), ("none", DeviationClass.NONE)):
            Deviation.objects.create(
                participant=west, rule=rule, subject=f"{rule}:1", summary="A departure",
                drafted_at=drafted_at, state="classified", classification=judged,
                classified_at=drafted_at + timedelta(days=3), classified_by=both,
            )  # fmt: skip
    found = {day: figure_of(both, "deviations", cut=on_day(west, day).isoformat()) for day in (20, 23)}
    assert {day: (number(one, "all"), number(one, "drafts")) for day, one in found.items()} == {
        20: (2, 2),
        23: (1, 0),
    }


def test_contact_after_the_data_cut_makes_nobody_fresher_at_it(west: Participant, both: StaffMember) -> None:
    for day in (2, 35):
        warm(west, at(west, day))
    found = {
        day: rows_of(figure_of(both, "freshness", cut=on_day(west, day).isoformat()))[west.study_id][-1]
        for day in (20, 35)
    }
    assert found == {20: 18, 35: 0}


def test_who_is_screened_again_later_stays_a_screen_failure_at_the_cut() -> None:
    one = make_participant(on=date(2026, 1, 2))
    reader = make_staff(Role.DATA_MANAGER, study=one.site.study)
    with as_test():
        for place, (day, phase) in enumerate([(3, "screening"), (5, "screen_failure"), (5, "screening")]):
            on = date(2026, 2 if place == 2 else 1, day)
            LifecycleStep.objects.create(participant=one, phase=phase, on=on, entry=place + 2)
    at_cut = [figure_of(reader, "flow", cut=f"2026-{month}-10") for month in ("01", "02")]
    assert [str(one.table.rows[1][3]) for one in at_cut] == ["screen failure 1", "in screening 1"]


def test_reason_of_the_flow_opens_its_participants(west: Participant, both: StaffMember) -> None:
    warm(west, at(west, 28))
    figure = figure_of(both, "flow", site=west.site.code)
    assert str(figure.table.rows[4][3]) == "never triggered 1"
    assert behind(figure, "infused-only-never-triggered") == {west.pk}


def test_reason_of_the_flow_is_what_came_first(west: Participant, both: StaffMember) -> None:
    again, dead = west, make_infused(west.site, day=40)
    with as_test():
        for one in (again, dead):
            LifecycleStep.objects.create(participant=one, phase="trigger_met", on=on_day(one, 2), entry=9)
            OffStudy.objects.create(participant=one, reason="other", on=on_day(one, 30))
        Milestone.objects.create(participant=again, kind="infusion", on=on_day(again, 20), course=2)
    die(dead, 30)
    figure = figure_of(both, "flow", site=west.site.code)
    assert behind(figure, "triggered-only-infused-again") == {again.pk}
    assert behind(figure, "triggered-only-died") == {dead.pk}


def test_screen_failure_who_dies_later_went_no_further_by_the_failure() -> None:
    one = make_participant(on=date(2026, 1, 2))
    reader = make_staff(Role.DATA_MANAGER, study=one.site.study)
    failed_on, died_on = date(2026, 1, 5), date(2026, 2, 5)
    decide_eligibility(by=TEST, participant=one, is_eligible=False, decided_on=failed_on, reason="too old")
    record_death(by=TEST, participant=one, on=died_on)
    for cut in (failed_on, died_on):
        assert str(figure_of(reader, "flow", cut=cut.isoformat()).table.rows[0][3]) == "screen failure 1"


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        (["screening", "screen_failure"], True),
        (["screening", "screen_failure", "screening"], False),
        (["screening", "screen_failure", "screening", "screen_failure"], True),
        (["screening", "screen_failure", "off_study"], True),
        (["screening", "screen_failure", "screening", "off_study"], False),
        (["screening", "eligible", "enrolled", "screen_failure"], True),
    ],
)
def test_steps_of_one_day_count_in_the_order_of_their_entry(phases: list[str], expected: bool) -> None:
    known = Dated()
    for entry, phase in reversed(list(enumerate(phases))):
        known.add("steps", f"{phase} {entry}", date(2026, 1, 2))
    assert known.is_screen_failure(date(2026, 1, 2)) is expected


def test_assessment_after_the_data_cut_makes_nobody_fresher_at_it(
    west: Participant, both: StaffMember
) -> None:
    respond(west, 28, "cr")
    row = rows_of(figure_of(both, "freshness", cut=on_day(west, 20).isoformat()))[west.study_id]
    assert row[-2:] == [on_day(west, 0), 20]
