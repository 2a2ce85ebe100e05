"""The contact attempts of one participant and where they lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from followup.domain.contact_ladder import Attempt, Ladder, climb
from followup.models import ContactAttempt, ContactResult
from participants.models import OffStudy, OffStudyReason, Participant

CONTACTS_CSV_HEAD = (
    "study_id",
    "tried_on",
    "channel",
    "result",
    "visit",
    "note",
    "recorded_at",
    "recorded_by",
)


@dataclass(frozen=True)
class ContactsPage:
    """Attempts, newest first, and the ladder that they make; `lost` when the loss is recorded.

    `replaced` are entries that were corrected or taken back.
    """

    attempts: list[ContactAttempt]
    replaced: list[ContactAttempt]
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
    attempts = [row for row in rows if row.stands]
    left = OffStudy.objects.standing().filter(participant=participant).first()
    tried = [Attempt(row.tried_on, row.result == ContactResult.REACHED) for row in attempts]
    return ContactsPage(
        attempts=attempts,
        replaced=[row for row in rows if not row.stands],
        ladder=climb(tried, needed=participant.site.study.attempts_before_loss),
        lost=left if left and left.reason == OffStudyReason.LOST else None,
        is_on_study=left is None,
    )


def contact_rows(participant: Participant) -> Iterable[tuple[object, ...]]:
    """Yield the attempts to reach one participant's family as rows of a file."""
    rows = ContactAttempt.objects.standing().filter(participant=participant)
    for row in rows.select_related("visit", "recorded_by"):
        yield (
            participant.study_id, row.tried_on, row.channel, row.result,
            row.visit.label if row.visit else "", row.note, row.recorded_at,
            row.recorded_by.name if row.recorded_by else "",
        )  # fmt: skip
