"""Note each attempt to reach a family, correct one, and take one back."""

from __future__ import annotations

from datetime import date

from followup.models import ContactAttempt, ContactChannel, ContactResult, Visit
from participants.access import require
from participants.actions.checks import refuse_impossible_day
from participants.actions.facts import add_fact, remove_fact
from participants.audit import Actor, audited
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Participant


def log_contact(
    *,
    by: Actor,
    participant: Participant,
    tried_on: date,
    channel: ContactChannel,
    result: ContactResult,
    visit: Visit | None = None,
    note: str = "",
    replaces: ContactAttempt | None = None,
    reason: str = "",
) -> ContactAttempt:
    """Note an attempt to reach a family, for one visit by explicit choice or for none.

    A correction replaces the old row and asks for a reason. Raises ActionRefused for an impossible
    day or another participant's visit, StaleVersion when it was corrected meanwhile.
    """
    require(by, Capability.WRITE_RECORDS, participant.site)
    refuse_impossible_day("tried_on", "Date", tried_on, participant)
    if visit is not None and visit.participant_id != participant.pk:
        raise ActionRefused("visit", "Visit: this visit belongs to another participant.")
    if replaces is not None and not reason.strip():
        raise ActionRefused("reason", "Reason: say why the noted attempt is corrected.")
    attempt = ContactAttempt(
        participant=participant,
        visit=visit,
        tried_on=tried_on,
        channel=channel,
        result=result,
        note=note.strip(),
    )
    why = reason or "contact attempt logged"
    with audited(by=by, kind="contact.logged", reason=why, participant=participant):
        return add_fact(attempt, by=by, replaces=replaces)


def remove_contact(*, by: Actor, attempt: ContactAttempt, reason: str) -> None:
    """Take back an attempt that was not made, such as an entry on the wrong participant.

    Raises ActionRefused without a reason, StaleVersion when it was corrected meanwhile.
    """
    require(by, Capability.WRITE_RECORDS, attempt.participant.site)
    if not reason.strip():
        raise ActionRefused("reason", "Reason: say why the noted attempt is taken back.")
    with audited(by=by, kind="contact.removed", reason=reason, participant=attempt.participant):
        remove_fact(attempt)
