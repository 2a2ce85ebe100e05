"""Never triggered is concluded, and is neither waiting for a trigger nor out of sight."""

from __future__ import annotations

import pytest

from participants.domain.milestones import MilestoneKind
from participants.models import Milestone, OffStudy, OffStudyReason, Participant, Site, StaffMember
from tests.factories import as_test, make_infused
from tests.followup.dashboards.support import at, behind, die, dose, fever, figure_of, on_day, warm

pytestmark = pytest.mark.django_db

PARTS = ("n", "waiting", "apart", "never", "within", "unseen")


def counted(reader: StaffMember, **chosen: str) -> dict[str, set[int]]:
    """Return who stands where in the figure of trigger and doses."""
    figure = figure_of(reader, "dosing", **chosen)
    return {part: found for part in PARTS if (found := behind(figure, part))}


def infused(site: Site, day: int, seen: int) -> Participant:
    """Return who was infused some days ago, and last seen on a trial day."""
    one = make_infused(site, day=day)
    warm(one, at(one, seen))
    return one


@pytest.mark.parametrize(
    ("day", "seen", "part"), [(60, 28, "never"), (60, 27, "unseen"), (28, 10, "within"), (29, 28, "never")]
)
def test_never_triggered_is_concluded_of_who_was_seen_to_the_last_day(
    day: int, seen: int, part: str, site: Site, reader: StaffMember
) -> None:
    one = infused(site, day, seen)
    assert counted(reader) == {part: {one.pk}}


def test_never_triggered_is_concluded_by_death_off_study_or_a_further_infusion(
    site: Site, reader: StaffMember
) -> None:
    dead, left, again = (infused(site, 60, 5) for _ in range(3))
    die(dead, 8)
    with as_test():
        OffStudy.objects.create(participant=left, on=on_day(left, 9), reason=OffStudyReason.WITHDRAWN)
        Milestone.objects.create(
            participant=again, kind=MilestoneKind.INFUSION, on=on_day(again, 20), course=2
        )
    assert counted(reader) == {"never": {dead.pk, left.pk, again.pk}}
    # A day before the first of them ended, and the last day far off.
    assert counted(reader, cut=on_day(dead, 7).isoformat()) == {"within": {dead.pk, left.pk, again.pk}}


def test_last_day_is_that_of_the_study(site: Site, reader: StaffMember) -> None:
    one = infused(site, 40, 39)
    site.study.follow_up_from_day = 45
    with as_test():
        site.study.save()
    assert counted(reader) == {"within": {one.pk}}
    assert "once day 45 is over" in figure_of(reader, "dosing").definition


def test_everybody_infused_stands_in_one_place(site: Site, reader: StaffMember) -> None:
    triggered, treated, early = (infused(site, 60, 50) for _ in range(3))
    for one in (triggered, treated):
        fever(one, 2, 10)
        fever(one, 2, 14)
    dose(treated, 2, 16)
    dose(early, 1, 16)
    found = counted(reader)
    assert found == {"waiting": {triggered.pk}, "n": {treated.pk}, "apart": {early.pk}}
