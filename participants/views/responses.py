"""Disease assessments, relapses and causes of death."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from participants.access import StaffRequest, allow
from participants.actions import respond as actions
from participants.actions.death_causes import record_causes
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.conclusions import WhyForm
from participants.forms.responses import CausesForm, RelapseForm, ResponseForm
from participants.models import Death, Participant, Relapse, Response
from participants.views.about import with_day_zero
from participants.views.asking import Asking, ask

TAB = "participants:outcome"
STAYS = "The entry as it was stays in the record."
MISTAKE = "For an entry that was a mistake; it stays in the history."


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def response_add(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record a disease assessment."""
    return _response(request, participant, None)


@allow(Capability.WRITE_RECORDS, Response, "GET POST")
def response_correct(request: StaffRequest, response: Response) -> HttpResponse:
    """Correct a disease assessment."""
    return _response(request, with_day_zero(request, response.participant_id), response)


@allow(Capability.WRITE_RECORDS, Response, "GET POST")
def response_remove(request: StaffRequest, response: Response) -> HttpResponse:
    """Take back a disease assessment."""
    participant = with_day_zero(request, response.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act() -> None:
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]
        actions.remove_response(by=by, response=response, reason=reason)

    return ask(request, participant, form, act, _taking_back(participant, str(response), MISTAKE))


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def relapse_add(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record a relapse."""
    return _relapse(request, participant, None)


@allow(Capability.WRITE_RECORDS, Relapse, "GET POST")
def relapse_correct(request: StaffRequest, relapse: Relapse) -> HttpResponse:
    """Correct a relapse."""
    return _relapse(request, with_day_zero(request, relapse.participant_id), relapse)


@allow(Capability.WRITE_RECORDS, Relapse, "GET POST")
def relapse_remove(request: StaffRequest, relapse: Relapse) -> HttpResponse:
    """Take back a relapse, and the end of visits that it had brought."""
    participant = with_day_zero(request, relapse.participant_id)
    form = WhyForm(request.POST or None, participant=participant)

    def act() -> None:
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]
        actions.remove_relapse(by=by, relapse=relapse, reason=reason)

    intro = f"{MISTAKE} Visits that the relapse had ended wait again."
    return ask(request, participant, form, act, _taking_back(participant, str(relapse), intro))


@allow(Capability.WRITE_RECORDS, Death, "GET POST")
def death_causes(request: StaffRequest, death: Death) -> HttpResponse:
    """Record what somebody died of."""
    participant = with_day_zero(request, death.participant_id)
    initial = {"main_cause": death.main_cause, "contributory_causes": death.contributory_causes}
    form = CausesForm(
        request.POST or None,
        participant=participant,
        is_correction=bool(death.main_cause),
        initial=initial,
    )

    def act() -> Death:
        return record_causes(by=Actor.of(request.user), death=death, **form.cleaned_data)

    words = Asking("Cause of death", TAB, _back(participant), done="cause of death recorded.")
    return ask(request, participant, form, act, words)


def _response(request: StaffRequest, participant: Participant, old: Response | None) -> HttpResponse:
    form = ResponseForm(request.POST or None, participant=participant, initial=_kept(ResponseForm, old))

    def act() -> Response:
        by = Actor.of(request.user)
        return actions.record_response(by=by, participant=participant, replaces=old, **form.cleaned_data)

    title = "Correct a disease assessment" if old else "Disease assessment"
    words = Asking(
        title, TAB, _back(participant), intro=STAYS if old else "", done="disease assessment recorded."
    )
    return ask(request, participant, form, act, words)


def _relapse(request: StaffRequest, participant: Participant, old: Relapse | None) -> HttpResponse:
    kept = _kept(RelapseForm, old)
    if old is not None:
        kept["is_mrd_only"] = "yes" if old.is_mrd_only else "no"
    form = RelapseForm(request.POST or None, participant=participant, initial=kept)

    def act() -> Relapse:
        by = Actor.of(request.user)
        return actions.record_relapse(by=by, participant=participant, replaces=old, **form.cleaned_data)

    ends = "Follow-up visits end with a relapse, and survival contacts begin. MRD only ends none."
    title, intro = ("Correct a relapse", STAYS) if old else ("Relapse", ends)
    words = Asking(title, TAB, _back(participant), intro=intro, done="relapse recorded.")
    return ask(request, participant, form, act, words)


def _kept(form: type[ResponseForm] | type[RelapseForm], old: Response | Relapse | None) -> dict[str, Any]:
    if old is None:
        return {}
    return {name: getattr(old, name) for name in form.base_fields if hasattr(old, name)}


def _taking_back(participant: Participant, what: str, intro: str) -> Asking:
    return Asking(
        f"Take back: {what}",
        TAB,
        _back(participant),
        action="Take back",
        intro=intro,
        done="the entry is taken back.",
        is_grave=True,
    )


def _back(participant: Participant) -> str:
    return reverse(TAB, args=[participant.pk])
