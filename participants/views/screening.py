"""The screening log, the screening tab, and the steps from criteria to enrolment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from participants.access import StaffRequest, allow, holds
from participants.actions import screen as actions
from participants.actions.correct_step import correct_step
from participants.actions.criteria import check_criteria
from participants.actions.enrol import enrol as enrol_action
from participants.audit import Actor
from participants.domain.day_words import full_day
from participants.domain.roles import Capability
from participants.forms.refusals import attempt
from participants.forms.screening import (
    AgainForm,
    CriteriaForm,
    EligibleForm,
    EnrolForm,
    FailureForm,
    StepForm,
)
from participants.models import LifecycleStep, Participant
from participants.pages.csv_file import csv_response
from participants.pages.frame import frame_of
from participants.pages.screening import ScreeningPage, read_screening
from participants.pages.screening_file import log_codes, log_head, log_lines
from participants.pages.screening_log import LogFilter, read_log
from participants.views.about import about_page, with_day_zero

TAB = "participants:screening"


@allow(Capability.READ_PARTICIPANTS)
def screening_log(request: StaffRequest) -> HttpResponse:
    """Show everybody who was considered, and what became of it."""
    log = read_log(request.user, LogFilter.of(request.GET), timezone.now())
    may_add = holds(request.user, Capability.WRITE_RECORDS)
    return render(request, "participants/screening_log.html", {"log": log, "may_add": may_add})


@allow(Capability.EXPORT)
def screening_log_csv(request: StaffRequest) -> HttpResponse:
    """Hand out the log as a file."""
    codes = log_codes(request.user)
    lines = log_lines(request.user, LogFilter.of(request.GET), codes, timezone.now())
    return csv_response("screening", log_head(codes), lines, person=request.user)


@allow(Capability.READ_PARTICIPANTS, Participant)
def screening(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Show the criteria with their evidence, the decision and what comes next."""
    page = read_screening(participant, request.user, timezone.now())
    frame = frame_of(participant, request.user, TAB)
    return render(request, "participants/screening.html", {"frame": frame, "page": page})


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def criteria(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Answer the criteria, with the evidence for each."""
    page = _read(request, participant)
    form = CriteriaForm(request.POST or None, rows=page.rows, record=page.record)
    if form.is_valid():
        by, reason = Actor.of(request.user), form.cleaned_data["reason"]
        saved = attempt(
            form,
            lambda: check_criteria(by=by, participant=participant, answers=form.answers, reason=reason),
        )
        if saved is not None:
            messages.success(
                request, f"{participant}: {len(saved)} answered." if saved else "Nothing changed."
            )
            return redirect(TAB, participant.pk)
    return _form(
        request,
        participant,
        form,
        "Criteria",
        action="Save the answers",
        intro="What stays open can be answered later.",
        template="participants/criteria.html",
    )


@allow(Capability.SIGN_ELIGIBILITY, Participant, "GET POST")
def eligible(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Let an investigator declare somebody eligible."""
    page = _read(request, participant)
    form = EligibleForm(
        request.POST or None,
        participant=participant,
        open_codes=page.open_codes,
        initial=page.decided(is_eligible=True),
    )
    if form.is_valid():
        by, data = Actor.of(request.user), form.cleaned_data
        if attempt(
            form,
            lambda: actions.decide_eligibility(by=by, participant=participant, is_eligible=True, **data),
        ):
            messages.success(request, f"{participant} is declared eligible.")
            return redirect(TAB, participant.pk)
    intro = f"Your name, {request.user.name}, and this moment stand beside the decision."
    return _form(
        request,
        participant,
        form,
        "Declare eligible",
        action="Declare eligible",
        intro=intro,
        page=page,
        template="participants/eligible.html",
    )


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def screen_failure(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Record why somebody does not take part."""
    page = _read(request, participant)
    failed = [row.criterion.pk for row in page.rows if row.judged.passes is False]
    initial = {"failed_criterion": failed[0] if failed else None} | page.decided(is_eligible=False)
    form = FailureForm(request.POST or None, participant=participant, initial=initial)
    if form.is_valid():
        by, data = Actor.of(request.user), form.cleaned_data
        if attempt(
            form,
            lambda: actions.decide_eligibility(by=by, participant=participant, is_eligible=False, **data),
        ):
            messages.success(request, f"{participant} is a screen failure; the planned visits are closed.")
            return redirect(TAB, participant.pk)
    intro = "The planned visits are closed and no reminder leaves. It can be taken up again."
    return _form(request, participant, form, "Screen failure", action="Record it", intro=intro, is_grave=True)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def screen_again(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Take somebody back into screening."""
    form = AgainForm(request.POST or None, participant=participant)
    if form.is_valid():
        by, data = Actor.of(request.user), form.cleaned_data

        def act() -> bool:
            actions.screen_again(by=by, participant=participant, **data)
            return True

        if attempt(form, act):
            messages.success(request, f"{participant} is in screening again.")
            return redirect(TAB, participant.pk)
    intro = "The earlier decision no longer stands; it and all answers stay in the record."
    return _form(request, participant, form, "Screen again", action="Screen again", intro=intro)


@allow(Capability.WRITE_RECORDS, Participant, "GET POST")
def enrol(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Enrol somebody eligible; they get the site's next number."""
    form = EnrolForm(request.POST or None, participant=participant)
    if form.is_valid():
        by, data = Actor.of(request.user), form.cleaned_data
        enrolled = attempt(form, lambda: enrol_action(by=by, participant=participant, **data))
        if enrolled is not None:
            messages.success(request, f"{participant} is enrolled as {enrolled.enrolment_number}.")
            return redirect(TAB, participant.pk)
    intro = "The enrolment number is given when you save; its last character guards against typing errors."
    return _form(
        request,
        participant,
        form,
        "Enrol",
        action="Enrol",
        intro=intro,
        page=_read(request, participant),
        template="participants/eligible.html",
    )


@allow(Capability.WRITE_RECORDS, LifecycleStep, "GET POST")
def step_correct(request: StaffRequest, step: LifecycleStep) -> HttpResponse:
    """Correct the day of pre-screening or enrolment."""
    participant, name = with_day_zero(request, step.participant_id), step.get_phase_display()
    form = StepForm(request.POST or None, participant=participant, initial={"on": step.on})
    if form.is_valid():
        by, data = Actor.of(request.user), form.cleaned_data

        def act() -> bool:
            correct_step(by=by, step=step, **data)
            return True

        if attempt(form, act):
            messages.success(request, f"{participant}: {name.lower()} {full_day(data['on'])}.")
            return redirect(TAB, participant.pk)
    intro = f"Recorded: {full_day(step.on)}. That stays in the history; what rests on it follows."
    return _form(
        request, participant, form, f"Correct the date: {name.lower()}", action="Correct", intro=intro
    )


def _read(request: StaffRequest, participant: Participant) -> ScreeningPage:
    return read_screening(participant, request.user, timezone.now())


def _form(
    request: StaffRequest, participant: Participant, form: Any, title: str, **words: Any
) -> HttpResponse:
    back = reverse(TAB, args=[participant.pk])
    return about_page(request, participant, form, title, tab=TAB, back=back, **words)
