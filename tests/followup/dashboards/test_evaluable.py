"""Nobody counts as spared from severe CRS who was not followed to the plan's day."""

from __future__ import annotations

import pytest

from participants.domain.death_causes import DeathCause
from participants.domain.milestones import MilestoneKind
from participants.models import Milestone, Site, StaffMember
from tests.factories import as_test, make_infused
from tests.followup.dashboards.support import at, behind, die, figure_of, grade, on_day, rows_of, warm

pytestmark = pytest.mark.django_db


def groups(reader: StaffMember, **chosen: str) -> dict[str, set[int]]:
    """Return whom the figure of severe CRS counts where."""
    figure = figure_of(reader, "severe", **chosen)
    parts = ("severe", "evaluable", "pending", "ungraded", "short", "died")
    return {part: found for part in parts if (found := behind(figure, part))}


@pytest.mark.parametrize(("last", "part"), [(27, "short"), (28, "evaluable")])
def test_who_is_not_severe_is_evaluable_from_the_day_of_the_plan(
    last: int, part: str, site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=40)
    grade(one, 2, 1)
    warm(one, at(one, last))
    assert groups(reader) == {part: {one.pk}}


@pytest.mark.parametrize(("day", "part"), [(27, "died"), (28, "evaluable")])
def test_who_died_without_severe_crs_is_evaluable_from_the_day_of_the_plan(
    day: int, part: str, site: Site, reader: StaffMember
) -> None:
    one = make_infused(site, day=40)
    grade(one, 2, 1)
    die(one, day, DeathCause.INFECTION)
    assert groups(reader) == {part: {one.pk}}


def test_who_died_before_the_day_is_not_pending(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=10)
    grade(one, 2, 1)
    die(one, 5, DeathCause.INFECTION)
    assert groups(reader) == {"died": {one.pk}}


def test_severe_crs_is_evaluable_however_short_the_follow_up(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    grade(one, 2, 3)
    assert groups(reader) == {"severe": {one.pk}, "evaluable": {one.pk}}


def test_death_of_crs_is_grade_5(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    grade(one, 2, 2)
    die(one, 4, DeathCause.CRS)
    assert groups(reader) == {"severe": {one.pk}, "evaluable": {one.pk}}
    assert rows_of(figure_of(reader, "maximum"))["Grade 5"] == [1, 0]


def test_death_of_crs_after_the_data_cut_is_not_severe_yet(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    grade(one, 2, 2)
    die(one, 4, DeathCause.CRS)
    assert groups(reader, cut=on_day(one, 3).isoformat()) == {"pending": {one.pk}}


def test_death_of_crs_of_a_further_course_is_none_of_the_first(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=60)
    grade(one, 2, 2)
    with as_test():
        Milestone.objects.create(participant=one, kind=MilestoneKind.INFUSION, on=on_day(one, 40), course=2)
    die(one, 44, DeathCause.CRS)
    assert groups(reader) == {"evaluable": {one.pk}}
