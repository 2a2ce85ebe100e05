"""One mail for all that a cycle finds for one person: 40 due items are one mail, not forty."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from followup.domain.reminders import Kind
from followup.mails import mail_domain
from followup.planning_sql import random_hex

# What a person would get one by one; what was tried before keeps its own mail and Message-ID.
_LOOSE = "state = 'due' AND attempts = 0 AND unknown_count = 0 AND next_attempt_at <= %s AND expires_at > %s"

_INSERT = f"""
INSERT INTO followup_reminder (dedupe_key, rule, recipient_id, mail_class, planned_at, due_at,
    expires_at, state, state_reason, attempts, unknown_count, next_attempt_at, lease_token, last_phase,
    message_id, link_reference)
SELECT %s || recipient_id, %s, recipient_id, 'routine', %s, MAX(due_at), MAX(expires_at),
    'due', '', 0, 0, MAX(due_at), '', '', '<' || {{random}} || %s, {{random}}
FROM followup_reminder
WHERE {_LOOSE} AND visit_id IS NOT NULL
GROUP BY recipient_id
HAVING COUNT(*) > 1
"""  # noqa: S608 - only our own texts

_COVER = f"""
UPDATE followup_reminder
SET state = 'covered', covered_by_id = (
    SELECT g.id FROM followup_reminder g WHERE g.dedupe_key = %s || followup_reminder.recipient_id
)
WHERE {_LOOSE} AND visit_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM followup_reminder g WHERE g.dedupe_key = %s || followup_reminder.recipient_id
)
"""  # noqa: S608 - only our own texts


def group_by_recipient(*, now: datetime, planned_at: datetime) -> None:
    """Put what waits for one person into one mail, where it is more than one; in the planner's transaction.

    The grouped mail is a reminder of its own; what it carries is looked at again when it is sent.
    """
    moment = connection.ops.adapt_datetimefield_value
    key = f"{Kind.GROUP}:{planned_at.isoformat()}:"
    loose = [moment(now), moment(now)]
    with connection.cursor() as cursor:
        insert = _INSERT.format(random=random_hex(connection.vendor))
        cursor.execute(insert, [key, str(Kind.GROUP), moment(planned_at), f"@{mail_domain()}>", *loose])
        if cursor.rowcount:
            cursor.execute(_COVER, [key, *loose, key])
