"""What a person writes about a visit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils import timezone

from followup.actions.visits import AssessmentResult
from followup.domain.windows import Outcome
from followup.models import (
    AppointmentState,
    AssessmentState,
    ContactChannel,
    ContactResult,
    MissedReason,
    PlannedAssessment,
    Visit,
)
from participants.forms.fields import CleanCharField, ClockTimeField, StudyDateField, read_from
from participants.forms.layout import fields_row, plain_helper
from participants.models import Participant

NOT_DONE_OUTCOMES = [
    (str(outcome), outcome.label) for outcome in (Outcome.MISSED, Outcome.NOT_APPLICABLE, Outcome.CANCELLED)
]


class VisitForm(forms.Form):
    """A form about one participant, whose dates are read as the site reads them."""

    ahead: tuple[str, ...] = ()
    # Several of these stand on one page: each has ids of its own.
    ids = "id_%s"
    helper = plain_helper()

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", self.ids)
        super().__init__(*args, **kwargs)
        today = participant.today(timezone.now())
        read_from(self, day_zero=participant.day_zero_on, today=today, ahead=self.ahead)


class LogVisitForm(VisitForm):
    """That a visit took place: its date, and what became of each planned assessment."""

    occurred_on = StudyDateField(label="Date of the visit")
    note = CleanCharField(label="Note", is_note=True, required=False, max_length=1000)
    reason = CleanCharField(
        label="Reason",
        required=False,
        help_text="Needed when a logged visit is corrected, or a date is improbable.",
    )

    def __init__(self, *args: Any, visit: Visit, planned: Iterable[PlannedAssessment], **kwargs: Any) -> None:
        self.visit, self.planned = visit, list(planned)
        super().__init__(*args, participant=visit.participant, **kwargs)
        for assessment in self.planned:
            self.fields[f"state_{assessment.pk}"] = forms.ChoiceField(
                label=assessment.name,
                choices=AssessmentState.choices,
                widget=forms.RadioSelect,
                error_messages={"required": f"{assessment.name}: choose done, not done or not applicable."},
            )
            self.fields[f"reason_{assessment.pk}"] = CleanCharField(
                label=f"Why {assessment.name} was not done", required=False, max_length=200
            )

    @property
    def rows(self) -> list[tuple[PlannedAssessment, forms.BoundField, forms.BoundField]]:
        """Each planned assessment with its two fields."""
        return [(one, self[f"state_{one.pk}"], self[f"reason_{one.pk}"]) for one in self.planned]

    @property
    def assessments(self) -> dict[int, AssessmentResult]:
        """What was answered, by planned assessment."""
        data = self.cleaned_data
        return {
            one.pk: AssessmentResult(AssessmentState(data[f"state_{one.pk}"]), data[f"reason_{one.pk}"])
            for one in self.planned
        }


class NotDoneForm(VisitForm):
    """That a visit did not take place, and why."""

    ids = "not_done_%s"

    outcome = forms.ChoiceField(label="What happened", choices=NOT_DONE_OUTCOMES, widget=forms.RadioSelect)
    missed_reason = forms.TypedChoiceField(
        label="Why missed",
        choices=[("", "Choose, if missed"), *MissedReason.choices],
        coerce=MissedReason,
        empty_value=None,
        required=False,
    )
    reason = CleanCharField(label="Reason", required=False)

    def clean_outcome(self) -> Outcome:
        """Return the outcome as the domain names it."""
        return Outcome(self.cleaned_data["outcome"])


class AppointmentForm(VisitForm):
    """An agreed date: a work item, while the window stays where the schedule put it."""

    ahead = ("scheduled_on",)
    ids = "booking_%s"
    helper = plain_helper(fields_row("scheduled_on", "scheduled_time"), "state")

    scheduled_on = StudyDateField(label="Date")
    scheduled_time = ClockTimeField(label="Time", required=False)
    state = forms.ChoiceField(
        label="The family has",
        choices=[
            (AppointmentState.SCHEDULED, "not confirmed yet"),
            (AppointmentState.CONFIRMED, "confirmed"),
        ],
        widget=forms.RadioSelect,
        initial=AppointmentState.SCHEDULED,
    )


class ReopenForm(VisitForm):
    """Why a recorded outcome is taken back."""

    ids = "reopen_%s"

    reason = CleanCharField(label="Why the outcome is taken back")


class CancelBookingForm(VisitForm):
    """Why an agreed date no longer holds."""

    ids = "cancel_%s"

    reason = CleanCharField(label="Why the appointment is cancelled")


class ContactForm(VisitForm):
    """One attempt to reach a family; no telephone number and no name belongs here."""

    helper = plain_helper(fields_row("tried_on", "channel", "result"), "visit", "note")

    tried_on = StudyDateField(label="Date")
    channel = forms.TypedChoiceField(label="How", choices=ContactChannel.choices, coerce=ContactChannel)
    result = forms.TypedChoiceField(
        label="Result", choices=[("", "Choose"), *ContactResult.choices], coerce=ContactResult
    )
    visit = forms.ModelChoiceField(
        label="For which visit",
        queryset=Visit.objects.none(),
        required=False,
        empty_label="None in particular",
    )
    note = CleanCharField(
        label="Note", required=False, help_text="No names, numbers or addresses: PACER keeps no contact data."
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, participant=participant, **kwargs)
        choice = cast("forms.ModelChoiceField[Visit]", self.fields["visit"])
        owed = Visit.objects.filter(participant=participant).open().exclude(opens_on=None)
        choice.queryset = owed.order_by("opens_on", "pk")


class UnscheduledForm(VisitForm):
    """A visit that the schedule does not plan."""

    occurred_on = StudyDateField(label="Date of the visit")
    note = CleanCharField(label="Why, and what was done", is_note=True, max_length=1000)
    reason = CleanCharField(
        label="Reason", required=False, help_text="Only if PACER asks: the date is improbable."
    )
