"""A form about a participant that asks one action, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from participants.access import StaffRequest
from participants.forms.about import ParticipantForm
from participants.forms.refusals import attempt, status_of
from participants.models import Participant
from participants.views.about import about_page
from participants.views.errors import stale


@dataclass(frozen=True)
class Asking:
    """What a form page says: title, tab, where it leads back to, its button, and the message once done."""

    title: str
    tab: str
    back: str
    action: str = "Save"
    intro: str = ""
    done: str = "saved."
    is_grave: bool = False
    template: str = "participants/form.html"


def ask(
    request: StaffRequest,
    participant: Participant,
    form: ParticipantForm,
    act: Callable[[], Any],
    words: Asking,
    *,
    kept: Mapping[str, Any] | None = None,
    version: int | None = None,
    leads_to: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Carry out what a form asks and go on; otherwise show it again.

    `kept` and `version` are those of a row that is edited in place: when somebody else has saved it
    meanwhile, both are shown side by side. `leads_to` names the next page from what the action
    returned; without it the page leads back.
    """
    if form.is_valid():
        done = attempt(form, lambda: (act(),))
        if done is not None:
            messages.success(request, f"{participant}: {words.done}")
            return redirect(leads_to(done[0]) if leads_to else words.back)
        if status_of(form) == 409 and version is not None:
            return stale(request, form=form, saved=kept or {}, version=version, back=words.back)
    return about_page(
        request,
        participant,
        form,
        words.title,
        tab=words.tab,
        back=words.back,
        action=words.action,
        intro=words.intro,
        is_grave=words.is_grave,
        version=version,
        template=words.template,
    )
