"""An invented analysis plan, so that the demo's figures show a plan and a boundary."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import Min

from followup.actions.analysis import enter_plan
from participants.audit import Actor
from participants.domain.boundaries import pocock_boundary
from participants.models import Milestone, Study

PLANNED_N = 40
# Accrual was to begin so many days before the first infusion, and to last two years.
BEFORE_FIRST, ACCRUAL = timedelta(days=30), timedelta(days=730)
# Placeholders: the rate that calls for a review, and the chance of stopping for nothing.
TOLERATED, BY_CHANCE, COMPARED = 0.30, 0.05, Decimal("0.30")
SOURCE = "Invented for the demo: a placeholder, not the protocol's (Pocock-type, theta 0.30, phi 0.05)"


def play_plan(study: Study, by: Actor) -> None:
    """Enter a plan for the demo's study; nothing happens before anybody has been infused."""
    infused = Milestone.objects.standing().actual().filter(kind=study.day_zero_event)
    first = infused.filter(participant__site__study=study).aggregate(first=Min("on"))["first"]
    if first is None:
        return
    begins = first - BEFORE_FIRST
    boundary = pocock_boundary(theta=TOLERATED, phi=BY_CHANCE, max_n=PLANNED_N)
    enter_plan(
        by=by, study=study, version=0, planned_n=PLANNED_N, accrual_from_on=begins,
        accrual_to_on=begins + ACCRUAL, comparison_rate=COMPARED, stop_at=boundary.stop_at,
        boundary_source=SOURCE, severe_from_grade=3, evaluable_day=28, reason="An invented plan for the demo",
    )  # fmt: skip
