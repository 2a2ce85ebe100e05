"""The contact attempts of one participant and where they lead."""

from __future__ import annotations

from dataclasses import dataclass

from followup.domain.contact_ladder import Attempt, Ladder, climb
from followup.models import ContactAttempt, ContactResult
from participants.models import OffStudy, OffStudyReason, Participant


@dataclass(frozen=True)
class ContactsPage:
    """Attempts, newest first, and the ladder that they make; `lost` when the loss is recorded."""

    attempts: list[ContactAttempt]
    ladder: Ladder
    lost: OffStudy | None
    is_on_study: bool

    @property
    def rungs(self) -> list[bool]:
        """The steps of the ladder, True for those taken."""
        return [place < len(self.ladder.days) for place in range(self.ladder.needed)]


def read_contacts(participant: Participant) -> ContactsPage:
    """Read the attempts to reach one participant's family."""
    rows = ContactAttempt.objects.filter(participant=participant).select_related("visit", "recorded_by")
    attempts = list(rows)
    left = OffStudy.objects.standing().filter(participant=participant).first()
    tried = [Attempt(row.tried_on, row.result == ContactResult.REACHED) for row in attempts]
    return ContactsPage(
        attempts=attempts,
        ladder=climb(tried),
        lost=left if left and left.reason == OffStudyReason.LOST else None,
        is_on_study=left is None,
    )
