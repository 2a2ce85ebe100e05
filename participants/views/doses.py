"""The end of a treatment with anakinra, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from participants.access import StaffRequest, allow
from participants.actions.dose_milestones import end_treatment, resume_treatment
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.doses import EndTreatmentForm
from participants.forms.moves import TakeBackForm
from participants.forms.refusals import attempt
from participants.models import Participant
from participants.views.about import about_page

ENDS = "No further dose follows: the last given one is the day from which the safety visits count."
RESUMES = "The treatment goes on: the last dose is no longer the last, and the safety visits wait again."


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def treatment_end(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Say that no further dose follows."""
    form = EndTreatmentForm(request.POST or None, participant=participant)
    by = Actor.of(request.user)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: end_treatment(by=by, participant=participant, reason=reason)) is not None:
            messages.success(request, f"{participant} is off anakinra.")
            return redirect("participants:treatment", participant.pk)
    back = reverse("participants:treatment", args=[participant.pk])
    return about_page(
        request, participant, form, "End the treatment", tab="participants:treatment", back=back,
        action="End treatment", intro=ENDS,
    )  # fmt: skip


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def treatment_resume(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Take the end of the treatment back."""
    form = TakeBackForm(request.POST or None)

    def act() -> bool:
        by = Actor.of(request.user)
        resume_treatment(by=by, participant=participant, reason=form.cleaned_data["reason"])
        return True

    if form.is_valid() and attempt(form, act):
        messages.success(request, f"{participant} is on anakinra again.")
        return redirect("participants:treatment", participant.pk)
    back = reverse("participants:treatment", args=[participant.pk])
    return about_page(
        request, participant, form, "Resume the treatment", tab="participants:treatment", back=back,
        action="Resume", intro=RESUMES,
    )  # fmt: skip
