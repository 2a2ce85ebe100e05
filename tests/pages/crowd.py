"""Many participants at once: written directly, because a thousand times all actions takes minutes."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from followup.actions.schedule import sync_visits
from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import Deviation, LifecycleStep, Milestone, Participant, Site
from tests.factories import TEST, as_test


def make_crowd(site: Site, number: int, *, begin: int = 0) -> None:
    """Add participants in follow-up to a site, infused 20 to 119 days ago, with all their visits."""
    today = site.today(timezone.now())
    with as_test():
        people = Participant.objects.bulk_create(
            Participant(study_id=f"C-{begin + place:05d}", site=site, phase=Phase.FOLLOW_UP)
            for place in range(number)
        )
        day_zeros = [today - timedelta(days=20 + place % 100) for place in range(number)]
        LifecycleStep.objects.bulk_create(
            LifecycleStep(participant=one, phase=Phase.FOLLOW_UP, on=on, entry=1)
            for one, on in zip(people, day_zeros, strict=True)
        )
        Milestone.objects.bulk_create(
            Milestone(participant=one, kind=MilestoneKind.INFUSION, on=on)
            for one, on in zip(people, day_zeros, strict=True)
        )
        Deviation.objects.bulk_create(
            Deviation(participant=one, rule="test", subject=f"test:{place}", summary="A departure")
            for place, one in enumerate(people)
        )
        sync_visits(participants=[one.pk for one in people], by=TEST)
