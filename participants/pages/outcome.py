"""How the leukaemia answered, and how participation went on and ended."""

from __future__ import annotations

from dataclasses import dataclass

from participants.domain.lifecycle import Phase
from participants.domain.milestones import MilestoneKind
from participants.models import (
    Death,
    LifecycleStep,
    Milestone,
    OffStudy,
    Participant,
    Relapse,
    Response,
    Withdrawal,
)

_THERAPIES = (MilestoneKind.HSCT, MilestoneKind.NEW_THERAPY)


@dataclass(frozen=True)
class OutcomePage:
    """Response, relapse and what followed; withdrawals, death, the end of participation, and the steps.

    `infusions` are the further ones, each of which is a next therapy.
    """

    responses: list[Response]
    earlier_responses: list[Response]
    relapses: list[Relapse]
    earlier_relapses: list[Relapse]
    relapse_event: Milestone | None
    therapies: list[Milestone]
    infusions: list[Milestone]
    withdrawals: list[Withdrawal]
    death: Death | None
    off_study: OffStudy | None
    steps: list[LifecycleStep]
    is_screening: bool

    @property
    def lacks_detail(self) -> bool:
        """Whether a relapse is an event of the course without its site and CD19 status."""
        return self.relapse_event is not None and not any(not one.is_mrd_only for one in self.relapses)


def read_outcome(participant: Participant) -> OutcomePage:
    """Read how the leukaemia answered, and how participation ended as far as it has."""
    steps = LifecycleStep.objects.standing().filter(participant=participant).order_by("on", "entry")
    responses = list(Response.objects.filter(participant=participant))
    relapses = list(Relapse.objects.filter(participant=participant))
    events = list(Milestone.objects.standing().actual().filter(participant=participant).order_by("on"))
    zero, day_zero_event = participant.day_zero_on, participant.site.study.day_zero_event
    return OutcomePage(
        responses=[one for one in responses if one.stands],
        earlier_responses=[one for one in responses if not one.stands],
        relapses=[one for one in relapses if one.stands],
        earlier_relapses=[one for one in relapses if not one.stands],
        relapse_event=next((one for one in events if one.kind == MilestoneKind.RELAPSE), None),
        therapies=[one for one in events if one.kind in _THERAPIES],
        infusions=[one for one in events if zero and one.on > zero and one.kind == day_zero_event],
        withdrawals=list(Withdrawal.objects.standing().filter(participant=participant)),
        death=Death.objects.standing().filter(participant=participant).first(),
        off_study=OffStudy.objects.standing().filter(participant=participant).first(),
        steps=list(steps.select_related("recorded_by")),
        is_screening=participant.phase in {Phase.PRE_SCREENED, Phase.SCREENING, Phase.SCREEN_FAILURE},
    )
