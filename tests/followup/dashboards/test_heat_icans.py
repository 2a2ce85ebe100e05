"""ICANS by day stands in a heat map of its own, in the order of that of CRS."""

from __future__ import annotations

import pytest

from participants.models import DerivedGrade, NeuroAssessment, Participant, Scale, Site, StaffMember
from tests.factories import as_test, make_infused
from tests.followup.dashboards.support import at, figure_of, frame_of, grade, rows_of

pytestmark = pytest.mark.django_db


def icans(participant: Participant, day: int, value: int, hour: int) -> None:
    moment = at(participant, day, hour)
    with as_test():
        tested = NeuroAssessment.objects.create(participant=participant, at=moment, ice_score=9)
        DerivedGrade.objects.create(
            participant=participant, scale=Scale.ICANS, neuro=tested, at=moment, value=value,
            status="graded", reason="as invented", rule_version="test",
        )  # fmt: skip


def test_each_scale_has_its_own_days_and_both_maxima(site: Site, reader: StaffMember) -> None:
    one = make_infused(site, day=40)
    grade(one, 3, 2)
    icans(one, 4, 1, hour=17)
    icans(one, 4, 3, hour=18)
    crs, neuro = (rows_of(figure_of(reader, key))[one.study_id] for key in ("heat", "heat-icans"))
    assert (crs[3], crs[4], crs[-2:]) == (2, None, [2, 3])
    assert (neuro[3], neuro[4], neuro[-2:]) == (None, 3, [3, 2])


def test_the_most_severe_come_first_by_crs_then_by_icans_then_by_name(
    site: Site, reader: StaffMember
) -> None:
    worst, third, second, none, fourth = (make_infused(site, day=40) for _ in range(5))
    for one, crs, neuro in ((worst, 3, 0), (third, 2, 1), (second, 2, 4), (fourth, 0, 4)):
        grade(one, 3, crs)
        icans(one, 4, neuro, hour=18)
    order = [each.pk for each in frame_of(reader).by_severity]
    assert order == [each.pk for each in (worst, second, third, fourth, none)]


def test_without_a_grade_of_the_scale_there_is_nothing_to_show(site: Site, reader: StaffMember) -> None:
    grade(make_infused(site, day=40), 3, 2)
    assert figure_of(reader, "heat-icans").empty == "No ICANS grade is on record after the infusion."
