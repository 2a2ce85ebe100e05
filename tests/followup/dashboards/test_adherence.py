"""Which visits are due at a data cut, whatever is recorded after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from followup.actions.visits import AssessmentResult, log_visit, record_not_done, reopen_visit
from followup.dashboards.choice import Choice
from followup.dashboards.page import FIGURES
from followup.dashboards.reading.frame import Frame
from followup.domain.windows import Outcome
from followup.models import AssessmentState, MissedReason, Visit
from participants.actions.conclude import leave_study, record_death
from participants.domain.roles import Role
from participants.models import OffStudyReason, Participant, Site, StaffMember
from tests.factories import TEST, as_test, make_infused, make_site, make_staff
from tests.followup.dashboards.support import behind, figure_of, number, on_day, rows_of

pytestmark = pytest.mark.django_db

# Due, done, in window, missed, overdue.
OVERDUE, MISSED, NOT_DUE = [1, 0, 0, 0, 1], [1, 0, 0, 1, 0], None


@pytest.fixture
def one(site: Site) -> Participant:
    """Return somebody 137 days after the infusion, of whose visits none was recorded."""
    return make_infused(site, day=137)


def numbers(reader: StaffMember, code: str, on: date | None = None) -> list[object] | None:
    row = rows_of(figure_of(reader, "visits", cut=on.isoformat() if on else "")).get(code)
    return row[:5] if row else None


def visit(one: Participant, code: str) -> Visit:
    return Visit.objects.for_pages().get(participant=one, code=code)


def test_death_leaves_an_earlier_data_cut_as_it_was(one: Participant, reader: StaffMember) -> None:
    cut = on_day(one, 60)
    before = rows_of(figure_of(reader, "visits", cut=cut.isoformat()))
    record_death(by=TEST, participant=one, on=on_day(one, 70))
    assert rows_of(figure_of(reader, "visits", cut=cut.isoformat())) == before


def test_who_is_lost_improves_no_adherence(one: Participant, reader: StaffMember) -> None:
    by_then = rows_of(figure_of(reader, "visits", cut=on_day(one, 98).isoformat()))
    leave_study(by=TEST, participant=one, reason=OffStudyReason.LOST, on=on_day(one, 99))
    assert rows_of(figure_of(reader, "visits"))["All visits"] == by_then["All visits"]


def missed(one: Participant, code: str) -> None:
    """Record today that a visit was missed."""
    not_done(one, code, Outcome.MISSED, MissedReason.NO_SHOW)


def not_done(one: Participant, code: str, outcome: Outcome, why: MissedReason | None = None) -> None:
    """Record today that a visit did not take place."""
    row = visit(one, code)
    record_not_done(
        by=TEST, visit=row, version=row.version, outcome=outcome, reason="as the family says",
        missed_reason=why,
    )  # fmt: skip


def test_visit_missed_in_its_open_window_is_due_once_that_is_recorded(
    site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=26)
    missed(one, "D28")
    assert [numbers(reader, "D28", on_day(one, day)) for day in (25, 26)] == [NOT_DUE, MISSED]


def test_visit_recorded_as_missed_later_was_overdue_before(one: Participant, reader: StaffMember) -> None:
    missed(one, "D28")
    found = [numbers(reader, "D28", on_day(one, day)) for day in (31, 32, 136)]
    assert found == [NOT_DUE, OVERDUE, OVERDUE]
    assert numbers(reader, "D28") == numbers(reader, "D28", on_day(one, 137)) == MISSED


def test_missed_visit_that_is_corrected_stays_missed_since_it_was_recorded(
    one: Participant, reader: StaffMember
) -> None:
    missed(one, "D28")
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        not_done(one, "D28", Outcome.MISSED, MissedReason.DECLINED)
        found = [numbers(reader, "D28", on_day(one, day)) for day in (136, 137, 139, 140)]
    assert found == [OVERDUE, MISSED, MISSED, MISSED]


def reopened(one: Participant, code: str) -> None:
    """Take back today what was recorded of a visit."""
    row = visit(one, code)
    reopen_visit(by=TEST, visit=row, version=row.version, reason="another child")


def attended(one: Participant, code: str) -> None:
    """Record today a visit of today."""
    row, today = visit(one, code), one.site.today(timezone.now())
    log_visit(
        by=TEST, visit=row, version=row.version, occurred_on=today, assessments={}, reason="it was late"
    )


def cancelled(one: Participant, code: str) -> None:
    """Record today that a visit was cancelled."""
    not_done(one, code, Outcome.CANCELLED)


def test_visit_counts_by_what_was_recorded_at_the_cut(one: Participant, reader: StaffMember) -> None:
    start, done = timezone.now(), [1, 1, 0, 0, 0]
    for day, record in enumerate((missed, cancelled, missed, reopened, cancelled, attended)):
        with time_machine.travel(start + timedelta(days=2 * day), tick=False):
            record(one, "D28")
    with time_machine.travel(start + timedelta(days=20), tick=False):
        found = [numbers(reader, "D28", on_day(one, 136 + day)) for day in range(12)]
    twice = [MISSED, NOT_DUE, MISSED, OVERDUE, NOT_DUE]
    assert found == [OVERDUE, *(each for each in twice for _ in range(2)), done]


@pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.NOT_APPLICABLE])
def test_visit_taken_out_by_a_person_was_overdue_before(
    one: Participant, reader: StaffMember, outcome: Outcome
) -> None:
    not_done(one, "D28", outcome)
    found = [numbers(reader, "D28", on_day(one, day)) for day in (31, 32, 136, 137)]
    assert found == [NOT_DUE, OVERDUE, OVERDUE, NOT_DUE]
    assert behind(figure_of(reader, "visits", cut=on_day(one, 136).isoformat()), "D28-overdue") == {one.pk}


def test_loss_takes_visits_out_from_its_own_day_on(one: Participant, reader: StaffMember) -> None:
    leave_study(by=TEST, participant=one, reason=OffStudyReason.LOST, on=on_day(one, 20))
    assert numbers(reader, "D28", on_day(one, 60)) is NOT_DUE


def test_visit_in_a_window_that_is_only_planned_is_not_judged(one: Participant, reader: StaffMember) -> None:
    with as_test():
        Visit.objects.filter(participant=one, code="D28").update(
            outcome=Outcome.ATTENDED, occurred_on=on_day(one, 28), recorded_at=timezone.now(),
            is_projected=True,
        )  # fmt: skip
    assert numbers(reader, "D28") == [1, 1, 0, 0, 0]


def test_window_that_closes_today_at_its_site_is_open_where_others_have_tomorrow() -> None:
    one = make_infused(make_site(zone="America/Los_Angeles"), day=40)
    make_infused(make_site(one.site.study, zone="Asia/Tokyo"), day=40)
    both = make_staff(Role.DATA_MANAGER, study=one.site.study)
    closing = visit(one, "D28").closes_on
    assert closing is not None
    found = []
    for day in (0, 1):
        # At 18 h UTC it is the next day in Tokyo.
        at = datetime.combine(closing + timedelta(days=day), time(18), tzinfo=UTC)
        groups = FIGURES["visits"](Frame(both, Choice(), at)).groups
        found.append("D28-overdue" in groups and one.pk in groups["D28-overdue"].times)
    assert found == [False, True]


def test_assessments_are_those_answered_at_visits_done(one: Participant, reader: StaffMember) -> None:
    row = visit(one, "D28")
    first, second, third, *rest = row.planned_visit.assessments.values_list("pk", flat=True)
    answers = dict.fromkeys([first, *rest], AssessmentResult(AssessmentState.DONE))
    answers[second] = AssessmentResult(AssessmentState.NOT_DONE, "broken")
    answers[third] = AssessmentResult(AssessmentState.NOT_APPLICABLE)
    log_visit(by=TEST, visit=row, version=row.version, occurred_on=on_day(one, 28), assessments=answers)
    figure = figure_of(reader, "visits")
    assert rows_of(figure)["D28"][5:] == [2 + len(rest), 1 + len(rest)]
    assert number(figure, "all-assessments_done") == 1 + len(rest)
    assert behind(figure, "D28-assessments") == {one.pk}
    before = rows_of(figure_of(reader, "visits", cut=(on_day(one, 28) - timedelta(days=1)).isoformat()))
    assert before["All visits"][5:] == [0, 0]
