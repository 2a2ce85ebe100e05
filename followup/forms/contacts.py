"""What a person says when a family cannot be reached any more, or is reached again."""

from __future__ import annotations

from followup.forms.visits import VisitForm
from participants.forms.fields import CleanCharField, StudyDateField


class LostForm(VisitForm):
    """The day from which a participant counts as lost."""

    ids = "lost_%s"

    on = StudyDateField(label="Lost from")
    note = CleanCharField(label="Note", required=False)


class FoundForm(VisitForm):
    """How contact was made again."""

    ids = "found_%s"

    reason = CleanCharField(label="How contact was made again")
