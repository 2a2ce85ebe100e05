"""Without a data cut each site is counted on its own today, also where it is a day behind another."""

from __future__ import annotations

import pytest

from participants.domain.roles import Role
from participants.models import Participant, Site, StaffMember, Study
from tests.factories import make_infused, make_site, make_staff, make_study
from tests.followup.dashboards.support import at, behind, figure_of, grade, rows_of, warm

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """Return a study with a site whose day is always later than that of others."""
    study = make_study()
    make_site(study, zone="Pacific/Kiritimati")
    return study


@pytest.fixture
def behindhand(study: Study) -> Site:
    """Return the site whose day is the earlier one."""
    return make_site(study, zone="Pacific/Midway")


@pytest.fixture
def reader(study: Study) -> StaffMember:
    """Return who reads both sites."""
    return make_staff(Role.DATA_MANAGER, study=study)


@pytest.fixture
def last_day(behindhand: Site) -> Participant:
    """Return who is on trial day 28 today, and was seen today."""
    one = make_infused(behindhand, day=28)
    grade(one, 3, 1)
    warm(one, at(one, 28, hour=11))
    return one


def test_who_is_on_the_day_of_the_plan_is_pending(last_day: Participant, reader: StaffMember) -> None:
    assert behind(figure_of(reader, "severe"), "pending") == {last_day.pk}


def test_who_is_on_the_last_day_of_the_trigger_may_yet_meet_it(
    last_day: Participant, reader: StaffMember
) -> None:
    assert behind(figure_of(reader, "flow"), "infused-only-no-trigger-so-far") == {last_day.pk}
    assert behind(figure_of(reader, "dosing"), "within") == {last_day.pk}


def test_who_was_seen_today_was_seen_no_day_ago(last_day: Participant, reader: StaffMember) -> None:
    assert rows_of(figure_of(reader, "freshness"))[last_day.study_id][-1] == 0
