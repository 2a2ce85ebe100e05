"""Attempts to reach a family, and the ladder that they make."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from followup.actions.contacts import log_contact, remove_contact
from followup.forms.contacts import ContactCorrectionForm, FoundForm, LostForm, WhyTakenBackForm
from followup.forms.visits import ContactForm
from followup.models import ContactAttempt
from followup.pages.contacts import CONTACTS_CSV_HEAD, contact_rows, read_contacts
from participants.access import StaffRequest, allow
from participants.actions.conclude import come_back, leave_study
from participants.audit import Actor
from participants.domain.day_words import full_day
from participants.domain.roles import Capability
from participants.forms.refusals import attempt
from participants.models import OffStudyReason, Participant
from participants.pages.csv_file import csv_response
from participants.pages.frame import frame_of
from participants.views.about import about_page, with_day_zero
from participants.views.leading_back import leads_back

TAB = "followup:contacts"


@allow(Capability.READ_PARTICIPANTS, Participant)
def contacts(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show who was tried when, and how far up the ladder that is."""
    visit = request.GET.get("visit", "")
    form = ContactForm(participant=participant, initial={"visit": visit} if visit.isdigit() else {})
    return _show(request, participant, form=form)


@allow(Capability.EXPORT, Participant)
def contacts_csv(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Hand out the attempts as a file."""
    rows = contact_rows(participant)
    head = CONTACTS_CSV_HEAD
    return csv_response("contacts", head, rows, person=request.user, participant=participant)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
@leads_back("followup:contacts")
def log_attempt(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Note one attempt."""
    form = ContactForm(request.POST, participant=participant)
    by = Actor.of(request.user)

    def act() -> object:
        return log_contact(by=by, participant=participant, **form.cleaned_data)

    if form.is_valid() and attempt(form, act) is not None:
        messages.success(request, "Contact attempt noted.")
        return redirect("followup:contacts", participant.pk)
    return _show(request, participant, form=form)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
@leads_back("followup:contacts")
def declare_lost(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Accept the proposal: lost to follow-up."""
    form = LostForm(request.POST, participant=participant)
    by, reason = Actor.of(request.user), OffStudyReason.LOST

    def act() -> object:
        return leave_study(by=by, participant=participant, reason=reason, **form.cleaned_data)

    if form.is_valid() and attempt(form, act) is not None:
        sentence = f"{participant} is lost to follow-up; open visits and reminders are cancelled."
        messages.success(request, sentence)
        return redirect("followup:contacts", participant.pk)
    return _show(request, participant, lost_form=form)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
@leads_back("followup:contacts")
def declare_found(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Take the loss back: contact was made again."""
    form = FoundForm(request.POST, participant=participant)
    by = Actor.of(request.user)

    def act() -> object:
        come_back(by=by, participant=participant, reason=form.cleaned_data["reason"])
        return True

    if form.is_valid() and attempt(form, act) is not None:
        messages.success(request, f"{participant} is found; the visits that were cancelled wait again.")
        return redirect("followup:contacts", participant.pk)
    return _show(request, participant, found_form=form)


@allow(Capability.WRITE_RECORDS, ContactAttempt, "GET POST")
def contact_correct(request: StaffRequest, tried: ContactAttempt) -> HttpResponse:
    """Correct a noted attempt; the old entry stays and is shown."""
    participant = with_day_zero(request, tried.participant_id)
    form = ContactCorrectionForm(request.POST or None, participant=participant, attempt=tried)
    if form.is_valid():
        by, data = Actor.of(request.user), form.cleaned_data
        if attempt(form, lambda: log_contact(by=by, participant=participant, replaces=tried, **data)):
            messages.success(request, "Contact attempt corrected.")
            return redirect(TAB, participant.pk)
    intro = "The entry as it was stays in the record; the ladder to loss is climbed anew."
    return _page(request, participant, form, "Correct a contact attempt", intro=intro)


@allow(Capability.WRITE_RECORDS, ContactAttempt, "GET POST")
def contact_remove(request: StaffRequest, tried: ContactAttempt) -> HttpResponse:
    """Take back an attempt that was not made."""
    participant = with_day_zero(request, tried.participant_id)
    form = WhyTakenBackForm(request.POST or None, participant=participant)
    if form.is_valid():
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]

        def act() -> bool:
            remove_contact(by=by, attempt=tried, reason=reason)
            return True

        if attempt(form, act):
            messages.success(request, "Contact attempt taken back.")
            return redirect(TAB, participant.pk)
    title = f"Take back: {tried.get_channel_display().lower()} of {full_day(tried.tried_on)}"
    intro = "For an entry that was a mistake, such as one on the wrong participant."
    return _page(request, participant, form, title, intro=intro, action="Take back", is_grave=True)


def _page(
    request: StaffRequest, participant: Participant, form: BaseForm, title: str, **words: Any
) -> HttpResponse:
    back = reverse(TAB, args=[participant.pk])
    return about_page(request, participant, form, title, tab=TAB, back=back, **words)


def _show(request: StaffRequest, participant: Participant, **bound: object) -> HttpResponse:
    page = read_contacts(participant)
    context = {
        "frame": frame_of(participant, request.user, "followup:contacts"),
        "page": page,
        "form": ContactForm(participant=participant),
        "lost_form": LostForm(participant=participant),
        "found_form": FoundForm(participant=participant),
    }
    return render(request, "followup/contacts.html", context | bound)
