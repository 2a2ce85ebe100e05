"""The infections of a participant."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from participants.access import StaffRequest, allow
from participants.actions import infect as actions
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.forms.conclusions import WhyForm
from participants.forms.safety import InfectionForm
from participants.models import Infection, Participant
from participants.pages.csv_file import csv_response
from participants.pages.frame import frame_of
from participants.pages.infections import INFECTIONS_CSV_HEAD, infection_rows, read_infections
from participants.views.about import with_day_zero
from participants.views.asking import Asking, ask
from participants.views.form_pages import typed_version

TAB = "participants:infections"
FORM = "participants/safety/ctcae_form.html"


@allow(Capability.READ_PARTICIPANTS, Participant)
def infections(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show the infections of a participant, and which may be one episode."""
    frame = frame_of(participant, request.user, TAB)
    page = read_infections(participant)
    return render(request, "participants/safety/infections.html", {"frame": frame, "page": page})


@allow(Capability.EXPORT, Participant)
def infections_csv(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Hand out a participant's infections as a file."""
    rows = infection_rows(request.user, participant)
    return csv_response("infections", INFECTIONS_CSV_HEAD, rows, person=request.user, participant=participant)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def infection_add(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record an infection."""
    form = InfectionForm(request.POST or None, participant=participant)

    def act() -> Infection:
        by = Actor.of(request.user)
        return actions.record_infection(by=by, participant=participant, **form.cleaned_data)

    words = Asking("Infection", TAB, _back(participant), done="infection recorded.", template=FORM)
    return ask(request, participant, form, act, words)


@allow(Capability.WRITE_RECORDS, Infection, "GET POST")
def infection_edit(request: StaffRequest, infection: Infection) -> HttpResponse:
    """Edit an infection."""
    participant = with_day_zero(request, infection.participant_id)
    kept = _kept(infection)
    form = InfectionForm(request.POST or None, participant=participant, initial=kept)

    def act() -> Infection:
        return actions.edit_infection(
            by=Actor.of(request.user),
            infection=infection,
            version=typed_version(request),
            **form.cleaned_data,
        )

    words = Asking(f"Edit: {infection}", TAB, _back(participant), done="infection saved.", template=FORM)
    return ask(request, participant, form, act, words, kept=kept, version=infection.version)


@allow(Capability.WRITE_RECORDS, Infection, "GET POST")
def infection_remove(request: StaffRequest, infection: Infection) -> HttpResponse:
    """Take back an infection that was entered by mistake."""
    participant = with_day_zero(request, infection.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act() -> None:
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]
        actions.remove_infection(by=by, infection=infection, reason=reason)

    words = Asking(
        f"Take back: {infection}",
        TAB,
        _back(participant),
        action="Take back",
        intro="For an entry that was a mistake; it stays in the history.",
        done="the entry is taken back.",
        is_grave=True,
    )
    return ask(request, participant, form, act, words)


@allow(Capability.WRITE_RECORDS, Infection, "POST")
def infection_judge(request: StaffRequest, infection: Infection) -> HttpResponse:
    """Decide whether two entries are one episode."""
    try:
        actions.judge_same_episode(
            by=Actor.of(request.user),
            infection=infection,
            version=typed_version(request),
            is_same=request.POST.get("is_same") == "yes",
        )
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    return redirect(TAB, infection.participant_id)


def _back(participant: Participant) -> str:
    return reverse(TAB, args=[participant.pk])


def _kept(infection: Infection) -> dict[str, Any]:
    names = [name for name in InfectionForm.base_fields if hasattr(infection, name)]
    return {name: getattr(infection, name) for name in names} | {
        "term": infection.ctcae_term,
        "is_documented": "yes" if infection.is_documented else "no",
    }
