"""The bedside: who is there, the page of one participant, and what it means while it is typed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from participants.access import StaffRequest, allow
from participants.actions.rounds import record_round
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.forms.bedside import typed_moment
from participants.forms.neuro import answers_for
from participants.forms.refusals import show_refusal
from participants.models import Participant, sites_where
from participants.pages.bedside import BedsideForms, BedsidePage, bedside_forms, read_bedside_page
from participants.pages.bedside_list import people_at_the_bedside, read_bedside_list
from participants.pages.drafts import is_saved, remember_saved, saved_drafts
from participants.pages.frame import frame_of
from participants.pages.saving import chosen_way, save_button


@allow(Capability.READ_PARTICIPANTS)
def bedside_list(request: StaffRequest) -> HttpResponse:
    """List who is in hospital, the most urgent first."""
    rows = read_bedside_list(request.user, timezone.now())
    writable = set(sites_where(request.user, Capability.WRITE_RECORDS).values_list("pk", flat=True))
    context = {"rows": rows, "writable": writable, "saved": saved_drafts(request)}
    return render(request, "participants/bedside_list.html", context)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def bedside(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Ask for vital signs and the test of cognition, and save what was answered."""
    data = request.POST if request.method == "POST" else None
    page = read_bedside_page(participant, timezone.now(), tested_at=typed_moment(participant, data))
    if page is None:
        return _not_infused(request, participant)
    # What was typed before the end became known is saved all the same.
    if page.state.ended and request.method != "POST":
        return _over(request, page)
    forms = bedside_forms(page, data)
    if request.method == "POST" and (is_saved(request) or (forms.is_valid() and _save(request, forms))):
        messages.success(request, f"{participant}: saved.")
        return redirect(_next_page(request, participant))
    status = 422 if request.method == "POST" else 200
    return _show(request, page, forms, status=status)


@allow(Capability.WRITE_RECORDS, Participant, "POST")
def bedside_live(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Say what the answers mean so far; nothing is saved."""
    now, at = timezone.now(), typed_moment(participant, request.POST)
    page = read_bedside_page(participant, now, tested_at=at)
    if page is None:
        return HttpResponse(status=204)
    forms = bedside_forms(page, answers_for(page.instrument, request.POST))
    forms.is_valid()
    seen = read_bedside_page(participant, now, forms.rows(), tested_at=at)
    context: dict[str, object] = {"page": seen, "is_live": True}
    if request.POST.get("asked", page.instrument) != page.instrument:
        context["neuro"] = forms.neuro
    return render(request, "participants/_bedside_grades.html", context)


def _save(request: StaffRequest, forms: BedsideForms) -> bool:
    observation, assessment = forms.rows()
    try:
        record_round(
            by=Actor.of(request.user),
            observation=observation,
            assessment=assessment,
            reason=forms.vitals.cleaned_data["reason"],
        )
    except ActionRefused as refused:
        # The names of the record's columns are not those of the taps that make them.
        field = {"systolic_mmhg": "pressure", "has_hypotension": "hypotension", "at": "clock"}.get(
            refused.field or "", refused.field
        )
        refused.field = field
        form = (
            forms.neuro if field in forms.neuro.fields and field not in forms.vitals.fields else forms.vitals
        )
        show_refusal(form, refused)
        return False
    remember_saved(request)
    return True


def _next_page(request: StaffRequest, participant: Participant) -> str:
    """Return where to go, as the person chose."""
    then, here = chosen_way(request), participant
    if then == "next":
        people = people_at_the_bedside(request.user, Capability.WRITE_RECORDS)
        here = people.filter(study_id__gt=participant.study_id).first() or people.first() or participant
    if then == "exit":
        return reverse("participants:bedside_list")
    return reverse("participants:bedside", args=[here.pk])


def _show(request: StaffRequest, page: BedsidePage, forms: BedsideForms, *, status: int) -> HttpResponse:
    context = {
        "page": page,
        "vitals": forms.vitals,
        "neuro": forms.neuro,
        "save": save_button(request),
        "saved": saved_drafts(request),
        "dose_not_given": [("held", "Hold"), ("refused", "Refused")],
        "frame": frame_of(page.participant, request.user, "participants:bedside"),
    }
    return render(request, "participants/bedside.html", context, status=status)


def _not_infused(request: StaffRequest, participant: Participant) -> HttpResponse:
    frame = frame_of(participant, request.user, "participants:toxicity")
    return render(request, "participants/bedside_before.html", {"frame": frame})


def _over(request: StaffRequest, page: BedsidePage) -> HttpResponse:
    """Say why nothing is wanted at the bedside any more, and where facts are still entered."""
    words = (
        f"{page.state.ended}. No dose and no test is wanted. "
        "What happened before is still entered from the chart, on the toxicity and treatment tabs."
    )
    frame = frame_of(page.participant, request.user, "participants:toxicity")
    context = {"frame": frame, "words": words, "saved": saved_drafts(request)}
    return render(request, "participants/bedside_over.html", context)
