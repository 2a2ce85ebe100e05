"""A new date for an event that the schedule counts from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from followup.actions.reanchor import AnchorChange
from participants.domain.clock_times import moment_at_site
from participants.domain.milestones import PLANNABLE, MilestoneKind
from participants.forms.fields import (
    CleanCharField,
    ClockTimeField,
    StrictIntegerField,
    StudyDateField,
    read_from,
)
from participants.forms.layout import fields_row, plain_helper
from participants.models import Participant

HAPPENED, PLANNED = "happened", "planned"


class AnchorForm(forms.Form):
    """The date of an event, planned or as it happened, and why a recorded one changes."""

    state = forms.ChoiceField(
        label="This date",
        choices=[(HAPPENED, "has happened"), (PLANNED, "is planned")],
        widget=forms.RadioSelect,
    )
    on = StudyDateField(label="Date")
    clock = ClockTimeField(label="Time, if known", required=False)
    course = StrictIntegerField(
        label="Course",
        min_value=1,
        max_value=9,
        initial=1,
        help_text="1, unless lymphodepletion or infusion is repeated.",
    )
    note = CleanCharField(label="Note", required=False)
    reason = CleanCharField(
        label="Reason",
        required=False,
        help_text="Needed when a recorded date changes, or a date is improbable.",
    )

    def __init__(self, *args: Any, participant: Participant, kind: MilestoneKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participant, self.kind = participant, kind
        if kind not in PLANNABLE:
            del self.fields["state"]
        today = participant.today(timezone.now())
        is_planned = "state" in self.fields and self.data.get("state") == PLANNED
        read_from(self, day_zero=participant.day_zero_on, today=today, ahead=["on"] if is_planned else [])
        parts = ["state", fields_row("on", "clock", "course"), "note", "reason"]
        self.helper = plain_helper(*(part for part in parts if part != "state" or "state" in self.fields))

    def clean(self) -> dict[str, Any]:
        """Read date and time together, as a moment at the site."""
        data = super().clean() or {}
        data["at"] = None
        if data.get("clock") and data.get("on"):
            clock, offset = data["clock"]
            try:
                data["at"] = moment_at_site(data["on"], clock, self.participant.site.tz, offset)
            except ValueError as refused:
                self.add_error("clock", ValidationError(f"Time: {refused}"))
        return data

    def change(self) -> AnchorChange:
        """Return what was written as a change."""
        data = self.cleaned_data
        return AnchorChange(
            kind=self.kind,
            on=data["on"],
            is_planned=data.get("state") == PLANNED,
            at=data["at"],
            course=data["course"],
            note=data["note"],
            reason=data["reason"],
        )
