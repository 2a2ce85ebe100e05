"""Never triggered is concluded, and is neither waiting for a trigger nor out of sight."""

from __future__ import annotations

import pytest

from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import (
    LifecycleStep,
    Milestone,
    OffStudy,
    OffStudyReason,
    Participant,
    Site,
    StaffMember,
)
from tests.factories import as_test, make_infused
from tests.followup.dashboards.support import at, behind, die, dose, fever, figure_of, number, on_day, warm

pytestmark = pytest.mark.django_db

PARTS = ("n", "waiting", "apart", "never", "gone", "within", "unseen")


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
    assert counted(reader) == {"gone": {dead.pk, left.pk, again.pk}}
    # A day before the first of them ended, and the last day far off.
    assert counted(reader, cut=on_day(dead, 7).isoformat()) == {"within": {dead.pk, left.pk, again.pk}}


def test_last_day_is_that_of_the_study(site: Site, reader: StaffMember) -> None:
    one = infused(site, 40, 39)
    site.study.follow_up_from_day = 45
    with as_test():
        site.study.save()
    assert counted(reader) == {"within": {one.pk}}
    assert "once day 45 is over" in figure_of(reader, "dosing").definition


def trigger(one: Participant, day: int = 2) -> None:
    """Record the readings of a trigger, and the step that they bring about."""
    fever(one, day, 10)
    fever(one, day, 14)
    with as_test():
        LifecycleStep.objects.create(participant=one, phase=Phase.TRIGGER_MET, on=on_day(one, day), entry=90)


def test_everybody_infused_stands_in_one_place(site: Site, reader: StaffMember) -> None:
    triggered, treated, early = (infused(site, 60, 50) for _ in range(3))
    trigger(triggered)
    trigger(treated)
    dose(treated, 2, 16)
    dose(early, 1, 16)
    found = counted(reader)
    assert found == {"waiting": {triggered.pk}, "n": {treated.pk}, "apart": {early.pk}}


@pytest.fixture
def everybody(site: Site) -> dict[str, Participant]:
    """Return one or two participants for each place in which somebody infused can stand."""
    seen = {"never triggered": 28, "never triggered, died later": 50, "died on D28": 28, "not seen": 20}
    people = {what: infused(site, 300, day) for what, day in seen.items()}
    for what in ("died", "withdrawn", "infused again", "waiting", "treated", "treated, died", "by its day"):
        people[what] = infused(site, 300, 5)
    people["no trigger so far"] = infused(site, 20, 5)
    for what, day in (("never triggered, died later", 200), ("died on D28", 28), ("died", 8)):
        die(people[what], day)
    die(people["treated, died"], 12)
    for what in ("waiting", "treated", "treated, died"):
        trigger(people[what])
    for what in ("treated", "treated, died"):
        dose(people[what], 2, 16)
    left, again, by_day = (people[what] for what in ("withdrawn", "infused again", "by its day"))
    with as_test():
        OffStudy.objects.create(participant=left, on=on_day(left, 9), reason=OffStudyReason.WITHDRAWN)
        again_on = on_day(again, 20)
        Milestone.objects.create(participant=again, kind=MilestoneKind.INFUSION, on=again_on, course=2)
        first = MilestoneKind.ANAKINRA_FIRST
        Milestone.objects.create(participant=by_day, kind=first, on=on_day(by_day, 4))
    return people


@pytest.mark.parametrize("denominator", ["infused", "treated", "consented"])
def test_flow_and_doses_count_the_same_people(
    everybody: dict[str, Participant], reader: StaffMember, denominator: str
) -> None:
    flow, keys = figure_of(reader, "flow", denominator=denominator), {one.pk for one in everybody.values()}
    reasons = {
        key.removeprefix("infused-only-"): behind(flow, key)
        for key in flow.groups
        if key.startswith("infused-only-")
    }
    doses = counted(reader)
    assert reasons.pop("never-triggered") == doses["never"]
    assert reasons.pop("no-trigger-so-far") == doses["within"]
    assert reasons.pop("not-seen-to-D28") == doses["unseen"]
    assert {what: len(people) for what, people in reasons.items()} == {
        "died": 2, "withdrawn": 1, "infused-again": 1
    }  # fmt: skip
    assert set().union(*reasons.values()) == doses["gone"]
    assert behind(flow, "triggered-only") == doses["waiting"]
    assert behind(flow, "treated") == doses["n"] | doses["apart"]
    assert sum(map(len, doses.values())) == len(keys) == number(flow, "infused")


def test_who_died_after_the_last_day_without_a_trigger_was_never_triggered(
    everybody: dict[str, Participant], reader: StaffMember
) -> None:
    flow = figure_of(reader, "flow")
    never = {everybody[what].pk for what in ("never triggered", "never triggered, died later")}
    assert behind(flow, "infused-only-never-triggered") == never
    assert everybody["died on D28"].pk in behind(flow, "infused-only-died")
