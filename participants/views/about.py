"""A form inside the frame of a participant, and what follows when it is sent."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render

from participants.access import StaffRequest
from participants.forms.refusals import status_of
from participants.models import Participant
from participants.pages.frame import frame_of
from participants.views.form_pages import typed_version


def about_page(
    request: StaffRequest,
    participant: Participant,
    form: BaseForm,
    title: str,
    *,
    tab: str,
    back: str,
    action: str = "Save",
    intro: str = "",
    is_grave: bool = False,
    version: int | None = None,
    template: str = "participants/form.html",
    **context: Any,
) -> HttpResponse:
    """Render a form about a participant; `tab` is the address name of the tab that it belongs to.

    `is_grave` draws the button as one that ends something, `version` is that of the edited row.
    """
    page = {
        "frame": frame_of(participant, request.user, tab),
        "form": form,
        "title": title,
        "action": action,
        "intro": intro,
        "back": back,
        "is_grave": is_grave,
        "version": typed_version(request) or version,
    }
    return render(request, template, page | context, status=status_of(form))


def with_day_zero(request: StaffRequest, participant_id: int) -> Participant:
    """Return a participant as pages show them, for a view whose object is one of their facts."""
    return Participant.objects.visible_to(request.user).for_pages().get(pk=participant_id)
