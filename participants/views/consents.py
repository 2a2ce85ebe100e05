"""The consent tab: what was signed, corrections, and what is still to sign."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from participants.access import StaffRequest, allow
from participants.actions import screen as actions
from participants.actions.studies import add_consent_version
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.conclusions import WhyForm
from participants.forms.consents import ConsentCorrectionForm, ConsentForm, ConsentVersionForm
from participants.forms.refusals import attempt
from participants.models import Consent, Participant
from participants.pages.consents import read_consents
from participants.pages.frame import frame_of
from participants.views.about import about_page, with_day_zero
from participants.views.form_pages import form_page

TAB = "participants:consents"


@allow(Capability.READ_PARTICIPANTS, Participant)
def consents(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show what was signed and what is still to sign."""
    page = read_consents(participant, timezone.now())
    frame = frame_of(participant, request.user, TAB)
    return render(request, "participants/consents.html", {"frame": frame, "page": page})


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def consent_add(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record what was signed on one day."""
    asked = request.GET.get("version", "")
    initial = {"version": asked} if asked.isascii() and asked.isdecimal() else {}
    form = ConsentForm(request.POST or None, participant=participant, initial=initial)
    if form.is_valid():
        by = Actor.of(request.user)
        if attempt(
            form, lambda: actions.record_consents(by=by, participant=participant, **form.cleaned_data)
        ):
            messages.success(request, f"{participant}: signature recorded.")
            return redirect(TAB, participant.pk)
    return _page(
        request,
        participant,
        form,
        "Record consent",
        intro=read_consents(participant, timezone.now()).who,
        action="Record",
    )


@allow(Capability.WRITE_RECORDS, Consent, "GET POST")
def consent_correct(request: StaffRequest, consent: Consent) -> HttpResponse:
    """Correct a recorded signature; the old entry stays and is shown."""
    participant = with_day_zero(request, consent.participant_id)
    kept = {
        "kind": consent.kind,
        "version": consent.consent_version_id,
        "signed_on": consent.signed_on,
        "note": consent.note,
    }
    form = ConsentCorrectionForm(request.POST or None, participant=participant, initial=kept)
    if form.is_valid():
        by, data = Actor.of(request.user), form.cleaned_data
        if attempt(
            form, lambda: actions.record_consent(by=by, participant=participant, replaces=consent, **data)
        ):
            messages.success(request, f"{participant}: signature corrected.")
            return redirect(TAB, participant.pk)
    return _page(
        request, participant, form, "Correct a signature", intro="The entry as it was stays in the record."
    )


@allow(Capability.WRITE_RECORDS, Consent, "GET POST")
def consent_remove(request: StaffRequest, consent: Consent) -> HttpResponse:
    """Take back a signature that was never given, such as an entry on the wrong participant."""
    participant = with_day_zero(request, consent.participant_id)
    form = WhyForm(request.POST or None, participant=participant)
    if form.is_valid():
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]

        def act() -> bool:
            actions.remove_consent(by=by, consent=consent, reason=reason)
            return True

        if attempt(form, act):
            messages.success(request, f"{participant}: the entry is taken back.")
            return redirect(TAB, participant.pk)
    title = f"Take back: {consent.get_kind_display().lower()} of {consent.signed_on:%d %b %Y}"
    intro = "For an entry that was a mistake. A withdrawal of consent is recorded with the outcome."
    return _page(request, participant, form, title, intro=intro, action="Take back", is_grave=True)


@allow(Capability.MANAGE_SITES, methods="GET POST")
def consent_version_add(request: StaffRequest) -> HttpResponse:
    """Add a version of the consent form to a study."""
    form = ConsentVersionForm(request.POST or None, person=request.user)
    back = reverse("participants:administration")
    if form.is_valid():
        by, data = Actor.of(request.user), form.cleaned_data
        version = attempt(form, lambda: add_consent_version(by=by, **data))
        if version is not None:
            messages.success(request, f"Version {version.label} of the consent form is added.")
            return redirect(back)
    intro = "Who signed before its approval is listed for a new consent, if it asks for one."
    return form_page(request, form, "Add a consent form", back=back, action="Add it", intro=intro)


def _page(
    request: StaffRequest, participant: Participant, form: Any, title: str, **words: Any
) -> HttpResponse:
    back = reverse(TAB, args=[participant.pk])
    return about_page(request, participant, form, title, tab=TAB, back=back, **words)
