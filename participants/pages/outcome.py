"""How participation went on and ended."""

from __future__ import annotations

from dataclasses import dataclass

from participants.domain.lifecycle import Phase
from participants.models import Death, LifecycleStep, OffStudy, Participant, Withdrawal


@dataclass(frozen=True)
class OutcomePage:
    """Withdrawals, death, the end of participation, and the steps that led there."""

    withdrawals: list[Withdrawal]
    death: Death | None
    off_study: OffStudy | None
    steps: list[LifecycleStep]
    is_screening: bool


def read_outcome(participant: Participant) -> OutcomePage:
    """Read how participation ended, as far as it has."""
    steps = LifecycleStep.objects.standing().filter(participant=participant).order_by("on", "entry")
    return OutcomePage(
        withdrawals=list(Withdrawal.objects.standing().filter(participant=participant)),
        death=Death.objects.standing().filter(participant=participant).first(),
        off_study=OffStudy.objects.standing().filter(participant=participant).first(),
        steps=list(steps.select_related("recorded_by")),
        is_screening=participant.phase in {Phase.PRE_SCREENED, Phase.SCREENING, Phase.SCREEN_FAILURE},
    )
