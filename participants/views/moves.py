"""Move what was entered on the wrong participant: one page for every kind of entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from participants.access import StaffRequest, View, allow
from participants.actions.move import move_entry
from participants.audit import Actor
from participants.domain.roles import Capability
from participants.forms.moves import MoveForm
from participants.forms.refusals import attempt
from participants.models import AdverseEvent, Infection, Participant
from participants.pages.entries import ENTRIES
from participants.views.about import about_page, with_day_zero

INFECTIONS, EVENTS = "participants:infections", "participants:events"


def _move(model: type[models.Model], tab: str) -> View:
    @allow(Capability.WRITE_RECORDS, model, "GET POST")
    def move(request: StaffRequest, entry: Any) -> HttpResponse:
        """Move an entry to the participant that it belongs to."""
        participant = with_day_zero(request, entry.participant_id)
        people = Participant.objects.visible_to(request.user, Capability.WRITE_RECORDS)
        form = MoveForm(request.POST or None, people=people.select_related("site__study"))

        def act() -> object:
            to, reason = form.cleaned_data["study_id"], form.cleaned_data["reason"]
            return move_entry(by=Actor.of(request.user), entry=entry, to=to, reason=reason)

        if form.is_valid() and attempt(form, act) is not None:
            messages.success(request, f"Moved from {participant} to {form.cleaned_data['study_id']}.")
            return redirect(tab, participant.pk)
        intro = f"{entry}. It leaves {participant}, and all that rests on it is derived again for both."
        back = reverse(tab, args=[participant.pk])
        return about_page(
            request, participant, form, "Move to another participant", tab=tab, back=back, action="Move",
            intro=intro,
        )  # fmt: skip

    return move


urlpatterns: list[URLPattern] = [
    *(
        path(f"{entry.slug}/<int:pk>/move/", _move(entry.model, entry.tab), name=f"{entry.slug}_move")
        for entry in ENTRIES
    ),
    path("adverse-events/<int:pk>/move/", _move(AdverseEvent, EVENTS), name="event_move"),
    path("infections/<int:pk>/move/", _move(Infection, INFECTIONS), name="infection_move"),
]
