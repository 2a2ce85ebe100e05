"""The adverse events of a participant, and one event with its grades."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from participants.access import StaffRequest, allow
from participants.actions import report as actions
from participants.actions.dlt import assess_dlt
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.conclusions import WhyForm
from participants.forms.dlt import DltForm
from participants.forms.safety import EventForm, GradeForm
from participants.models import AdverseEvent, EventGrade, Participant
from participants.pages.adverse_events import (
    EVENTS_CSV_HEAD,
    event_rows,
    read_event,
    read_events,
    with_grades,
)
from participants.pages.csv_file import csv_response
from participants.pages.frame import frame_of
from participants.pages.haemorrhage import event_of_assessment
from participants.views.about import with_day_zero
from participants.views.asking import Asking, ask
from participants.views.form_pages import typed_version

TAB = "participants:events"
FORM = "participants/safety/ctcae_form.html"


@allow(Capability.READ_PARTICIPANTS, Participant)
def events(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show the adverse events of a participant."""
    context = {"frame": frame_of(participant, request.user, TAB), "page": read_events(participant)}
    return render(request, "participants/safety/events.html", context)


@allow(Capability.EXPORT, Participant)
def events_csv(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Hand out a participant's adverse events as a file."""
    standing = AdverseEvent.objects.visible_to(request.user, Capability.EXPORT).standing()
    rows = with_grades(standing.filter(participant=participant)).select_related(
        "seriousness", "participant__site"
    )
    return csv_response(
        "adverse_events", EVENTS_CSV_HEAD, event_rows(rows), person=request.user, participant=participant
    )


@allow(Capability.READ_PARTICIPANTS, AdverseEvent)
def event(request: StaffRequest, event: AdverseEvent) -> HttpResponse:
    """Show one adverse event with its grades, its seriousness and its clocks."""
    participant = with_day_zero(request, event.participant_id)
    page = read_event(event, request.user, timezone.now())
    context = {"frame": frame_of(participant, request.user, TAB), "page": page, "event": event}
    return render(request, "participants/safety/event.html", context)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def event_add(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record an adverse event; one that a proposal asked for leads on to its report."""
    found = event_of_assessment(request.user, participant, request.GET.get("assessment", ""))
    form = EventForm(request.POST or None, participant=participant, is_new=True, initial=found)
    proposal = request.GET.get("proposal", "")

    def act() -> AdverseEvent:
        return actions.record_event(by=Actor.of(request.user), participant=participant, **form.cleaned_data)

    def leads_to(event: AdverseEvent) -> str:
        if proposal.isascii() and proposal.isdecimal():
            return f"{reverse('participants:serious_add', args=[event.pk])}?proposal={proposal}"
        return reverse("participants:event", args=[event.pk])

    words = Asking("Adverse event", TAB, _back(participant), done="adverse event recorded.", template=FORM)
    return ask(request, participant, form, act, words, leads_to=leads_to)


@allow(Capability.WRITE_RECORDS, AdverseEvent, "GET POST")
def event_edit(request: StaffRequest, event: AdverseEvent) -> HttpResponse:
    """Edit an adverse event."""
    participant = with_day_zero(request, event.participant_id)
    kept: dict[str, Any] = {
        name: getattr(event, name) for name in EventForm.base_fields if hasattr(event, name)
    }
    form = EventForm(request.POST or None, participant=participant, is_new=False, initial=kept)

    def act() -> AdverseEvent:
        return actions.edit_event(
            by=Actor.of(request.user), event=event, version=typed_version(request), **form.cleaned_data
        )

    words = Asking(f"Edit: {event}", TAB, _page(event), done="adverse event saved.", template=FORM)
    return ask(request, participant, form, act, words, kept=kept, version=event.version)


@allow(Capability.WRITE_RECORDS, AdverseEvent, "GET POST")
def event_grade(request: StaffRequest, event: AdverseEvent) -> HttpResponse:
    """Record that an event has another grade from a day on."""
    participant = with_day_zero(request, event.participant_id)
    initial = {"on": participant.today(timezone.now())}
    form = GradeForm(request.POST or None, participant=participant, initial=initial)

    def act() -> EventGrade:
        return actions.record_grade(by=Actor.of(request.user), event=event, **form.cleaned_data)

    words = Asking(
        f"Another grade: {event}",
        TAB,
        _page(event),
        intro=f"Graded by CTCAE v{event.ctcae_version}. The grades before stay in the course.",
        done="grade recorded.",
    )
    return ask(request, participant, form, act, words)


@allow(Capability.ASSESS_DLT, AdverseEvent, "GET POST")
def event_dlt(request: StaffRequest, event: AdverseEvent) -> HttpResponse:
    """Assess as an investigator whether an event is a dose-limiting toxicity."""
    participant = with_day_zero(request, event.participant_id)
    kept = {"is_dlt": event.is_dlt, "reason": event.dlt_reason}
    form = DltForm(request.POST or None, participant=participant, initial=kept)

    def act() -> AdverseEvent:
        by, version = Actor.of(request.user), typed_version(request)
        return assess_dlt(by=by, event=event, version=version, **form.cleaned_data)

    words = Asking(
        f"Dose-limiting toxicity? {event}", TAB, _page(event), action="Assess", done="assessed.",
        template="participants/safety/dlt_form.html",
    )  # fmt: skip
    return ask(request, participant, form, act, words, kept=kept, version=event.version)


@allow(Capability.WRITE_RECORDS, EventGrade, "GET POST")
def grade_remove(request: StaffRequest, grade: EventGrade) -> HttpResponse:
    """Take back a grade that was entered by mistake."""
    participant = with_day_zero(request, grade.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act() -> None:
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]
        actions.remove_grade(by=by, grade=grade, reason=reason)

    title = f"Take back: grade {grade.grade} from {grade.on:%d %b %Y}"
    words = _taking_back(title, reverse("participants:event", args=[grade.event_id]))
    return ask(request, participant, form, act, words)


@allow(Capability.WRITE_RECORDS, AdverseEvent, "GET POST")
def event_remove(request: StaffRequest, event: AdverseEvent) -> HttpResponse:
    """Take back an adverse event that was entered by mistake."""
    participant = with_day_zero(request, event.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act() -> None:
        actions.remove_event(by=Actor.of(request.user), event=event, reason=form.cleaned_data["reason"])

    return ask(request, participant, form, act, _taking_back(f"Take back: {event}", _back(participant)))


def _taking_back(title: str, back: str) -> Asking:
    return Asking(
        title,
        TAB,
        back,
        action="Take back",
        intro="For an entry that was a mistake; it stays in the history.",
        done="the entry is taken back.",
        is_grave=True,
    )


def _back(participant: Participant) -> str:
    return reverse(TAB, args=[participant.pk])


def _page(event: AdverseEvent) -> str:
    return reverse("participants:event", args=[event.pk])
