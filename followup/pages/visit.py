"""The page of one visit: its dates, what is agreed, what was done, who tried to reach the family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from followup.actions.deviations import subject_of
from followup.domain.windows import Outcome
from followup.forms.visits import LogVisitForm
from followup.models import (
    AssessmentState,
    ContactAttempt,
    PlannedAssessment,
    Visit,
    VisitAssessment,
    VisitMode,
)
from followup.pages.visit_words import VisitSign, appointment_words, closing_words, sentence_of, sign_of
from participants.audit_history import ValueChange, history
from participants.models import Deviation, Participant

# Columns of the trail that say nothing to a person.
UNTOLD = (
    "version",
    "changed_at",
    "recorded_at",
    "recorded_by",
    "dates_set_at",
    "participant",
    "planned_visit",
)


@dataclass(frozen=True)
class VisitPage:
    """What the page of a visit shows beside its forms."""

    visit: Visit
    name: str
    today: date
    day_zero: date | None
    sign: VisitSign
    words: str
    closing: str
    appointment: str
    planned: list[PlannedAssessment]
    results: list[VisitAssessment]
    contacts: list[ContactAttempt]
    deviations: list[Deviation]
    changes: list[ValueChange]

    @property
    def is_recorded(self) -> bool:
        """Say whether the visit has an outcome."""
        return bool(self.visit.outcome)

    @property
    def is_by_record(self) -> bool:
        """Say whether the record, not a person, decided the outcome."""
        return self.is_recorded and self.visit.recorded_at is None

    @property
    def may_be_logged(self) -> bool:
        """Say whether a person logs this kind of visit: events and logs complete themselves."""
        return self.visit.mode not in {VisitMode.EVENT, VisitMode.LOG}


def read_visit(visit: Visit, participant: Participant, now: datetime) -> VisitPage:
    """Read the page of a visit; `participant` was read with day zero."""
    today = participant.today(now)
    visit.participant = participant
    return VisitPage(
        visit=visit,
        name=visit.planned_visit.label,
        today=today,
        day_zero=participant.day_zero_on,
        sign=sign_of(visit, today),
        words=sentence_of(visit, today, participant.day_zero_on),
        closing=closing_words(visit.dates, today) if visit.dates and not visit.outcome else "",
        appointment=appointment_words(visit),
        planned=list(visit.planned_visit.assessments.all()),
        results=list(visit.assessments.select_related("planned_assessment")),
        contacts=list(ContactAttempt.objects.standing().filter(visit=visit)),
        deviations=list(Deviation.objects.filter(participant=participant, subject=subject_of(visit))),
        changes=history(visit, hidden=UNTOLD, zone=participant.site.tz),
    )


def log_form(page: VisitPage, data: QueryDict | None = None) -> LogVisitForm:
    """Return the form that logs this visit, filled with what is recorded already."""
    visit = page.visit
    initial: dict[str, object] = {"note": visit.note}
    if visit.outcome in {Outcome.ATTENDED, Outcome.PARTIAL}:
        initial["occurred_on"] = visit.occurred_on
    elif visit.scheduled_on is not None and visit.scheduled_on <= page.today:
        initial["occurred_on"] = visit.scheduled_on
    for result in page.results:
        initial[f"state_{result.planned_assessment_id}"] = AssessmentState(result.state)
        initial[f"reason_{result.planned_assessment_id}"] = result.reason
    return LogVisitForm(data, visit=visit, planned=page.planned, initial=initial)
