"""Reminders: what will go out, what went, what did not and why."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from followup.actions.reminders import release_held, send_again, settle
from followup.models import Reminder
from followup.pages import reminders as pages
from followup.reminder_health import reminder_health
from participants.access import StaffRequest, allow
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.errors import ActionRefused
from participants.models import Participant


@allow(None)
def reminders(request: StaffRequest) -> HttpResponse:
    """Show a person their own reminders, and what waits for a person at their sites."""
    now = timezone.now()
    choice = request.GET.get("show", "")
    page = pages.read_rows(request.user, choice, request.GET.get("after", ""))
    context = {
        "health": reminder_health(now),
        "choice": choice if choice in pages.CHOICES else "",
        "choices": pages.CHOICES.items(),
        "page": page,
        "rows": [pages.Row(reminder) for reminder in page.rows],
        "failed": pages.read_failed(request.user),
        "held": pages.read_held(request.user),
        "coming": pages.read_coming(request.user, now),
        "now": now,
    }
    return render(request, "followup/reminders.html", context)


@allow(None, Reminder, "POST")
def reminder_again(request: StaffRequest, reminder: Reminder) -> HttpResponse:
    """Hand a refused mail to the mail server again."""
    by = Actor.of(request.user)
    return _carry_out(
        request,
        lambda: send_again(by=by, reminder=reminder, person=request.user),
        "It goes out within a minute.",
    )


@allow(None, Reminder, "POST")
def reminder_settle(request: StaffRequest, reminder: Reminder) -> HttpResponse:
    """Note that a mail that could not be handed over is not needed."""
    by = Actor.of(request.user)
    return _carry_out(
        request, lambda: settle(by=by, reminder=reminder, person=request.user), "Noted as not needed."
    )


@allow(Capability.WRITE_RECORDS, Participant, "POST")
def reminders_release(request: StaffRequest, participant: Participant) -> HttpResponse:
    """Let what was held back for a participant go out."""
    by = Actor.of(request.user)
    return _carry_out(
        request,
        lambda: release_held(by=by, participant=participant),
        f"What still matters about {participant} goes out within a minute.",
    )


def _carry_out(request: StaffRequest, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("followup:reminders")
