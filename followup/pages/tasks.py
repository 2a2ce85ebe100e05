"""One card of My day: named by its action, with the time at the right and one main button."""

from __future__ import annotations

from dataclasses import dataclass

from followup.domain.urgency import Urgency
from followup.models import Visit
from participants.models import Participant


@dataclass(frozen=True)
class Task:
    """Something that a person should do.

    The title is `verb`, the study id, `rest`. `visit` is None for what concerns no visit: it can
    be neither snoozed nor moved. `rank` sorts within the list, the lower first.
    """

    urgency: Urgency
    rank: int
    sign: str
    verb: str
    participant: Participant
    rest: str
    detail: str
    when: str
    when_sub: str
    button: str
    href: str
    visit: Visit | None = None
    is_over: bool = False

    @property
    def order(self) -> tuple[int, str]:
        """Sort by rank, then by study id."""
        return self.rank, self.participant.study_id
