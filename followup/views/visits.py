"""The page of a visit, and what a person does there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from followup.actions import appointments
from followup.actions import visits as actions
from followup.forms.visits import AppointmentForm, CancelBookingForm, NotDoneForm, ReopenForm
from followup.models import AppointmentState, Visit
from followup.pages.saving import after_saving, save_button
from followup.pages.visit import VisitPage, log_form, read_visit
from participants.access import StaffRequest, allow
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.errors import ActionRefused, StaleVersion
from participants.forms.refusals import show_refusal
from participants.models import Participant
from participants.pages.frame import frame_of
from participants.views.errors import stale
from participants.views.leading_back import leads_back


@allow(Capability.READ_PARTICIPANTS, Visit)
def visit(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Show a visit with its forms."""
    return _show(request, visit)


@allow(Capability.WRITE_RECORDS, Visit, "GET POST")
@leads_back("followup:visit")
def log_visit(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Log or correct what was done."""
    page = _page(request, visit)
    form = log_form(page, request.POST)

    def act() -> Visit:
        data = form.cleaned_data
        return actions.log_visit(
            by=Actor.of(request.user),
            visit=visit,
            version=_version(request),
            occurred_on=data["occurred_on"],
            assessments=form.assessments,
            note=data["note"],
            reason=data["reason"],
        )

    return _carry_out(request, visit, form, act, "logged", "log_form")


@allow(Capability.WRITE_RECORDS, Visit, "GET POST")
@leads_back("followup:visit")
def visit_not_done(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Record that a visit did not take place."""
    form = NotDoneForm(request.POST, participant=_participant(request, visit))

    def act() -> Visit:
        return actions.record_not_done(
            by=Actor.of(request.user), visit=visit, version=_version(request), **form.cleaned_data
        )

    return _carry_out(request, visit, form, act, "recorded", "not_done_form")


@allow(Capability.WRITE_RECORDS, Visit, "GET POST")
@leads_back("followup:visit")
def reopen_visit(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Take a recorded outcome back."""
    form = ReopenForm(request.POST, participant=_participant(request, visit))

    def act() -> Visit:
        reason = form.cleaned_data["reason"]
        return actions.reopen_visit(
            by=Actor.of(request.user), visit=visit, version=_version(request), reason=reason
        )

    return _carry_out(request, visit, form, act, "open again", "reopen_form", stays=True)


@allow(Capability.WRITE_RECORDS, Visit, "GET POST")
@leads_back("followup:visit")
def book_visit(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Agree on a date for a visit, or move it."""
    form = AppointmentForm(request.POST, participant=_participant(request, visit))

    def act() -> Visit:
        data = form.cleaned_data
        clock = data["scheduled_time"]
        return appointments.make_appointment(
            by=Actor.of(request.user),
            visit=visit,
            version=_version(request),
            on=data["scheduled_on"],
            at=clock[0] if clock else None,
            is_confirmed=data["state"] == AppointmentState.CONFIRMED,
        )

    return _carry_out(request, visit, form, act, "booked", "appointment_form", stays=True)


@allow(Capability.WRITE_RECORDS, Visit, "GET POST")
@leads_back("followup:visit")
def cancel_booking(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Cancel the agreed date; the visit still waits."""
    form = CancelBookingForm(request.POST, participant=_participant(request, visit))

    def act() -> Visit:
        reason = form.cleaned_data["reason"]
        by = Actor.of(request.user)
        return appointments.cancel_appointment(by=by, visit=visit, version=_version(request), reason=reason)

    return _carry_out(request, visit, form, act, "no longer booked", "cancel_form", stays=True)


def _carry_out(
    request: StaffRequest,
    visit: Visit,
    form: forms.Form,
    act: Callable[[], Visit],
    word: str,
    name: str,
    *,
    stays: bool = False,
) -> HttpResponse:
    """Run an action for a form of the page; a refusal shows the page again with what was typed."""
    if not form.is_valid():
        return _show(request, visit, **{name: form})
    try:
        act()
    except StaleVersion:
        return _stale(request, visit, form)
    except ActionRefused as refused:
        show_refusal(form, refused)
        return _show(request, visit, **{name: form})
    messages.success(request, f"{visit.participant}: {visit.label} {word}.")
    return (
        redirect("followup:visit", visit.pk)
        if stays
        else redirect(after_saving(request, visit, request.user))
    )


def _stale(request: StaffRequest, visit: Visit, form: forms.Form) -> HttpResponse:
    now = Visit.objects.visible_to(request.user).get(pk=visit.pk)
    saved = {name: getattr(now, name) for name in form.fields if hasattr(now, name)}
    back = reverse("followup:visit", args=[visit.pk])
    return stale(request, form=form, saved=saved, version=now.version, back=back)


def _show(request: StaffRequest, visit: Visit, **bound: forms.Form) -> HttpResponse:
    """Render the page of a visit; `bound` are forms that were refused, by their name in the template."""
    page = _page(request, visit)
    context: dict[str, Any] = {
        "page": page,
        "frame": frame_of(page.visit.participant, request.user, "followup:schedule"),
        "save": save_button(request),
        "log_form": log_form(page),
        "not_done_form": NotDoneForm(participant=page.visit.participant),
        "appointment_form": _appointment_form(page),
        "reopen_form": ReopenForm(participant=page.visit.participant),
        "cancel_form": CancelBookingForm(participant=page.visit.participant),
    }
    return render(request, "followup/visit.html", context | bound | {"open_form": next(iter(bound), "")})


def _appointment_form(page: VisitPage) -> AppointmentForm:
    visit = page.visit
    initial: dict[str, object] = {"scheduled_on": visit.scheduled_on, "scheduled_time": visit.scheduled_time}
    if visit.appointment in {AppointmentState.SCHEDULED, AppointmentState.CONFIRMED}:
        initial["state"] = visit.appointment
    return AppointmentForm(participant=visit.participant, initial=initial)


def _page(request: StaffRequest, visit: Visit) -> VisitPage:
    return read_visit(visit, _participant(request, visit), timezone.now())


def _participant(request: StaffRequest, visit: Visit) -> Participant:
    return Participant.objects.visible_to(request.user).for_pages().get(pk=visit.participant_id)


def _version(request: StaffRequest) -> int:
    """Read the version that the person saw; nonsense is never the present one."""
    written = request.POST.get("version", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else -1
