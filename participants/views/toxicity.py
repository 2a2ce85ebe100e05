"""The toxicity tab, and the investigator's signature under derived grades."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from participants.access import StaffRequest, allow
from participants.actions.sign_grades import sign_as_derived, sign_grade
from participants.audit import Actor
from participants.domain.clock_times import clock_words
from participants.domain.roles import Capability
from participants.forms.grades import SignAllForm, SignGradeForm
from participants.forms.refusals import attempt, status_of
from participants.models import DerivedGrade, Participant
from participants.pages.frame import frame_of
from participants.pages.toxicity import read_toxicity_page
from participants.views.about import about_page, with_day_zero


@allow(Capability.READ_PARTICIPANTS, Participant)
def toxicity(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show the grades day by day with the findings that they rest on."""
    return _show(request, participant, SignAllForm(person=request.user))


@allow(Capability.SIGN_GRADES, Participant, "POST")
def sign_all(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Sign the derived grades that the page showed, as they stand."""
    form = SignAllForm(request.POST, person=request.user)
    by = Actor.of(request.user)
    if form.is_valid():
        keys = form.cleaned_data["grades"]
        number = attempt(form, lambda: sign_as_derived(by=by, participant=participant, grades=keys))
        if number is not None:
            messages.success(request, f"{participant}: {number} grades signed as derived.")
            return redirect("participants:toxicity", participant.pk)
    return _show(request, participant, form)


@allow(Capability.SIGN_GRADES, DerivedGrade, "GET POST")
def sign_one(request: StaffRequest, derived: DerivedGrade) -> HttpResponse:
    """Sign one grade, with the investigator's own value where it differs."""
    participant = with_day_zero(request, derived.participant_id)
    form = SignGradeForm(request.POST or None, person=request.user, initial={"value": derived.value})
    by = Actor.of(request.user)
    if form.is_valid():
        value, reason = form.cleaned_data["value"], form.cleaned_data["reason"]
        if attempt(form, lambda: sign_grade(by=by, derived=derived, value=value, reason=reason)):
            messages.success(request, f"{participant}: {derived.get_scale_display()} grade {value} signed.")
            return redirect("participants:toxicity", participant.pk)
    at = derived.at.astimezone(participant.site.tz)
    return about_page(
        request, participant, form,
        f"Sign the {derived.get_scale_display()} grade of {at:%d %b %Y} {clock_words(at)}",
        tab="participants:toxicity", back=reverse("participants:toxicity", args=[participant.pk]),
        action="Sign", intro=f"Derived: {derived.reason}",
    )  # fmt: skip


def _show(request: StaffRequest, participant: Participant, form: SignAllForm) -> HttpResponse:
    context = {
        "frame": frame_of(participant, request.user, "participants:toxicity"),
        "page": read_toxicity_page(participant, request.user, timezone.now()),
        "form": form,
    }
    return render(request, "participants/toxicity.html", context, status=status_of(form))
